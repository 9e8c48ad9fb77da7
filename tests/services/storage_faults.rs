//! What breaks between us and the storage, and what must hold then.

use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use shared::files::{Error, Files, Patience};

use super::files::{Noted, bytes, in_s3, read};
use super::support::proxy::Mode;
use super::support::s3::S3;
use super::support::signals::soon;

const HASTY: Patience = Patience { silent: Duration::from_millis(300), whole: Duration::from_secs(2) };
const PATIENT: Patience = Patience { silent: Duration::from_secs(4), whole: Duration::from_secs(30) };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storage_that_refuses_hangs_or_is_unavailable_is_away_and_says_so_in_time() {
    let s3 = S3::start().await;
    let files = in_s3(&s3, "p", HASTY);
    files.put_bytes("x", Bytes::from_static(b"x")).await.unwrap();
    for mode in [Mode::Refuse, Mode::Hang, Mode::Unavailable] {
        s3.set(mode);
        let put =
            soon("an answer", Duration::from_secs(10), files.put_bytes("y", Bytes::from_static(b"y"))).await;
        let error = put.unwrap_err();
        assert!(error.is_passing(), "{mode:?}: {error:?}");
        assert_eq!(error.to_string(), "the storage is away (storing a file)");
        let check = soon("an answer", Duration::from_secs(10), files.check()).await;
        assert!(check.unwrap_err().is_passing());
    }
    s3.set(Mode::Forward);
    files.check().await.unwrap();
}

async fn outlives(mode: Mode) {
    let s3 = S3::start().await;
    let files = in_s3(&s3, "p", PATIENT);
    s3.set(mode);
    let large = bytes(9_000_000);
    let put = files.put_stream("x", stream::iter([Ok::<_, Error>(large.clone())]), u64::MAX, &());
    let back = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        s3.set(Mode::Forward);
    };
    let (stored, ()) = tokio::join!(put, back);
    stored.unwrap();
    assert!(read(&files, "x").await.unwrap() == large);
    assert!(s3.unfinished().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_outlives_refused_connections() {
    outlives(Mode::Refuse).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_outlives_silence() {
    outlives(Mode::Hang).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_outlives_answers_of_503() {
    outlives(Mode::Unavailable).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_outlives_cut_lines() {
    outlives(Mode::CutAfter(100_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_torn_upload_is_never_seen_and_is_aborted() {
    let s3 = S3::start().await;
    let files = in_s3(&s3, "p", HASTY);
    s3.set(Mode::CutAfter(1_000_000));
    let noted = Noted::default();
    let put = files.put_stream("x", stream::iter([Ok::<_, Error>(bytes(9_000_000))]), u64::MAX, &noted);
    let put = soon("an answer", Duration::from_secs(30), put).await;
    assert!(put.unwrap_err().is_passing());
    s3.set(Mode::Forward);
    assert!(matches!(files.head("x").await, Err(Error::NotFound { .. })));
    assert_eq!(noted.0.into_inner().unwrap().len(), 1, "it could have been aborted later");
    assert!(s3.unfinished().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_is_taken_up_where_it_broke() {
    let s3 = S3::start().await;
    let files = in_s3(&s3, "p", PATIENT);
    let large = bytes(8_000_000);
    let stored = files.put_bytes("x", large.clone()).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("x");
    let get = files.get_to_file("x", &to, &stored.sha256);
    let cuts = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(30)).await;
            s3.set(Mode::Forward);
        }
    };
    let (got, ()) = tokio::join!(get, cuts);
    assert_eq!(got.unwrap(), 8_000_000);
    assert!(std::fs::read(&to).unwrap() == large);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_is_found_out() {
    let s3 = S3::start().await;
    let files = in_s3(&s3, "p", PATIENT);
    let stored = files.put_bytes("x", Bytes::from_static(b"hello")).await.unwrap();
    std::fs::write(s3.folder().join("p/x"), "hallo").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let got = files.get_to_file("x", &dir.path().join("x"), &stored.sha256).await;
    assert!(matches!(got, Err(Error::Integrity { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_credentials_and_a_missing_bucket_are_refusals_without_secrets() {
    let s3 = S3::start().await;
    let endpoint = s3.endpoint();
    let open = |bucket: &str, secret: &str| {
        let variables = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", super::support::s3::KEY),
            ("AWS_SECRET_ACCESS_KEY", secret),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Files::open_with(&format!("s3://{bucket}"), false, variables, HASTY).unwrap()
    };
    let errors = [
        open(&s3.bucket, "another-secret").check().await.unwrap_err(),
        open(&s3.bucket, "another-secret").list("").await.unwrap_err(),
        open("no-such-bucket", super::support::s3::SECRET).list("").await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, Error::Refused { .. }), "{error:?}");
        assert!(!error.to_string().contains("secret"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_leaves_no_part_of_a_file() {
    let disk = super::support::disk::Small::mount(4);
    let variables = std::iter::empty::<(String, String)>();
    let files =
        Files::open_with(&format!("file://{}", disk.path().display()), false, variables, HASTY).unwrap();
    for size in [3_000_000, 9_000_000] {
        disk.fill(1 << 20);
        let put = files.put_bytes("large", bytes(size)).await;
        assert!(matches!(put, Err(Error::Local { .. } | Error::Away { .. })), "{put:?}");
        assert!(matches!(files.head("large").await, Err(Error::NotFound { .. })));
        disk.empty();
    }
    let s3 = S3::start().await;
    let far = in_s3(&s3, "p", HASTY);
    for size in [30_000, 3_000_000] {
        let stored = far.put_bytes("x", bytes(size)).await.unwrap();
        disk.fill(8 << 10);
        let to = disk.path().join("x");
        let got = far.get_to_file("x", &to, &stored.sha256).await;
        assert!(matches!(got, Err(Error::Local { .. })), "{got:?}");
        assert!(!to.exists());
        disk.empty();
    }
}
