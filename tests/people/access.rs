//! Who may ask for what: every root field of the live schema, asked as every kind of person.

use std::collections::BTreeSet;

use api::infra::graphql::NodeTag;
use serde_json::json;

use crate::{
    on_both_databases,
    support::{Answer, App, Person},
};

const PHONE: &str = "+79161234567";
const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";
const NUMBER: &str = "МГО 00-1234";

/// In the order of the letters of `TABLE`.
const ACTORS: [&str; 7] = [
    "nobody",
    "a member",
    "an officer of the member's organisation",
    "an officer of another union",
    "an administrator of the member's organisation",
    "an auditor",
    "an administrator of the federation",
];

/// Everybody.
const ALL: &str = "DDDDDDD";
/// Who has signed in.
const SIGNED_IN: &str = "UDDDDDD";
/// Who has signed in by a password.
const BY_PASSWORD: &str = "UFDDDDD";
/// Who keeps a roster; the auditor reads what was done, never personal data.
const ROSTER: &str = "UFDDDFD";
/// Who runs an organisation: its staff, its benefits.
const MANAGERS: &str = "UFFFDFD";

/// Who reads what was done.
const AUDITORS: &str = "UFFFFDD";

/// `root field, operation, what each actor gets`: **D**ata, **U**NAUTHENTICATED or **F**ORBIDDEN. What
/// is about one thing names a thing that is not, `{id}`: the guard comes first, and what follows it is
/// a user error, which is data.
const TABLE: &[(&str, &str, &str)] = &[
    (
        "Query.appConfig",
        r#"{ appConfig(platform: WEB, version: "1") { isSupported } }"#,
        ALL,
    ),
    (
        "Query.auditLog",
        "{ auditLog(first: 1) { nodes { action } } }",
        AUDITORS,
    ),
    ("Query.benefit", r#"{ benefit(slug: "x") { slug } }"#, ALL),
    (
        "Query.benefitCategories",
        "{ benefitCategories { slug } }",
        ALL,
    ),
    (
        "Query.benefitReports",
        "{ benefitReports(first: 1) { totalCount } }",
        MANAGERS,
    ),
    (
        "Query.benefits",
        "{ benefits(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    ("Query.changes", "{ changes(first: 1) { hasMore } }", ALL),
    ("Query.guide", r#"{ guide(slug: "x") { slug } }"#, ALL),
    ("Query.guideCategories", "{ guideCategories { slug } }", ALL),
    (
        "Query.guides",
        "{ guides(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    ("Query.lifeEvents", "{ lifeEvents { slug } }", ALL),
    (
        "Query.memberImport",
        r#"{ memberImport(id: "{id}") { id } }"#,
        ROSTER,
    ),
    (
        "Query.members",
        "{ members(first: 1) { totalCount nodes { id } } }",
        ROSTER,
    ),
    (
        "Query.membershipCardCheck",
        r#"{ membershipCardCheck(code: "x") { valid } }"#,
        ALL,
    ),
    (
        "Query.membershipClaims",
        "{ membershipClaims(first: 1) { totalCount nodes { claim { id } } } }",
        ROSTER,
    ),
    (
        "Query.news",
        "{ news(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    ("Query.newsArchive", "{ newsArchive { year } }", ALL),
    (
        "Query.newsArticle",
        r#"{ newsArticle(slug: "x") { slug } }"#,
        ALL,
    ),
    ("Query.newsCategories", "{ newsCategories { slug } }", ALL),
    ("Query.node", r#"{ node(id: "{id}") { id } }"#, ALL),
    ("Query.nodes", r#"{ nodes(ids: ["{id}"]) { id } }"#, ALL),
    (
        "Query.organisation",
        r#"{ organisation(slug: "mfp") { slug } }"#,
        ALL,
    ),
    (
        "Query.organisations",
        "{ organisations(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    (
        "Query.outlets",
        "{ outlets(first: 1) { totalCount nodes { name } } }",
        ALL,
    ),
    (
        "Query.partners",
        "{ partners(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    ("Query.roles", "{ roles { role permissions } }", MANAGERS),
    (
        "Query.route",
        r#"{ route(host: "mtuf.ru", path: "/news/x") { __typename } }"#,
        ALL,
    ),
    (
        "Query.search",
        r#"{ search(query: "отпуск", first: 1) { nodes { __typename } } }"#,
        ALL,
    ),
    (
        "Query.searchSuggestions",
        r#"{ searchSuggestions(prefix: "отп") { text } }"#,
        ALL,
    ),
    (
        "Query.staff",
        "{ staff(first: 1) { totalCount nodes { accountId } } }",
        MANAGERS,
    ),
    (
        "Query.viewer",
        "{ viewer { account { id } sessions { id } memberships { id } primaryMembership { id }
            membershipClaims { id } consents { purpose } erasure { dueAt } personalDataExports { id } } }",
        ALL,
    ),
    (
        "Mutation.accountErase",
        "mutation { accountErase { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.accountEraseCancel",
        "mutation { accountEraseCancel { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.benefitNotHonouredReport",
        r#"mutation { benefitNotHonouredReport(input: { benefitId: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.benefitRedeem",
        r#"mutation { benefitRedeem(input: { benefitId: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.benefitReportConfirm",
        r#"mutation { benefitReportConfirm(input: { reportId: "{id}" }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.benefitReportReject",
        r#"mutation { benefitReportReject(input: { reportId: "{id}" }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.benefitResume",
        r#"mutation { benefitResume(input: { benefitId: "{id}" }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.consentGrant",
        r#"mutation { consentGrant(input: { purpose: "x", textHash: "x" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.consentWithdraw",
        r#"mutation { consentWithdraw(input: { purpose: "x" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.contactChangeConfirm",
        r#"mutation { contactChangeConfirm(input: { challengeId: "{id}", code: "x" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.contactChangeRequest",
        r#"mutation { contactChangeRequest(input: { identifier: "x" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.memberProfileUpdate",
        "mutation { memberProfileUpdate(input: {}) { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.memberImportApply",
        r#"mutation { memberImportApply(input: { id: "{id}" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipApprove",
        r#"mutation { membershipApprove(input: { claimId: "{id}" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipClaim",
        r#"mutation { membershipClaim(input: { organisation: "{id}", cardNumber: "", surname: "", givenName: "" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.membershipReject",
        r#"mutation { membershipReject(input: { claimId: "{id}", reason: "Нет" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipRestore",
        r#"mutation { membershipRestore(input: { membershipId: "{id}", reason: "Да" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipRevoke",
        r#"mutation { membershipRevoke(input: { membershipId: "{id}", reason: "Да" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipSuspend",
        r#"mutation { membershipSuspend(input: { membershipId: "{id}", reason: "Да" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipTransfer",
        r#"mutation { membershipTransfer(input: { membershipId: "{id}", organisation: "{id}" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.personalDataExport",
        "mutation { personalDataExport { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.roleGrant",
        r#"mutation { roleGrant(input: { accountId: "{id}", role: EDITOR, scope: { federation: true } }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.roleRevoke",
        r#"mutation { roleRevoke(input: { grantId: "{id}" }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.savedItemAdd",
        r#"mutation { savedItemAdd(input: { id: "{id}" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.savedItemRemove",
        r#"mutation { savedItemRemove(input: { id: "{id}" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.sessionEnd",
        r#"mutation { sessionEnd(input: { id: "{id}" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.sessionEndOthers",
        "mutation { sessionEndOthers { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.sessionRefresh",
        r#"mutation { sessionRefresh(input: { refreshToken: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.signInCodeConfirm",
        r#"mutation { signInCodeConfirm(input: { challengeId: "{id}", code: "0" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.signInCodeRequest",
        r#"mutation { signInCodeRequest(input: { identifier: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.staffDisable",
        r#"mutation { staffDisable(input: { accountId: "{id}" }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.staffInvitationAccept",
        r#"mutation { staffInvitationAccept(input: { token: "x", password: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.staffInvite",
        r#"mutation { staffInvite(input: { email: "x", role: EDITOR, scope: { federation: true } }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.staffPasswordReset",
        r#"mutation { staffPasswordReset(input: { token: "x", password: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.staffPasswordResetRequest",
        r#"mutation { staffPasswordResetRequest(input: { email: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.staffSignIn",
        r#"mutation { staffSignIn(input: { email: "x", password: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.stepUp",
        r#"mutation { stepUp(input: { code: "0" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.totpConfirm",
        r#"mutation { totpConfirm(input: { code: "0" }) { userErrors { code } } }"#,
        BY_PASSWORD,
    ),
    (
        "Mutation.totpEnrol",
        "mutation { totpEnrol { userErrors { code } } }",
        BY_PASSWORD,
    ),
];

/// Signs everybody in, in the order of `ACTORS`.
async fn sign_everybody_in(app: &App) -> Vec<Option<Person>> {
    let officer = app.officer(SCHOOL).await;
    let of_another = app.officer(HOSPITAL).await;
    let school = json!({ "organisation": app.organisation_node(SCHOOL).await });
    let chief = app
        .staff("chief@example.ru", "ORGANISATION_ADMIN", school)
        .await;
    let federation = json!({ "federation": true });
    let auditor = app.staff("auditor@example.ru", "AUDITOR", federation).await;
    let admin = app.admin().await;
    let member = join(app, &officer).await;
    vec![
        None,
        Some(member),
        Some(officer),
        Some(of_another),
        Some(chief.person),
        Some(auditor.person),
        Some(admin.person),
    ]
}

/// A member of the school's organisation, by that officer's decision.
async fn join(app: &App, officer: &Person) -> Person {
    let person = app.sign_in(PHONE).await;
    let claim = "mutation($organisation: ID!, $number: String!) { membershipClaim(input: {
        organisation: $organisation, cardNumber: $number, surname: \"Иванов\", givenName: \"Пётр\"
    }) { claim { id } } }";
    let variables =
        json!({ "organisation": app.organisation_node(SCHOOL).await, "number": NUMBER });
    let claimed = app.ask_by(&person, claim, variables).await;
    let approve = "mutation($id: ID!) { membershipApprove(input: {
        claimId: $id, memberSince: \"2024-01-15\" }) { claim { state } } }";
    let id = &claimed.data()["membershipClaim"]["claim"]["id"];
    let decided = app.ask_by(officer, approve, json!({ "id": id })).await;
    let state = &decided.data()["membershipApprove"]["claim"]["state"];
    assert_eq!(state, "APPROVED");
    // A new session: of the other the server may remember for seconds that it has no membership.
    app.sign_in(PHONE).await
}

async fn ask(app: &App, actor: Option<&Person>, query: &str) -> Answer {
    match actor {
        None => app.ask(query).await,
        Some(person) => app.ask_by(person, query, json!({})).await,
    }
}

/// The letter of what somebody got.
fn letter(answer: &Answer, field: &str) -> char {
    match answer.body["errors"][0]["extensions"]["code"].as_str() {
        Some("UNAUTHENTICATED") => 'U',
        Some("FORBIDDEN") => 'F',
        None if answer.body.get("errors").is_none() && answer.body["data"].get(field).is_some() => {
            'D'
        }
        _ => '?',
    }
}

#[test]
fn every_root_field_has_one_row() {
    let mut known = BTreeSet::new();
    for (field, document, letters) in TABLE {
        assert!(known.insert((*field).to_owned()), "{field} has two rows");
        assert_eq!(letters.len(), ACTORS.len(), "{field}");
        assert!(letters.chars().all(|letter| "DUF".contains(letter)));
        let (of, name) = field.split_once('.').expect("Type.field");
        let is_asked = [" ", "("].map(|end| document.contains(&format!("{{ {name}{end}")));
        assert!(is_asked.contains(&true), "{document} does not ask {field}");
        assert_eq!(document.starts_with("mutation"), of == "Mutation");
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
        let actors = sign_everybody_in(&app).await;
        let nothing = NodeTag(b'm').id(uuid::Uuid::now_v7()).to_string();
        let mut differences = Vec::new();
        for (field, document, letters) in TABLE {
            let (_, name) = field.split_once('.').expect("Type.field");
            let query = document.replace("{id}", &nothing);
            for ((actor, called), expected) in actors.iter().zip(ACTORS).zip(letters.chars()) {
                let answer = ask(&app, actor.as_ref(), &query).await;
                let found = letter(&answer, name);
                if found != expected {
                    differences.push(format!("{field}, {called}: {expected} expected, {found} found: {}", answer.body));
                }
            }
        }
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }

    /// The guard lets both officers in; what they find there is of their own scope alone.
    async fn who_may_see_a_roster_sees_their_own(app) {
        let actors = sign_everybody_in(&app).await;
        let members = format!("{{ members(filter: {{ cardNumber: \"{NUMBER}\" }}) {{ totalCount }} }}");
        let claims = "{ membershipClaims(queue: ALL) { totalCount } }";
        for (place, count) in [(2, 1), (3, 0), (4, 1), (6, 1)] {
            let called = ACTORS[place];
            let seen = ask(&app, actors[place].as_ref(), &members).await;
            assert_eq!(seen.data()["members"]["totalCount"], count, "{called}");
            let seen = ask(&app, actors[place].as_ref(), claims).await;
            assert_eq!(seen.data()["membershipClaims"]["totalCount"], count, "{called}");
        }
    }
}
