//! Taking a report: once a key, once a service in thirty days, whole or not at all.

use chrono::{DateTime, TimeDelta, Utc};
use entities::service_report;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    author::{Author, Capacity},
    erasing::CONSENT,
    facts::Facts,
    moderating::Held,
    record::{Origin, record},
    rules,
    stop::Stop,
    store::{authors, escalations, reports},
    turns::{self, Turn},
    types::ServiceReportErrorCode as Code,
};
use crate::{
    domain::{
        accounts::find_account,
        guides::{SeenPassport, SeenPassports},
    },
    infra::{
        audit::{self, Entry, Program},
        auth::Audience,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{UserError, UserErrorCode},
        throttle::{self, Allowance},
        vault::{Lookup, Vault},
    },
};

const FILED: &str = "service-report-filed";

/// How many reports one network address may send.
#[derive(Clone, Copy, Debug)]
pub struct ReportLimits {
    /// Within an hour; 0: as many as it likes.
    pub per_address: u64,
}

/// A report as it comes in.
pub struct Filing {
    pub author: Author,
    /// The client's own: asked twice, it is done once.
    pub client_key: Uuid,
    pub facts: Facts,
    /// A keyed hash of the facts.
    digest: String,
    /// A keyed hash of the address that it comes from, of its own kind: it leads to no sign-in.
    address: String,
}

impl Filing {
    /// A report of somebody from somewhere.
    ///
    /// # Errors
    /// `Internal`, when the facts can't be written down.
    pub fn new(
        vault: &Vault,
        author: Author,
        client_key: Uuid,
        facts: Facts,
        address: &str,
    ) -> Result<Self, Error> {
        Ok(Self {
            digest: vault.lookup(Lookup::ReportInput, &serde_json::to_string(&facts)?),
            address: vault.lookup(Lookup::ReporterAddress, address),
            author,
            client_key,
            facts,
        })
    }

    /// What the same key reported before, whatever has become of the guide since; `None`: it is new.
    ///
    /// # Errors
    /// A conflict, when that was something else.
    pub async fn recall(
        &self,
        connection: &impl ConnectionTrait,
    ) -> Result<Option<service_report::Model>, Stop> {
        let author = &self.author.pseudonym;
        let known = reports::find_by_key(connection, author, self.client_key).await?;
        match known {
            Some(row) if row.input_digest != self.digest => {
                Err(Stop::at(Code::Conflict, "clientMutationKey"))
            }
            known => Ok(known),
        }
    }

    /// Takes the report.
    ///
    /// # Errors
    /// What stands against it; then nothing of it is kept.
    pub async fn take(
        &self,
        (database, passports): (&Database, &SeenPassports),
        audience: &Audience,
        limits: ReportLimits,
        now: DateTime<Utc>,
    ) -> Result<service_report::Model, Stop> {
        let seen = passports
            .find(database.reader(), self.facts.guide_id, audience)
            .await?;
        let capacity = self
            .author
            .capacity(database.reader(), self.facts.helped_by, now)
            .await?;
        let mut errors = self.errors(seen.as_ref(), capacity, now);
        // Of a report that nothing stands against, writing it asks the same two questions.
        if !errors.is_empty() {
            // What was reported once is found again, whatever has become of the guide since.
            if let Some(before) = self.recall(database.reader()).await? {
                return Ok(before);
            }
            if !self.is_consented(database.reader()).await? {
                errors.push(Code::ConsentRequired.error());
            }
        }
        match (seen, capacity) {
            (Some(seen), Some(capacity)) if errors.is_empty() => {
                let origin = Origin {
                    author: &self.author.pseudonym,
                    client_key: self.client_key,
                    digest: &self.digest,
                    is_for_another: capacity == Capacity::ForAnother,
                };
                let row = record(&self.facts, &origin, &seen, now);
                self.write(database, row, limits, now).await
            }
            _ => Err(Stop::Refused(errors)),
        }
    }

    async fn is_consented(&self, connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
        authors::is_consented(connection, &self.author.subject, CONSENT).await
    }

