//! Providers of push messages: each is set whole or not at all.

use std::{num::NonZeroU32, path::Path, time::Duration};

use secrecy::SecretString;
use url::Url;

use super::{
    Settings,
    allowed_origins::{AllowedOrigins, Reach},
};

/// Services of the browsers: Chrome, Firefox, Safari, Edge.
const BROWSERS: &[(&str, Reach)] = &[
    ("fcm.googleapis.com", Reach::Host),
    ("push.services.mozilla.com", Reach::Subdomains),
    ("push.apple.com", Reach::Subdomains),
    ("notify.windows.com", Reach::Subdomains),
];

/// Firebase Cloud Messaging.
#[derive(Debug)]
pub struct FcmSettings<'a> {
    pub base_url: Url,
    pub service_account_file: &'a Path,
    /// Unset: the service account's own project.
    pub project_id: Option<&'a str>,
    pub concurrency: usize,
}

/// Apple Push Notification service.
#[derive(Debug)]
pub struct ApnsSettings<'a> {
    pub base_url: Url,
    /// The `.p8` file.
    pub key_file: &'a Path,
    pub key_id: &'a str,
    pub team_id: &'a str,
    /// The app's bundle id.
    pub topic: &'a str,
    pub concurrency: usize,
}

/// Browsers' push services.
#[derive(Debug)]
pub struct WebPushSettings<'a> {
    /// 32 bytes in base64url.
    pub private_key: &'a SecretString,
    /// `mailto:…` or `https:…`, for whoever runs the service.
    pub subject: &'a str,
    pub allowed_origins: &'a AllowedOrigins,
    pub concurrency: usize,
}

/// `RuStore`.
#[derive(Debug)]
pub struct RuStoreSettings<'a> {
    pub base_url: Url,
    pub project_id: &'a str,
    pub service_token: &'a SecretString,
    pub concurrency: usize,
}

/// The services whose addresses browsers give out.
pub(super) fn browsers_services() -> AllowedOrigins {
    AllowedOrigins::of_hosts(BROWSERS)
}

impl Settings {
    /// How to reach Firebase; `None`: not set up.
    ///
    /// # Errors
    /// One line naming the setting that is missing or wrong.
    pub fn fcm(&self) -> Result<Option<FcmSettings<'_>>, String> {
        all_or_none(&[
            (
                "MFP_FCM_SERVICE_ACCOUNT_FILE",
                self.fcm_service_account_file.is_some(),
                true,
            ),
            ("MFP_FCM_BASE_URL", self.fcm_base_url.is_some(), false),
            ("MFP_FCM_PROJECT_ID", self.fcm_project_id.is_some(), false),
        ])?;
        let Some(service_account_file) = self.fcm_service_account_file.as_deref() else {
            return Ok(None);
        };
        let base_url = self.base_url(
            "MFP_FCM_BASE_URL",
            self.fcm_base_url.as_ref(),
            "https://fcm.googleapis.com",
        )?;
        Ok(Some(FcmSettings {
            base_url,
            service_account_file,
            project_id: self.fcm_project_id.as_deref(),
            concurrency: count(self.push_concurrency_fcm),
        }))
    }

    /// How to reach Apple; `None`: not set up.
    ///
    /// # Errors
    /// One line naming the setting that is missing or wrong.
    pub fn apns(&self) -> Result<Option<ApnsSettings<'_>>, String> {
        all_or_none(&[
            ("MFP_APNS_KEY_FILE", self.apns_key_file.is_some(), true),
            ("MFP_APNS_KEY_ID", self.apns_key_id.is_some(), true),
            ("MFP_APNS_TEAM_ID", self.apns_team_id.is_some(), true),
            ("MFP_APNS_TOPIC", self.apns_topic.is_some(), true),
            ("MFP_APNS_BASE_URL", self.apns_base_url.is_some(), false),
        ])?;
        let (Some(key_file), Some(key_id), Some(team_id), Some(topic)) = (
            self.apns_key_file.as_deref(),
            self.apns_key_id.as_deref(),
            self.apns_team_id.as_deref(),
            self.apns_topic.as_deref(),
        ) else {
            return Ok(None);
        };
        let base_url = self.base_url(
            "MFP_APNS_BASE_URL",
            self.apns_base_url.as_ref(),
            "https://api.push.apple.com",
        )?;
        Ok(Some(ApnsSettings {
            base_url,
            key_file,
            key_id,
            team_id,
            topic,
            concurrency: count(self.push_concurrency_apns),
        }))
    }

    /// How to reach browsers; `None`: not set up.
    ///
    /// # Errors
    /// One line naming the setting that is missing or wrong.
    pub fn web_push(&self) -> Result<Option<WebPushSettings<'_>>, String> {
        all_or_none(&[
            (
                "MFP_VAPID_PRIVATE_KEY",
                self.vapid_private_key.is_some(),
                true,
            ),
            ("MFP_VAPID_SUBJECT", self.vapid_subject.is_some(), true),
        ])?;
        let (Some(private_key), Some(subject)) =
            (&self.vapid_private_key, self.vapid_subject.as_deref())
        else {
            return Ok(None);
        };
        if !subject.starts_with("mailto:") && !subject.starts_with("https:") {
            return Err("setting MFP_VAPID_SUBJECT: must be mailto:… or https:…".into());
        }
        Ok(Some(WebPushSettings {
            private_key,
            subject,
            allowed_origins: &self.web_push_allowed_origins,
            concurrency: count(self.push_concurrency_web_push),
        }))
    }

    /// How to reach `RuStore`; `None`: not set up.
    ///
    /// # Errors
    /// One line naming the setting that is missing or wrong.
    pub fn rustore(&self) -> Result<Option<RuStoreSettings<'_>>, String> {
        all_or_none(&[
            (
                "MFP_RUSTORE_PROJECT_ID",
                self.rustore_project_id.is_some(),
                true,
            ),
            (
                "MFP_RUSTORE_SERVICE_TOKEN",
                self.rustore_service_token.is_some(),
                true,
            ),
            (
                "MFP_RUSTORE_BASE_URL",
                self.rustore_base_url.is_some(),
                false,
            ),
        ])?;
        let (Some(project_id), Some(service_token)) = (
            self.rustore_project_id.as_deref(),
            &self.rustore_service_token,
        ) else {
            return Ok(None);
        };
        let base_url = self.base_url(
            "MFP_RUSTORE_BASE_URL",
            self.rustore_base_url.as_ref(),
            "https://vkpns.rustore.ru",
        )?;
        Ok(Some(RuStoreSettings {
            base_url,
            project_id,
            service_token,
            concurrency: count(self.push_concurrency_rustore),
        }))
    }

    /// The longest that a provider of push messages may take to answer.
    #[must_use]
    pub const fn push_timeout(&self) -> Duration {
        Duration::from_millis(self.push_timeout_ms)
    }

    /// Refuses a provider that is set by half.
    pub(super) fn check_push(&self) -> Result<(), String> {
        if self.push_timeout_ms == 0 {
            return Err("setting MFP_PUSH_TIMEOUT_MS: must be above 0".into());
        }
        self.fcm()?;
        self.apns()?;
        self.web_push()?;
        self.rustore()?;
        Ok(())
    }

    /// Keys travel to these addresses, so that production wants them encrypted; an emulator on the same
    /// machine need not be.
    fn base_url(&self, name: &str, set: Option<&Url>, default: &str) -> Result<Url, String> {
        let url = match set {
            Some(url) => url.clone(),
            None => Url::parse(default).map_err(|cause| format!("setting {name}: {cause}"))?,
        };
        let is_here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
        let is_open = url.scheme() == "http" && (is_here || !self.is_production());
        if (url.scheme() != "https" && !is_open) || url.cannot_be_a_base() {
            return Err(format!("setting {name}: must be https://…"));
        }
        Ok(url)
    }
}

