//! Who may ask for what: every root field of the live schema, and everything personal inside of
//! answers, asked for as every kind of person.

mod fields;
mod table;

use std::collections::BTreeSet;

use api::infra::{
    auth::{all_roles, permissions_of},
    graphql::NodeTag,
};
use entities::enums::Role;
use serde_json::{Value, json};

use self::table::{ARGUMENTS, TABLE};
use crate::{
    on_both_databases,
    support::{Answer, App, Person},
};

const PHONE: &str = "+79161234567";
const ANOTHERS: &str = "+79267654321";
const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";
const NUMBER: &str = "МГО 00-1234";
const ANOTHERS_NUMBER: &str = "МГО 00-5678";

/// A kind of person.
enum Actor {
    Nobody,
    /// Of the school.
    Member,
    /// Of the school, whose membership an officer has suspended.
    SuspendedMember,
    /// With a role all over the federation.
    Federal(Role),
    /// With a role in an organisation.
    Local(Role, &'static str),
}

use Actor::{Federal, Local, Member, Nobody, SuspendedMember};

/// In the order of the letters of the tables. Rows have a space where the kind of person changes:
/// nobody, members, who writes, moderator, officers, administrators, who only reads, the federation.
const ACTORS: [(&str, Actor); 14] = [
    ("nobody", Nobody),
    ("a member", Member),
    ("a suspended member", SuspendedMember),
    ("a correspondent", Local(Role::Correspondent, SCHOOL)),
    ("an editor", Local(Role::Editor, SCHOOL)),
    ("a publisher", Local(Role::Publisher, SCHOOL)),
    ("a moderator", Local(Role::Moderator, SCHOOL)),
    ("an officer", Local(Role::MembershipOfficer, SCHOOL)),
    (
        "an officer of another union",
        Local(Role::MembershipOfficer, HOSPITAL),
    ),
    ("an administrator", Local(Role::OrganisationAdmin, SCHOOL)),
    (
        "an administrator of another union",
        Local(Role::OrganisationAdmin, HOSPITAL),
    ),
    ("an analyst", Federal(Role::Analyst)),
    ("an auditor", Federal(Role::Auditor)),
    (
        "an administrator of the federation",
        Federal(Role::FederationAdmin),
    ),
];

/// Everybody.
const ALL: &str = "D DD DDD D DD DD DD D";
/// Who has signed in.
const SIGNED_IN: &str = "U DD DDD D DD DD DD D";
/// Who has signed in by a password.
const BY_PASSWORD: &str = "U FF DDD D DD DD DD D";
/// Who keeps a roster; the auditor reads what was done, never personal data.
const ROSTER: &str = "U FF FFF F DD DD FF D";
/// Who runs an organisation: its staff, its benefits.
const MANAGERS: &str = "U FF FFF F FF DD FF D";
/// Who sees to benefits: reports that one was not given, codes that run out.
const REPORTS: &str = "U FF FFF D FF DD FF D";
/// Who moderates reports of state services.
const SERVICE_REPORTS: &str = "U FF FFF D FF FF FF D";
/// Who writes drafts.
const WRITERS: &str = "U FF DDD F FF DD FF D";
/// Who edits what others wrote.
const EDITORS: &str = "U FF FDD F FF DD FF D";
/// Who keeps what all content refers to.
const REFERENCE: &str = "U FF FFF F FF FF FF D";
/// Who keeps partners: whoever publishes.
const PARTNERS: &str = "U FF FFD F FF DD FF D";
/// Who sends campaigns: whoever publishes.
const SENDERS: &str = "U FF FFD F FF DD FF D";
/// Who reads what was done.
const AUDITORS: &str = "U FF FFF F FF FF FD D";

/// The letters of a row, one an actor.
fn letters(row: &str) -> impl Iterator<Item = char> {
    row.chars().filter(|letter| *letter != ' ')
}

/// Where in `ACTORS` somebody stands.
#[track_caller]
fn place(called: &str) -> usize {
    ACTORS
        .iter()
        .position(|(name, _)| *name == called)
        .unwrap_or_else(|| panic!("no actor is {called}"))
}

/// Signs everybody in, in the order of `ACTORS`.
async fn sign_everybody_in(app: &App) -> Vec<Option<Person>> {
    let inviting = app.admin().await.person;
    let mut people = Vec::new();
    for (called, actor) in ACTORS {
        let staff = |role, scope| invite(app, &inviting, called, role, scope);
        people.push(match actor {
            Nobody => None,
            Member => Some(join(app, &inviting, PHONE, NUMBER).await),
            SuspendedMember => Some(join_and_be_suspended(app, &inviting).await),
            Federal(role) => Some(staff(role, json!({ "federation": true })).await),
            Local(role, slug) => {
                let scope = json!({ "organisation": app.organisation_node(slug).await });
                Some(staff(role, scope).await)
            }
        });
    }
    people
}

async fn invite(app: &App, inviting: &Person, called: &str, role: Role, scope: Value) -> Person {
    let email = format!("{}@example.ru", called.replace(' ', "-"));
    let role = json!(role);
    let role = role.as_str().expect("the name of a role");
    app.invite(inviting, &email, role, scope).await.person
}

/// A member of the school, by that officer's decision.
async fn join(app: &App, officer: &Person, phone: &str, number: &str) -> Person {
    let person = app.sign_in(phone).await;
    let claim = "mutation($organisation: ID!, $number: String!) { membershipClaim(input: {
        organisation: $organisation, cardNumber: $number, surname: \"Иванов\", givenName: \"Пётр\"
    }) { claim { id } } }";
    let variables =
        json!({ "organisation": app.organisation_node(SCHOOL).await, "number": number });
    let claimed = app.ask_by(&person, claim, variables).await;
    let approve = "mutation($id: ID!) { membershipApprove(input: {
        claimId: $id, memberSince: \"2024-01-15\" }) { claim { state } } }";
    let id = &claimed.data()["membershipClaim"]["claim"]["id"];
    let decided = app.ask_by(officer, approve, json!({ "id": id })).await;
    let state = &decided.data()["membershipApprove"]["claim"]["state"];
    assert_eq!(state, "APPROVED");
    // A new session: of the other the server may remember for seconds that it has no membership.
    app.sign_in(phone).await
}

