//! A Redis of one test's own, which can be paused and killed.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use api::infra::redis::RedisUrl;

/// A running Redis that keeps nothing.
pub struct Redis {
    port: u16,
    process: Child,
}

impl Redis {
    /// On a free port.
    pub fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        Self {
            port,
            process: launch(port),
        }
    }

    pub fn url(&self) -> RedisUrl {
        RedisUrl::parse(&format!("redis://127.0.0.1:{}", self.port)).expect("an address")
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        self.process.kill().expect("a kill");
        self.process.wait().expect("an end");
    }

    /// Starts it again where it was, empty.
    pub fn revive(&mut self) {
        self.process = launch(self.port);
    }

    /// Lets it hang: connections stay, answers do not come.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Forgets everything.
    pub fn flush(&self) {
        redis::cmd("FLUSHALL")
            .exec(&mut self.connection())
            .expect("flushed");
    }

    /// The names that fit a pattern.
    pub fn names(&self, pattern: &str) -> Vec<String> {
        let keys = redis::cmd("KEYS")
            .arg(pattern)
            .query(&mut self.connection());
        keys.expect("names")
    }

    pub fn get(&self, name: &str) -> Vec<u8> {
        let value = redis::cmd("GET").arg(name).query(&mut self.connection());
        value.expect("a value")
    }

    pub fn set(&self, name: &str, value: &[u8]) {
        let set = redis::cmd("SET")
            .arg(name)
            .arg(value)
            .exec(&mut self.connection());
        set.expect("set");
    }

    fn connection(&self) -> redis::Connection {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}", self.port));
        client
            .expect("a client")
            .get_connection()
            .expect("a connection")
    }

    fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.expect("a signal").success());
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn launch(port: u16) -> Child {
    let started = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no"])
        .current_dir(std::env::temp_dir())
        .stdout(Stdio::null())
        .spawn();
    let mut process = started.expect("redis-server: start the tests with tests/run");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    for _ in 0..200 {
        if TcpStream::connect_timeout(&address, Duration::from_millis(100)).is_ok() {
            return process;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    process.kill().expect("a kill");
    process.wait().expect("an end");
    panic!("Redis does not start");
}
