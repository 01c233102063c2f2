//! The commands of `mfp-api`.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};

use super::{benefits, content, doctor, keys, members, news, prepare, quality, serve, staff, work};
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
    Serve(Serve),
    /// Do queued work, without serving.
    Work,
    /// Members of unions.
    #[command(subcommand)]
    Members(Members),
    /// Benefits.
    #[command(subcommand)]
    Benefits(Benefits),
    /// News.
    #[command(subcommand)]
    News(News),
    /// All content as an archive: JSON Lines and pictures.
    #[command(subcommand)]
    Content(Content),
    /// Figures of state services.
    #[command(subcommand)]
    Quality(Quality),
    /// Staff.
    #[command(subcommand)]
    Staff(Staff),
    /// The service's signing keys.
    #[command(subcommand)]
    Keys(Keys),
    /// The audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Bring the database's schema up to date.
    Migrate,
    /// Load content.
    Seed(Seed),
    /// Print the GraphQL schema.
    Schema,
    /// Check settings, database and folders, and say what is wrong in plain words.
    Doctor,
}

#[derive(Args, Default)]
struct Serve {
    /// Leave queued work to `mfp-api work`.
    #[arg(long)]
    no_worker: bool,
}

#[derive(Subcommand)]
enum Members {
    /// Read a roster, report its faults line by line, and apply it if asked to.
    Import {
        /// A CSV file in UTF-8 or Windows-1251.
        file: PathBuf,
        /// The slug of the union that issues the cards.
        #[arg(long)]
        organisation: String,
        /// Apply the good lines; without it nothing changes.
        #[arg(long)]
        apply: bool,
    },
}

#[derive(Subcommand)]
enum Benefits {
    /// Fill a benefit's pool with the codes of a file; a line that is no code keeps all of it out.
    ImportCodes {
        /// One code a line, as CSV or plain text, in UTF-8, UTF-16 or Windows-1251.
        file: PathBuf,
        /// The slug of a published benefit that is redeemed by such codes.
        #[arg(long)]
        benefit: String,
    },
}

#[derive(Subcommand)]
enum News {
    /// Begin a draft of every entry of a feed or an export; what came before stays as it is.
    ImportFeed {
        /// RSS 2.0, Atom 1.0, JSON Feed or what WordPress exports (WXR).
        file: PathBuf,
        /// The slug of the organisation whose news they are.
        #[arg(long)]
        organisation: String,
    },
}

#[derive(Subcommand)]
enum Content {
    /// Write an archive; pictures that are there already are not copied again.
    Export {
        /// The archive's folder, made if need be.
        folder: PathBuf,
        /// Only an organisation, by its slug, with those below it and what their content refers to.
        #[arg(long)]
        organisation: Option<String>,
    },
    /// Read an archive in; one that was broken off goes on when it is run again.
    Import {
        /// The archive's folder.
        folder: PathBuf,
        /// Write over what is here and says something else; without it that is refused.
        #[arg(long)]
        replace: bool,
    },
}

#[derive(Subcommand)]
enum Quality {
    /// Count accepted reports now, which a serving process does every minute, and freeze months that
    /// are over.
    Refresh,
}

#[derive(Subcommand)]
enum Staff {
    /// Make an administrator of the federation, and print the token to set a password by.
    Create {
        /// Their e-mail.
        email: String,
    },
}

#[derive(Subcommand)]
enum Keys {
    /// Make new keys; the old ones stay good for as long as what they signed.
    Rotate {
        /// The old ones are known to others: refuse what they signed, from now on.
        #[arg(long)]
        emergency: bool,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// Check every entry, number and anchor; any change is named.
    Verify,
}

#[derive(Args)]
struct Seed {
    /// Load the demo content; what is there already is left as it is.
    #[arg(long, required = true)]
    demo: bool,
    /// Generate an archive besides, until it has so many articles: 5000, 100k, 1m.
    #[arg(long, value_parser = articles)]
    scale: Option<u64>,
}

/// Runs the command that the process was started with. A failure is one line on standard error.
pub async fn run() -> ExitCode {
    let command = CommandLine::parse()
        .command
        .unwrap_or(Command::Serve(Serve::default()));
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
        Command::Serve(Serve { no_worker }) => serve::until_stopped(&settings, !no_worker).await,
        Command::Work => work::until_stopped(&settings).await,
        Command::Members(Members::Import {
            file,
            organisation,
            apply,
        }) => members::import(&settings, &file, &organisation, apply).await,
        Command::Benefits(Benefits::ImportCodes { file, benefit }) => {
            benefits::import(&settings, &file, &benefit).await
        }
        Command::News(News::ImportFeed { file, organisation }) => {
            news::import(&settings, &file, &organisation).await
        }
        Command::Content(Content::Export {
            folder,
            organisation,
        }) => content::export(&settings, &folder, organisation.as_deref()).await,
        Command::Content(Content::Import { folder, replace }) => {
            content::import(&settings, &folder, replace).await
        }
        Command::Quality(Quality::Refresh) => quality::count(&settings).await,
        Command::Staff(Staff::Create { email }) => staff::create(&settings, &email).await,
        Command::Keys(Keys::Rotate { emergency }) => keys::rotate(&settings, emergency).await,
        Command::Audit(Audit::Verify) => keys::verify_audit(&settings).await,
        Command::Migrate => {
            let applied = prepare::migrate(&settings).await?;
            say(&format!("{applied} migrations applied"));
            Ok(())
        }
        Command::Seed(Seed { scale, .. }) => {
            let seeded = prepare::seed_demo(&settings).await?;
            say(&format!(
                "demo content: {} organisations, {} pages, {} guides, {} benefits, {} courses, {} articles added",
                seeded.organisations,
                seeded.pages,
                seeded.guides,
                seeded.benefits,
                seeded.courses,
                seeded.articles
            ));
            match scale {
                Some(articles) => generate(&settings, articles).await,
                None => Ok(()),
            }
        }
        Command::Schema | Command::Doctor => Ok(()),
    }
}

async fn generate(settings: &Settings, articles: u64) -> Result<(), String> {
    let scaled = prepare::seed_scale(settings, articles).await?;
    say(&format!(
        "generated: {} articles added, {} rows in {:.1} s ({} rows/s), indexes in {:.1} s",
        scaled.articles,
        scaled.rows,
        scaled.loading.as_secs_f64(),
        scaled.rows_a_second(),
        scaled.indexing.as_secs_f64()
    ));
    Ok(())
}

/// Reads `5000`, `100k` or `1m`.
fn articles(text: &str) -> Result<u64, String> {
    const MOST: u64 = 10_000_000;
    let lower = text.to_ascii_lowercase();
    let (digits, times) = match lower.as_bytes().last() {
        Some(b'k') => (lower.trim_end_matches('k'), 1_000),
        Some(b'm') => (lower.trim_end_matches('m'), 1_000_000),
        _ => (lower.as_str(), 1),
    };
    let count: Option<u64> = digits
        .parse()
        .ok()
        .and_then(|count: u64| count.checked_mul(times));
    count
        .filter(|count| (1..=MOST).contains(count))
        .ok_or_else(|| "expected a number of articles such as 5000, 100k or 1m, at most 10m".into())
}

/// A line for the person at the terminal. Nobody reading it is no reason to stop.
pub(super) fn say(line: &str) {
    drop(writeln!(io::stdout(), "{line}"));
}

fn complain(line: &str) {
    drop(writeln!(io::stderr(), "mfp-api: {line}"));
}
