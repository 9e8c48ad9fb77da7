//! A slot's child process: started from one permanent thread, kept warm, killed and replaced when it has to be
//! (reliability, section 4).

use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use shared::clock;
use shared::job::{FailureClass, Progress};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc as channel, oneshot, watch};

use super::lease::Stop;
use crate::child::protocol::{Task, Word};

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// What it says of itself.
    Done(serde_json::Value),
    /// A fault and one sentence.
    Failed(FailureClass, String),
    /// It was stopped from outside.
    Stopped(Stop),
}

/// What a child may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of memory; 0 is no limit.
    pub memory: u64,
    /// Longest silence.
    pub silence: Duration,
    /// Longest run.
    pub run: Duration,
}

/// Starts children from a thread that lives as long as the process: a parent-death signal follows the thread that
/// started the child.
#[derive(Clone, Debug)]
pub struct Spawner {
    asks: mpsc::Sender<(u64, oneshot::Sender<std::io::Result<Child>>)>,
}

impl Spawner {
    /// Starts the thread.
    pub fn start() -> Spawner {
        let (asks, asked) = mpsc::channel::<(u64, oneshot::Sender<std::io::Result<Child>>)>();
        std::thread::spawn(move || {
            for (memory, answer) in asked {
                // The running program, also when its file was replaced by an upgrade.
                let child = Command::new("/proc/self/exe")
                    .args(["executor", "--memory", &memory.to_string()])
                    .env_clear()
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn();
                // A slot that is gone takes no child; dropping its pipes ends it.
                let _gone = answer.send(child);
            }
        });
        Spawner { asks }
    }

    async fn spawn(&self, memory: u64) -> std::io::Result<Executor> {
        let gone = || std::io::Error::other("the thread that starts executors is gone");
        let (answer, child) = oneshot::channel();
        self.asks.send((memory, answer)).map_err(|_| gone())?;
        let mut child = child.await.map_err(|_| gone())??;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else { return Err(gone()) };
        let mut stderr = tokio::process::ChildStderr::from_std(stderr)?;
        let (last_words, heard) = watch::channel(String::new());
        tokio::spawn(async move {
            let mut buffer = [0; 512];
            while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
                let words = String::from_utf8_lossy(&buffer[..read]).into_owned();
                last_words.send_modify(|said: &mut String| {
                    if said.len() < LAST_WORDS {
                        said.push_str(&words);
                    }
                });
            }
        });
        Ok(Executor {
            child: Some(child),
            stdin: ChildStdin::from_std(stdin)?,
            lines: BufReader::new(ChildStdout::from_std(stdout)?).lines(),
            last_words: heard,
            baseline: None,
        })
    }
}

/// A child.
#[derive(Debug)]
struct Executor {
    child: Option<Child>,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    last_words: watch::Receiver<String>,
    /// Bytes that it held after its first task.
    baseline: Option<u64>,
}

impl Executor {
    /// Bytes of memory that are the child's own.
    fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.as_ref()?.id())).ok()?;
        let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"))?;
        Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may be gone already.
            let _gone = child.kill();
            std::thread::spawn(move || {
                let _status = child.wait();
            });
        }
    }
}

/// A slot's place for a child.
#[derive(Debug)]
pub struct Seat {
    spawner: Spawner,
    executor: Option<Executor>,
}

/// Bytes of a child's last words that are kept.
const LAST_WORDS: usize = 4096;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// A warm child that has grown by more than this after a task is replaced.
const GROWTH: u64 = 512 << 20;

impl Seat {
    /// A seat without a child yet.
    pub fn new(spawner: Spawner) -> Seat {
        Seat { spawner, executor: None }
    }

    /// Starts a child ahead of the first task.
    pub async fn warm(&mut self, memory: u64) {
        if self.executor.is_none() {
            self.executor = self.spawner.spawn(memory).await.ok();
        }
    }

