//! A file that is hashed and measured while it is written front to back; one that is not is read again.
//!
//! A long file is hashed and handed to the system on a thread of its own, while its next lines are printed.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};

/// Bytes handed over at once.
const CHUNK: usize = 1 << 20;
/// Chunks that may wait.
const WAITING: usize = 4;

/// A file being written.
#[derive(Debug)]
pub struct Hashing {
    way: Way,
    chunk: Vec<u8>,
    bytes: u64,
}

/// How the file is written.
#[derive(Debug)]
enum Way {
    /// Shorter than a chunk so far.
    Short(File),
    /// Front to back, on a thread.
    Behind(Behind),
    /// In any order: it is hashed when it is complete.
    Anywhere(BufWriter<File>),
    /// Not any more.
    Failed,
}

/// The thread, the chunks for it and the ones it gives back.
#[derive(Debug)]
struct Behind {
    full: SyncSender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
    thread: JoinHandle<io::Result<(File, Sha256)>>,
}

impl Behind {
    fn over(mut file: File) -> Behind {
        let (full, chunks) = sync_channel::<Vec<u8>>(WAITING);
        let (give_back, empty) = channel();
        let thread = thread::spawn(move || {
            let mut hash = Sha256::new();
            for mut chunk in chunks {
                hash.update(&chunk);
                file.write_all(&chunk)?;
                chunk.clear();
                // No one takes it when the file is complete.
                drop(give_back.send(chunk));
            }
            Ok((file, hash))
        });
        Behind { full, empty, thread }
    }

    /// The file and its hash when all chunks are written.
    fn join(self) -> io::Result<(File, Sha256)> {
        drop(self.full);
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("the file's thread ended early")))
    }
}

impl Hashing {
    /// Creates a file.
    pub fn create(path: &Path) -> io::Result<Hashing> {
        Ok(Hashing { way: Way::Short(File::create(path)?), chunk: Vec::new(), bytes: 0 })
    }

    /// Size and SHA-256 of the file.
    pub fn finish(mut self, path: &Path) -> io::Result<(u64, String)> {
        let hash = match self.way {
            Way::Short(mut file) => {
                file.write_all(&self.chunk)?;
                Sha256::new_with_prefix(&self.chunk)
            }
            Way::Behind(_) => {
                self.hand_over()?;
                match self.way {
                    Way::Behind(behind) => behind.join()?.1,
                    _ => return Err(failed()),
                }
            }
            Way::Anywhere(mut file) => {
                file.flush()?;
                let mut hash = Sha256::new();
                self.bytes = io::copy(&mut File::open(path)?, &mut hash)?;
                hash
            }
            Way::Failed => return Err(failed()),
        };
        Ok((self.bytes, hash.finalize().iter().map(|b| format!("{b:02x}")).collect()))
    }

    /// Gives the chunk to the thread.
    fn hand_over(&mut self) -> io::Result<()> {
        let behind = match std::mem::replace(&mut self.way, Way::Failed) {
            Way::Short(file) => Behind::over(file),
            Way::Behind(behind) => behind,
            way => {
                self.way = way;
                return Ok(());
            }
        };
        let next = behind.empty.try_recv().unwrap_or_else(|_| Vec::with_capacity(CHUNK + CHUNK / 8));
        if behind.full.send(std::mem::replace(&mut self.chunk, next)).is_err() {
            // The thread ends early only where it cannot write.
            return Err(behind.join().err().unwrap_or_else(failed));
        }
        self.way = Way::Behind(behind);
        Ok(())
    }
}

fn failed() -> io::Error {
    io::Error::other("the file could not be written before")
}

impl Write for Hashing {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match &mut self.way {
            Way::Anywhere(file) => return file.write(buf),
            Way::Failed => return Err(failed()),
            Way::Short(_) | Way::Behind(_) => {}
        }
        self.chunk.extend_from_slice(buf);
        self.bytes += buf.len() as u64;
        if self.chunk.len() >= CHUNK {
            self.hand_over()?;
        }
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.way {
            Way::Anywhere(file) => file.flush(),
            _ => Ok(()),
        }
    }
}

impl Seek for Hashing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let moves = match to {
            SeekFrom::Current(by) => by != 0,
            SeekFrom::Start(place) => place != self.bytes,
            SeekFrom::End(_) => true,
        };
        if let Way::Anywhere(file) = &mut self.way {
            return file.seek(to);
        }
        if !moves {
            return Ok(self.bytes);
        }
        self.hand_over()?;
        let Way::Behind(behind) = std::mem::replace(&mut self.way, Way::Failed) else {
            return Err(failed());
        };
        let mut file = BufWriter::with_capacity(1 << 16, behind.join()?.0);
        let place = file.seek(to)?;
        self.way = Way::Anywhere(file);
        Ok(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha256(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn short_and_long_files_are_hashed_as_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        for length in [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK + 5] {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let path = folder.path().join(length.to_string());
            let mut file = Hashing::create(&path).expect("made");
            bytes.chunks(70_001).for_each(|part| file.write_all(part).expect("written"));
            assert_eq!(file.stream_position().expect("known"), length as u64);
            assert_eq!(file.finish(&path).expect("complete"), (length as u64, sha256(&bytes)));
            assert_eq!(std::fs::read(&path).expect("there"), bytes);
        }
    }

    #[test]
    fn a_file_may_be_written_in_any_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f");
        for length in [5, 2 * CHUNK] {
            let mut bytes = vec![b'a'; length];
            let mut file = Hashing::create(&path).expect("made");
            file.write_all(&bytes).expect("written");
            file.seek(SeekFrom::Start(1)).expect("moved");
            file.write_all(b"xy").expect("written");
            file.seek(SeekFrom::End(0)).expect("moved");
            file.write_all(b"z").expect("written");
            bytes[1..3].copy_from_slice(b"xy");
            bytes.push(b'z');
            assert_eq!(file.finish(&path).expect("complete"), (bytes.len() as u64, sha256(&bytes)));
            assert_eq!(std::fs::read(&path).expect("there"), bytes);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told() {
        let mut file = Hashing::create(Path::new("/dev/full")).expect("opened");
        let written = (0..20).try_for_each(|_| file.write_all(&vec![0; CHUNK]));
        let told = written.and_then(|()| file.finish(Path::new("/dev/full")).map(drop));
        assert_eq!(told.expect_err("full").kind(), io::ErrorKind::StorageFull);
    }
}
