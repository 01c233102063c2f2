//! Reading a roster into staged rows.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    enums::{ImportState, MembershipStatus},
    member_import, member_import_row,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    domain::{
        accounts::Accounts,
        membership::{
            claims::{new_serial, number_lookup},
            holder::Holder,
            roster::{Roster, RosterLine, RosterMember, RosterProblem, RosterStatus},
            store::imports::{self as store, Known},
        },
        organisations::list_below,
    },
    infra::{
        db::{Database, begin_long},
        digest::sha256_hex,
        error::Error,
        text_encoding,
        vault::Lookup,
    },
};

/// Rows written at once, well below what either database binds at most.
const ROWS_AT_ONCE: usize = 500;
/// Faults that the report names; the rest is only counted.
const MOST_FAULTS: usize = 1000;
/// Staged rows hold people's names: who has not applied them by then uploads again.
const STAGED_KEPT: TimeDelta = TimeDelta::hours(24);
/// A process that reads a roster for longer has died.
const READING_LASTS: TimeDelta = TimeDelta::minutes(15);

/// Whose roster is uploaded, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct NewImport {
    /// The union that issues the cards.
    pub issuer_id: Uuid,
    /// The officer; `None`: the command line.
    pub created_by_id: Option<Uuid>,
}

/// Opens an import.
///
/// # Errors
/// Whatever the database reports.
pub async fn begin(
    database: &Database,
    new: NewImport,
    file: &[u8],
    now: DateTime<Utc>,
) -> Result<member_import::Model, Error> {
    let row = member_import::Model {
        id: Uuid::now_v7(),
        issuer_id: new.issuer_id,
        state: ImportState::Reading,
        file_digest: sha256_hex(file),
        lines: 0,
        good: 0,
        bad: 0,
        added: 0,
        updated: 0,
        unchanged: 0,
        report: json!([]),
        created_by_id: new.created_by_id,
        created_at: now,
        applied_at: None,
    };
    store::insert(database.writer(), row.clone()).await?;
    Ok(row)
}

/// Reads a file into the import's rows, telling how far it is every few hundred lines.
///
/// # Errors
/// Whatever the database reports; what is wrong with the file stands in the import's report.
pub async fn stage(
    accounts: &Accounts,
    database: &Database,
    mut import: member_import::Model,
    file: &[u8],
) -> Result<member_import::Model, Error> {
    let decoded = text_encoding::decode(file);
    let read = decoded
        .as_ref()
        .map_err(|cause| RosterProblem::from(*cause))
        .and_then(|text| Roster::read(text));
    let lines = match read {
        Ok(roster) => roster.lines(),
        Err(problem) => {
            import.state = ImportState::Refused;
            import.report = json!([{
                "line": 1, "column": null, "code": problem.code(), "message": problem.message(),
            }]);
            store::save(database.writer(), &import).await?;
            return Ok(import);
        }
    };
    let mut stager = Stager::new(accounts, database, import).await?;
    for line in lines {
        stager.take(line).await?;
    }
    stager.finish().await
}

/// What one run over a file gathers.
struct Stager<'a> {
    accounts: &'a Accounts,
    database: &'a Database,
    import: member_import::Model,
    organisations: HashMap<String, Uuid>,
    known: HashMap<String, Known>,
    waiting: Vec<(i32, RosterMember, Uuid)>,
    faults: Vec<Value>,
}

impl<'a> Stager<'a> {
    async fn new(
        accounts: &'a Accounts,
        database: &'a Database,
        import: member_import::Model,
    ) -> Result<Self, Error> {
        let below = list_below(database.reader(), import.issuer_id).await?;
        let names = below.iter().flat_map(|row| {
            [
                (row.slug.clone(), row.id),
                (comparable(&row.short_name), row.id),
            ]
        });
        Ok(Self {
            organisations: names.collect(),
            known: store::list_known(database.reader(), import.issuer_id).await?,
            accounts,
            database,
            import,
            waiting: Vec::new(),
            faults: Vec::new(),
        })
    }

    async fn take(&mut self, line: RosterLine) -> Result<(), Error> {
        self.import.lines += 1;
        let number = i32::try_from(line.number).unwrap_or(i32::MAX);
        match line.outcome {
            Ok(member) => match self.organisations.get(&comparable(&member.organisation)) {
                Some(organisation_id) => self.waiting.push((number, member, *organisation_id)),
                None => self.fault(
                    number,
                    "organisation",
                    "UNKNOWN_ORGANISATION",
                    "Такой организации в этом профсоюзе нет.",
                ),
            },
            Err(problems) => {
                self.import.bad += 1;
                for problem in problems {
                    self.note(
                        number,
                        problem.column,
                        problem.code.as_str(),
                        &problem.message,
                    );
                }
            }
        }
        if self.waiting.len() >= ROWS_AT_ONCE {
            self.flush().await?;
        }
        Ok(())
    }

    fn fault(&mut self, line: i32, column: &str, code: &str, message: &str) {
        self.import.bad += 1;
        self.note(line, column, code, message);
    }