/// A member of the school, until that officer decides otherwise.
async fn join_and_be_suspended(app: &App, officer: &Person) -> Person {
    let person = join(app, officer, ANOTHERS, ANOTHERS_NUMBER).await;
    let own = "{ viewer { memberships { id } } }";
    let own = app.ask_by(&person, own, json!({})).await;
    let suspend = "mutation($id: ID!) { membershipSuspend(input: {
        membershipId: $id, reason: \"Взносы не уплачены\" }) { member { status } } }";
    let id = &own.data()["viewer"]["memberships"][0]["id"];
    let suspended = app.ask_by(officer, suspend, json!({ "id": id })).await;
    let status = &suspended.data()["membershipSuspend"]["member"]["status"];
    assert_eq!(status, "SUSPENDED");
    // A new session, again: nobody has asked by it whether a membership holds.
    app.sign_in(ANOTHERS).await
}

async fn ask(app: &App, actor: Option<&Person>, query: &str) -> Answer {
    match actor {
        None => app.ask(query).await,
        Some(person) => app.ask_by(person, query, json!({})).await,
    }
}

/// The letter of a refusal, if it is one; `?` for what should never be.
fn refusal(answer: &Answer) -> Option<char> {
    let errors = answer.body.get("errors")?;
    Some(match errors[0]["extensions"]["code"].as_str() {
        Some("UNAUTHENTICATED") => 'U',
        Some("FORBIDDEN") => 'F',
        _ => '?',
    })
}

