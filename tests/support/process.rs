//! A server process that a test owns, and harms.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that runs in the foreground of one of the scripts beside this file.
pub struct Server {
    script: &'static str,
    dir: tempfile::TempDir,
    child: Option<Child>,
    /// Variables of its next start.
    pub variables: Vec<(&'static str, String)>,
}

impl Server {
    /// Starts a server in a folder of its own.
    pub fn start(script: &'static str) -> Server {
        let dir = tempfile::Builder::new().prefix("registrar-test.").tempdir().unwrap();
        let mut server = Server { script, dir, child: None, variables: Vec::new() };
        server.start_again();
        server
    }

    /// Starts it again with the same data and ports.
    pub fn start_again(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log =
            std::fs::File::options().create(true).append(true).open(self.dir.path().join("log.txt")).unwrap();
        let child = Command::new("bash")
            .arg(script_path(self.script))
            .arg("start")
            .arg(self.dir.path())
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// Where it keeps everything.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// One of its ports, once it is open.
    pub fn port(&mut self, name: &str) -> u16 {
        let deadline = shared::clock::monotonic() + Duration::from_secs(90);
        let prefix = format!("{name}=");
        while shared::clock::monotonic() < deadline {
            let child = self.child.as_mut().expect("the server was started");
            if let Some(status) = child.try_wait().unwrap() {
                let log = std::fs::read_to_string(self.dir.path().join("log.txt")).unwrap_or_default();
                panic!("{} ended with {status} while it started:\n{log}", self.script);
            }
            let ports = std::fs::read_to_string(self.dir.path().join("ports")).unwrap_or_default();
            let port = ports.lines().find_map(|line| line.strip_prefix(&prefix)?.parse().ok());
            if let Some(port) = port
                && std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
            {
                return port;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{} did not start in time", self.script);
    }

    /// Runs another verb of the script and returns what it printed.
    pub fn run(&self, verb: &str, words: &[&str]) -> String {
        let output = Command::new("bash")
            .arg(script_path(self.script))
            .arg(verb)
            .arg(self.dir.path())
            .args(words)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{verb} {words:?}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(&mut self) {
        self.signal_and_wait("-TERM");
    }

    /// Stops it with another signal and waits until it has.
    pub fn stop_with(&mut self, signal: &str) {
        self.signal_and_wait(signal);
    }

    /// Kills it on the spot.
    pub fn kill(&mut self) {
        self.signal_and_wait("-KILL");
    }

    /// Sends a signal, such as `-STOP`.
    pub fn signal(&self, signal: &str) {
        let child = self.child.as_ref().expect("the server runs");
        let status = Command::new("kill").arg(signal).arg(child.id().to_string()).status().unwrap();
        assert!(status.success());
    }

    fn signal_and_wait(&mut self, signal: &str) {
        self.signal(signal);
        let mut child = self.child.take().expect("the server runs");
        child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // PostgreSQL ends its own processes on QUIT; whatever does not gets killed.
            let _ = Command::new("kill").arg("-QUIT").arg(child.id().to_string()).status();
            let deadline = shared::clock::monotonic() + Duration::from_secs(1);
            while shared::clock::monotonic() < deadline && matches!(child.try_wait(), Ok(None)) {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn script_path(script: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support").join(script)
}

/// State and parent of a process; none when it is gone.
fn status(pid: u32) -> Option<(char, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut words = stat.rsplit_once(')')?.1.split_whitespace();
    Some((words.next()?.chars().next()?, words.next()?.parse().ok()?))
}

/// Processes that this one started.
pub fn children(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("a /proc");
    let pids = entries.filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| status(*pid).is_some_and(|(_, p)| p == parent)).collect()
}

/// Whether processes end within two seconds; a zombie has ended.
pub fn all_gone(pids: &[u32]) -> bool {
    (0..100).any(|_| {
        let gone = pids.iter().all(|pid| status(*pid).is_none_or(|(state, _)| state == 'Z'));
        if !gone {
            std::thread::sleep(Duration::from_millis(20));
        }
        gone
    })
}
