//! Where files are kept.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, Checksum};
use object_store::local::LocalFileSystem;
use object_store::{BackoffConfig, ClientOptions, RetryConfig};
use url::{Host, Url};

use super::{Error, Patience};

/// Time to connect.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A storage and the prefix of all keys in it.
pub(super) struct Opened {
    pub engine: Engine,
    pub prefix: String,
}

/// The two kinds of storage.
#[derive(Clone)]
pub(super) enum Engine {
    S3(Arc<AmazonS3>),
    /// A folder, and its path.
    Folder(Arc<LocalFileSystem>, PathBuf),
}

/// Opens what an address names. No request is made yet.
pub(super) fn open(
    address: &str,
    allow_http: bool,
    variables: impl IntoIterator<Item = (String, String)>,
    patience: Patience,
) -> Result<Opened, Error> {
    let form = || {
        Error::Address(
            "the storage's address is not of the form s3://bucket/prefix or file:///folder".to_owned(),
        )
    };
    let url = Url::parse(address).map_err(|_| form())?;
    match url.scheme() {
        "file" => folder(url.to_file_path().map_err(|()| form())?),
        "s3" => {
            let bucket = url.host_str().ok_or_else(form)?;
            let prefix = url.path().trim_matches('/').to_owned();
            let engine = s3(bucket, allow_http, variables, patience)?;
            Ok(Opened { engine, prefix })
        }
        _ => Err(form()),
    }
}

fn folder(path: PathBuf) -> Result<Opened, Error> {
    std::fs::create_dir_all(&path).map_err(Error::writing)?;
    let path = path.canonicalize().map_err(Error::reading)?;
    let store = LocalFileSystem::new_with_prefix(&path)
        .map_err(|_| Error::Address("the storage's folder cannot be opened".to_owned()))?
        .with_fsync(true);
    Ok(Opened { engine: Engine::Folder(Arc::new(store), path), prefix: String::new() })
}

fn s3(
    bucket: &str,
    allow_http: bool,
    variables: impl IntoIterator<Item = (String, String)>,
    patience: Patience,
) -> Result<Engine, Error> {
    let mut builder = AmazonS3Builder::new();
    for (name, value) in variables {
        if name.starts_with("AWS_")
            && let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>()
        {
            builder = builder.with_config(key, value);
        }
    }
    let endpoint = builder.get_config_value(&AmazonS3ConfigKey::Endpoint);
    let plain = endpoint.is_some_and(|endpoint| is_plain(&endpoint));
    let local = builder.get_config_value(&AmazonS3ConfigKey::Endpoint).is_some_and(|url| is_loopback(&url));
    if plain && !local && !allow_http {
        return Err(Error::Address(
            "the storage's endpoint is plain http to another machine; use https, or allow it by name"
                .to_owned(),
        ));
    }
    let client = ClientOptions::new()
        .with_allow_http(plain)
        .with_connect_timeout(CONNECT_WITHIN.min(patience.silent))
        .with_read_timeout(patience.silent)
        // The whole of a request is timed by us, as a large file may take long.
        .with_timeout_disabled();
    let retry = RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: 10,
        retry_timeout: patience.whole,
    };
    builder
        .with_bucket_name(bucket)
        .with_client_options(client)
        .with_retry(retry)
        .with_checksum_algorithm(Checksum::SHA256)
        // One request for each file: some servers do not know the other form.
        .with_disable_bulk_delete(true)
        .build()
        .map(|store| Engine::S3(Arc::new(store)))
        // The library's words may repeat a setting's value.
        .map_err(|_| Error::Address("the storage's AWS_* settings do not make an S3 client".to_owned()))
}

fn is_plain(endpoint: &str) -> bool {
    Url::parse(endpoint).is_ok_and(|url| url.scheme() == "http")
}

fn is_loopback(endpoint: &str) -> bool {
    let Ok(url) = Url::parse(endpoint) else { return false };
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s3_at(endpoint: &str, allow_http: bool) -> Result<Opened, Error> {
        let variables = [
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "hidden"),
            ("AWS_ALLOW_HTTP", "true"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        open("s3://bucket/some/prefix/", allow_http, variables, Patience::default())
    }

    #[test]
    fn plain_http_is_for_loopback_or_when_allowed_by_name() {
        for endpoint in
            ["http://127.0.0.1:9000", "http://[::1]:9000", "http://localhost:9000", "https://s3.example"]
        {
            assert_eq!(s3_at(endpoint, false).unwrap().prefix, "some/prefix");
        }
        for endpoint in ["http://s3.example", "http://10.0.0.1:9000", "http://localhost.example"] {
            assert!(matches!(s3_at(endpoint, false), Err(Error::Address(_))), "{endpoint}");
            s3_at(endpoint, true).unwrap();
        }
    }

    #[test]
    fn other_addresses_are_refused_without_repeating_them() {
        for address in ["bucket", "http://user:hidden@host/", "s3:///x", "file://host/x", "/folder"] {
            let error = open(address, false, [], Patience::default()).err().unwrap();
            assert!(matches!(error, Error::Address(_)), "{address}");
            assert!(!error.to_string().contains("hidden"));
        }
    }
}
