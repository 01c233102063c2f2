//! The use of benefits: redeeming them, keeping content to come back to, reporting what was not given.

mod codes;
mod redeeming;
mod reports;
mod saved;

use std::time::Duration;

use api::{
    app::Identity,
    domain::{
        accounts::Accounts, benefit_use::import_codes, benefits::Benefit,
        content::AudienceDefinition,
    },
    infra::clock::Clock,
};
use entities::{audit_entry, benefit, enums::RedemptionKind};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{App, Person, builders};

const SCHOOL: &str = "ppo-primer-shkola";
const CLAIM: &str = "mutation($organisation: ID!, $number: String!) {
    membershipClaim(input: { organisation: $organisation, cardNumber: $number, surname: \"Иванова\", givenName: \"Анна\" }) {
        claim { id } userErrors { code } } }";
const APPROVE: &str = "mutation($id: ID!) {
    membershipApprove(input: { claimId: $id, memberSince: \"2020-01-15\" }) {
        claim { state } userErrors { code } } }";
const REDEEM: &str = "mutation($benefit: ID!, $key: ID!) {
    benefitRedeem(input: { benefitId: $benefit, clientMutationKey: $key }) {
        redemption { id kind code url phone text redeemedAt benefit { slug } }
        userErrors { code field } } }";

/// Members of the school, and the officer who agreed to them.
pub struct Crowd {
    pub members: Vec<Person>,
    pub officer: Person,
}

/// So many members of the school.
pub async fn crowd(app: &App, count: usize) -> Crowd {
    let officer = app.officer(SCHOOL).await;
    let organisation = app.organisation_node(SCHOOL).await;
    let mut members = Vec::new();
    for number in 0..count {
        let person = app.sign_in(&format!("+7916123{number:04}")).await;
        let variables = json!({ "organisation": organisation, "number": format!("10{number}") });
        let claimed = app.ask_by(&person, CLAIM, variables).await;
        let claim = &claimed.data()["membershipClaim"]["claim"]["id"];
        let approved = app.ask_by(&officer, APPROVE, json!({ "id": claim })).await;
        let approved = &approved.data()["membershipApprove"];
        assert_eq!(approved["claim"]["state"], "APPROVED", "{approved:#}");
        members.push(person);
    }
    for member in &members {
        is_known(app, member).await;
    }
    Crowd { members, officer }
}

/// The server remembers for seconds what it has looked up of somebody; what an approval gives is there at
/// once.
async fn is_known(app: &App, member: &Person) {
    let query = "{ benefits(first: 1) { nodes { eligibility { reasons } } } }";
    let seen = app.ask_by(member, query, json!({})).await;
    let reasons = &seen.data()["benefits"]["nodes"][0]["eligibility"]["reasons"];
    assert_ne!(*reasons, json!(["NO_MEMBERSHIP"]));
}

/// A published benefit of the federation.
pub struct Offer {
    pub id: Uuid,
    pub node: String,
}

impl Offer {
    pub fn of(id: Uuid) -> Self {
        Self {
            id,
            node: Benefit::NODE.id(id).to_string(),
        }
    }
}

/// A benefit for everybody, with something changed.
async fn offer(app: &App, slug: &str, change: impl FnOnce(&mut benefit::ActiveModel)) -> Offer {
    let public = AudienceDefinition::default();
    let offer = Offer::of(builders::benefit(&app.database, slug, &public).await);
    edit(app, &offer, change).await;
    offer
}

/// Changes a published benefit.
async fn edit(app: &App, offer: &Offer, change: impl FnOnce(&mut benefit::ActiveModel)) {
    let row = benefit::Entity::find_by_id(offer.id)
        .one(app.database.writer())
        .await
        .expect("a query")
        .expect("a benefit");
    let mut row = row.into_active_model();
    change(&mut row);
    row.update(app.database.writer()).await.expect("updated");
}

/// A benefit that gives everybody a code of their own.
async fn pool(app: &App, slug: &str) -> Offer {
    offer(app, slug, |row| {
        row.redemption_kind = Set(RedemptionKind::UniqueCode);
    })
    .await
}

/// Adds codes, all good, to a benefit's pool and returns how many are new.
pub async fn fill(app: &App, slug: &str, text: &str) -> u64 {
    let identity = Identity::load(&app.settings, &app.database, &Clock::system())
        .await
        .expect("an identity");
    let accounts = Accounts::new(identity.vault, identity.keys, "");
    let imported = import_codes(&accounts, &app.database, slug, text.as_bytes(), app.now()).await;
    let report = imported.expect("imported").expect("a pool");
    assert_eq!(report.refused_total, 0, "{report:?}");
    report.accepted
}

/// A key that no client has used.
pub fn new_key() -> String {
    Uuid::new_v4().to_string()
}

/// Redeems a benefit and returns the payload.
pub async fn redeem(app: &App, person: &Person, offer: &Offer, key: &str) -> Value {
    let variables = json!({ "benefit": offer.node, "key": key });
    let answer = app.ask_by(person, REDEEM, variables).await;
    answer.data()["benefitRedeem"].clone()
}

/// Tries until the server has answered: two hundred at once may be more than it takes.
async fn redeem_patiently(app: &App, person: &Person, node: &str, key: &str) -> Value {
    for _ in 0..200 {
        let variables = json!({ "benefit": node, "key": key });
        let answer = app.ask_by(person, REDEEM, variables).await;
        let payload = &answer.body["data"]["benefitRedeem"];
        if !payload.is_null() {
            return payload.clone();
        }
        let code = answer.code();
        assert!(["UNAVAILABLE", "TIMEOUT"].contains(&code), "{code}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no answer to {key}");
}

/// Redeems a benefit, which must be given.
pub async fn given(app: &App, person: &Person, offer: &Offer) -> Value {
    let payload = redeem(app, person, offer, &new_key()).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["redemption"].clone()
}

/// The entries of the audit log on a benefit: what was done, with its details.
async fn audited(app: &App, offer: &Offer) -> Vec<(String, Value)> {
    let entries = audit_entry::Entity::find()
        .filter(audit_entry::Column::ObjectType.eq("benefit"))
        .filter(audit_entry::Column::ObjectId.eq(offer.id.to_string()))
        .order_by_asc(audit_entry::Column::Seq)
        .all(app.database.reader())
        .await
        .expect("a query");
    let done = entries.into_iter().map(|entry| {
        let details = serde_json::from_str(&entry.details).expect("details");
        (entry.action, details)
    });
    done.collect()
}