/// The letter of what somebody got.
fn letter(answer: &Answer, field: &str) -> char {
    let is_answered = answer.body["data"].get(field).is_some();
    refusal(answer).unwrap_or(if is_answered { 'D' } else { '?' })
}

/// The name of the root field that a row of `TABLE` or `ARGUMENTS` is of.
fn name_of(field: &str) -> &str {
    let (_, name) = field.split_once('.').expect("Type.field");
    name.split('(').next().expect("a name")
}

#[test]
fn every_role_is_asked_as_or_may_do_the_same_as_one_that_is() {
    for role in all_roles() {
        let is_asked = ACTORS.iter().any(|(_, actor)| match actor {
            Nobody | Member | SuspendedMember => false,
            Federal(known) | Local(known, _) => permissions_of(*known) == permissions_of(role),
        });
        assert!(is_asked, "nobody asks with what {role:?} may do");
    }
}

#[test]
fn every_root_field_has_one_row() {
    let mut known = BTreeSet::new();
    for (field, ..) in TABLE {
        assert!(known.insert((*field).to_owned()), "{field} has two rows");
    }
    for (field, document, row) in TABLE.iter().chain(ARGUMENTS) {
        assert_eq!(letters(row).count(), ACTORS.len(), "{field}");
        assert!(letters(row).all(|letter| "DUF".contains(letter)));
        let name = name_of(field);
        let is_asked = [" ", "("].map(|end| document.contains(&format!("{{ {name}{end}")));
        assert!(is_asked.contains(&true), "{document} does not ask {field}");
        let changes = field.starts_with("Mutation.");
        assert_eq!(document.starts_with("mutation"), changes, "{field}");
    }
    let live: BTreeSet<String> = ["Query", "Mutation"]
        .iter()
        .flat_map(|of| {
            let fields = crate::schema::fields_of(of);
            fields.into_iter().map(move |field| format!("{of}.{field}"))
        })
        .collect();
    let unknown: Vec<&String> = live.difference(&known).collect();
    let gone: Vec<&String> = known.difference(&live).collect();
    assert!(
        unknown.is_empty() && gone.is_empty(),
        "without a row: {unknown:?}; rows of no field: {gone:?}"
    );
}

on_both_databases! {
    async fn everybody_gets_what_the_table_says(app) {
        let people = sign_everybody_in(&app).await;
        let nothing = NodeTag(b'm').id(uuid::Uuid::now_v7()).to_string();
        let mut differences = Vec::new();
        for (field, document, row) in TABLE.iter().chain(ARGUMENTS) {
            let query = document.replace("{id}", &nothing);
            for ((person, (called, _)), expected) in people.iter().zip(ACTORS).zip(letters(row)) {
                let answer = ask(&app, person.as_ref(), &query).await;
                let found = letter(&answer, name_of(field));
                if found != expected {
                    differences.push(format!("{field}, {called}: {expected} expected, {found} found: {}", answer.body));
                }
            }
        }
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }

    /// The guard lets every officer in; what they find there, and count, is of their own scope alone.
    async fn who_may_see_a_roster_sees_their_own(app) {
        let people = sign_everybody_in(&app).await;
        let members = format!("{{ members(filter: {{ cardNumber: \"{NUMBER}\" }}) {{ totalCount }} }}");
        let claims = "{ membershipClaims(queue: ALL) { totalCount } }";
        for (called, of_members, of_claims) in [
            ("an officer", 1, 2),
            ("an officer of another union", 0, 0),
            ("an administrator", 1, 2),
            ("an administrator of another union", 0, 0),
            ("an administrator of the federation", 1, 2),
        ] {
            let person = people[place(called)].as_ref();
            let seen = ask(&app, person, &members).await;
            assert_eq!(seen.data()["members"]["totalCount"], of_members, "{called}");
            let seen = ask(&app, person, claims).await;
            assert_eq!(seen.data()["membershipClaims"]["totalCount"], of_claims, "{called}");
        }
    }
}
