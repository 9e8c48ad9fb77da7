//! A TCP proxy that cuts a real line.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the proxy does with connections, from now on and with those that stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Passes all bytes on.
    Forward,
    /// Closes at once.
    Refuse,
    /// Takes connections and bytes, and says nothing.
    Hang,
    /// Answers every request with HTTP 503.
    Unavailable,
    /// Passes this many bytes of each connection's requests on, then cuts it.
    CutAfter(u64),
}

/// A proxy on a free loopback port.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    mode: watch::Sender<Mode>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Starts to pass connections on to `target`.
    pub async fn start(target: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mode = watch::Sender::new(Mode::Forward);
        let modes = mode.subscribe();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut modes = modes.clone();
                let mode = *modes.borrow_and_update();
                tokio::spawn(async move {
                    let serving = serve(stream, target, mode);
                    tokio::pin!(serving);
                    tokio::select! {
                        // A line that breaks is what the proxy is for.
                        _ = &mut serving => return,
                        _ = modes.changed() => {}
                    }
                    // A line that stood when it was told to hang stays open and silent.
                    while *modes.borrow_and_update() == Mode::Hang && modes.changed().await.is_ok() {}
                });
            }
        });
        Proxy { address, mode, task }
    }

    /// Changes the mode; connections that stand are cut, or fall silent with [`Mode::Hang`].
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, target: SocketAddr, mode: Mode) -> std::io::Result<()> {
    match mode {
        Mode::Forward => {
            let mut onward = TcpStream::connect(target).await?;
            copy_bidirectional(&mut stream, &mut onward).await?;
        }
        Mode::Refuse => {}
        Mode::Hang => {
            let mut nowhere = tokio::io::sink();
            tokio::io::copy(&mut stream, &mut nowhere).await?;
        }
        Mode::Unavailable => {
            let mut head = Vec::new();
            while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
                if stream.read_buf(&mut head).await? == 0 {
                    return Ok(());
                }
            }
            stream
                .write_all(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .await?;
            stream.shutdown().await?;
            // What is still sent is read, as a reset could overtake the answer.
            let mut nowhere = tokio::io::sink();
            tokio::io::copy(&mut stream, &mut nowhere).await?;
        }
        Mode::CutAfter(bytes) => {
            let onward = TcpStream::connect(target).await?;
            let (mut from_server, mut to_server) = onward.into_split();
            let (from_client, mut to_client) = stream.into_split();
            let mut some = from_client.take(bytes);
            tokio::select! {
                cut = tokio::io::copy(&mut some, &mut to_server) => drop(cut?),
                ended = tokio::io::copy(&mut from_server, &mut to_client) => drop(ended?),
            }
        }
    }
    Ok(())
}
