//! Official terms, and how long it took by their measure. Pure.

use chrono::NaiveDate;
use entities::enums::{ServiceReportChannel, TermMeasure};

use crate::domain::{
    guides::{ChannelKind, Passport, TermUnit},
    working_days,
};

/// The official term of a way to ask for a service, where its guide names one: how much, and of what.
#[must_use]
pub fn official_term(
    passport: &Passport,
    channel: ServiceReportChannel,
) -> Option<(i32, TermMeasure)> {
    let kind = match channel {
        ServiceReportChannel::Online => ChannelKind::Online,
        ServiceReportChannel::Mfc => ChannelKind::Mfc,
        ServiceReportChannel::InPerson => ChannelKind::InPerson,
        ServiceReportChannel::Post => ChannelKind::Post,
        ServiceReportChannel::Phone => ChannelKind::Phone,
    };
    let ways = passport.channels.iter().filter(|way| way.kind == kind);
    let mut terms = ways.filter_map(|way| way.processing.as_ref());
    let term = terms.find(|term| term.max.is_some() || term.unit == TermUnit::Instant)?;
    let measure = match term.unit {
        TermUnit::WorkingDays => TermMeasure::WorkingDays,
        TermUnit::CalendarDays => TermMeasure::CalendarDays,
        TermUnit::Hours => TermMeasure::Hours,
        TermUnit::Instant => TermMeasure::Instant,
    };
    Some((term.max.unwrap_or(0), measure))
}

/// How long it took, in the unit of the official term. Reports know days: hours come in 24s, and what
/// should be there at once took as many days as passed. `None`: the production calendar does not have
/// those years.
#[must_use]
pub fn days_taken(measure: TermMeasure, from: NaiveDate, to: NaiveDate) -> Option<i32> {
    let days = i32::try_from((to - from).num_days()).ok()?;
    match measure {
        TermMeasure::WorkingDays => working_days::between(from, to),
        TermMeasure::CalendarDays | TermMeasure::Instant => Some(days),
        TermMeasure::Hours => days.checked_mul(24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::guides::{ProcessingTerm, ServiceChannel};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_term_is_that_of_the_way_that_was_chosen() {
        let way = |kind, processing| ServiceChannel {
            kind,
            title: "Способ".into(),
            url: None,
            address: None,
            hours: None,
            phone: None,
            processing,
        };
        let term = |max, unit| {
            Some(ProcessingTerm {
                max,
                unit,
                starts_from: None,
                unverified: false,
            })
        };
        let passport = Passport {
            channels: vec![
                way(ChannelKind::Online, None),
                way(ChannelKind::Online, term(Some(10), TermUnit::WorkingDays)),
                way(ChannelKind::Mfc, term(None, TermUnit::CalendarDays)),
                way(ChannelKind::Phone, term(None, TermUnit::Instant)),
            ],
            ..Passport::default()
        };
        let of = |channel| official_term(&passport, channel);
        assert_eq!(
            of(ServiceReportChannel::Online),
            Some((10, TermMeasure::WorkingDays))
        );
        assert_eq!(
            of(ServiceReportChannel::Phone),
            Some((0, TermMeasure::Instant))
        );
        assert_eq!(of(ServiceReportChannel::Mfc), None);
        assert_eq!(of(ServiceReportChannel::Post), None);
    }

    #[test]
    fn time_is_counted_in_the_terms_unit() {
        let (from, to) = (day("2026-10-30"), day("2026-11-09"));
        assert_eq!(days_taken(TermMeasure::CalendarDays, from, to), Some(10));
        // Two weekends less one day of each, and 4 November.
        assert_eq!(days_taken(TermMeasure::WorkingDays, from, to), Some(5));
        assert_eq!(days_taken(TermMeasure::Hours, from, to), Some(240));
        assert_eq!(days_taken(TermMeasure::Instant, from, from), Some(0));
        let beyond = day("2031-01-01");
        assert_eq!(days_taken(TermMeasure::WorkingDays, from, beyond), None);
    }
}
