//! The commands of `mfp-api`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};

use super::{doctor, prepare, serve};
use crate::{
    infra::{config::Settings, telemetry},
    schema,
};

/// The GraphQL server of the Moscow Federation of Trade Unions.
#[derive(Parser)]
#[command(name = "mfp-api", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve HTTP (the default).
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Load content.
    Seed(Seed),
    /// Print the GraphQL schema.
    Schema,
    /// Check settings, database and folders, and say what is wrong in plain words.
    Doctor,
}

#[derive(Args)]
struct Seed {
    /// Load the demo content; what is there already is left as it is.
    #[arg(long, required = true)]
    demo: bool,
}

/// Runs the command that the process was started with. A failure is one line on standard error.
pub async fn run() -> ExitCode {
    let command = CommandLine::parse().command.unwrap_or(Command::Serve);
    match dispatch(command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(command: Command) -> Result<(), String> {
    if let Command::Schema = command {
        say(schema::sdl().trim_end());
        return Ok(());
    }
    let settings = Settings::load()?;
    if let Command::Doctor = command {
        return doctor::examine(&settings).await;
    }
    telemetry::start_logging(&settings)?;
    match command {
        Command::Serve => serve::until_stopped(&settings).await,
        Command::Migrate => {
            let applied = prepare::migrate(&settings).await?;
            say(&format!("{applied} migrations applied"));
            Ok(())
        }
        Command::Seed(Seed { .. }) => {
            let seeded = prepare::seed_demo(&settings).await?;
            say(&format!(
                "demo content: {} organisations, {} pages, {} guides, {} benefits, {} articles added",
                seeded.organisations, seeded.pages, seeded.guides, seeded.benefits, seeded.articles
            ));
            Ok(())
        }
        Command::Schema | Command::Doctor => Ok(()),
    }
}

/// A line for the person at the terminal. Nobody reading it is no reason to stop.
pub(super) fn say(line: &str) {
    drop(writeln!(io::stdout(), "{line}"));
}

fn complain(line: &str) {
    drop(writeln!(io::stderr(), "mfp-api: {line}"));
}
