//! Official pages are looked at once a day, as politely as their sites ask for.

use api::{
    domain::guide_watch::{Asked, Prober},
    infra::config::GuideProbe,
};
use chrono::TimeDelta;
use entities::{
    enums::{GuideConcernEnd, GuideConcernKind, GuideProbeResult},
    guide_probe, service_guide,
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{concerns_of, guide, open_kinds};
use crate::support::{App, Backend, Site, site::Reply};

/// Runs each test once on SQLite and once on PostgreSQL, with every guide leading to a site of the test's
/// own.
macro_rules! with_a_site {
    ($(async fn $name:ident($app:ident, $site:ident) $body:block)*) => {
        mod sqlite {
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let ($app, $site) = start(Backend::Sqlite).await;
                let ending = $app.ending();
                async { $body }.await;
                ending.await;
            })*
        }
        mod postgres {
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let ($app, $site) = start(Backend::Postgres).await;
                let ending = $app.ending();
                async { $body }.await;
                ending.await;
            })*
        }
    };
}

async fn start(backend: Backend) -> (App, Site) {
    let site = Site::listen();
    let app = App::start_with(backend, |settings| {
        settings.outbound_allowed = site.destination();
        settings.guide_probe = GuideProbe::On;
    })
    .await;
    lead_all(&app, &site.url("/page")).await;
    site.answer("/page", page("пять"));
    (app, site)
}

/// A page that says something.
fn page(number: &str) -> Reply {
    let words = "Заявление подают через портал, решение приходит в личный кабинет. ".repeat(6);
    Reply::page(&format!(
        "<html><body><p>{words}</p><p>Срок: {number} рабочих дней</p></body></html>"
    ))
}

/// A prober that waits for nothing.
fn prober(app: &App) -> Prober {
    Prober::of(&app.settings, &app.database, app.clock())
        .expect("settings that can be used")
        .expect("a prober")
        .pausing(TimeDelta::zero())
}

/// Looks until nothing is left to look at today; returns what was asked for.
async fn look_all(prober: &Prober) -> Vec<Asked> {
    let mut asked = Vec::new();
    loop {
        match prober.look().await.expect("a look") {
            Asked::Nothing => return asked,
            one => asked.push(one),
        }
    }
}

/// The same on so many days in a row.
async fn look_for_days(app: &App, prober: &Prober, days: usize) {
    for _ in 0..days {
        look_all(prober).await;
        app.wait(TimeDelta::days(1));
    }
}

/// Leads every guide there: a site is asked for one page a day.
async fn lead_all(app: &App, url: &str) {
    service_guide::Entity::update_many()
        .col_expr(service_guide::Column::OfficialUrl, Expr::value(url))
        .exec(app.database.writer())
        .await
        .expect("led there");
}

async fn lead(app: &App, guide: Uuid, url: &str) {
    service_guide::Entity::update_many()
        .col_expr(service_guide::Column::OfficialUrl, Expr::value(url))
        .filter(service_guide::Column::Id.eq(guide))
        .exec(app.database.writer())
        .await
        .expect("led there");
}

async fn probe_of(app: &App, guide: Uuid) -> guide_probe::Model {
    guide_probe::Entity::find_by_id(guide)
        .one(app.database.writer())
        .await
        .expect("a query")
        .expect("a probe")
}

