//! Which provider rings where an installation has several.

use entities::{enums::PushProvider, push_device};

/// The first that is there is taken. RuStore comes before Firebase: it reaches Android phones in Russia
/// with Google's services and without. When its token dies, Firebase's rings from the next message on.
const PREFERRED: [PushProvider; 4] = [
    PushProvider::Rustore,
    PushProvider::Fcm,
    PushProvider::Apns,
    PushProvider::WebPush,
];

/// The row of an installation that messages go to; `None`: all of them are dead.
#[must_use]
pub fn ringing(rows: &[push_device::Model]) -> Option<i64> {
    let place = |row: &&push_device::Model| {
        PREFERRED
            .iter()
            .position(|provider| *provider == row.provider)
    };
    let alive = rows.iter().filter(|row| row.dead_at.is_none());
    alive.min_by_key(place).map(|row| row.id)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entities::enums::PushPlatform;
    use uuid::Uuid;

    use super::*;

    fn row(id: i64, provider: PushProvider, is_dead: bool) -> push_device::Model {
        let then = DateTime::UNIX_EPOCH;
        push_device::Model {
            id,
            public_id: Uuid::nil(),
            installation_lookup: String::new(),
            provider,
            preference_id: Uuid::nil(),
            account_id: None,
            address: Vec::new(),
            token_lookup: String::new(),
            platform: PushPlatform::Android,
            app_version: "1.0.0".into(),
            app_version_number: 0,
            locale: "ru".into(),
            time_zone: "Europe/Moscow".into(),
            is_ringing: false,
            registered_at: then,
            refreshed_at: then,
            dead_at: is_dead.then_some(then),
            dead_reason: None,
        }
    }

    #[test]
    fn one_of_two_providers_rings() {
        let rows = [
            row(1, PushProvider::Fcm, false),
            row(2, PushProvider::Rustore, false),
        ];
        assert_eq!(ringing(&rows), Some(2));
    }

    #[test]
    fn the_other_rings_when_the_first_is_dead() {
        let rows = [
            row(1, PushProvider::Fcm, false),
            row(2, PushProvider::Rustore, true),
        ];
        assert_eq!(ringing(&rows), Some(1));
        assert_eq!(ringing(&rows[1..]), None);
    }
}
