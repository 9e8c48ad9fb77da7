//! RabbitMQ: a virtual host for each test on the shared server, or a server of its own.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::process::Server;

/// `guest:guest` for the management API.
const AUTHORIZATION: &str = "Basic Z3Vlc3Q6Z3Vlc3Q=";

/// A virtual host, deleted when dropped.
pub struct VirtualHost {
    admin: Admin,
    name: String,
    /// Address with this virtual host in its path.
    pub address: String,
}

impl VirtualHost {
    /// A new one on the server of `tests/run.sh`.
    pub fn create() -> VirtualHost {
        let admin = super::address("REGISTRAR_TEST_AMQP_ADMIN");
        let (_, authority) = admin.rsplit_once('@').expect("an address with an account");
        VirtualHost::on(Admin(authority.to_owned()), &super::address("REGISTRAR_TEST_AMQP"))
    }

    fn on(admin: Admin, base: &str) -> VirtualHost {
        let name = super::unique("test");
        let address = format!("{base}/{name}");
        let host = VirtualHost { admin, name, address };
        host.make_again();
        host
    }

    /// Makes it again on a server that has lost everything.
    pub fn make_again(&self) {
        self.admin.expect("PUT", &format!("/api/vhosts/{}", self.name), "{}");
        let all = r#"{"configure":".*","write":".*","read":".*"}"#;
        self.admin.expect("PUT", &format!("/api/permissions/{}/guest", self.name), all);
    }

    /// Deletes a queue with all it holds.
    pub fn delete_queue(&self, queue: &str) {
        self.admin.expect("DELETE", &format!("/api/queues/{}/{queue}", self.name), "");
    }

    /// Deletes a queue if it is there.
    pub fn try_delete_queue(&self, queue: &str) {
        let _missing = self.admin.call("DELETE", &format!("/api/queues/{}/{queue}", self.name), "");
    }

    /// Puts any bytes into a queue if it is there.
    pub fn try_put(&self, queue: &str, payload: &str) {
        let (path, body) = self.message(queue, payload);
        let _missing = self.admin.call("POST", &path, &body);
    }

    fn message(&self, queue: &str, payload: &str) -> (String, String) {
        let payload = serde_json::to_string(payload).unwrap();
        let body = format!(
            r#"{{"properties":{{}},"routing_key":"{queue}","payload":{payload},"payload_encoding":"string"}}"#
        );
        (format!("/api/exchanges/{}/amq.default/publish", self.name), body)
    }

    /// Puts any bytes into a queue.
    pub fn put(&self, queue: &str, payload: &str) {
        let (path, body) = self.message(queue, payload);
        assert!(self.admin.expect("POST", &path, &body).contains("\"routed\":true"));
    }

    /// What the server knows about a queue.
    pub fn queue(&self, queue: &str) -> serde_json::Value {
        let text = self.admin.expect("GET", &format!("/api/queues/{}/{queue}", self.name), "");
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for VirtualHost {
    fn drop(&mut self) {
        // The server may have been stopped by the test.
        let _ = self.admin.call("DELETE", &format!("/api/vhosts/{}", self.name), "");
    }
}

/// A server that a test may harm.
pub struct Private {
    server: Server,
}

impl Private {
    /// Starts one and waits until it takes connections.
    pub fn start() -> Private {
        let mut private = Private { server: Server::start("rabbitmq.sh") };
        private.server.port("amqp");
        private
    }

    /// A virtual host on it.
    pub fn virtual_host(&mut self) -> VirtualHost {
        let admin = Admin(format!("127.0.0.1:{}", self.server.port("http")));
        let base = format!("amqp://guest:guest@127.0.0.1:{}", self.server.port("amqp"));
        VirtualHost::on(admin, &base)
    }

    /// Stops it in good order.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Kills it on the spot.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again with its data, and waits until it takes connections.
    pub fn start_again(&mut self) {
        self.server.start_again();
        self.server.port("amqp");
        self.server.port("http");
    }

    /// Removes all it holds while it is stopped.
    pub fn wipe(&self) {
        std::fs::remove_dir_all(self.server.folder().join("mnesia")).expect("its data");
    }

    /// Raises or ends a disk alarm.
    pub fn disk_alarm(&self, on: bool) {
        let limit = if on { "100000GB" } else { "1MB" };
        self.server.run("ctl", &["set_disk_free_limit", limit]);
    }

    /// Raises or ends a memory alarm.
    pub fn memory_alarm(&self, on: bool) {
        let watermark = if on { "1000" } else { "1GB" };
        self.server.run("ctl", &["set_vm_memory_high_watermark", "absolute", watermark]);
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.server.run("epmd-stop", &[]);
    }
}

/// The management API at `host:port`.
struct Admin(String);

impl Admin {
    fn expect(&self, method: &str, path: &str, body: &str) -> String {
        let answer = self.call(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        body.to_owned()
    }

    /// HTTP by hand: it is also called while a test unwinds, where no runtime can be counted on.
    fn call(&self, method: &str, path: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&self.0)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {AUTHORIZATION}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.0,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}
