//! Reading an archive in: first all of it is checked, then compared with what is here, then written.

mod checking;
mod comparing;
mod writing;

use std::path::Path;

use self::{checking::check, comparing::compare, writing::Writing};
use super::{
    files::{MANIFEST, digest_of, read_manifest},
    format::Manifest,
    problem::Failure,
    progress::Tell,
};
use crate::{
    domain::{media::MediaLibrary, search},
    infra::{clock::Clock, db::Database},
};

/// What came of an archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: u64,
    /// What was here and said something else.
    pub replaced: u64,
    /// What was here and said the same.
    pub unchanged: u64,
}

/// Where an archive is read into.
pub struct Place<'a> {
    pub database: &'a Database,
    pub library: &'a MediaLibrary,
    pub clock: &'a Clock,
}

/// Reads an archive in. What is here and says the same stays; what says something else is refused, or
/// replaced if told so. What the archive does not name stays in any case.
///
/// # Errors
/// Everything that is wrong with the archive, or in the way of it, before anything is written; later only
/// what has changed since, or a database or a library in trouble. Whole batches are in place then, and
/// the same import goes on from there.
pub async fn import(
    place: &Place<'_>,
    folder: &Path,
    replaces: bool,
    tell: Tell<'_>,
) -> Result<Imported, Failure> {
    let manifest = read_manifest(folder)?;
    check(place.database, folder, &manifest, tell).await?;
    compare(place.database, folder, &manifest, replaces, tell).await?;
    let writing = Writing::new(place, folder, replaces, name_of(folder)?, tell);
    let imported = write(writing, &manifest).await?;
    search::catch_up(place.database).await?;
    Ok(imported)
}

/// By which the audit log tells archives apart.
fn name_of(folder: &Path) -> Result<uuid::Uuid, Failure> {
    const ARCHIVES: uuid::Uuid = uuid::uuid!("3e9a4f52-7c1d-5b0e-9f64-5d2c8a1b7e90");
    let path = folder.join(MANIFEST);
    let (_, sha256) = digest_of(&path).map_err(|cause| Failure::of_file(&path, &cause))?;
    Ok(uuid::Uuid::new_v5(&ARCHIVES, sha256.as_bytes()))
}

/// In an order in which each finds what it refers to.
async fn write(mut writing: Writing<'_>, manifest: &Manifest) -> Result<Imported, Failure> {
    use super::store::{
        BenefitCategories, BenefitTexts, Benefits, CourseTexts, Courses, Drafts, GuideCategories,
        GuideTexts, Guides, LifeEvents, News, NewsCategories, NewsTexts, Organisations, Outlets,
        PageTexts, Pages, Partners, Recommendations, Redirects, Revisions,
    };
    writing.pictures(manifest).await?;
    writing.part::<Organisations>(manifest).await?;
    writing.part::<NewsCategories>(manifest).await?;
    writing.part::<BenefitCategories>(manifest).await?;
    writing.part::<GuideCategories>(manifest).await?;
    writing.part::<LifeEvents>(manifest).await?;
    writing.part::<Partners>(manifest).await?;
    writing.part::<Outlets>(manifest).await?;
    // Content refers to content in every file, and revisions to all of it.
    writing.heads::<NewsTexts>(manifest).await?;
    writing.heads::<BenefitTexts>(manifest).await?;
    writing.heads::<GuideTexts>(manifest).await?;
    writing.heads::<PageTexts>(manifest).await?;
    writing.heads::<CourseTexts>(manifest).await?;
    writing.part::<Revisions>(manifest).await?;
    writing.part::<News>(manifest).await?;
    writing.part::<Benefits>(manifest).await?;
    writing.part::<Guides>(manifest).await?;
    writing.part::<Pages>(manifest).await?;
    writing.part::<Courses>(manifest).await?;
    writing.part::<Recommendations>(manifest).await?;
    writing.part::<Drafts>(manifest).await?;
    writing.part::<Redirects>(manifest).await?;
    Ok(writing.imported)
}
