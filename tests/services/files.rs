//! The behavior of files, the same in S3 and in a folder.

use std::path::Path;
use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt;
use futures::stream;
use shared::files::{Error, Files, Patience, Stored, Unfinished};

use super::support::s3::{KEY, S3, SECRET};
use super::support::signals::{LONG, eventually};

/// One test for each behavior and engine.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_s3 {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let s3 = super::S3::start().await;
                super::$name(&super::in_s3(&s3, "some/prefix", super::Patience::default())).await;
                assert!(s3.unfinished().is_empty());
            })*
        }
        mod in_folder {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let folder = tempfile::tempdir().unwrap();
                super::$name(&super::in_folder(folder.path())).await;
                let unfinished = std::fs::read_dir(folder.path().join(".unfinished"));
                assert!(unfinished.map_or(true, |mut entries| entries.next().is_none()));
            })*
        }
    };
}

on_both!(
    a_small_file_comes_back_as_stored,
    a_large_file_goes_in_parts_and_its_id_is_noted_first,
    an_empty_file_is_a_file,
    a_stream_is_stored_up_to_its_limit,
    a_stream_over_its_limit_stores_nothing,
    a_stream_that_breaks_stores_nothing,
    an_upload_that_cannot_be_noted_is_given_up,
    an_upload_can_be_aborted_later_and_twice,
    a_range_is_cut_at_the_end_and_refused_behind_it,
    a_file_with_another_hash_is_not_put_in_its_place,
    a_missing_file_is_not_found_and_deleting_it_is_no_error,
    a_list_has_whole_segments_and_can_be_deleted_from,
    a_key_that_leaves_its_place_is_refused,
    the_check_leaves_nothing_behind,
);

/// Bytes that compress badly and differ from place to place.
pub fn bytes(length: usize) -> Bytes {
    let mut state = 1u64;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        state.to_le_bytes()
    });
    words.flatten().take(length).collect::<Vec<_>>().into()
}

/// Two parts: a full one and a bit.
const LARGE: usize = PART + 12_345;
const PART: usize = 8 * 1024 * 1024;

pub fn in_s3(s3: &S3, prefix: &str, patience: Patience) -> Files {
    let endpoint = s3.endpoint();
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_REGION", "us-east-1"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Files::open_with(&format!("s3://{}/{prefix}", s3.bucket), false, variables, patience).unwrap()
}

fn in_folder(folder: &Path) -> Files {
    Files::open_with(&format!("file://{}", folder.display()), false, [], Patience::default()).unwrap()
}

/// Remembers the uploads it hears of.
#[derive(Default)]
pub struct Noted(pub Mutex<Vec<(String, String)>>);

#[async_trait]
impl Unfinished for Noted {
    async fn begun(&self, key: &str, upload: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.0.lock().unwrap().push((key.to_owned(), upload.to_owned()));
        Ok(())
    }
}

pub async fn read(files: &Files, key: &str) -> Result<Vec<u8>, Error> {
    Ok(files.stream(key, None).await?.body.try_collect::<Vec<_>>().await?.concat())
}

async fn is_missing(files: &Files, key: &str) -> bool {
    matches!(files.head(key).await, Err(Error::NotFound { key: missing }) if missing == key)
}

async fn a_small_file_comes_back_as_stored(files: &Files) {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("from"), dir.path().join("to"));
    std::fs::write(&from, "hello\n").unwrap();
    let stored = files.put_file("results/a/b/students.csv", &from, &()).await.unwrap();
    let sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    assert_eq!(stored, Stored { bytes: 6, sha256: sha256.to_owned() });
    assert_eq!(files.head("results/a/b/students.csv").await.unwrap().bytes, 6);
    assert_eq!(files.get_to_file("results/a/b/students.csv", &to, sha256).await.unwrap(), 6);
    assert_eq!(std::fs::read(&to).unwrap(), b"hello\n");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "no temporary file is left");
}

async fn a_large_file_goes_in_parts_and_its_id_is_noted_first(files: &Files) {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("from"), dir.path().join("to"));
    let large = bytes(LARGE);
    std::fs::write(&from, &large).unwrap();
    let noted = Noted::default();
    let stored = files.put_file("snapshots/large", &from, &noted).await.unwrap();
    assert_eq!(stored.bytes, LARGE as u64);
    let noted = noted.0.into_inner().unwrap();
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].0, "snapshots/large");
    assert_eq!(files.get_to_file("snapshots/large", &to, &stored.sha256).await.unwrap(), LARGE as u64);
    assert!(std::fs::read(&to).unwrap() == large);
    assert_eq!(files.list("").await.unwrap().len(), 1);
}

async fn an_empty_file_is_a_file(files: &Files) {
    let stored = files.put_bytes("empty", Bytes::new()).await.unwrap();
    assert_eq!(stored.bytes, 0);
    assert!(read(files, "empty").await.unwrap().is_empty());
}

async fn a_stream_is_stored_up_to_its_limit(files: &Files) {
    for length in [10, PART, PART + 1, 2 * PART] {
        let whole = bytes(length);
        let pieces: Vec<_> =
            whole.chunks(1_000_003).map(Bytes::copy_from_slice).map(Ok::<_, Error>).collect();
        let stored = files.put_stream("bundle", stream::iter(pieces), length as u64, &()).await.unwrap();
        assert_eq!(stored.bytes, length as u64);
        assert!(read(files, "bundle").await.unwrap() == whole);
    }
}