    /// Everything that stands against it, at once; the consent aside.
    fn errors(
        &self,
        seen: Option<&SeenPassport>,
        capacity: Option<Capacity>,
        now: DateTime<Utc>,
    ) -> Vec<UserError> {
        let mut errors = Vec::new();
        if capacity.is_none() {
            errors.push(Code::NotAMember.error());
        }
        let mut faults = rules::faults(&self.facts, moscow_date(now));
        match seen {
            None => faults.push((Code::GuideNotFound, "guide")),
            Some(seen) => faults.extend(rules::faults_for_service(
                &self.facts,
                seen.revision,
                &seen.passport,
            )),
        }
        errors.extend(faults.into_iter().map(|(code, field)| code.at(field)));
        errors
    }

    /// Writes it, if its author's turn has come by now.
    async fn write(
        &self,
        database: &Database,
        row: service_report::Model,
        limits: ReportLimits,
        now: DateTime<Utc>,
    ) -> Result<service_report::Model, Stop> {
        let transaction = database.writer().begin().await?;
        authors::hold(&transaction, &self.author.pseudonym).await?;
        // Who is erased, or has taken their consent back, has been unlinked under this lock.
        if find_account(&transaction, self.author.account_id)
            .await?
            .is_none()
        {
            return Err(Error::Unauthenticated.into());
        }
        // What was reported once is found again, whatever has become of the consent since.
        if let Some(before) = self.recall(&transaction).await? {
            return Ok(before);
        }
        if !self.is_consented(&transaction).await? {
            return Err(Stop::Refused(vec![Code::ConsentRequired.error()]));
        }
        let replaces = self.turn(&transaction, &row, now).await?;
        self.count(&transaction, limits, now).await?;
        reports::insert(&transaction, row.clone()).await?;
        self.replace(&transaction, &replaces, &row).await?;
        transaction.commit().await?;
        Ok(row)
    }

    /// The reports whose place it takes, if it is its author's turn.
    async fn turn(
        &self,
        transaction: &DatabaseTransaction,
        row: &service_report::Model,
        now: DateTime<Utc>,
    ) -> Result<Vec<Uuid>, Stop> {
        let guide_id = (!row.is_for_another).then_some(row.guide_id);
        let author = &self.author.pseudonym;
        let earlier = reports::list_earlier(transaction, author, guide_id, now).await?;
        let turn = if row.is_for_another {
            turns::turn_for_another(&earlier, now)
        } else {
            turns::turn_of_oneself(&self.facts, &earlier, now)
        };
        match turn {
            Turn::Free { replaces } => Ok(replaces),
            Turn::TooMuch => Err(too_many()),
            Turn::Told { by } => {
                let told = reports::find(transaction, by).await?;
                let report = told.ok_or_else(|| Error::internal("a report is gone", by))?;
                let escalation = escalations::find_of(transaction, by).await?;
                let earlier = Held { report, escalation };
                let error = Code::AlreadyReported.at("guide");
                Err(Stop::Standing(error, Box::new(earlier)))
            }
        }
    }

    /// Counts it for the address that it comes from.
    async fn count(
        &self,
        transaction: &DatabaseTransaction,
        limits: ReportLimits,
        now: DateTime<Utc>,
    ) -> Result<(), Stop> {
        if limits.per_address == 0 {
            return Ok(());
        }
        let allowance = Allowance {
            most: limits.per_address,
            within: TimeDelta::hours(1),
        };
        if !throttle::allows(transaction, FILED, &self.address, &[allowance], now).await? {
            return Err(too_many());
        }
        throttle::note(transaction, FILED, &self.address, now).await?;
        Ok(())
    }

    async fn replace(
        &self,
        transaction: &DatabaseTransaction,
        replaced: &[Uuid],
        row: &service_report::Model,
    ) -> Result<(), Stop> {
        // The minute, and not the instant of the request.
        let now = row.created_at;
        reports::replace(transaction, replaced, row.id, now).await?;
        for id in replaced {
            let report = ("service_report", *id);
            let details = json!({ "by": row.id });
            let action = "service_report.replaced";
            let entry = Entry::by(Program::System, action, None, report, details);
            audit::record(transaction, entry, now).await?;
        }
        Ok(())
    }
}

fn too_many() -> Stop {
    Stop::Refused(vec![Code::TooManyReports.error()])
}
