//! Redeeming benefits: who may, how often, once for each key, and a pool that two hundred want.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use chrono::TimeDelta;
use entities::enums::{LimitPeriod, RedemptionKind};
use sea_orm::Set;
use serde_json::{Value, json};

use super::{
    Offer, REDEEM, audited, crowd, edit, fill, given, new_key, offer, pool, redeem,
    redeem_patiently,
};
use crate::{
    on_both_databases,
    support::{App, Person, builders, user_error},
};

const CODES: usize = 20;
const WISHES: usize = 200;
/// As many as may sign in from one address within an hour, but for two.
const MEMBERS: usize = 8;

const OWN: &str = "{ viewer { redemptions(first: 100) { totalCount nodes {
    id kind code url phone text redeemedAt benefit { slug } } } } }";
const REFRESH: &str = "mutation($token: String!) {
    sessionRefresh(input: { refreshToken: $token }) { tokens { accessToken refreshToken } } }";

/// What somebody finds again of what they redeemed.
async fn own(app: &App, person: &Person) -> Value {
    let answer = app.ask_by(person, OWN, json!({})).await;
    answer.data()["viewer"]["redemptions"].clone()
}

/// A day later, with a token that is good then.
async fn sleep_a_day(app: &App, person: &Person) -> Person {
    app.wait(TimeDelta::days(1));
    let token = json!({ "token": person.refresh_token });
    let refreshed = app.ask_with(REFRESH, token).await;
    Person::of(&refreshed.data()["sessionRefresh"]["tokens"])
}

