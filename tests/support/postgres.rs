//! A PostgreSQL of one test's own, which can be crashed and started again.

use std::{
    net::TcpListener,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A running server.
pub struct Postgres {
    binaries: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    /// On a free port, with a copy of that database.
    pub fn with_copy_of(url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // Another user's server works in it.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).expect("permissions");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let server = Self {
            binaries: binaries(),
            folder,
            port,
        };
        server.create();
        server.start();
        server.run(
            "createdb",
            &[
                "-h",
                "127.0.0.1",
                "-p",
                &port.to_string(),
                "-U",
                "mfp",
                "mfp",
            ],
        );
        let copying = format!(
            "'{0}/pg_dump' '{url}' | '{0}/psql' -q -v ON_ERROR_STOP=1 '{1}'",
            server.binaries.display(),
            server.url()
        );
        let copied = Command::new("/bin/sh")
            .args(["-c", &copying])
            .stdout(Stdio::null())
            .status();
        assert!(copied.expect("a copy").success());
        server
    }

    pub fn url(&self) -> String {
        format!("postgres://mfp@127.0.0.1:{}/mfp", self.port)
    }

    /// Ends it without a checkpoint: what it had promised, only its log knows.
    pub fn crash(&self) {
        self.control(&["-m", "immediate", "-w", "stop"]);
    }

    /// Starts it where it was; it recovers what it had promised.
    pub fn start(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100",
            self.port
        );
        let log = self.folder.path().join("data/server.log");
        let log = log.to_str().expect("text");
        self.control(&["-w", "-l", log, "-o", &options, "start"]);
    }

    fn create(&self) {
        let data = self.data();
        std::fs::create_dir(&data).expect("a folder");
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(&data).status();
            assert!(owned.expect("chown").success());
        }
        let data = data.to_str().expect("text");
        let new = ["-D", data, "-U", "mfp", "-A", "trust", "-E", "UTF8"];
        self.run(
            "initdb",
            &[&new[..], &["--locale=C.UTF-8", "--no-sync"]].concat(),
        );
    }

    fn control(&self, arguments: &[&str]) {
        let data = self.data();
        let data = data.to_str().expect("text");
        self.run("pg_ctl", &[&["-D", data][..], arguments].concat());
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.binaries.join(program);
        // PostgreSQL refuses to run as root.
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let ended = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(ended.expect("a process").success(), "{}", program.display());
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let process = std::fs::read_to_string(self.data().join("postmaster.pid"));
        if let Ok(process) = process
            && let Some(id) = process.lines().next()
        {
            drop(Command::new("kill").args(["-QUIT", id]).status());
        }
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Those of the newest version, as `tests/servers` takes them.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL");
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .max_by_key(|path| version(path));
    newest.expect("a version of PostgreSQL").join("bin")
}
