//! People who sign in over HTTP: members by a code, staff by password and a second factor.

use std::time::Duration;

use api::domain::accounts::{Accounts, contact::Email, staff::create_first};
use entities::job;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use super::{Answer, App};

/// Strong enough for staff.
pub const PASSWORD: &str = "четыре лошади жуют скрепку";

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct Person {
    pub access_token: String,
    pub refresh_token: String,
}

const REQUEST: &str =
    "mutation($identifier: String!) { signInCodeRequest(input: { identifier: $identifier }) {
    challenge { id expiresAt resendAfter } userErrors { code field message } } }";
const CONFIRM: &str = "mutation($id: ID!, $code: String!) {
    signInCodeConfirm(input: { challengeId: $id, code: $code, device: { name: \"Телефон\" } }) {
        tokens { accessToken refreshToken } userErrors { code field message } } }";

impl App {
    /// Asks for a code and returns the answer.
    pub async fn request_code(&self, identifier: &str) -> Value {
        let answer = self
            .ask_with(REQUEST, json!({ "identifier": identifier }))
            .await;
        answer.data()["signInCodeRequest"].clone()
    }

    /// Shows a code and returns the answer.
    pub async fn confirm_code(&self, challenge_id: &str, code: &str) -> Value {
        let variables = json!({ "id": challenge_id, "code": code });
        self.ask_with(CONFIRM, variables).await.data()["signInCodeConfirm"].clone()
    }

    /// The code of the last message to somebody, when so many have come.
    pub async fn code_sent_to(&self, contact: &str, count: usize) -> String {
        let sent = self.outbox.wait_for(contact, count).await;
        let digits: String = sent.text.chars().take_while(char::is_ascii_digit).collect();
        assert!(digits.len() >= 6, "no code in {sent:?}");
        digits
    }

    /// How many messages somebody has, when nothing more is under way.
    pub async fn messages_to(&self, contact: &str) -> usize {
        for _ in 0..400 {
            let waiting = job::Entity::find()
                .filter(job::Column::FinishedAt.is_null())
                .count(self.database.reader())
                .await
                .expect("a count");
            if waiting == 0 {
                return self.outbox.to(contact).len();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("messages still wait to be sent");
    }

    /// Signs somebody in by a code to their phone.
    pub async fn sign_in(&self, phone: &str) -> Person {
        let before = self.outbox.to(phone).len();
        let asked = self.request_code(phone).await;
        let id = asked["challenge"]["id"].as_str().expect("a challenge");
        let code = self.code_sent_to(phone, before + 1).await;
        let confirmed = self.confirm_code(id, &code).await;
        Person::of(&confirmed["tokens"])
    }

    /// Asks as somebody who has signed in.
    pub async fn ask_by(&self, person: &Person, query: &str, variables: Value) -> Answer {
        self.ask_with_token(&person.access_token, query, variables)
            .await
    }

    /// Asks with whatever credentials.
    pub async fn ask_with_token(&self, token: &str, query: &str, variables: Value) -> Answer {
        let response = self
            .client
            .post(self.url("/graphql"))
            .header("accept", "application/graphql-response+json")
            .header("authorization", format!("Bearer {token}"))
            .json(&json!({ "query": query, "variables": variables }))
            .send()
            .await
            .expect("an answer");
        Answer::of(response).await
    }
}

const ACCEPT: &str = "mutation($token: String!, $password: String!) {
    staffInvitationAccept(input: { token: $token, password: $password }) {
        tokens { accessToken refreshToken } userErrors { code field message } } }";
const INVITE: &str = "mutation($email: String!, $role: Role!, $scope: RoleScopeInput!) {
    staffInvite(input: { email: $email, role: $role, scope: $scope }) {
        accountId userErrors { code field message } } }";

/// Somebody of staff, with what they sign in by.
#[derive(Clone, Debug)]
pub struct Staff {
    pub person: Person,
    pub email: String,
    pub seed: String,
    pub recovery_codes: Vec<String>,
}

impl App {
    /// An administrator of the federation who has shown a factor just now.
    pub async fn admin(&self) -> Staff {
        let number = self
            .admins
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let email = &format!("admin{number}@example.ru");
        let accounts = Accounts::new(
            std::sync::Arc::clone(&self.identity.vault),
            self.identity.keys.clone(),
            "",
        );
        let address = Email::parse(email).expect("an address");
        let token = create_first(&accounts, &self.database, &address, self.now())
            .await
            .expect("a token");
        self.join(email, &token).await
    }

    /// An officer who keeps the roster of an organisation and of those below it.
    pub async fn officer(&self, organisation: &str) -> Person {
        let scope = json!({ "organisation": self.organisation_node(organisation).await });
        self.staff(
            &format!("{organisation}@example.ru"),
            "MEMBERSHIP_OFFICER",
            scope,
        )
        .await
        .person
    }

    /// Somebody whom a new administrator invites.
    pub async fn staff(&self, email: &str, role: &str, scope: Value) -> Staff {
        let admin = self.admin().await;
        self.invite(&admin.person, email, role, scope).await
    }

    /// Somebody whom that administrator invites.
    pub async fn invite(&self, admin: &Person, email: &str, role: &str, scope: Value) -> Staff {
        let before = self.outbox.to(email).len();
        let variables = json!({ "email": email, "role": role, "scope": scope });
        let invited = self.ask_by(admin, INVITE, variables).await;
        let payload = &invited.data()["staffInvite"];
        assert_eq!(payload["userErrors"], json!([]), "{payload}");
        let link = self.outbox.wait_for(email, before + 1).await.text;
        let token = link.trim().rsplit('#').next().expect("a token").to_owned();
        self.join(email, &token).await
    }

    /// Accepts an invitation and connects an app of one-time codes.
    pub async fn join(&self, email: &str, token: &str) -> Staff {
        let variables = json!({ "token": token, "password": PASSWORD });
        let accepted = self.ask_with(ACCEPT, variables).await;
        let person = Person::of(&accepted.data()["staffInvitationAccept"]["tokens"]);
        let enrolled = self
            .ask_by(
                &person,
                "mutation { totpEnrol { enrolment { secret uri } userErrors { code } } }",
                json!({}),
            )
            .await;
        let seed = enrolled.data()["totpEnrol"]["enrolment"]["secret"]
            .as_str()
            .expect("a seed")
            .to_owned();
        let confirm = "mutation($code: String!) { totpConfirm(input: { code: $code }) { recoveryCodes userErrors { code } } }";
        let code = self.totp(&seed);
        let confirmed = self.ask_by(&person, confirm, json!({ "code": code })).await;
        let recovery_codes =
            serde_json::from_value(confirmed.data()["totpConfirm"]["recoveryCodes"].clone());
        Staff {
            person,
            email: email.to_owned(),
            seed,
            recovery_codes: recovery_codes.expect("recovery codes"),
        }
    }

    /// The code that an app shows now.
    pub fn totp(&self, seed: &str) -> String {
        let generator: Totp = Builder::new()
            .with_secret(Secret::try_from_base32(seed).expect("base32"))
            .build()
            .expect("a generator");
        let seconds = u64::try_from(self.now().timestamp()).expect("after 1970");
        generator.generate(seconds).to_string()
    }

    /// The node id of a demo organisation.
    pub async fn organisation_node(&self, slug: &str) -> String {
        let query = "query($slug: String!) { organisation(slug: $slug) { id } }";
        let answer = self.ask_with(query, json!({ "slug": slug })).await;
        answer.data()["organisation"]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }
}

impl Person {
    /// Reads `tokens` of a payload.
    #[track_caller]
    pub fn of(tokens: &Value) -> Self {
        let text = |name: &str| {
            tokens[name]
                .as_str()
                .unwrap_or_else(|| panic!("no {name} in {tokens}"))
                .to_owned()
        };
        Self {
            access_token: text("accessToken"),
            refresh_token: text("refreshToken"),
        }
    }
}

/// The code of the only user error of a payload.
#[track_caller]
pub fn user_error(payload: &Value) -> &str {
    let errors = payload["userErrors"].as_array().expect("user errors");
    assert_eq!(errors.len(), 1, "{payload:#}");
    errors[0]["code"].as_str().expect("a code")
}