with_a_site! {
    async fn nothing_is_asked_for_unless_the_settings_say_so(app, site) {
        let mut settings = app.settings.clone();
        settings.guide_probe = GuideProbe::Off;
        let none = Prober::of(&settings, &app.database, app.clock()).expect("settings that can be used");
        assert!(none.is_none());
        assert!(site.asked().is_empty());
    }

    async fn an_address_is_asked_for_once_a_day_after_its_robots_txt(app, site) {
        let prober = prober(&app);
        assert_eq!(look_all(&prober).await, [Asked::Robots, Asked::Page], "twelve guides, one address");
        assert!(look_all(&prober).await.is_empty());
        assert_eq!(site.paths(), ["/robots.txt", "/page"]);
        assert!(site.asked().iter().all(|asked| asked.user_agent.starts_with("mfp-api/") && asked.user_agent.contains("(+https://")));
        let probes = guide_probe::Entity::find().all(app.database.reader()).await.expect("probes");
        assert_eq!(probes.len(), 12);
        assert!(probes.iter().all(|probe| probe.result == GuideProbeResult::Reached && probe.fingerprint.is_some()));

        app.wait(TimeDelta::days(1));
        assert_eq!(look_all(&prober).await, [Asked::Robots, Asked::Page]);
        assert_eq!(site.paths().len(), 4);
    }

    async fn the_pages_of_a_site_take_turns(app, site) {
        let prober = prober(&app);
        let other = guide(&app, "elsewhere").await;
        lead(&app, other, &site.url("/other")).await;
        site.answer("/other", page("семь"));
        look_for_days(&app, &prober, 4).await;
        let pages: Vec<String> = site.paths().into_iter().filter(|path| path != "/robots.txt").collect();
        assert_eq!(pages, ["/other", "/page", "/other", "/page"]);
    }

    async fn what_robots_txt_forbids_is_not_asked_for(app, site) {
        let other = guide(&app, "elsewhere").await;
        lead(&app, other, &site.url("/open/page?a=1")).await;
        site.answer("/open/page", page("семь"));
        let rules = "User-agent: *\nDisallow: /\n\nUser-agent: mfp-api\nDisallow: /page\n";
        site.answer("/robots.txt", Reply { body: rules.into(), ..Reply::status(200) });
        look_all(&prober(&app)).await;
        assert_eq!(site.paths(), ["/robots.txt", "/open/page"]);
        assert_eq!(probe_of(&app, other).await.result, GuideProbeResult::Reached);

        // A site whose rules cannot be had is left alone for the day, and nobody is alarmed.
        app.wait(TimeDelta::days(1));
        site.answer("/robots.txt", Reply::status(500));
        look_for_days(&app, &prober(&app), 4).await;
        assert!(site.paths()[2..].iter().all(|path| path == "/robots.txt"));
        assert_eq!(probe_of(&app, other).await.result, GuideProbeResult::Disallowed);
        assert!(concerns_of(&app, other).await.is_empty());
    }

    async fn a_pause_lasts_for_all_instances(app, site) {
        let (one, other) = (prober(&app).pausing(TimeDelta::seconds(10)), prober(&app));
        assert_eq!(one.look().await, Ok(Asked::Robots));
        assert_eq!(one.look().await, Ok(Asked::NotNow));
        assert_eq!(other.look().await, Ok(Asked::NotNow));
        app.wait(TimeDelta::seconds(11));
        assert_eq!(other.look().await, Ok(Asked::Page));
        assert_eq!(site.paths().len(), 2);
    }

    async fn several_instances_ask_once(app, site) {
        let beside = app.beside().await;
        let ending = beside.ending();
        let probers = [prober(&app), prober(&beside)];
        for _ in 0..5 {
            let looks = (0..10).map(|number| probers[number % 2].look());
            for look in join_all(looks).await {
                look.expect("a look");
            }
        }
        assert_eq!(site.paths(), ["/robots.txt", "/page"]);
        ending.await;
    }

    async fn the_third_day_without_an_answer_is_a_concern_and_an_answer_ends_it(app, site) {
        let id = guide(&app, "gone").await;
        lead_all(&app, &site.url("/gone")).await;
        let prober = prober(&app);
        look_for_days(&app, &prober, 2).await;
        assert!(concerns_of(&app, id).await.is_empty(), "two days are nothing yet");
        look_for_days(&app, &prober, 2).await;
        let concerns = concerns_of(&app, id).await;
        assert_eq!(concerns.len(), 1);
        assert_eq!(concerns[0].kind, GuideConcernKind::Unreachable);
        assert!(concerns[0].details.contains("404") && concerns[0].details.contains(": 4,"), "{}", concerns[0].details);
        assert!(concerns[0].proposed_alert.is_some());

        site.answer("/gone", page("пять"));
        look_all(&prober).await;
        let concerns = concerns_of(&app, id).await;
        assert_eq!(concerns[0].closed_as, Some(GuideConcernEnd::Passed));
        assert_eq!(probe_of(&app, id).await.failures, 0);
    }

    async fn a_site_that_serves_no_programs_alarms_nobody(app, site) {
        let id = guide(&app, "shy").await;
        lead(&app, id, &site.url("/shy")).await;
        site.answer("/shy", Reply::status(403));
        look_for_days(&app, &prober(&app), 4).await;
        let probe = probe_of(&app, id).await;
        assert_eq!((probe.result, probe.status, probe.failures), (GuideProbeResult::Denied, Some(403), 0));
        assert!(concerns_of(&app, id).await.is_empty());
    }

    async fn a_page_that_moved_is_a_concern_until_the_guide_leads_there(app, site) {
        let id = guide(&app, "moved").await;
        lead_all(&app, &site.url("/old")).await;
        site.answer("/old", Reply::status(301).with("location", "/new"));
        site.answer("/new", page("пять"));
        let prober = prober(&app);
        look_all(&prober).await;
        assert_eq!(open_kinds(&app, id).await, [GuideConcernKind::Moved]);
        let details = &concerns_of(&app, id).await[0].details;
        assert!(details.contains(&site.url("/new")), "{details}");
        assert!(!site.paths().contains(&"/new".to_owned()), "no redirect is followed");

        lead_all(&app, &site.url("/new")).await;
        app.wait(TimeDelta::days(1));
        look_all(&prober).await;
        assert!(open_kinds(&app, id).await.is_empty());
        // One that leads elsewhere for a while has not moved.
        site.answer("/new", Reply::status(302).with("location", "/login"));
        app.wait(TimeDelta::days(1));
        look_all(&prober).await;
        assert_eq!(probe_of(&app, id).await.result, GuideProbeResult::Redirected);
        assert!(open_kinds(&app, id).await.is_empty());
    }

    async fn other_words_are_a_concern_when_they_stay(app, site) {
        let id = guide(&app, "changed").await;
        lead_all(&app, &site.url("/changed")).await;
        let prober = prober(&app);
        site.answer("/changed", page("пять"));
        look_for_days(&app, &prober, 2).await;
        site.answer("/changed", page("10"));
        look_for_days(&app, &prober, 1).await;
        site.answer("/changed", page("пять"));
        look_for_days(&app, &prober, 2).await;
        assert!(open_kinds(&app, id).await.is_empty(), "a day's other words are nobody's business");
        site.answer("/changed", page("десять"));
        look_for_days(&app, &prober, 2).await;
        assert_eq!(open_kinds(&app, id).await, [GuideConcernKind::PageChanged]);
    }

    async fn a_page_that_has_not_changed_is_not_sent_again(app, site) {
        let id = guide(&app, "tagged").await;
        lead_all(&app, &site.url("/tagged")).await;
        site.answer("/tagged", page("пять").with("etag", "\"one\""));
        let prober = prober(&app);
        look_for_days(&app, &prober, 2).await;
        let asked: Vec<Option<String>> = site.asked().into_iter()
            .filter(|asked| asked.path == "/tagged")
            .map(|asked| asked.if_none_match)
            .collect();
        assert_eq!(asked, [None, Some("\"one\"".into())]);
        let probe = probe_of(&app, id).await;
        assert_eq!((probe.status, probe.result), (Some(304), GuideProbeResult::Reached));
        assert!(probe.fingerprint.is_some());
    }

    async fn an_address_that_is_not_public_is_out_of_reach(app, site) {
        let id = guide(&app, "inside").await;
        lead(&app, id, "https://169.254.169.254/latest/").await;
        look_all(&prober(&app)).await;
        assert_eq!(probe_of(&app, id).await.result, GuideProbeResult::Unreachable);
        assert_eq!(site.paths(), ["/robots.txt", "/page"]);
    }
}
