//! Quiet hours, by the clock of the device's own place: pure arithmetic of zones and minutes.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// A stretch of the day, in minutes from midnight, that may go across it. Both ends differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    pub from: i32,
    pub to: i32,
}

impl QuietHours {
    /// Ten in the evening to eight in the morning, unless somebody wants it otherwise.
    pub const USUAL: Self = Self {
        from: 22 * 60,
        to: 8 * 60,
    };

    /// Reads `22:00` and `08:00`; `None`: these are no two different times of a day.
    #[must_use]
    pub fn parse(from: &str, to: &str) -> Option<Self> {
        let (from, to) = (minutes(from)?, minutes(to)?);
        (from != to).then_some(Self { from, to })
    }

    /// As clients write it: `22:00`.
    #[must_use]
    pub fn written(minutes: i32) -> String {
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    const fn holds(self, minute: i32) -> bool {
        if self.from < self.to {
            self.from <= minute && minute < self.to
        } else {
            self.from <= minute || minute < self.to
        }
    }

    /// When the quiet hours end that it is now within; `None`: the device may ring.
    #[must_use]
    pub fn end_of(self, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&zone);
        let minute = i32::try_from(local.num_seconds_from_midnight() / 60).unwrap_or_default();
        if !self.holds(minute) {
            return None;
        }
        let ends_tomorrow = self.to <= minute;
        let day = local.date_naive() + Days::new(u64::from(ends_tomorrow));
        let seconds = u32::try_from(self.to.rem_euclid(DAY) * 60).unwrap_or_default();
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or_default();
        // Where clocks were put forward that minute does not exist: an hour later it does.
        let end = zone.from_local_datetime(&day.and_time(time)).earliest();
        Some(end.map_or(now + TimeDelta::hours(1), |end| end.to_utc()))
    }
}

fn minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let is_written = text.len() == 5
        && text
            .bytes()
            .all(|sign| sign.is_ascii_digit() || sign == b':');
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (is_written && hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// The zone of that name of the IANA, as devices name it.
#[must_use]
pub fn zone_of(name: &str) -> Option<Tz> {
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn end(zone: &str, now: &str) -> Option<String> {
        let end = QuietHours::USUAL.end_of(zone_of(zone).unwrap(), at(now));
        end.map(|end| end.to_rfc3339())
    }

    #[test]
    fn quiet_hours_go_across_midnight() {
        let eight = Some("2026-11-24T05:00:00+00:00".to_owned());
        assert_eq!(end("Europe/Moscow", "2026-11-23T19:00:00Z"), eight);
        assert_eq!(end("Europe/Moscow", "2026-11-24T04:59:59Z"), eight);
        assert_eq!(end("Europe/Moscow", "2026-11-24T05:00:00Z"), None);
        assert_eq!(end("Europe/Moscow", "2026-11-23T18:59:59Z"), None);
    }

    #[test]
    fn each_of_the_eleven_zones_has_a_night_of_its_own() {
        // Eight in the morning, from Kaliningrad to Kamchatka.
        let zones = [
            ("Europe/Kaliningrad", 6),
            ("Europe/Moscow", 5),
            ("Europe/Samara", 4),
            ("Asia/Yekaterinburg", 3),
            ("Asia/Omsk", 2),
            ("Asia/Krasnoyarsk", 1),
            ("Asia/Irkutsk", 0),
            ("Asia/Yakutsk", 23),
            ("Asia/Vladivostok", 22),
            ("Asia/Magadan", 21),
            ("Asia/Kamchatka", 20),
        ];
        for (zone, hour) in zones {
            let day = if hour > 6 { 23 } else { 24 };
            let before = at(&format!("2026-11-{day}T{hour:02}:00:00Z")) - TimeDelta::seconds(1);
            let end = QuietHours::USUAL.end_of(zone_of(zone).unwrap(), before);
            assert_eq!(end, Some(before + TimeDelta::seconds(1)), "{zone}");
        }
    }

    #[test]
    fn quiet_hours_may_lie_within_a_day() {
        let nap = QuietHours::parse("13:00", "14:30").unwrap();
        let zone = zone_of("Europe/Moscow").unwrap();
        assert_eq!(
            nap.end_of(zone, at("2026-11-24T10:15:00Z")),
            Some(at("2026-11-24T11:30:00Z"))
        );
        assert_eq!(nap.end_of(zone, at("2026-11-24T11:30:00Z")), None);
    }

    #[test]
    fn what_is_no_time_of_day_is_refused() {
        for (from, to) in [
            ("22:00", "22:00"),
            ("24:00", "08:00"),
            ("22", "08:00"),
            ("+2:00", "08:00"),
            ("22:60", "1:00"),
        ] {
            assert_eq!(QuietHours::parse(from, to), None, "{from} {to}");
        }
        assert_eq!(QuietHours::parse("22:00", "08:00"), Some(QuietHours::USUAL));
        assert_eq!(QuietHours::written(485), "08:05");
    }

    #[test]
    fn a_zone_is_one_of_the_ianas() {
        assert!(zone_of("Asia/Kamchatka").is_some());
        assert!(zone_of("UTC+3").is_none() && zone_of("Moscow").is_none());
    }
}
