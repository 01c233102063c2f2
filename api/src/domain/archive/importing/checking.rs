//! Whether an archive is whole: every byte of it, every line, every id that a line names.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use uuid::Uuid;

use crate::{
    domain::archive::{
        files::{Lines, parse},
        format::{
            BenefitCategory, ContentLine, DraftLine, FileEntry, GuideCategory, HeadingLine,
            LifeEvent, Line, Manifest, MediaLine, NewsCategory, OrganisationLine, OutletLine, Part,
            PartnerLine, RecommendationLine, RedirectLine, Reference, RevisionLine, ShownArticle,
            ShownBenefit, ShownCourse, ShownGuide, ShownPage, Target,
        },
        pictures::faults_of,
        problem::{Failure, Problems},
        progress::{Pace, Tell},
        store::list_present,
        tree::{Parents, above},
    },
    infra::db::{Database, begin_snapshot},
};

/// Checks everything, and writes nothing.
///
/// # Errors
/// All that is wrong.
pub async fn check(
    database: &Database,
    folder: &Path,
    manifest: &Manifest,
    tell: Tell<'_>,
) -> Result<(), Failure> {
    let mut survey = Survey {
        folder,
        manifest,
        known: HashMap::new(),
        open: HashMap::new(),
        problems: Problems::default(),
        pace: Pace::new(tell, "checked"),
    };
    survey.pictures();
    survey.organisations();
    survey.part::<HeadingLine<NewsCategory>>(|_, _, _| ());
    survey.part::<HeadingLine<BenefitCategory>>(|_, _, _| ());
    survey.part::<HeadingLine<GuideCategory>>(|_, _, _| ());
    survey.part::<HeadingLine<LifeEvent>>(|_, _, _| ());
    survey.part::<PartnerLine>(|_, _, _| ());
    survey.part::<OutletLine>(|_, _, _| ());
    survey.part::<ContentLine<ShownArticle>>(|_, _, _| ());
    survey.part::<ContentLine<ShownBenefit>>(|_, _, _| ());
    survey.part::<ContentLine<ShownGuide>>(|_, _, _| ());
    survey.part::<ContentLine<ShownPage>>(|_, _, _| ());
    survey.part::<ContentLine<ShownCourse>>(|_, _, _| ());
    survey.part::<RecommendationLine>(|_, _, _| ());
    survey.part::<RevisionLine>(|_, _, _| ());
    survey.part::<DraftLine>(|_, _, _| ());
    survey.part::<RedirectLine>(|_, _, _| ());
    // An id of a line that does not read would be missed everywhere.
    std::mem::take(&mut survey.problems).refuse()?;
    survey.find_the_rest(database).await
}

/// What is known of an archive so far.
struct Survey<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
    /// The ids of each file in order: sixteen bytes a line.
    known: HashMap<Part, Vec<Uuid>>,
    /// What was named before it was met, or is not in the archive, with where it was named first.
    open: HashMap<Reference, (Part, u64)>,
    problems: Problems,
    pace: Pace<'a>,
}

