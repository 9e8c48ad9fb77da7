//! A zip archive without compression, so that its length is known before its first byte and a range can be served.
//!
//! Sizes stand in the local headers; the checksum follows each file in a data descriptor.

use std::ops::Range;

use axum::body::Bytes;
use chrono::{DateTime, Datelike, Timelike, Utc};
use futures::stream::{Stream, StreamExt, TryStreamExt};
use shared::files::{Error, Files};
use shared::job::ResultFile;

/// An archive that is about to be sent.
#[derive(Debug)]
pub struct Archive {
    entries: Vec<Entry>,
    stamp: [u8; 4],
}

#[derive(Clone, Debug)]
struct Entry {
    name: Vec<u8>,
    bytes: u64,
}

/// Sizes and counts of the format's first version end here.
const SMALL: u64 = 0xFFFF_FFFF;

impl Archive {
    /// An archive of some files; `at` is their time.
    pub fn of(files: &[ResultFile], at: DateTime<Utc>) -> Archive {
        let entries = files
            .iter()
            .map(|f| Entry {
                name: f.name.clone().into_bytes(),
                bytes: u64::try_from(f.bytes).unwrap_or_default(),
            })
            .collect();
        let time = ((at.hour() << 11) | (at.minute() << 5) | (at.second() / 2)) as u16;
        let year = at.year().clamp(1980, 2107) as u32 - 1980;
        let date = ((year << 9) | (at.month() << 5) | at.day()) as u16;
        let ([a, b], [c, d]) = (time.to_le_bytes(), date.to_le_bytes());
        Archive { entries, stamp: [a, b, c, d] }
    }

    /// Length in bytes.
    pub fn size(&self) -> u64 {
        let (mut size, mut directory) = (0, 0);
        for entry in &self.entries {
            let offset = size;
            size += self.local(entry).len() as u64 + entry.bytes + descriptor(entry, 0).len() as u64;
            directory += self.central(entry, offset, 0).len() as u64;
        }
        size + directory + self.end(size, directory).len() as u64
    }

    /// The bytes of a range of the archive.
    pub fn stream(
        self,
        files: Files,
        keys: Vec<String>,
        range: Range<u64>,
    ) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
        let parts = async_parts(self, files, keys);
        let mut place = 0;
        parts.try_filter_map(move |bytes: Bytes| {
            let start = place;
            place += bytes.len() as u64;
            let from = range.start.clamp(start, place) - start;
            let to = range.end.clamp(start, place) - start;
            let wanted = (from < to).then(|| bytes.slice(from as usize..to as usize));
            futures::future::ready(Ok(wanted))
        })
    }

    /// Local header: version 4.5 for large files, else 2.0; UTF-8 names, checksum behind the data, stored.
    fn local(&self, entry: &Entry) -> Vec<u8> {
        let large = entry.bytes >= SMALL;
        let mut header = b"PK\x03\x04".to_vec();
        header.extend([if large { 45 } else { 20 }, 0]);
        header.extend(0x0808_u16.to_le_bytes());
        header.extend(0_u16.to_le_bytes());
        header.extend(self.stamp);
        header.extend(0_u32.to_le_bytes());
        let size = if large { u32::MAX } else { entry.bytes as u32 };
        header.extend(size.to_le_bytes());
        header.extend(size.to_le_bytes());
        header.extend((entry.name.len() as u16).to_le_bytes());
        header.extend((if large { 20_u16 } else { 0 }).to_le_bytes());
        header.extend(&entry.name);
        if large {
            header.extend([1, 0, 16, 0]);
            header.extend(entry.bytes.to_le_bytes());
            header.extend(entry.bytes.to_le_bytes());
        }
        header
    }

    fn central(&self, entry: &Entry, offset: u64, checksum: u32) -> Vec<u8> {
        let large = entry.bytes >= SMALL;
        let far = offset >= SMALL;
        let mut header = b"PK\x01\x02".to_vec();
        let version = if large || far { 45 } else { 20 };
        header.extend([version, 3, version, 0]);
        header.extend(0x0808_u16.to_le_bytes());
        header.extend(0_u16.to_le_bytes());
        header.extend(self.stamp);
        header.extend(checksum.to_le_bytes());
        let size = if large { u32::MAX } else { entry.bytes as u32 };
        header.extend(size.to_le_bytes());
        header.extend(size.to_le_bytes());
        header.extend((entry.name.len() as u16).to_le_bytes());
        let mut extra = Vec::new();
        if large {
            extra.extend(entry.bytes.to_le_bytes());
            extra.extend(entry.bytes.to_le_bytes());
        }
        if far {
            extra.extend(offset.to_le_bytes());
        }
        let extra_size = if extra.is_empty() { 0 } else { extra.len() as u16 + 4 };
        header.extend(extra_size.to_le_bytes());
        header.extend([0; 6]);
        // A plain file, rw-r--r--.
        header.extend(0x81A4_0000_u32.to_le_bytes());
        header.extend((if far { u32::MAX } else { offset as u32 }).to_le_bytes());
        header.extend(&entry.name);
        if !extra.is_empty() {
            header.extend(1_u16.to_le_bytes());
            header.extend((extra.len() as u16).to_le_bytes());
            header.extend(extra);
        }
        header
    }

    fn end(&self, offset: u64, directory: u64) -> Vec<u8> {
        let count = self.entries.len() as u64;
        let mut end = Vec::new();
        if offset >= SMALL || directory >= SMALL || count >= 0xFFFF {
            end.extend(b"PK\x06\x06");
            end.extend(44_u64.to_le_bytes());
            end.extend([45, 3, 45, 0]);
            end.extend([0; 8]);
            end.extend(count.to_le_bytes());
            end.extend(count.to_le_bytes());
            end.extend(directory.to_le_bytes());
            end.extend(offset.to_le_bytes());
            end.extend(b"PK\x06\x07");
            end.extend(0_u32.to_le_bytes());
            end.extend((offset + directory).to_le_bytes());
            end.extend(1_u32.to_le_bytes());
        }
        end.extend(b"PK\x05\x06");
        end.extend([0; 4]);
        let count = count.min(0xFFFF) as u16;
        end.extend(count.to_le_bytes());
        end.extend(count.to_le_bytes());
        end.extend((directory.min(SMALL) as u32).to_le_bytes());
        end.extend((offset.min(SMALL) as u32).to_le_bytes());
        end.extend([0, 0]);
        end
    }
}