on_both_databases! {
    async fn only_members_redeem(app) {
        let card = offer(&app, "by-card", |_| {}).await;
        let variables = json!({ "benefit": card.node, "key": new_key() });
        assert_eq!(app.ask_with(REDEEM, variables).await.code(), "UNAUTHENTICATED");

        let stranger = app.sign_in("+79161234567").await;
        let refused = redeem(&app, &stranger, &card, &new_key()).await;
        assert_eq!(user_error(&refused), "NOT_ELIGIBLE");
        assert!(refused["redemption"].is_null());
        assert_eq!(refused["userErrors"][0]["field"], json!(["benefitId"]));

        let variables = json!({ "benefit": card.node, "key": "once" });
        let malformed = app.ask_by(&stranger, REDEEM, variables).await;
        assert_eq!(malformed.refused("input.clientMutationKey"), "BAD_USER_INPUT");
    }

    async fn each_kind_gives_its_own(app) {
        let member = &crowd(&app, 1).await.members[0];
        let card = offer(&app, "by-card", |_| {}).await;
        let shown = given(&app, member, &card).await;
        assert_eq!(shown["kind"], "SHOW_CARD");
        assert_eq!(shown["text"], "Покажите билет");
        assert_eq!(shown["benefit"]["slug"], "by-card");

        let promo = offer(&app, "by-word", |row| {
            row.redemption_kind = Set(RedemptionKind::PromoCode);
            row.promo_code = Set(Some("PROFSOYUZ".into()));
        }).await;
        assert_eq!(given(&app, member, &promo).await["code"], "PROFSOYUZ");

        let booking = offer(&app, "by-appointment", |row| {
            row.redemption_kind = Set(RedemptionKind::Booking);
            row.redemption_url = Set(Some("https://partner.example/book".into()));
            row.redemption_phone = Set(Some("+74950000000".into()));
        }).await;
        let booked = given(&app, member, &booking).await;
        assert_eq!(booked["url"], "https://partner.example/book");
        assert_eq!(booked["phone"], "+74950000000");
        assert!(booked["code"].is_null() && booked["text"].is_null());

        let empty = pool(&app, "by-own-code").await;
        let refused = redeem(&app, member, &empty, &new_key()).await;
        assert_eq!(user_error(&refused), "NO_CODES_LEFT");
        assert_eq!(own(&app, member).await["totalCount"], 3);
    }

    async fn what_is_not_theirs_or_not_now_is_not_redeemed(app) {
        let member = &crowd(&app, 1).await.members[0];
        let railwaymen = builders::members_under(&app.database, "dorprofzhel").await;
        let hidden = builders::benefit(&app.database, "for-railwaymen", &railwaymen).await;
        let refused = redeem(&app, member, &Offer::of(hidden), &new_key()).await;
        assert_eq!(user_error(&refused), "BENEFIT_NOT_FOUND");

        let yesterday = (app.now() - TimeDelta::days(2)).date_naive();
        let over = offer(&app, "over", |row| row.valid_through = Set(Some(yesterday))).await;
        let refused = redeem(&app, member, &over, &new_key()).await;
        assert_eq!(user_error(&refused), "NOT_RUNNING");

        let later = offer(&app, "for-veterans", |row| row.min_membership_months = Set(1200)).await;
        let refused = redeem(&app, member, &later, &new_key()).await;
        assert_eq!(user_error(&refused), "NOT_ELIGIBLE");
    }

    async fn a_member_redeems_as_often_as_the_period_allows(app) {
        let member = crowd(&app, 1).await.members.remove(0);
        let daily = offer(&app, "daily", |row| {
            row.limit_per_member = Set(Some(2));
            row.limit_period = Set(Some(LimitPeriod::Day));
        }).await;
        let once = offer(&app, "once", |row| row.limit_per_member = Set(Some(1))).await;
        given(&app, &member, &daily).await;
        given(&app, &member, &daily).await;
        given(&app, &member, &once).await;
        for limited in [&daily, &once] {
            let refused = redeem(&app, &member, limited, &new_key()).await;
            assert_eq!(user_error(&refused), "LIMIT_REACHED");
        }

        let member = sleep_a_day(&app, &member).await;
        given(&app, &member, &daily).await;
        let refused = redeem(&app, &member, &once, &new_key()).await;
        assert_eq!(user_error(&refused), "LIMIT_REACHED");
    }

    async fn what_is_taken_by_others_does_not_count_against_a_member(app) {
        let members = crowd(&app, 2).await.members;
        let single = offer(&app, "single", |row| {
            row.limit_per_member = Set(Some(1));
            row.limit_total = Set(Some(1));
        }).await;
        given(&app, &members[0], &single).await;
        for _ in 0..2 {
            let refused = redeem(&app, &members[1], &single, &new_key()).await;
            assert_eq!(user_error(&refused), "ALL_TAKEN");
        }

        edit(&app, &single, |row| row.limit_total = Set(Some(2))).await;
        given(&app, &members[1], &single).await;
        let refused = redeem(&app, &members[1], &single, &new_key()).await;
        assert_eq!(user_error(&refused), "LIMIT_REACHED");
    }

    async fn the_same_key_gets_the_same_for_ever(app) {
        let members = crowd(&app, 2).await.members;
        let codes = pool(&app, "own-codes").await;
        assert_eq!(fill(&app, "own-codes", "FIRST-1\nSECOND-2\nTHIRD-3").await, 3);
        edit(&app, &codes, |row| row.limit_per_member = Set(Some(1))).await;
        let key = new_key();
        let first = redeem(&app, &members[0], &codes, &key).await;
        assert_eq!(first["userErrors"], json!([]));
        assert_eq!(redeem(&app, &members[0], &codes, &key).await, first);

        let other = offer(&app, "other", |_| {}).await;
        let refused = redeem(&app, &members[0], &other, &key).await;
        assert_eq!(user_error(&refused), "CONFLICT");
        assert_eq!(refused["userErrors"][0]["field"], json!(["clientMutationKey"]));

        let theirs = redeem(&app, &members[1], &codes, &key).await;
        assert_ne!(theirs["redemption"]["code"], first["redemption"]["code"]);

        let yesterday = (app.now() - TimeDelta::days(2)).date_naive();
        edit(&app, &codes, |row| row.valid_through = Set(Some(yesterday))).await;
        assert_eq!(redeem(&app, &members[0], &codes, &key).await, first);
        let found = json!({ "totalCount": 1, "nodes": [first["redemption"]] });
        assert_eq!(own(&app, &members[0]).await, found);
    }

    async fn two_hundred_at_once_get_twenty_codes(app) {
        let members = crowd(&app, MEMBERS).await.members;
        let codes = pool(&app, "twenty").await;
        let written: BTreeSet<String> = (0..CODES).map(|number| format!("CODE-{number}")).collect();
        let text: Vec<&str> = written.iter().map(String::as_str).collect();
        assert_eq!(fill(&app, "twenty", &text.join("\n")).await, CODES as u64);

        let app = Rc::new(app);
        let mut asked = Vec::new();
        for number in 0..WISHES {
            let (app, node, key) = (Rc::clone(&app), codes.node.clone(), new_key());
            let member = members[number % MEMBERS].clone();
            asked.push(actix_web::rt::spawn(async move {
                let payload = redeem_patiently(&app, &member, &node, &key).await;
                (member, key, payload)
            }));
        }
        let mut taken = BTreeSet::new();
        let mut refused = BTreeMap::new();
        let mut lucky = Vec::new();
        for one in asked {
            let (member, key, payload) = one.await.expect("an answer");
            match payload["redemption"]["code"].as_str() {
                Some(code) => {
                    assert!(taken.insert(code.to_owned()), "{code} was given twice");
                    lucky.push((member, key, payload));
                }
                None => *refused.entry(user_error(&payload).to_owned()).or_insert(0) += 1,
            }
        }
        assert_eq!(taken, written);
        assert_eq!(refused, BTreeMap::from([("NO_CODES_LEFT".to_owned(), WISHES - CODES)]));
        for (member, key, payload) in &lucky {
            assert_eq!(redeem(&app, member, &codes, key).await, *payload);
        }
        let heard = [
            ("benefit.codes_imported".to_owned(), json!({ "accepted": CODES, "total": CODES })),
            ("benefit.codes_low".to_owned(), json!({ "left": 1, "total": CODES })),
            ("benefit.codes_gone".to_owned(), json!({ "left": 0, "total": CODES })),
        ];
        assert_eq!(audited(&app, &codes).await, heard);
    }
}