    /// Runs a task in the child. `progress` takes its steps, `stop` ends it.
    pub async fn run(
        &mut self,
        task: &Task,
        bounds: Bounds,
        progress: &channel::UnboundedSender<Progress>,
        stop: &mut watch::Receiver<Stop>,
    ) -> Outcome {
        let internal = |what: &str| Outcome::Failed(FailureClass::Internal, what.to_owned());
        let mut executor = match self.executor.take() {
            Some(executor) => executor,
            None => match self.spawner.spawn(bounds.memory).await {
                Ok(executor) => executor,
                Err(_) => return internal("The worker cannot start a process for the job."),
            },
        };
        let Ok(mut line) = serde_json::to_vec(task) else { return internal("The job cannot be described.") };
        line.push(b'\n');
        let sent = async {
            executor.stdin.write_all(&line).await?;
            executor.stdin.flush().await
        };
        if sent.await.is_err() {
            return crashed(&executor).await;
        }
        let start = clock::monotonic();
        let mut heard = start;
        let mut look = tokio::time::interval(LOOK);
        let outcome = loop {
            if *stop.borrow() != Stop::No {
                break Outcome::Stopped(*stop.borrow());
            }
            tokio::select! {
                line = executor.lines.next_line() => {
                    heard = clock::monotonic();
                    let word = line.ok().flatten().map(|line| serde_json::from_str::<Word>(&line));
                    match word {
                        Some(Ok(Word::Progress { phase, done, total })) => {
                            // Nobody listens once the job is over.
                            let _over = progress.send(Progress { phase: Some(phase), done, total });
                        }
                        Some(Ok(Word::Done { summary })) => {
                            self.keep(executor);
                            return Outcome::Done(summary);
                        }
                        Some(Ok(Word::Failed { class, message })) => {
                            self.keep(executor);
                            return Outcome::Failed(class, message);
                        }
                        Some(Err(_)) => break internal("The job's process said something that the worker does not know."),
                        None => return crashed(&executor).await,
                    }
                }
                _ = look.tick() => {
                    if bounds.memory > 0 && executor.memory().is_some_and(|held| held > bounds.memory) {
                        break Outcome::Failed(FailureClass::Memory, out_of_memory(bounds.memory));
                    }
                    if heard.elapsed() > bounds.silence {
                        let minutes = bounds.silence.as_secs() / 60;
                        break Outcome::Failed(
                            FailureClass::TimeLimit,
                            format!("The job made no progress for {minutes} minutes and was stopped."),
                        );
                    }
                    if start.elapsed() > bounds.run {
                        let minutes = bounds.run.as_secs() / 60;
                        break Outcome::Failed(
                            FailureClass::TimeLimit,
                            format!("The job ran longer than {minutes} minutes and was stopped."),
                        );
                    }
                }
                changed = stop.changed() => {
                    if changed.is_err() {
                        break Outcome::Stopped(Stop::Lost);
                    }
                }
            }
        };
        drop(executor);
        outcome
    }

    /// Keeps a child warm, unless it holds much more than after its first task.
    fn keep(&mut self, mut executor: Executor) {
        let held = executor.memory().unwrap_or_default();
        let baseline = *executor.baseline.get_or_insert(held);
        if held <= baseline + GROWTH {
            self.executor = Some(executor);
        }
    }
}

fn out_of_memory(limit: u64) -> String {
    format!("The job needs more than the {} MiB of memory that it may use.", limit >> 20)
}

/// Why a child is gone: its last words tell a lack of memory from anything else.
async fn crashed(executor: &Executor) -> Outcome {
    // The words come on another pipe and may be late; it closes when all of them were read.
    let mut words = executor.last_words.clone();
    let closed = async { while words.changed().await.is_ok() {} };
    let _late = tokio::time::timeout(Duration::from_secs(2), closed).await;
    if executor.last_words.borrow().contains("memory allocation of") {
        return Outcome::Failed(
            FailureClass::Memory,
            "The job needs more memory than it may use.".to_owned(),
        );
    }
    let place = executor.last_words.borrow().trim().to_owned();
    if !place.is_empty() {
        tracing::warn!(place, "an executor stopped");
    }
    Outcome::Failed(FailureClass::Crash, "The job's process stopped unexpectedly.".to_owned())
}
