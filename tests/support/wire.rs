//! A TCP line that falls silent, loses the answers, or stops at a chosen word. Bytes that were kept back arrive late, as
//! after a real partition.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// What passes, also on connections that stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Everything.
    Both,
    /// Nothing; connections stay open.
    Nothing,
    /// Requests reach the server, its answers are kept back.
    Requests,
}

/// Where a trap stops the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The server does not see the request.
    Request,
    /// The server has answered, the client does not hear it.
    Answer,
}

/// What a trap does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snap {
    /// Cuts the connection.
    Cut,
    /// Keeps it silent until it is released or the client is gone.
    Hold,
}

struct Trap {
    word: Vec<u8>,
    place: Place,
    snap: Snap,
    left: usize,
}

struct State {
    flow: watch::Sender<Flow>,
    trap: Mutex<Option<Trap>>,
    sprung: watch::Sender<usize>,
    released: watch::Sender<usize>,
    cut: watch::Sender<usize>,
    stranded: watch::Sender<usize>,
}

/// A line to one server, on a free loopback port.
pub struct Wire {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl Wire {
    /// A line to `host:port` of an address such as `postgres://user@host:port/name`.
    pub async fn to(address: &str) -> Wire {
        let target: SocketAddr = authority(address).parse().expect("a server by number and port");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let own = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            flow: watch::Sender::new(Flow::Both),
            trap: Mutex::default(),
            sprung: watch::Sender::new(0),
            released: watch::Sender::new(0),
            cut: watch::Sender::new(0),
            stranded: watch::Sender::new(0),
        });
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            let mut lines = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                lines.spawn(async move {
                    let (mut cut, mut stranded) = (state.cut.subscribe(), state.stranded.subscribe());
                    let carrying = carry(client, target, &state);
                    tokio::pin!(carrying);
                    tokio::select! {
                        // A line that breaks is what this is for.
                        _ = &mut carrying => {}
                        _ = cut.changed() => {}
                        // Open and silent at both ends, until it is cut.
                        _ = stranded.changed() => drop(cut.changed().await),
                    }
                });
            }
        });
        Wire { address: own, state, task }
    }

    /// The address of the server, by way of this line.
    pub fn through(&self, address: &str) -> String {
        address.replacen(authority(address), &self.address.to_string(), 1)
    }

    /// Changes what passes.
    pub fn flow(&self, flow: Flow) {
        self.state.flow.send_replace(flow);
    }

    /// Cuts all connections that stand.
    pub fn cut(&self) {
        self.state.cut.send_modify(|n| *n += 1);
    }

    /// Connections that stand stay open and are silent for ever; those made from now on pass.
    pub fn strand(&self) {
        self.state.stranded.send_modify(|n| *n += 1);
    }

    /// Sets a trap: the next `times` requests with this word spring it.
    pub fn trap(&self, word: &str, place: Place, snap: Snap, times: usize) {
        let trap = Trap { word: word.as_bytes().to_vec(), place, snap, left: times };
        *self.state.trap.lock().expect("no panic holds it") = Some(trap);
    }

    /// Waits until traps have sprung so often.
    pub async fn sprung(&self, times: usize) {
        let mut sprung = self.state.sprung.subscribe();
        let waiting = sprung.wait_for(|n| *n >= times);
        super::signals::soon("the trap springs", super::signals::LONG, waiting)
            .await
            .expect("the line stands");
    }

    /// Lets go what is held.
    pub fn release(&self) {
        self.state.released.send_modify(|n| *n += 1);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// `host:port` of an address.
fn authority(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next().unwrap_or(rest);
    rest.rsplit_once('@').map_or(rest, |(_, authority)| authority)
}

impl State {
    /// Whether this piece of a request springs the trap. `tail` is the end of what went before.
    fn springs(&self, tail: &mut Vec<u8>, piece: &[u8]) -> Option<(Place, Snap)> {
        let mut trap = self.trap.lock().expect("no panic holds it");
        let trap = trap.as_mut().filter(|trap| trap.left > 0)?;
        tail.extend_from_slice(piece);
        let hit = tail.windows(trap.word.len()).any(|window| window == trap.word);
        let keep = if hit { 0 } else { trap.word.len() - 1 };
        tail.drain(..tail.len().saturating_sub(keep));
        hit.then(|| {
            trap.left -= 1;
            (trap.place, trap.snap)
        })
    }

    fn note(&self) {
        self.sprung.send_modify(|n| *n += 1);
    }

    async fn wait_for(&self, passes: impl Fn(Flow) -> bool) {
        let mut flow = self.flow.subscribe();
        // The sender lives as long as the line.
        let _open = flow.wait_for(|flow| passes(*flow)).await;
    }
}

async fn carry(client: TcpStream, target: SocketAddr, state: &State) -> std::io::Result<()> {
    state.wait_for(|flow| flow != Flow::Nothing).await;
    let server = TcpStream::connect(target).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let armed = watch::Sender::new(None);
    tokio::select! {
        done = requests(from_client, to_server, state, &armed) => done,
        done = answers(from_server, to_client, state, &armed) => done,
    }
}

async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: &State,
    armed: &watch::Sender<Option<Snap>>,
) -> std::io::Result<()> {
    let mut tail = Vec::new();
    let mut piece = Vec::with_capacity(64 << 10);
    while from.read_buf(&mut piece).await? > 0 {
        match state.springs(&mut tail, &piece) {
            Some((Place::Request, Snap::Cut)) => {
                state.note();
                return Ok(());
            }
            Some((Place::Request, Snap::Hold)) => {
                let mut released = state.released.subscribe();
                state.note();
                loop {
                    tokio::select! {
                        _ = released.changed() => break,
                        more = from.read_buf(&mut piece) => if more? == 0 { return Ok(()) },
                    }
                }
            }
            Some((Place::Answer, snap)) => {
                armed.send_replace(Some(snap));
            }
            None => {}
        }
        state.wait_for(|flow| flow != Flow::Nothing).await;
        to.write_all(&piece).await?;
        piece.clear();
    }
    Ok(())
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: &State,
    armed: &watch::Sender<Option<Snap>>,
) -> std::io::Result<()> {
    let mut piece = Vec::with_capacity(64 << 10);
    while from.read_buf(&mut piece).await? > 0 {
        if let Some(snap) = armed.send_replace(None) {
            let mut released = state.released.subscribe();
            state.note();
            match snap {
                Snap::Cut => return Ok(()),
                // An end of the client ends the other direction, and this one with it.
                Snap::Hold => drop(released.changed().await),
            }
        }
        state.wait_for(|flow| flow == Flow::Both).await;
        to.write_all(&piece).await?;
        piece.clear();
    }
    Ok(())
}
