//! Settings: environment variables over an optional `mfp.toml`, checked whole before anything starts.
//!
//! The table of settings is in the README and in [`Settings`]; there is no other place that reads
//! the environment. Names of the table without `MFP_` come as they are (`HOST`, `DATABASE_URL`);
//! in `mfp.toml` every name is lower-case and without `MFP_` (`database_url`, `log_format`).

mod allowed_origins;
mod client_keys;
mod client_version;
mod database_url;
mod media_url;
mod providers;
mod push;

use std::{
    collections::BTreeMap,
    net::IpAddr,
    num::{NonZeroU16, NonZeroU32, NonZeroUsize},
    path::{Path, PathBuf},
    time::Duration,
};

pub use allowed_origins::AllowedOrigins;
use chrono::TimeDelta;
pub use client_keys::{ClientKey, ClientKeys};
pub use client_version::{ClientVersion, MinimumVersions};
pub use database_url::DatabaseUrl;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
pub use media_url::MediaUrl;
pub use providers::{SmsUrl, SmtpUrl};
pub use push::{ApnsSettings, FcmSettings, RuStoreSettings, WebPushSettings};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::infra::{outbound::Allowed, redis::RedisUrl, vault::MasterSecret};

/// Settings whose environment names carry no `MFP_` prefix.
const PLAIN_NAMES: [&str; 5] = ["HOST", "PORT", "DATABASE_URL", "REDIS_URL", "MEDIA_URL"];

/// Where the embedded database lives when nothing else is said.
const DEFAULT_DATABASE_URL: &str = "sqlite://data/mfp.sqlite";

/// Where development keeps the secret that it made.
const DEVELOPMENT_SECRET: &str = "data/secret";

/// `development` migrates by itself and shows its schema; `production` does neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    #[default]
    Development,
    Production,
}

/// What becomes of documents that no manifest has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrustedDocuments {
    /// They are served.
    #[default]
    Off,
    /// They are served and logged.
    Log,
    /// They are refused, except to staff.
    Enforce,
}

/// Whether the official pages of guides are asked for, one a day of each site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuideProbe {
    /// This server asks no site for anything by itself.
    #[default]
    Off,
    On,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Json,
    Text,
}

/// A switch that the app reads from `appConfig`.
pub type Flags = BTreeMap<String, bool>;

