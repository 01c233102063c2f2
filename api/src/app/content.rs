//! `mfp-api content export` and `import`: all content as a folder, and back.

use std::path::Path;

use super::{command_line::say, prepare};
use crate::{
    domain::{
        archive::{self, Failure, Place, Problems, Progress, grouped},
        media::MediaLibrary,
    },
    infra::config::Settings,
};

/// Writes an archive of everything, or of an organisation and those below it.
pub async fn export(
    settings: &Settings,
    folder: &Path,
    organisation: Option<&str>,
) -> Result<(), String> {
    let database = prepare::database(settings).await?;
    let clock = prepare::clock(settings, &database).await?;
    let library = MediaLibrary::open(settings)?;
    let now = clock.now();
    let exporting = archive::export(&database, &library, folder, organisation, now, &tell);
    let exported = exporting.await.map_err(|failure| told("export", failure))?;
    say(&format!(
        "exported: {} lines, {} files of pictures, {} bytes",
        grouped(exported.lines),
        grouped(exported.pictures),
        grouped(exported.bytes)
    ));
    Ok(())
}

/// Reads an archive in, or names everything that is wrong with it and changes nothing.
pub async fn import(settings: &Settings, folder: &Path, replaces: bool) -> Result<(), String> {
    let database = prepare::database(settings).await?;
    let clock = prepare::clock(settings, &database).await?;
    let library = MediaLibrary::open(settings)?;
    let place = Place {
        database: &database,
        library: &library,
        clock: &clock,
    };
    let importing = archive::import(&place, folder, replaces, &tell);
    let imported = importing.await.map_err(|failure| told("import", failure))?;
    say(&format!(
        "imported: {} added, {} replaced, {} unchanged",
        grouped(imported.added),
        grouped(imported.replaced),
        grouped(imported.unchanged)
    ));
    Ok(())
}

fn tell(progress: &Progress) {
    say(&progress.to_string());
}

/// The failure in one line; what is wrong with an archive is said before.
fn told(command: &str, failure: Failure) -> String {
    match failure {
        Failure::Unfit(problems) => name_all(&problems),
        Failure::Trouble(what) => what,
        Failure::Failed { at, error } if at.is_empty() => {
            format!("the {command}: {}; the log says why", error.code().as_str())
        }
        Failure::Failed { at, error } => {
            format!("{at}: {}; the log says why", error.code().as_str())
        }
    }
}

fn name_all(problems: &Problems) -> String {
    for problem in &problems.named {
        say(&problem.to_string());
    }
    format!("{} problems; see above", problems.total)
}
