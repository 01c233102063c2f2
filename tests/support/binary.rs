//! The program itself, as a process.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

/// `mfp-api` as this build made it, in a working directory and an environment of its own.
pub fn mfp_api(folder: &std::path::Path) -> Command {
    let mut command = Command::new(path());
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("MFP_LOG", "warn");
    command
}

fn path() -> PathBuf {
    let mut path = std::env::current_exe().expect("this program's path");
    while path.file_name().is_some_and(|name| name != "deps") {
        path.pop();
    }
    path.pop();
    let path = path.join("mfp-api");
    assert!(
        path.exists(),
        "{} is missing: start the tests with tests/run",
        path.display()
    );
    path
}

/// Standard error as text.
pub fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