async fn a_stream_over_its_limit_stores_nothing(files: &Files) {
    for (length, limit) in [(11, 10), (LARGE, LARGE - 1)] {
        let whole = bytes(length);
        let pieces: Vec<_> =
            whole.chunks(1_000_003).map(Bytes::copy_from_slice).map(Ok::<_, Error>).collect();
        let stored = files.put_stream("bundle", stream::iter(pieces), limit as u64, &()).await;
        assert!(matches!(stored, Err(Error::TooLarge { limit: told }) if told == limit as u64));
        assert!(is_missing(files, "bundle").await);
    }
}

async fn a_stream_that_breaks_stores_nothing(files: &Files) {
    for length in [10, LARGE] {
        let pieces = [Ok(bytes(length)), Err(std::io::Error::other("the browser went away"))];
        let stored = files.put_stream("bundle", stream::iter(pieces), u64::MAX, &()).await;
        assert!(matches!(stored, Err(Error::Source { .. })));
        assert!(is_missing(files, "bundle").await);
    }
}

async fn an_upload_that_cannot_be_noted_is_given_up(files: &Files) {
    struct Deaf;
    #[async_trait]
    impl Unfinished for Deaf {
        async fn begun(&self, _: &str, _: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            Err("the database is away".into())
        }
    }
    let stored = files.put_stream("x", stream::iter([Ok::<_, Error>(bytes(LARGE))]), u64::MAX, &Deaf).await;
    assert!(matches!(stored, Err(Error::Note { .. })));
    assert!(is_missing(files, "x").await);
}

async fn an_upload_can_be_aborted_later_and_twice(files: &Files) {
    let noted = Noted::default();
    // A process that dies in the middle: the upload is begun, and nobody goes on with it.
    let endless = stream::iter([Ok::<_, Error>(bytes(LARGE))]);
    let endless = futures::StreamExt::chain(endless, stream::pending());
    tokio::select! {
        put = files.put_stream("x", endless, u64::MAX, &noted) => panic!("it cannot end: {put:?}"),
        () = eventually("an upload", LONG, async || (!noted.0.lock().unwrap().is_empty()).then_some(())) => {}
    }
    let (key, upload) = noted.0.into_inner().unwrap().pop().unwrap();
    files.abort(&key, &upload).await.unwrap();
    // The S3 server of these tests says 403 of an upload that is no more, where others say 404.
    let again = files.abort(&key, &upload).await;
    assert!(matches!(again, Ok(()) | Err(Error::Refused { .. })), "{again:?}");
    assert!(is_missing(files, "x").await);
}

async fn a_range_is_cut_at_the_end_and_refused_behind_it(files: &Files) {
    files.put_bytes("x", Bytes::from_static(b"0123456789")).await.unwrap();
    for (range, expected) in [(0..1, "0"), (3..7, "3456"), (8..100, "89")] {
        let reading = files.stream("x", Some(range.clone())).await.unwrap();
        assert_eq!((reading.size, reading.range.start), (10, range.start));
        assert_eq!(reading.body.try_collect::<Vec<_>>().await.unwrap().concat(), expected.as_bytes());
    }
    for range in [10..11, 4..4] {
        assert!(matches!(files.stream("x", Some(range)).await, Err(Error::OutOfRange { size: 10 })));
    }
}

async fn a_file_with_another_hash_is_not_put_in_its_place(files: &Files) {
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("to");
    std::fs::write(&to, "before").unwrap();
    files.put_bytes("x", Bytes::from_static(b"hello\n")).await.unwrap();
    let got = files.get_to_file("x", &to, &"0".repeat(64)).await;
    assert!(matches!(got, Err(Error::Integrity { .. })));
    assert_eq!(std::fs::read(&to).unwrap(), b"before");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
}

async fn a_missing_file_is_not_found_and_deleting_it_is_no_error(files: &Files) {
    assert!(is_missing(files, "no/such").await);
    assert!(matches!(files.stream("no/such", None).await, Err(Error::NotFound { .. })));
    files.delete("no/such").await.unwrap();
    files.put_bytes("x", Bytes::from_static(b"x")).await.unwrap();
    files.delete("x").await.unwrap();
    files.delete("x").await.unwrap();
    assert!(is_missing(files, "x").await);
}

async fn a_list_has_whole_segments_and_can_be_deleted_from(files: &Files) {
    for key in ["results/t/1/a.csv", "results/t/1/b.csv", "results/t/10/a.csv", "bundles/x"] {
        files.put_bytes(key, Bytes::from_static(b"x")).await.unwrap();
    }
    let keys = async |prefix: &str| {
        let mut keys: Vec<_> = files.list(prefix).await.unwrap().into_iter().map(|entry| entry.key).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys("results/t/1").await, ["results/t/1/a.csv", "results/t/1/b.csv"]);
    assert_eq!(keys("nothing").await, [""; 0]);
    assert_eq!(keys("").await.len(), 4);
    for key in keys("").await {
        files.delete(&key).await.unwrap();
    }
    assert_eq!(keys("").await, [""; 0]);
}

async fn a_key_that_leaves_its_place_is_refused(files: &Files) {
    for key in ["", "../x", "a/../../x", "a//b", "/a", ".unfinished/x", "a/./b"] {
        let put = files.put_bytes(key, Bytes::from_static(b"x")).await;
        assert!(matches!(put, Err(Error::Key { .. })), "{key:?}: {put:?}");
    }
}

async fn the_check_leaves_nothing_behind(files: &Files) {
    files.check().await.unwrap();
    assert!(files.list("").await.unwrap().is_empty());
}
