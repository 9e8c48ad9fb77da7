//! PostgreSQL: a database for each test on the shared server, or a server of its own.

use std::process::Command;

use super::process::Server;

/// A database, dropped with its connections when this value is dropped.
pub struct Database {
    base: String,
    name: String,
    /// Its address.
    pub address: String,
}

impl Database {
    /// A new one on the server of `tests/run.sh`.
    pub fn create() -> Database {
        Database::on(&super::address("REGISTRAR_TEST_POSTGRES"))
    }

    fn on(base: &str) -> Database {
        Database::made(base, "")
    }

    fn made(base: &str, how: &str) -> Database {
        let name = super::unique("test").replace('-', "_");
        psql(base, &format!("create database {name}{how}")).unwrap();
        Database { base: base.to_owned(), address: format!("{base}/{name}"), name }
    }

    /// Runs one statement and returns its rows, a line each, columns separated by `|`.
    pub fn sql(&self, statement: &str) -> String {
        psql(&self.address, statement).unwrap()
    }

    /// Cuts all connections to it.
    pub fn cut_connections(&self) {
        let statement =
            format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'", self.name);
        psql(&self.base, &statement).unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The server may have been stopped by the test.
        let _ = psql(&self.base, &format!("drop database if exists {} with (force)", self.name));
    }
}

/// A server that a test may harm.
pub struct Private {
    server: Server,
}

impl Private {
    /// Starts one and waits until it takes connections.
    pub fn start() -> Private {
        let mut private = Private { server: Server::start("postgres.sh") };
        private.wait();
        private
    }

    /// A database on it.
    pub fn database(&mut self) -> Database {
        Database::on(&self.base())
    }

    /// A database whose tables lie in a folder of another disk.
    pub fn database_on(&mut self, folder: &std::path::Path) -> Database {
        let space = folder.join("space");
        std::fs::create_dir(&space).unwrap();
        if std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0) {
            let owned = Command::new("chown").arg("postgres").arg(&space).status().unwrap();
            assert!(owned.success());
        }
        self.sql(&format!("create tablespace small location '{}'", space.display()));
        Database::made(&self.base(), " tablespace small")
    }

    /// Stops it in good order: connections end at once, transactions are rolled back.
    pub fn stop(&mut self) {
        self.server.stop_with("-INT");
    }

    /// Kills it on the spot.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again with its data, and waits until it takes connections.
    pub fn start_again(&mut self) {
        self.server.start_again();
        self.wait();
    }

    /// Gives its next start a clock that begins at a moment, such as `2026-03-08 06:59:57` (UTC).
    pub fn set_clock(&mut self, moment: &str) {
        let variables = super::shifted_clock(&format!("@{moment}")).into_iter();
        self.server.variables = variables
            .map(|(name, value)| (if name == "LD_PRELOAD" { "SERVER_PRELOAD" } else { name }, value))
            .collect();
    }

    /// Runs one statement on the server itself.
    pub fn sql(&mut self, statement: &str) -> String {
        psql(&self.base(), statement).unwrap()
    }

    fn base(&mut self) -> String {
        format!("postgres://registrar@127.0.0.1:{}", self.server.port("postgres"))
    }

    /// The port opens before the server has recovered.
    pub fn wait(&mut self) {
        let base = self.base();
        let start = shared::clock::monotonic();
        while let Err(error) = psql(&base, "select 1") {
            assert!(start.elapsed().as_secs() < 60, "{error}");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }
}

fn psql(base: &str, statement: &str) -> Result<String, String> {
    let address = if base.matches('/').count() < 3 { format!("{base}/postgres") } else { base.to_owned() };
    let output = Command::new("psql")
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, &address])
        .output()
        .map_err(|error| format!("psql does not run: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    } else {
        Err(format!("{statement}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}