/// Every setting. A name that is not here stops the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `MFP_ENV`: `development` or `production`.
    pub env: Environment,
    /// `HOST`: the address to listen on.
    pub host: IpAddr,
    /// `PORT`: the port to listen on; 0 takes a free one and prints it.
    pub port: u16,
    /// `DATABASE_URL`: `sqlite://path` or `postgres://…`; unset: the embedded database with demo content.
    pub database_url: Option<DatabaseUrl>,
    /// `REDIS_URL`: `redis://…` or `rediss://…`, which instances share; unset: each has its own memory.
    pub redis_url: Option<RedisUrl>,
    /// `MFP_REDIS_CA_FILE`: certificates (PEM) that vouch for a `rediss://…` instead of the system's.
    pub redis_ca_file: Option<PathBuf>,
    /// `MFP_CACHE_MEGABYTES`: memory for answers and rows that are kept; 0: none are kept in the process.
    pub cache_megabytes: u64,
    /// `MFP_TRUSTED_DOCUMENTS`: `off`, `log` or `enforce`.
    pub trusted_documents: TrustedDocuments,
    /// `MFP_TRUSTED_DOCUMENTS_FILES`: Apollo's manifests of persisted queries, separated by commas.
    pub trusted_documents_files: String,
    /// `MEDIA_URL`: where pictures lie, a folder or `s3://bucket/prefix`.
    pub media_url: MediaUrl,
    /// `MFP_MEDIA_RESERVE_PERCENT`: with less than this of the folder's disk free (or less than 200 MiB)
    /// uploads are refused, so that the database keeps its room; 0: until the disk is full.
    pub media_reserve_percent: u64,
    /// `MFP_S3_ENDPOINT`: the address of the S3-compatible store; unset: Amazon's.
    pub s3_endpoint: Option<url::Url>,
    /// `MFP_S3_REGION`: its region.
    pub s3_region: String,
    /// `MFP_S3_ACCESS_KEY`: the id of the key to it; required when `MEDIA_URL` is a bucket.
    pub s3_access_key: Option<SecretString>,
    /// `MFP_S3_SECRET_KEY`: the key; required when `MEDIA_URL` is a bucket.
    pub s3_secret_key: Option<SecretString>,
    /// `MFP_PUBLIC_URL`: how clients reach this server; the base of addresses in answers.
    pub public_url: Option<url::Url>,
    /// `MFP_SECRET`: base64 of at least 32 random bytes, from which every key is derived; required in
    /// production, made in `data/secret` by development.
    pub secret: Option<SecretString>,
    /// `MFP_SMTP_URL`: `smtps://user:password@host?from=name@host`.
    pub smtp_url: Option<SmtpUrl>,
    /// `MFP_SMS_URL`: the gateway's address with `{phone}` and `{text}` in its query; it is POSTed to.
    pub sms_url: Option<SmsUrl>,
    /// `MFP_SMS_PER_HOUR`, `MFP_SMS_PER_DAY`: messages to phones at most, of all people together.
    pub sms_per_hour: u64,
    pub sms_per_day: u64,
    /// `MFP_FCM_BASE_URL`: the address of Firebase; unset: Google's.
    pub fcm_base_url: Option<url::Url>,
    /// `MFP_FCM_SERVICE_ACCOUNT_FILE`: the service account's JSON file.
    pub fcm_service_account_file: Option<PathBuf>,
    /// `MFP_FCM_PROJECT_ID`: unset: the service account's own project.
    pub fcm_project_id: Option<String>,
    /// `MFP_APNS_BASE_URL`: unset: Apple's; `http://…` is spoken to in HTTP/2 as well.
    pub apns_base_url: Option<url::Url>,
    /// `MFP_APNS_KEY_FILE`: the `.p8` file of the key.
    pub apns_key_file: Option<PathBuf>,
    /// `MFP_APNS_KEY_ID`, `MFP_APNS_TEAM_ID`: the key's and the team's ten signs.
    pub apns_key_id: Option<String>,
    pub apns_team_id: Option<String>,
    /// `MFP_APNS_TOPIC`: the app's bundle id.
    pub apns_topic: Option<String>,
    /// `MFP_VAPID_PRIVATE_KEY`: 32 bytes in base64url, by which browsers' services know this server.
    pub vapid_private_key: Option<SecretString>,
    /// `MFP_VAPID_SUBJECT`: `mailto:…` or `https:…`, whom those services may turn to.
    pub vapid_subject: Option<String>,
    /// `MFP_WEB_PUSH_ALLOWED_ORIGINS`: where browsers' endpoints may lead, separated by commas.
    pub web_push_allowed_origins: AllowedOrigins,
    /// `MFP_RUSTORE_BASE_URL`: unset: `RuStore`'s.
    pub rustore_base_url: Option<url::Url>,
    /// `MFP_RUSTORE_PROJECT_ID`, `MFP_RUSTORE_SERVICE_TOKEN`: as its console has them.
    pub rustore_project_id: Option<String>,
    pub rustore_service_token: Option<SecretString>,
    /// `MFP_PUSH_EXTRA_CA_FILE`: certificates (PEM) that push providers may be vouched for by, besides
    /// the system's.
    pub push_extra_ca_file: Option<PathBuf>,
    /// `MFP_PUSH_TIMEOUT_MS`: the longest that a push provider may take to answer.
    pub push_timeout_ms: u64,
    /// `MFP_PUSH_CONCURRENCY_FCM` and the like: messages on their way to a provider at most.
    pub push_concurrency_fcm: NonZeroU32,
    pub push_concurrency_apns: NonZeroU32,
    pub push_concurrency_web_push: NonZeroU32,
    pub push_concurrency_rustore: NonZeroU32,
    /// `MFP_PUSH_LEASE_SECONDS`: how long a chunk of a campaign is kept from other workers without a word.
    pub push_lease_seconds: NonZeroU32,
    /// `MFP_PUSH_ATTEMPTS`: how often a message to one device is tried.
    pub push_attempts: NonZeroU16,
    /// `MFP_PUSH_BACKOFF_MS`, `MFP_PUSH_BACKOFF_CAP_MS`: the longest wait after a first failure, and after
    /// any number of them.
    pub push_backoff_ms: u64,
    pub push_backoff_cap_ms: u64,
    /// `MFP_REPORTS_PER_ADDRESS`: reports of services that one address may send within an hour; 0: as many
    /// as it likes.
    pub reports_per_address: u64,
    /// `MFP_ERASURE_COOLING_OFF_HOURS`: how long somebody can think their erasure over.
    pub erasure_cooling_off_hours: u32,
    /// `MFP_ADDRESS_POINTS`: points of cost that one address may spend in a minute.
    pub address_points: NonZeroU32,
    /// `MFP_ACCOUNT_POINTS`: points of cost that one account may spend in a minute.
    pub account_points: NonZeroU32,
    /// `MFP_CLIENT_KEYS`: programs with a budget of their own, as `portal:<SHA-256 of its key>:200000`.
    pub client_keys: ClientKeys,
    /// `MFP_OUTBOUND_ALLOWED`: destinations that staff may name though they are private or without TLS,
    /// as `portal.local:8080,10.0.0.5:443`.
    pub outbound_allowed: String,
    /// `MFP_WEBHOOK_BACKOFF_MS`: the wait after a webhook's first failure; the longest is 720 of it.
    pub webhook_backoff_ms: u32,
    /// `MFP_GUIDE_PROBE`: whether the official pages of guides are asked for, one a day of each site, `off` or `on`.
    pub guide_probe: GuideProbe,
    /// `MFP_TRUSTED_PROXIES`: addresses of proxies whose `X-Forwarded-For` is believed, separated by
    /// commas.
    pub trusted_proxies: String,
    /// `MFP_PORTAL_HOST`: the portal's own host, for `route`.
    pub portal_host: String,
    /// `MFP_WORKERS`: threads that serve requests; unset: one a core.
    pub workers: Option<NonZeroUsize>,
    /// `MFP_DATABASE_CONNECTIONS`: the most connections to the database.
    pub database_connections: u32,
    /// `MFP_REQUEST_DEADLINE_MS`: the longest a GraphQL request may take.
    pub request_deadline_ms: u64,
    /// `MFP_BODY_DEADLINE_MS`: the longest a client may take to send its body.
    pub body_deadline_ms: u64,
    /// `MFP_DRAIN_SECONDS`: how long `/readyz` says no before the server stops accepting.
    pub drain_seconds: u64,
    /// `MFP_CORS_ORIGINS`: origins of browsers that may call, separated by commas.
    pub cors_origins: String,
    /// `MFP_CLIENT_MINIMUM_VERSIONS`: the oldest clients still served, as `android=2.1.0,ios=2.0.0`.
    pub client_minimum_versions: MinimumVersions,
    /// `MFP_MAINTENANCE_NOTICE`: shown to everybody by the app while it is set.
    pub maintenance_notice: Option<String>,
    /// `MFP_FLAGS`: switches for the app, as `{card=true,push=false}`.
    pub flags: Flags,
    /// `MFP_LOG`: the log filter, as `tracing-subscriber` reads it.
    pub log: String,
    /// `MFP_LOG_FORMAT`: `json` or `text`; unset: `json` in production.
    pub log_format: Option<LogFormat>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            env: Environment::Development,
            host: IpAddr::from([127, 0, 0, 1]),
            port: 8080,
            database_url: None,
            redis_url: None,
            redis_ca_file: None,
            cache_megabytes: 64,
            trusted_documents: TrustedDocuments::Off,
            trusted_documents_files: String::new(),
            media_url: MediaUrl::Folder("data/media".into()),
            media_reserve_percent: 5,
            s3_endpoint: None,
            s3_region: "us-east-1".into(),
            s3_access_key: None,
            s3_secret_key: None,
            public_url: None,
            secret: None,
            smtp_url: None,
            sms_url: None,
            sms_per_hour: 5_000,
            sms_per_day: 30_000,
            fcm_base_url: None,
            fcm_service_account_file: None,
            fcm_project_id: None,
            apns_base_url: None,
            apns_key_file: None,
            apns_key_id: None,
            apns_team_id: None,
            apns_topic: None,
            vapid_private_key: None,
            vapid_subject: None,
            web_push_allowed_origins: push::browsers_services(),
            rustore_base_url: None,
            rustore_project_id: None,
            rustore_service_token: None,
            push_extra_ca_file: None,
            push_timeout_ms: 10_000,
            push_concurrency_fcm: nonzero(500),
            push_concurrency_apns: nonzero(500),
            push_concurrency_web_push: nonzero(64),
            push_concurrency_rustore: nonzero(64),
            push_lease_seconds: nonzero(30),
            push_attempts: NonZeroU16::MIN.saturating_add(5),
            push_backoff_ms: 1_000,
            push_backoff_cap_ms: 300_000,
            reports_per_address: 300,
            erasure_cooling_off_hours: 72,
            address_points: nonzero(20_000),
            account_points: nonzero(60_000),
            client_keys: ClientKeys::default(),
            outbound_allowed: String::new(),
            webhook_backoff_ms: 5_000,
            guide_probe: GuideProbe::Off,
            trusted_proxies: String::new(),
            portal_host: "mtuf.ru".into(),
            workers: None,
            database_connections: 10,
            request_deadline_ms: 4_000,
            body_deadline_ms: 10_000,
            drain_seconds: 3,
            cors_origins: String::new(),
            client_minimum_versions: MinimumVersions::default(),
            maintenance_notice: None,
            flags: Flags::new(),
            log: "info,sqlx=warn,sea_orm_migration=warn,actix_server=warn".into(),
            log_format: None,
        }
    }
}

