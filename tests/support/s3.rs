//! An S3 server in this process, with real signatures and a proxy before it.

use std::net::SocketAddr;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::proxy::{Mode, Proxy};

/// Key of the only account.
pub const KEY: &str = "registrar-test";
/// Secret of the only account.
pub const SECRET: &str = "registrar-test-secret";

/// A server with one bucket.
pub struct S3 {
    dir: tempfile::TempDir,
    proxy: Proxy,
    task: JoinHandle<()>,
    /// Its bucket.
    pub bucket: String,
}

impl S3 {
    /// Starts one on a free port.
    pub async fn start() -> S3 {
        let dir = tempfile::tempdir().unwrap();
        let bucket = super::unique("bucket");
        std::fs::create_dir(dir.path().join(&bucket)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(dir.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target: SocketAddr = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    // A connection that breaks is the client's to notice.
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        S3 { dir, proxy: Proxy::start(target).await, task, bucket }
    }

    /// Address of the API.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.proxy.address)
    }

    /// Makes it refuse, hang, answer 503 or cut.
    pub fn set(&self, mode: Mode) {
        self.proxy.set(mode);
    }

    /// Where the bucket's objects are on disk.
    pub fn folder(&self) -> std::path::PathBuf {
        self.dir.path().join(&self.bucket)
    }

    /// What the server keeps of uploads that were begun and neither completed nor aborted.
    pub fn unfinished(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.filter(|name| name.contains("upload")).collect()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.task.abort();
    }
}