impl Survey<'_> {
    fn pictures(&mut self) {
        let folder = self.folder;
        self.part::<MediaLine>(|line, number, problems| {
            for fault in faults_of(folder, line) {
                problems.at_line(Part::Media, number, fault);
            }
        });
    }

    fn organisations(&mut self) {
        let mut parents = Parents::new();
        let mut places: BTreeMap<u64, Uuid> = BTreeMap::new();
        self.part::<OrganisationLine>(|line, number, _| {
            parents.insert(line.id, line.parent_id);
            places.insert(number, line.id);
        });
        for (number, id) in places {
            if above(&parents, id).is_none() {
                let what = "it stands below itself";
                self.problems.at_line(Part::Organisations, number, what);
            }
        }
    }

    /// Reads a file to its end. `see` is shown each line that is fit.
    fn part<L: Line>(&mut self, see: impl FnMut(&L, u64, &mut Problems)) {
        let part = L::PART;
        let Some(entry) = self.manifest.entry(part) else {
            return;
        };
        match Lines::open(self.folder, part) {
            Ok(lines) => self.lines(lines, entry, see),
            Err(what) => self.problems.of_file(part.file_name(), what),
        }
    }

    fn lines<L: Line>(
        &mut self,
        mut lines: Lines,
        entry: &FileEntry,
        mut see: impl FnMut(&L, u64, &mut Problems),
    ) {
        let part = L::PART;
        loop {
            let (number, line) = match lines.read_next() {
                Ok(Some(read)) => read,
                Ok(None) => break,
                Err(fault) => {
                    self.problems.at_line(part, fault.line, fault.what);
                    return;
                }
            };
            match parse::<L>(line) {
                Ok(line) => {
                    if self.take(&line, number) {
                        see(&line, number, &mut self.problems);
                    }
                }
                Err(what) => self.problems.at_line(part, number, what),
            }
            self.pace.at(part, number, entry.lines);
        }
        let (count, bytes, sha256) = lines.into_sum();
        if count != entry.lines {
            let what = format!("has {count} lines and not {}", entry.lines);
            self.problems.of_file(&entry.name, what);
        } else if bytes != entry.bytes || sha256 != entry.sha256 {
            let what = "is not what the manifest says: its length or its SHA-256 is another";
            self.problems.of_file(&entry.name, what);
        }
    }

    /// Remembers a line, and says whether it is fit.
    fn take<L: Line>(&mut self, line: &L, number: u64) -> bool {
        let part = L::PART;
        if let Some(fault) = self.fault_of_id(part, line.id()) {
            self.problems.at_line(part, number, fault);
            return false;
        }
        self.known.entry(part).or_default().push(line.id());
        if let Some(fault) = line.fault() {
            self.problems.at_line(part, number, fault);
            return false;
        }
        for reference in line.references() {
            if !holds(&self.known, reference) {
                self.open.entry(reference).or_insert((part, number));
            }
        }
        true
    }

    fn fault_of_id(&self, part: Part, id: Uuid) -> Option<&'static str> {
        let last = self.known.get(&part).and_then(|ids| ids.last());
        if last.is_some_and(|last| *last >= id) {
            return Some("its id does not come after the one before");
        }
        let is_content_already = part.is_content() && holds(&self.known, Reference::content(id));
        is_content_already.then_some("its id is of content of another kind")
    }

    /// What was named and not met may be here already.
    async fn find_the_rest(mut self, database: &Database) -> Result<(), Failure> {
        let mut missing: HashMap<Target, Vec<Uuid>> = HashMap::new();
        for reference in self.open.keys() {
            if !holds(&self.known, *reference) {
                missing.entry(reference.to).or_default().push(reference.id);
            }
        }
        let mut lost = BTreeMap::new();
        let snapshot = begin_snapshot(database).await?;
        for (target, ids) in missing {
            let present = list_present(&snapshot, target, &ids).await?;
            for id in ids.into_iter().filter(|id| !present.contains(id)) {
                let reference = Reference { to: target, id };
                if let Some(place) = self.open.get(&reference) {
                    let what = format!(
                        "names {id} of {}, which is neither in the archive nor here",
                        label_of(target)
                    );
                    lost.insert((*place, id), what);
                }
            }
        }
        snapshot.rollback().await?;
        for (((part, line), _), what) in lost {
            self.problems.at_line(part, line, what);
        }
        self.problems.refuse()
    }
}

fn holds(known: &HashMap<Part, Vec<Uuid>>, reference: Reference) -> bool {
    let is_in = |part: Part| {
        let ids = known.get(&part);
        ids.is_some_and(|ids| ids.binary_search(&reference.id).is_ok())
    };
    match reference.to {
        Target::Of(part) => is_in(part),
        Target::Content => Part::ALL
            .into_iter()
            .filter(|part| part.is_content())
            .any(is_in),
    }
}

fn label_of(target: Target) -> String {
    match target {
        Target::Of(part) => part.label(),
        Target::Content => "content".into(),
    }
}
