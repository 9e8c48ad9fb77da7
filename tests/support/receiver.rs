//! An HTTP server that webhooks call: it keeps what it is told and answers as the test says.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::signals::{LONG, soon};

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    head: String,
    /// Its body.
    pub body: String,
}

impl Call {
    /// A header's value.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next();
        found.unwrap_or_else(|| panic!("no header {name}: {}", self.head))
    }
}

/// How one call is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With this status.
    Status(u16),
    /// With a redirect to this address.
    Redirect(String),
    /// Not at all.
    Hang,
}

/// The server. Calls behind the planned replies are answered with 204.
pub struct Receiver {
    /// Its address.
    pub address: SocketAddr,
    calls: watch::Receiver<Vec<Call>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// Starts one on a free port.
    pub async fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (send, calls) = watch::channel(Vec::new());
        let send = Arc::new(send);
        let replies = Arc::new(Mutex::new(VecDeque::new()));
        let planned = Arc::clone(&replies);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&send), Arc::clone(&planned)));
            }
        });
        Receiver { address, calls, replies, task }
    }

    /// Its origin.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How the next calls are answered.
    pub fn plan(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// All calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.borrow().clone()
    }

    /// Waits until there were so many calls.
    pub async fn wait(&self, count: usize) -> Vec<Call> {
        let mut calls = self.calls.clone();
        let enough = calls.wait_for(|calls| calls.len() >= count);
        soon("calls of the webhook", LONG, enough).await.unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    calls: Arc<watch::Sender<Vec<Call>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
) {
    let mut bytes = Vec::new();
    let (head, start) = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break (String::from_utf8_lossy(&bytes[..at]).into_owned(), at + 4);
        }
        if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
            return;
        }
    };
    let call = Call { head, body: String::new() };
    let length: usize = call.header("content-length").parse().unwrap();
    while bytes.len() < start + length {
        if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
            return;
        }
    }
    let body = String::from_utf8_lossy(&bytes[start..start + length]).into_owned();
    let reply = replies.lock().unwrap().pop_front().unwrap_or(Reply::Status(204));
    calls.send_modify(|calls| calls.push(Call { body, ..call }));
    let answer = match reply {
        Reply::Status(status) => format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n"),
        Reply::Redirect(to) => format!("HTTP/1.1 307 x\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"),
        Reply::Hang => return std::future::pending().await,
    };
    // Whoever called may have gone.
    let _gone = stream.write_all(answer.as_bytes()).await;
}