fn count(number: NonZeroU32) -> usize {
    usize::try_from(number.get()).unwrap_or(usize::MAX)
}

/// Takes each setting's name, whether it is set, and whether its provider needs it.
fn all_or_none(settings: &[(&str, bool, bool)]) -> Result<(), String> {
    let set = settings.iter().find(|(_, is_set, _)| *is_set);
    let missing = settings
        .iter()
        .find(|(_, is_set, is_needed)| *is_needed && !is_set);
    match (set, missing) {
        (Some((set, ..)), Some((missing, ..))) => {
            Err(format!("setting {missing}: must be set when {set} is"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::config::Environment;

    #[test]
    fn nothing_set_is_no_provider() {
        let settings = Settings::default();
        assert!(settings.check_push().is_ok());
        assert!(settings.fcm().unwrap().is_none());
        assert!(settings.apns().unwrap().is_none());
        assert!(settings.web_push().unwrap().is_none());
        assert!(settings.rustore().unwrap().is_none());
    }

    #[test]
    fn a_provider_set_by_half_is_refused_by_what_is_missing() {
        let fcm = Settings {
            fcm_project_id: Some("mfp".into()),
            ..Settings::default()
        };
        assert_eq!(
            fcm.check_push().unwrap_err(),
            "setting MFP_FCM_SERVICE_ACCOUNT_FILE: must be set when MFP_FCM_PROJECT_ID is"
        );
        let apns = Settings {
            apns_key_file: Some("key.p8".into()),
            apns_key_id: Some("ABCDEFGHIJ".into()),
            apns_topic: Some("ru.mtuf.app".into()),
            ..Settings::default()
        };
        assert_eq!(
            apns.check_push().unwrap_err(),
            "setting MFP_APNS_TEAM_ID: must be set when MFP_APNS_KEY_FILE is"
        );
        let web_push = Settings {
            vapid_subject: Some("mailto:push@mtuf.ru".into()),
            ..Settings::default()
        };
        let refusal = web_push.check_push().unwrap_err();
        assert!(refusal.contains("MFP_VAPID_PRIVATE_KEY"), "{refusal}");
        let rustore = Settings {
            rustore_project_id: Some("mfp".into()),
            ..Settings::default()
        };
        let refusal = rustore.check_push().unwrap_err();
        assert!(refusal.contains("MFP_RUSTORE_SERVICE_TOKEN"), "{refusal}");
    }

    #[test]
    fn keys_go_over_an_encrypted_line_in_production() {
        let with = |base_url: Option<&str>| Settings {
            env: Environment::Production,
            rustore_project_id: Some("mfp".into()),
            rustore_service_token: Some("token".into()),
            rustore_base_url: base_url.map(|url| Url::parse(url).unwrap()),
            ..Settings::default()
        };
        assert!(with(None).rustore().is_ok());
        assert!(with(Some("http://127.0.0.1:9000")).rustore().is_ok());
        assert!(with(Some("http://rustore.example")).rustore().is_err());
    }

    #[test]
    fn secrets_do_not_print() {
        let settings = Settings {
            rustore_service_token: Some("a token".into()),
            vapid_private_key: Some("a key".into()),
            ..Settings::default()
        };
        let printed = format!("{settings:?}");
        assert!(!printed.contains("a token") && !printed.contains("a key"));
    }
}
