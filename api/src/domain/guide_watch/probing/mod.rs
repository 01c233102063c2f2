//! A daily look at the official pages of guides, politely: one request at a time, a pause between any two,
//! each site one page a day, in which its pages take turns, and nothing that a site's `robots.txt` forbids.
//!
//! Any number of instances may look: a turn is taken in the database, and whoever dies with it loses it
//! after a minute.

mod page;
mod robots;
mod turns;
mod verdict;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{enums::GuideProbeResult, guide_probe, guide_probe_site};
use sea_orm::{DatabaseTransaction, TransactionTrait};
use tokio::time::{MissedTickBehavior, interval};
use url::Url;

use self::{
    robots::Manners,
    verdict::{Finding, News, Words, judge, result_of, result_without_answer},
};
use super::{
    concerns::{Concern, raise},
    store::{concerns::close_passed, probes as store},
};
use crate::infra::{
    clock::{Clock, moscow_date},
    config::{GuideProbe, Settings},
    db::Database,
    error::Error,
    outbound::{Answer, HeaderMap, HeaderValue, Method, NotSent, Outbound, Outgoing, header},
};

/// What a site's `robots.txt` may call this program.
const PROGRAM: &str = "mfp-api";
/// Between any two requests, whichever instance makes them.
const PAUSE: TimeDelta = TimeDelta::seconds(10);
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Longer than a request may take.
const TURN: TimeDelta = TimeDelta::seconds(60);
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of a page that is compared, and of a `robots.txt` (RFC 9309 wants 500 KiB at least).
const LARGEST_PAGE: usize = 2 * 1024 * 1024;
const LARGEST_ROBOTS: usize = 512 * 1024;
/// Characters, as the columns hold them.
const LONGEST_LOCATION: usize = 500;
const LONGEST_ETAG: usize = 200;

/// Looks at official pages.
#[derive(Clone, Debug)]
pub struct Prober {
    database: Database,
    clock: Clock,
    outbound: Outbound,
    headers: HeaderMap,
    pause: TimeDelta,
}

/// What a turn was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Somebody else has the turn, or the pause lasts.
    NotNow,
    /// Every site was asked today.
    Nothing,
    /// A site's `robots.txt`.
    Robots,
    /// A page, or nothing because its site would not have it.
    Page,
}

