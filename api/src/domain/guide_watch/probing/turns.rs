//! Pure decisions about which official page is looked at next.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::enums::GuideProbeResult;
use url::Url;

use super::verdict::{DAYS_OF_PATIENCE, is_failure};
use crate::domain::guide_watch::store::probes::Look;

/// The address whose turn it is, of those whose site nobody has asked for a page today: one that has just
/// begun to fail, until that is certain; else the one that has waited for longest.
#[must_use]
pub fn next(addresses: Vec<(String, Option<Look>)>, today: NaiveDate) -> Option<String> {
    let asked: BTreeSet<String> = addresses
        .iter()
        .filter(|(_, look)| look.is_some_and(|look| look.day >= today && has_asked(look)))
        .map(|(address, _)| site_of(address))
        .collect();
    let is_due = |address: &str, look: Option<Look>| {
        look.is_none_or(|look| look.day < today) && !asked.contains(&site_of(address))
    };
    addresses
        .iter()
        .filter(|(address, look)| is_due(address, *look))
        .min_by_key(|(_, look)| {
            let waits = !look.is_some_and(begins_to_fail);
            (waits, look.map(|look| look.day))
        })
        .map(|(address, _)| address.clone())
}

/// A page that refuses programs for a while has not failed.
fn begins_to_fail(look: Look) -> bool {
    is_failure(look.result) && look.failures < DAYS_OF_PATIENCE
}

/// What a site's `robots.txt` forbids is settled without asking the site.
fn has_asked(look: Look) -> bool {
    look.result != GuideProbeResult::Disallowed
}

/// The host that answers for an address.
fn site_of(address: &str) -> String {
    let url = Url::parse(address).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.unwrap_or(address).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "https://mos.ru/a";
    const B: &str = "https://mos.ru/b";
    const OTHER: &str = "https://gosuslugi.ru/1";

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    fn look(number: u32, result: GuideProbeResult, failures: i32) -> Option<Look> {
        Some(Look {
            day: day(number),
            result,
            failures,
        })
    }

    fn reached(number: u32) -> Option<Look> {
        look(number, GuideProbeResult::Reached, 0)
    }

    fn turn(addresses: &[(&str, Option<Look>)]) -> Option<String> {
        let own = |(address, look): &(&str, Option<Look>)| ((*address).to_owned(), *look);
        next(addresses.iter().map(own).collect(), day(20))
    }

    #[test]
    fn a_site_is_asked_for_one_page_a_day_and_its_pages_take_turns() {
        assert_eq!(turn(&[(A, None), (B, None)]).as_deref(), Some(A));
        assert_eq!(turn(&[(A, reached(20)), (B, None)]), None);
        let elsewhere = [(A, reached(20)), (B, None), (OTHER, reached(19))];
        assert_eq!(turn(&elsewhere).as_deref(), Some(OTHER));
        assert_eq!(
            turn(&[(A, reached(19)), (B, reached(18))]).as_deref(),
            Some(B)
        );
        assert_eq!(turn(&[(A, reached(19)), (B, None)]).as_deref(), Some(B));
        let broken = [(A, reached(20)), ("no address", None)];
        assert_eq!(turn(&broken).as_deref(), Some("no address"));
    }

    #[test]
    fn what_was_forbidden_did_not_cost_the_site_anything() {
        let forbidden = look(20, GuideProbeResult::Disallowed, 0);
        assert_eq!(turn(&[(A, forbidden), (B, None)]).as_deref(), Some(B));
        assert_eq!(turn(&[(A, forbidden)]), None);
    }

    #[test]
    fn a_page_that_begins_to_fail_is_looked_at_daily_until_that_is_certain() {
        let failing = |failures| look(19, GuideProbeResult::ServerError, failures);
        assert_eq!(
            turn(&[(A, failing(1)), (B, reached(10))]).as_deref(),
            Some(A)
        );
        assert_eq!(turn(&[(A, failing(2)), (B, None)]).as_deref(), Some(A));
        assert_eq!(
            turn(&[(A, failing(3)), (B, reached(10))]).as_deref(),
            Some(B)
        );
        let refuses = look(19, GuideProbeResult::Denied, 1);
        assert_eq!(turn(&[(A, refuses), (B, reached(10))]).as_deref(), Some(B));
    }
}