    fn note(&mut self, line: i32, column: &str, code: &str, message: &str) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(json!({
                "line": line, "column": column, "code": code, "message": message,
            }));
        }
    }

    /// Writes the waiting lines, apart from those that say nothing new.
    async fn flush(&mut self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut rows = Vec::with_capacity(waiting.len());
        let mut changed = Vec::new();
        for (line, member, organisation_id) in waiting {
            self.import.good += 1;
            let vault = &self.accounts.vault;
            let lookup = number_lookup(vault, self.import.issuer_id, &member.card_number);
            let mac = vault.lookup(Lookup::RosterRow, &canonical(&member, organisation_id));
            match self.known.get(&lookup) {
                Some(known) if known.content_mac == mac => self.import.unchanged += 1,
                Some(known) => changed.push((line, member, organisation_id, lookup, mac, known)),
                None => {
                    self.import.added += 1;
                    let person_id = Uuid::now_v7();
                    let (key, wrapped) = vault.new_data_key(person_id)?;
                    let staged = Staged {
                        line,
                        membership_id: Uuid::now_v7(),
                        person_id,
                        person_key: wrapped,
                        is_new: true,
                        lookup,
                        mac,
                    };
                    let holder = holder(&member).seal(&key)?;
                    rows.push(self.row(staged, &member, organisation_id, holder)?);
                }
            }
        }
        let people: Vec<Uuid> = changed.iter().map(|change| change.5.person_id).collect();
        let keys = store::list_keys(self.database.reader(), &people).await?;
        let mut updated = 0;
        for (line, member, organisation_id, lookup, mac, known) in changed {
            let Some(wrapped) = keys.get(&known.person_id) else {
                continue;
            };
            updated += 1;
            let key = self.accounts.vault.data_key(known.person_id, wrapped)?;
            let staged = Staged {
                line,
                membership_id: known.id,
                person_id: known.person_id,
                person_key: Vec::new(),
                is_new: false,
                lookup,
                mac,
            };
            let holder = holder(&member).seal(&key)?;
            rows.push(self.row(staged, &member, organisation_id, holder)?);
        }
        self.import.updated += updated;
        store::insert_rows(self.database.writer(), rows).await?;
        store::save(self.database.writer(), &self.import).await?;
        Ok(())
    }

    fn row(
        &self,
        staged: Staged,
        member: &RosterMember,
        organisation_id: Uuid,
        holder: Vec<u8>,
    ) -> Result<member_import_row::Model, Error> {
        let phone = member.phone.as_ref();
        let vault = &self.accounts.vault;
        Ok(member_import_row::Model {
            import_id: self.import.id,
            line: staged.line,
            membership_id: staged.membership_id,
            person_id: staged.person_id,
            person_key: staged.person_key,
            is_new: staged.is_new,
            organisation_id,
            number_lookup: staged.lookup,
            phone_lookup: phone.map(|phone| vault.lookup(Lookup::Phone, phone.as_str())),
            holder,
            content_mac: staged.mac,
            status: match member.status {
                RosterStatus::Active => MembershipStatus::Active,
                RosterStatus::Suspended => MembershipStatus::Suspended,
                RosterStatus::Expired => MembershipStatus::Expired,
                RosterStatus::Revoked => MembershipStatus::Revoked,
            },
            member_since: member.member_since,
            valid_through: member.valid_through,
            is_youth: member.is_youth,
            card_serial: new_serial()?,
        })
    }

    async fn finish(mut self) -> Result<member_import::Model, Error> {
        self.flush().await?;
        self.import.state = ImportState::Staged;
        self.import.report = Value::Array(self.faults);
        store::save(self.database.writer(), &self.import).await?;
        Ok(self.import)
    }
}

/// What a staged row has besides what the line says.
struct Staged {
    line: i32,
    membership_id: Uuid,
    person_id: Uuid,
    person_key: Vec<u8>,
    is_new: bool,
    lookup: String,
    mac: String,
}

fn holder(member: &RosterMember) -> Holder {
    Holder {
        surname: member.surname.clone(),
        given_name: member.given_name.clone(),
        patronymic: member.patronymic.clone(),
        card_number: member.card_number.display().to_owned(),
        phone: member.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        email: member.email.as_ref().map(|email| email.as_str().to_owned()),
    }
}

/// Everything that a line says, in one text: only its keyed hash is kept.
fn canonical(member: &RosterMember, organisation_id: Uuid) -> String {
    let holder = holder(member);
    let said = json!([
        organisation_id,
        holder,
        format!("{:?}", member.status),
        member.member_since,
        member.valid_through,
        member.is_youth,
    ]);
    said.to_string()
}

/// Offices write names of organisations in every case and spacing.
fn comparable(name: &str) -> String {
    let spaced: Vec<&str> = name.split_whitespace().collect();
    spaced.join(" ").to_lowercase().replace('ё', "е")
}

/// Gives up imports whose reader has died, and puts those aside that nobody applied within a day.
///
/// # Errors
/// Whatever the database reports.
pub async fn refuse_unfinished(database: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    let transaction = begin_long(database).await?;
    store::refuse_reading(&transaction, now - READING_LASTS).await?;
    store::supersede(&transaction, store::older_than(now - STAGED_KEPT)).await?;
    transaction.commit().await?;
    Ok(())
}
