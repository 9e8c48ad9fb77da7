//! One kept-alive HTTP/1.1 connection.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Anything that ends the run.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Where requests go, and with which token.
#[derive(Clone)]
pub struct Address {
    host: Arc<str>,
    bearer: Arc<str>,
}

impl Address {
    /// `host:port` and a bearer token.
    pub fn new(host: String, token: String) -> Address {
        Address { host: host.into(), bearer: format!("Bearer {token}").into() }
    }
}

/// A connection.
pub struct Connection {
    address: Address,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: &Address) -> Result<Connection, Failure> {
        let stream = TcpStream::connect(&*address.host).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Its end shows at the next request.
        tokio::spawn(connection);
        Ok(Connection { address: address.clone(), sender })
    }

    /// Sends a request and reads its whole reply, which must have this status.
    pub async fn expect(
        &mut self,
        status: u16,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<Bytes, Failure> {
        let request = hyper::Request::builder()
            .method(method)
            .uri(path)
            .header("host", &*self.address.host)
            .header("authorization", &*self.address.bearer)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))?;
        self.sender.ready().await?;
        let reply = self.sender.send_request(request).await?;
        let got = reply.status().as_u16();
        let bytes = reply.into_body().collect().await?.to_bytes();
        if got != status {
            return Err(format!("{method} {path}: {got} {}", String::from_utf8_lossy(&bytes)).into());
        }
        Ok(bytes)
    }
}