const fn nonzero(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

impl Settings {
    /// Reads `mfp.toml` of the working directory, then the environment over it.
    ///
    /// # Errors
    /// One sentence that names the setting and what is wrong with it.
    pub fn load() -> Result<Self, String> {
        // A relative name would be looked for in the folders above, too.
        let folder = std::env::current_dir().map_err(|cause| format!("settings: {cause}"))?;
        let file = folder.join("mfp.toml");
        Self::from_sources(Figment::new().merge(Toml::file(file)).merge(environment()))
    }

    fn from_sources(sources: Figment) -> Result<Self, String> {
        let settings: Self = sources
            .extract()
            .map_err(|error| sentence(error.into_iter().next()))?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), String> {
        if self.database_connections == 0 {
            return Err("setting MFP_DATABASE_CONNECTIONS: must be at least 1".into());
        }
        if self.request_deadline_ms == 0 || self.body_deadline_ms == 0 {
            return Err(
                "setting MFP_REQUEST_DEADLINE_MS or MFP_BODY_DEADLINE_MS: must be above 0".into(),
            );
        }
        if self.is_production() && self.database_url.is_none() {
            return Err("setting DATABASE_URL: must be set when MFP_ENV is production".into());
        }
        if self.is_production() && self.secret.is_none() {
            return Err(
                "setting MFP_SECRET: must be set when MFP_ENV is production, as by `openssl rand -base64 32`"
                    .into(),
            );
        }
        if self.trusted_documents != TrustedDocuments::Off
            && self.trusted_documents_files().next().is_none()
        {
            return Err(
                "setting MFP_TRUSTED_DOCUMENTS_FILES: must be set when MFP_TRUSTED_DOCUMENTS is not off"
                    .into(),
            );
        }
        self.redis_url()?;
        for proxy in self.trusted_proxies() {
            proxy.map_err(|text| {
                format!("setting MFP_TRUSTED_PROXIES: {text:?} is not an address")
            })?;
        }
        self.outbound_allowed()?;
        if self.webhook_backoff_ms == 0 {
            return Err("setting MFP_WEBHOOK_BACKOFF_MS: must be above 0".into());
        }
        let has_keys = self.s3_access_key.is_some() && self.s3_secret_key.is_some();
        if self.media_url.folder().is_none() && !has_keys {
            return Err(
                "setting MFP_S3_ACCESS_KEY or MFP_S3_SECRET_KEY: must be set when MEDIA_URL is s3://…"
                    .into(),
            );
        }
        for origin in self.cors_origins() {
            let is_origin = url::Url::parse(origin)
                .is_ok_and(|url| url.origin().ascii_serialization() == origin);
            if !is_origin {
                return Err(format!(
                    "setting MFP_CORS_ORIGINS: {origin:?} is not an origin such as https://mtuf.ru"
                ));
            }
        }
        self.check_push()
    }

    /// Whether this is a production server.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.env == Environment::Production
    }

    /// The database to use, with the default filled in.
    #[must_use]
    pub fn database_url(&self) -> DatabaseUrl {
        self.database_url
            .clone()
            .unwrap_or_else(|| DatabaseUrl::embedded(DEFAULT_DATABASE_URL))
    }

    /// Redis, with whoever vouches for it.
    ///
    /// # Errors
    /// One line naming the setting and the file that can't be used.
    pub fn redis_url(&self) -> Result<Option<RedisUrl>, String> {
        let Some(file) = &self.redis_ca_file else {
            return Ok(self.redis_url.clone());
        };
        let refused =
            |cause: String| format!("setting MFP_REDIS_CA_FILE: {}: {cause}", file.display());
        let Some(url) = &self.redis_url else {
            return Err(refused("REDIS_URL is not set".into()));
        };
        let certificates = std::fs::read(file).map_err(|cause| refused(cause.to_string()))?;
        url.vouched_for_by(certificates).map(Some).map_err(refused)
    }

    /// Demo content comes by itself only where nobody chose a database.
    #[must_use]
    pub fn loads_demo_content(&self) -> bool {
        self.database_url.is_none()
    }

    /// The origins whose pages may call this server.
    pub fn cors_origins(&self) -> impl Iterator<Item = &str> {
        listed(&self.cors_origins)
    }

    /// The manifests of documents that are trusted.
    pub fn trusted_documents_files(&self) -> impl Iterator<Item = &str> {
        listed(&self.trusted_documents_files)
    }

    /// The secret that every key is derived from. Development makes one on its first start.
    ///
    /// # Errors
    /// When it is too weak or can't be kept.
    pub fn master_secret(&self) -> Result<MasterSecret, String> {
        match &self.secret {
            Some(text) => MasterSecret::from_base64(text.expose_secret())
                .map_err(|refusal| format!("setting MFP_SECRET: {refusal}")),
            None => MasterSecret::of_file(Path::new(DEVELOPMENT_SECRET)),
        }
    }

    /// The proxies whose `X-Forwarded-For` is believed.
    pub fn trusted_proxies(&self) -> impl Iterator<Item = Result<IpAddr, &str>> {
        listed(&self.trusted_proxies).map(|text| text.parse().map_err(|_| text))
    }

    /// The destinations that may be private or without TLS.
    ///
    /// # Errors
    /// One line naming the setting and what is no destination.
    pub fn outbound_allowed(&self) -> Result<Allowed, String> {
        Allowed::parse(&self.outbound_allowed)
            .map_err(|text| format!("setting MFP_OUTBOUND_ALLOWED: {text:?} is not host:port"))
    }

    /// The wait after a webhook's first failure.
    #[must_use]
    pub fn webhook_backoff(&self) -> TimeDelta {
        TimeDelta::milliseconds(i64::from(self.webhook_backoff_ms))
    }

    /// How long somebody can think their erasure over.
    #[must_use]
    pub fn erasure_cooling_off(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.erasure_cooling_off_hours))
    }

    /// Memory for answers that are kept: three quarters of all for what is.
    #[must_use]
    pub const fn answer_cache_bytes(&self) -> u64 {
        self.cache_megabytes * 1024 * 1024 - self.row_cache_bytes()
    }

    /// Memory for rows that are kept.
    #[must_use]
    pub const fn row_cache_bytes(&self) -> u64 {
        self.cache_megabytes * 1024 * 1024 / 4
    }

    /// The longest a GraphQL request may take.
    #[must_use]
    pub const fn request_deadline(&self) -> Duration {
        Duration::from_millis(self.request_deadline_ms)
    }

    /// The longest a client may take to send its body.
    #[must_use]
    pub const fn body_deadline(&self) -> Duration {
        Duration::from_millis(self.body_deadline_ms)
    }

    /// How log lines look, with the default filled in.
    #[must_use]
    pub fn log_format(&self) -> LogFormat {
        self.log_format.unwrap_or(if self.is_production() {
            LogFormat::Json
        } else {
            LogFormat::Text
        })
    }
}

