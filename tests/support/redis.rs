//! A Redis of one test's own, which can be paused and killed.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use api::infra::redis::RedisUrl;

/// Its certificate, by an authority that only these tests know.
const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/support/push_providers/tls");

/// A running Redis that keeps nothing.
pub struct Redis {
    port: u16,
    tls_port: Option<u16>,
    process: Child,
}

impl Redis {
    /// On a free port.
    pub fn start() -> Self {
        Self::listening(free_port(), None)
    }

    /// Behind TLS, and without it for the test itself.
    pub fn start_behind_tls() -> Self {
        Self::listening(free_port(), Some(free_port()))
    }

    fn listening(port: u16, tls_port: Option<u16>) -> Self {
        Self {
            port,
            tls_port,
            process: launch(port, tls_port),
        }
    }

    /// Its address behind TLS.
    pub fn tls_url(&self) -> RedisUrl {
        let port = self.tls_port.expect("a port");
        RedisUrl::parse(&format!("rediss://127.0.0.1:{port}")).expect("an address")
    }

    /// Who vouches for it there.
    pub fn authority() -> PathBuf {
        Path::new(TLS).join("ca.pem")
    }

    /// Its host and port.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
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
        self.process = launch(self.port, self.tls_port);
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

    /// Takes no writes from now on, as one does that another has replaced.
    pub fn only_read(&self) {
        self.tell(redis::cmd("REPLICAOF").arg("127.0.0.1").arg(1));
    }

    /// Takes writes again.
    pub fn take_writes(&self) {
        self.tell(redis::cmd("REPLICAOF").arg("NO").arg("ONE"));
    }

    /// Ends the connections of those who listen for calls: what is called now they miss.
    pub fn deafen(&self) {
        self.tell(redis::cmd("CLIENT").arg("KILL").arg("TYPE").arg("pubsub"));
    }

    pub fn forget(&self, name: &str) {
        self.tell(redis::cmd("DEL").arg(name));
    }

    /// Puts a list where bytes are looked for.
    pub fn set_list(&self, name: &str) {
        self.forget(name);
        self.tell(redis::cmd("LPUSH").arg(name).arg("nonsense"));
    }

    fn tell(&self, command: &redis::Cmd) {
        command.exec(&mut self.connection()).expect("an answer");
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

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("an address").port()
}

fn launch(port: u16, tls_port: Option<u16>) -> Child {
    let mut command = Command::new("redis-server");
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no"]);
    if let Some(tls_port) = tls_port {
        command
            .args(["--tls-port", &tls_port.to_string()])
            .args(["--tls-cert-file", &format!("{TLS}/server.pem")])
            .args(["--tls-key-file", &format!("{TLS}/server.key")])
            .args(["--tls-ca-cert-file", &format!("{TLS}/ca.pem")])
            .args(["--tls-auth-clients", "no"]);
    }
    let started = command
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