fn descriptor(entry: &Entry, checksum: u32) -> Vec<u8> {
    let mut descriptor = b"PK\x07\x08".to_vec();
    descriptor.extend(checksum.to_le_bytes());
    if entry.bytes >= SMALL {
        descriptor.extend(entry.bytes.to_le_bytes());
        descriptor.extend(entry.bytes.to_le_bytes());
    } else {
        descriptor.extend((entry.bytes as u32).to_le_bytes());
        descriptor.extend((entry.bytes as u32).to_le_bytes());
    }
    descriptor
}

/// Where the sending of an archive stands.
enum Step {
    Open(usize),
    Body(usize, futures::stream::BoxStream<'static, Result<Bytes, Error>>, crc32fast::Hasher),
    Over,
}

fn async_parts(
    archive: Archive,
    files: Files,
    keys: Vec<String>,
) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
    let state = (archive, files, keys, Vec::<(u64, u32)>::new(), 0_u64, Step::Open(0));
    futures::stream::try_unfold(state, |(archive, files, keys, mut sent, mut place, step)| async move {
        let (bytes, step) = match step {
            Step::Open(number) if number < archive.entries.len() => {
                let header = Bytes::from(archive.local(&archive.entries[number]));
                sent.push((place, 0));
                let body = files.stream(&keys[number], None).await?.body.boxed();
                (header, Step::Body(number, body, crc32fast::Hasher::new()))
            }
            Step::Open(_) => {
                let mut directory = Vec::new();
                for (entry, (offset, checksum)) in archive.entries.iter().zip(&sent) {
                    directory.extend(archive.central(entry, *offset, *checksum));
                }
                let end = archive.end(place, directory.len() as u64);
                directory.extend(end);
                (Bytes::from(directory), Step::Over)
            }
            Step::Body(number, mut body, mut checksum) => match body.try_next().await? {
                Some(bytes) => {
                    checksum.update(&bytes);
                    (bytes, Step::Body(number, body, checksum))
                }
                None => {
                    let checksum = checksum.finalize();
                    sent[number].1 = checksum;
                    (Bytes::from(descriptor(&archive.entries[number], checksum)), Step::Open(number + 1))
                }
            },
            Step::Over => return Ok(None),
        };
        place += bytes.len() as u64;
        Ok(Some((bytes, (archive, files, keys, sent, place, step))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: i64) -> ResultFile {
        ResultFile { name: name.to_owned(), media_type: String::new(), bytes, rows: 0, sha256: String::new() }
    }

    #[tokio::test]
    async fn the_length_is_known_and_ranges_are_parts() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::open(&format!("file://{}", folder.path().display()), false).expect("storage");
        files.put_bytes("a", Bytes::from_static(b"first")).await.expect("stores");
        files.put_bytes("b", Bytes::from_static(b"")).await.expect("stores");
        let list = [file("A.csv", 5), file("B ü.csv", 0)];
        let whole = |range: Range<u64>| {
            let archive = Archive::of(&list, DateTime::UNIX_EPOCH);
            archive.stream(files.clone(), vec!["a".to_owned(), "b".to_owned()], range)
        };
        let size = Archive::of(&list, DateTime::UNIX_EPOCH).size();
        let bytes: Vec<Bytes> = whole(0..size).try_collect().await.expect("an archive");
        let bytes = bytes.concat();
        assert_eq!(bytes.len() as u64, size);
        let part: Vec<Bytes> = whole(3..size - 2).try_collect().await.expect("a part");
        assert_eq!(part.concat(), bytes[3..bytes.len() - 2]);
        let path = folder.path().join("x.zip");
        std::fs::write(&path, &bytes).expect("writes");
        let tested = std::process::Command::new("python3")
            .args(["-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; assert z.read('A.csv') == b'first'; assert z.namelist() == ['A.csv', 'B ü.csv']"])
            .arg(&path)
            .status()
            .expect("python runs");
        assert!(tested.success(), "another program reads it");
    }
}