impl Prober {
    /// A prober, if the settings want one.
    ///
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn of(
        settings: &Settings,
        database: &Database,
        clock: &Clock,
    ) -> Result<Option<Self>, String> {
        if settings.guide_probe == GuideProbe::Off {
            return Ok(None);
        }
        let name = format!(
            "{PROGRAM}/{} (+https://{}/)",
            env!("CARGO_PKG_VERSION"),
            settings.portal_host
        );
        let name = HeaderValue::try_from(name)
            .map_err(|_| "setting MFP_PORTAL_HOST: is no host's name".to_owned())?;
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, name);
        headers.insert(
            header::ACCEPT,
            HeaderValue::from_static("text/html,application/xhtml+xml"),
        );
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("ru"));
        Ok(Some(Self {
            database: database.clone(),
            clock: clock.clone(),
            outbound: Outbound::new(settings)?,
            headers,
            pause: PAUSE,
        }))
    }

    /// The same with another pause.
    #[must_use]
    pub fn pausing(mut self, pause: TimeDelta) -> Self {
        self.pause = pause;
        self
    }

    /// Looks for as long as the process runs.
    pub async fn run(self) {
        let mut interval = interval(LOOK_EVERY);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            if let Err(error) = self.look().await {
                tracing::warn!(
                    code = error.code().as_str(),
                    "an official page could not be looked at"
                );
            }
        }
    }

    /// Makes one request, if it is this instance's turn and something is due.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn look(&self) -> Result<Asked, Error> {
        let now = self.clock.now();
        let writer = self.database.writer();
        if !store::take_turn(writer, now + TURN, now).await? {
            return Ok(Asked::NotNow);
        }
        let asked = self.ask(now).await?;
        store::end_turn(writer, self.clock.now() + self.pause).await?;
        Ok(asked)
    }

    async fn ask(&self, now: DateTime<Utc>) -> Result<Asked, Error> {
        let today = moscow_date(now);
        let reader = self.database.reader();
        let addresses = store::list_addresses(reader).await?;
        let Some(address) = turns::next(addresses, today) else {
            return Ok(Asked::Nothing);
        };
        let Ok(url) = Url::parse(&address) else {
            self.note(&address, &Finding::of(GuideProbeResult::Unreachable))
                .await?;
            return Ok(Asked::Page);
        };
        let origin = url.origin().ascii_serialization();
        let Some(manners) = self.known_manners(&origin, today).await? else {
            self.learn_manners(&url, origin, today).await?;
            return Ok(Asked::Robots);
        };
        let finding = match &manners {
            Manners::Silent => Finding::of(GuideProbeResult::Unreachable),
            manners if !manners.allow(&path_of(&url)) => Finding::of(GuideProbeResult::Disallowed),
            _ => {
                let etag = store::find_etag(reader, &address).await?;
                self.read_page(url, etag).await
            }
        };
        self.note(&address, &finding).await?;
        Ok(Asked::Page)
    }

    /// What a site said today.
    async fn known_manners(
        &self,
        origin: &str,
        today: NaiveDate,
    ) -> Result<Option<Manners>, Error> {
        let site = store::find_site(self.database.reader(), origin).await?;
        let site = site.filter(|site| site.fetched_on >= today);
        // What an older program wrote is asked for again.
        Ok(site.and_then(|site| serde_json::from_value(site.manners).ok()))
    }

    async fn learn_manners(
        &self,
        page: &Url,
        origin: String,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut url = page.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        let mut asking = self.request(url);
        asking.answer_at_most = LARGEST_ROBOTS;
        asking.redirects = 3;
        let manners = manners_of(self.outbound.send(asking).await);
        let site = guide_probe_site::Model {
            origin,
            fetched_on: today,
            manners: serde_json::to_value(manners)?,
        };
        Ok(store::write_site(self.database.writer(), site).await?)
    }

    async fn read_page(&self, url: Url, etag: Option<String>) -> Finding {
        let mut asking = self.request(url);
        asking.answer_at_most = LARGEST_PAGE;
        if let Some(etag) = etag.and_then(|etag| HeaderValue::try_from(etag).ok()) {
            asking.headers.insert(header::IF_NONE_MATCH, etag);
        }
        match self.outbound.send(asking).await {
            Ok(answer) => finding_of(&answer),
            Err(reason) => Finding::of(result_without_answer(reason)),
        }
    }

    fn request(&self, mut url: Url) -> Outgoing {
        url.set_fragment(None);
        let mut asking = Outgoing::new(Method::GET, url);
        asking.headers = self.headers.clone();
        asking.patience = PATIENCE;
        asking
    }

    /// Writes down what an address answered, for every guide that leads there, and tells their editors.
    async fn note(&self, address: &str, finding: &Finding) -> Result<(), Error> {
        let now = self.clock.now();
        let transaction = self.database.writer().begin().await?;
        store::end_turn(&transaction, now + TURN).await?;
        let guide_ids = store::list_guides_at(&transaction, address).await?;
        let mut known = store::list_probes(&transaction, &guide_ids).await?;
        known.retain(|probe| probe.url == address);
        let mut probes: Vec<guide_probe::Model> = Vec::with_capacity(guide_ids.len());
        for guide_id in guide_ids {
            // A guide that leads there since yesterday learns from one that has for longer.
            let own = known.iter().find(|probe| probe.guide_id == guide_id);
            let before = own.or_else(|| known.first());
            let (probe, news) = judge((guide_id, address), before, finding, now);
            probes.push(probe);
            for news in news {
                tell(&transaction, guide_id, news, now).await?;
            }
        }
        store::write_probes(&transaction, probes).await?;
        Ok(transaction.commit().await?)
    }
}

async fn tell(
    transaction: &DatabaseTransaction,
    guide_id: uuid::Uuid,
    news: News,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match news {
        News::Raised {
            kind,
            details,
            proposed_alert,
        } => {
            let concern = Concern {
                guide_id,
                kind,
                details,
                proposed_alert,
            };
            raise(transaction, concern, now).await?;
        }
        News::Passed(kind) => close_passed(transaction, guide_id, kind, now).await?,
    }
    Ok(())
}

/// The part of an address that `robots.txt` speaks of.
fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// What an answer to the question for `robots.txt` says (RFC 9309, 2.3.1).
fn manners_of(sent: Result<Answer, NotSent>) -> Manners {
    match sent {
        Ok(answer) if answer.status.is_success() => {
            let text = String::from_utf8_lossy(&answer.body);
            Manners::read(&text, PROGRAM)
        }
        Ok(answer) if answer.status.is_server_error() => Manners::Closed,
        Ok(_) | Err(NotSent::TooManyRedirects) => Manners::Open,
        Err(NotSent::Unreachable | NotSent::TimedOut | NotSent::Refused(_)) => Manners::Silent,
        Err(NotSent::AnswerTooLong) => Manners::Closed,
    }
}

fn finding_of(answer: &Answer) -> Finding {
    let text = |name: header::HeaderName| {
        let value = answer.headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let leads_to = text(header::LOCATION)
        .and_then(|location| answer.url.join(&location).ok())
        .filter(|location| *location != answer.url)
        .map(String::from);
    let status = answer.status.as_u16();
    let result = result_of(status, leads_to.is_some());
    let is_page = text(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/xhtml"));
    let words = match result {
        GuideProbeResult::Reached if status == 304 => Words::Same,
        GuideProbeResult::Reached if is_page => {
            page::fingerprint(&answer.body).map_or(Words::Unknown, Words::Seen)
        }
        _ => Words::Unknown,
    };
    let etag = text(header::ETAG).filter(|_| matches!(words, Words::Seen(_)));
    Finding {
        result,
        status: Some(i32::from(status)),
        location: leads_to.filter(|location| location.chars().count() <= LONGEST_LOCATION),
        etag: etag.filter(|etag| etag.chars().count() <= LONGEST_ETAG),
        words,
    }
}
