//! Processes of the program, as an operator would start them.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::support::postgres::Database;
use crate::support::rabbitmq::VirtualHost;
use crate::support::s3::{KEY, S3, SECRET};

/// Longest wait for anything.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running process.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Ends it at once and waits.
    pub fn kill(&mut self) {
        let _gone = self.child.kill();
        self.child.wait().expect("a process that was started");
    }

    /// Asks it to stop and waits.
    pub fn terminate(&mut self) -> i32 {
        let sent =
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        let start = clock::monotonic();
        loop {
            if let Some(status) = self.child.try_wait().expect("a process that was started") {
                return status.code().unwrap_or(-1);
            }
            assert!(start.elapsed() < PATIENCE, "the process did not stop: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `-STOP`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Whether it has not ended.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a process that was started").is_none()
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Services, settings and processes.
pub struct Fleet {
    pub folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
    pub database: Option<Database>,
    pub broker: Option<VirtualHost>,
    pub storage: Option<S3>,
    number: usize,
    /// Address of the API.
    pub url: String,
    front: Option<Process>,
}

/// The program.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_registrar"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

impl Fleet {
    fn new(settings: &[(&str, &str)]) -> Fleet {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let mut environment = vec![
            ("REGISTRAR_TOKENS_FILE".to_owned(), at("tokens.jsonl")),
            ("REGISTRAR_WORKER_SCRATCH".to_owned(), at("scratch")),
            ("REGISTRAR_API_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
            ("REGISTRAR_CATALOGUE_PROBE".to_owned(), "true".to_owned()),
            ("REGISTRAR_LOG_FORMAT".to_owned(), "json".to_owned()),
            ("REGISTRAR_QUEUE_RETRY_FIRST".to_owned(), "200 ms".to_owned()),
            ("REGISTRAR_WORKER_SLOTS".to_owned(), "2".to_owned()),
        ];
        environment.extend(
            settings
                .iter()
                .map(|(k, v)| (format!("REGISTRAR_{}", k.to_uppercase().replace('.', "_")), (*v).to_owned())),
        );
        Fleet {
            folder,
            environment,
            database: None,
            broker: None,
            storage: None,
            number: 0,
            url: String::new(),
            front: None,
        }
    }

    /// One process on SQLite, in-process dispatch and a folder.
    pub fn embedded(settings: &[(&str, &str)]) -> Fleet {
        Fleet::embedded_after(settings, |_, _| {})
    }

    /// As [`Fleet::embedded`], once `prepare` has seen where the database and the storage will be.
    pub fn embedded_after(settings: &[(&str, &str)], prepare: impl FnOnce(&Path, &Path)) -> Fleet {
        let mut fleet = Fleet::new(settings);
        let at = |name: &str| fleet.folder.path().join(name).display().to_string();
        std::fs::create_dir(fleet.folder.path().join("storage")).expect("a folder");
        prepare(Path::new(&at("queue.db")), Path::new(&at("storage")));
        let own = [
            ("REGISTRAR_DATABASE_URL".to_owned(), format!("sqlite://{}", at("queue.db"))),
            ("REGISTRAR_STORAGE_URL".to_owned(), format!("file://{}", at("storage"))),
        ];
        fleet.environment.extend(own);
        fleet.front = Some(fleet.serve("all"));
        fleet
    }

    /// Postgres, RabbitMQ and an S3 server, with the API and a scheduler; workers are started by the test.
    pub async fn distributed(settings: &[(&str, &str)]) -> (Fleet, Process) {
        let (database, broker, storage) = (Database::create(), VirtualHost::create(), S3::start().await);
        let mut fleet = Fleet::on(database, broker, storage, settings);
        fleet.front = Some(fleet.serve("api"));
        let scheduler = fleet.start("scheduler");
        (fleet, scheduler)
    }

    /// On these services, with their tables and no process yet.
    pub fn on(database: Database, broker: VirtualHost, storage: S3, settings: &[(&str, &str)]) -> Fleet {
        let mut fleet = Fleet::new(settings);
        let own = [
            ("REGISTRAR_DATABASE_URL", database.address.clone()),
            ("REGISTRAR_BROKER_URL", broker.address.clone()),
            ("REGISTRAR_STORAGE_URL", format!("s3://{}/registrar", storage.bucket)),
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ENDPOINT_URL", storage.endpoint()),
        ];
        fleet.environment.extend(own.map(|(k, v)| (k.to_owned(), v)));
        (fleet.database, fleet.broker, fleet.storage) = (Some(database), Some(broker), Some(storage));
        let migrated = fleet.run(&["migrate"]);
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        fleet
    }

    /// The database of a distributed fleet.
    pub fn rows(&self) -> &Database {
        self.database.as_ref().expect("a database")
    }

    /// The virtual host of a distributed fleet.
    pub fn dispatch(&self) -> &VirtualHost {
        self.broker.as_ref().expect("a broker")
    }

    /// The storage of a distributed fleet.
    pub fn objects(&self) -> &S3 {
        self.storage.as_ref().expect("storage")
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        program().args(words).envs(self.environment.iter().cloned()).output().expect("the program runs")
    }

    /// Starts a role.
    pub fn start(&mut self, role: &str) -> Process {
        self.start_with(role, &[])
    }

    /// Starts a role with other variables than the fleet's.
    pub fn start_with(&mut self, role: &str, variables: &[(&str, String)]) -> Process {
        self.number += 1;
        let log = self.folder.path().join(format!("{role}-{}.log", self.number));
        let child = program()
            .arg(role)
            .envs(self.environment.iter().cloned())
            .envs(variables.iter().cloned())
            .stdin(Stdio::null())
            .stderr(File::create(&log).expect("a log"))
            .spawn()
            .expect("the program starts");
        Process { child, log }
    }

    /// Starts an API with other variables than the fleet's; callers made from now on use it.
    pub fn front_with(&mut self, variables: &[(&str, String)]) {
        self.front = Some(self.serve_with("api", variables));
    }

    fn serve(&mut self, role: &str) -> Process {
        self.serve_with(role, &[])
    }

    /// Starts a role with the API and waits for its address.
    fn serve_with(&mut self, role: &str, variables: &[(&str, String)]) -> Process {
        let mut process = self.start_with(role, variables);
        let start = clock::monotonic();
        loop {
            let log = process.log();
            if let Some(at) = log.find("\"address\":\"") {
                let rest = &log[at + 11..];
                self.url = format!("http://{}", &rest[..rest.find('"').expect("a closing quote")]);
                return process;
            }
            let ended = process.child.try_wait().expect("a process that was started");
            assert!(ended.is_none() && start.elapsed() < PATIENCE, "the API does not start: {log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The process with the API.
    pub fn front(&mut self) -> &mut Process {
        self.front.as_mut().expect("the API runs")
    }

    /// A token for one tenant.
    pub async fn token(&self, name: &str, tenant: &str, rights: &str) -> Caller {
        self.token_with(name, tenant, rights, &[]).await
    }

    /// A token for some schools of a tenant.
    pub async fn limited(&self, name: &str, tenant: &str, rights: &str, schools: &[i32]) -> Caller {
        let schools: Vec<String> = schools.iter().map(i32::to_string).collect();
        let words: Vec<&str> = schools.iter().flat_map(|school| ["--school", school]).collect();
        self.token_with(name, tenant, rights, &words).await
    }

    /// A token for one tenant, with more words of `registrar token new`.
    pub async fn token_with(&self, name: &str, tenant: &str, rights: &str, more: &[&str]) -> Caller {
        let words = ["token", "new", "--tenant", tenant, "--rights", rights, "--name", name];
        let made = self.run(&[&words, more].concat());
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let token = String::from_utf8(made.stdout).expect("text").trim().to_owned();
        let caller = Caller { url: self.url.clone(), token, client: reqwest::Client::new() };
        let start = clock::monotonic();
        while caller.get("/me").await.0 != StatusCode::OK {
            assert!(start.elapsed() < PATIENCE, "the token does not work");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        caller
    }
}

/// Somebody with a token.
#[derive(Clone)]
pub struct Caller {
    pub url: String,
    pub token: String,
    pub client: reqwest::Client,
}

impl Caller {
    /// A call under `/api/v1`.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token)
    }

    async fn answer(call: RequestBuilder) -> (StatusCode, Value) {
        let response = call.send().await.expect("an answer");
        let status = response.status();
        let bytes = response.bytes().await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Reads an address.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        Caller::answer(self.call(Method::GET, path)).await
    }

    /// Sends a body.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        Caller::answer(self.call(method, path).json(body)).await
    }

    /// Submits a job and returns its id.
    pub async fn submit(&self, extract: &str, request: Value) -> String {
        let (status, job) =
            self.send(Method::POST, "/jobs", &json!({"extract": extract, "request": request})).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{job}");
        job["id"].as_str().expect("an id").to_owned()
    }

    /// Waits until a job is in one of these states.
    pub async fn wait(&self, id: &str, states: &[&str]) -> Value {
        let start = clock::monotonic();
        loop {
            let call = self.call(Method::GET, &format!("/jobs/{id}")).header("Prefer", "wait=1");
            let (status, job) = Caller::answer(call).await;
            assert_eq!(status, StatusCode::OK, "{job}");
            if states.contains(&job["state"].as_str().expect("a state")) {
                return job;
            }
            assert!(start.elapsed() < PATIENCE, "the job stays {job}");
        }
    }

    /// Waits until a job has completed.
    pub async fn completed(&self, id: &str) -> Value {
        let job = self.wait(id, &["completed", "failed", "canceled"]).await;
        assert_eq!(job["state"], "completed", "{job}");
        job
    }

    /// The bytes of a job's file.
    pub async fn download(&self, id: &str, name: &str) -> Vec<u8> {
        let response =
            self.call(Method::GET, &format!("/jobs/{id}/files/{name}")).send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        response.bytes().await.expect("a body").to_vec()
    }

    /// Uploads a folder of CSV files and waits for its import.
    pub async fn upload(&self, bundle: &Path, as_of: &str) -> Value {
        let out = program()
            .args([
                "upload",
                &bundle.display().to_string(),
                "--as-of",
                as_of,
                "--no-watch",
                "--progress",
                "none",
            ])
            .env("REGISTRAR_URL", &self.url)
            .env("REGISTRAR_TOKEN", &self.token)
            .output()
            .expect("the program runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let id = String::from_utf8(out.stdout).expect("text");
        self.completed(id.trim()).await
    }
}