/// The parts of a list that commas separate.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn environment() -> Env {
    Env::raw().filter_map(|name| {
        let name = name.as_str();
        match name.strip_prefix("MFP_") {
            Some(rest) => Some(rest.to_ascii_lowercase().into()),
            None => PLAIN_NAMES
                .contains(&name)
                .then(|| name.to_ascii_lowercase().into()),
        }
    })
}

/// Says in one line which setting is wrong, by the name its owner wrote.
fn sentence(error: Option<figment::Error>) -> String {
    let Some(error) = error else {
        return "settings: unreadable".into();
    };
    let from_environment = error
        .metadata
        .as_ref()
        .is_some_and(|metadata| metadata.name.contains("environment"));
    let spelled = |key: &str| {
        let upper = key.to_ascii_uppercase();
        if !from_environment {
            format!("{key} in mfp.toml")
        } else if PLAIN_NAMES.contains(&upper.as_str()) {
            upper
        } else {
            format!("MFP_{upper}")
        }
    };
    match &error.kind {
        figment::error::Kind::UnknownField(key, _) => {
            format!("setting {}: there is no such setting", spelled(key))
        }
        kind => match error.path.first() {
            Some(key) => format!("setting {}: {kind}", spelled(key)),
            None => format!("settings: {kind}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Settings, String> {
        Settings::from_sources(Figment::new().merge(Toml::string(toml)))
    }

    #[test]
    fn an_unknown_name_is_refused_by_name() {
        let refusal = read("prot = 80").unwrap_err();
        assert_eq!(
            refusal,
            "setting prot in mfp.toml: there is no such setting"
        );
    }

    #[test]
    fn a_malformed_value_is_refused_by_name() {
        assert!(
            read("port = 'many'")
                .unwrap_err()
                .starts_with("setting port in mfp.toml: ")
        );
        assert!(
            read("database_url = 'mysql://x'")
                .unwrap_err()
                .contains("database_url")
        );
        assert!(
            read("cors_origins = 'https://mtuf.ru/'")
                .unwrap_err()
                .contains("MFP_CORS_ORIGINS")
        );
    }

    #[test]
    fn a_bucket_wants_its_keys() {
        let bucket = "media_url = 's3://pictures/mfp'\n";
        assert!(read(bucket).unwrap_err().contains("MFP_S3_ACCESS_KEY"));
        let keys = "s3_access_key = 'id'\ns3_secret_key = 'key'\n";
        assert!(read(&format!("{bucket}{keys}")).is_ok());
        assert!(
            read("media_url = 'ftp://x'")
                .unwrap_err()
                .contains("media_url")
        );
    }

    #[test]
    fn production_wants_its_database_named() {
        assert!(
            read("env = 'production'")
                .unwrap_err()
                .contains("DATABASE_URL")
        );
        let named = "env = 'production'\ndatabase_url = 'postgres://db/mfp'\n";
        assert!(read(named).unwrap_err().contains("MFP_SECRET"));
        assert!(read(&format!("{named}secret = 'c2VjcmV0'")).is_ok());
    }
}
