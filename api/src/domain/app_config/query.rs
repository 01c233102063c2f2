//! The root field `appConfig`.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};
use entities::consent_document;

use super::store;
use crate::{
    domain::organisations::{Organisation, OrganisationContacts, find_by_slug},
    infra::{
        clock::moscow_date,
        config::{ClientVersion, Flags, MinimumVersions},
        db::Database,
        error::Error,
        graphql::{Date, Now},
    },
};

/// The organisation whose contacts the app shows as its own.
const FEDERATION_SLUG: &str = "mfp";

/// What the operator has set for apps.
#[derive(Clone, Debug)]
pub struct AppSettings {
    pub minimum_versions: MinimumVersions,
    pub maintenance_notice: Option<String>,
    pub flags: Flags,
}

/// На чём работает приложение. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AppPlatform {
    /// Android.
    Android,
    /// iOS.
    Ios,
    /// Браузер.
    Web,
}

impl AppPlatform {
    const fn client_name(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Ios => "ios",
            Self::Web => "web",
        }
    }
}

/// Root fields of app configuration.
#[derive(Default)]
pub struct AppConfigQuery;

#[Object]
impl AppConfigQuery {
    /// Что нужно знать приложению при запуске.
    async fn app_config(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "На чём работает приложение.")] platform: AppPlatform,
        #[graphql(desc = "Версия приложения, например `2.1.0`.")] version: String,
    ) -> Option<Result<AppConfig, Error>> {
        async {
            let version = ClientVersion::parse(&version)
                .ok_or_else(|| Error::bad_input("version", "ожидается версия вида 2.1.0"))?;
            let settings = context.data_unchecked::<AppSettings>();
            let database = context.data_unchecked::<Database>();
            let today = moscow_date(Now::of(context));
            let minimum = settings.minimum_versions.of(platform.client_name());
            let consents = store::list_current_consents(database.reader(), today).await?;
            let federation = find_by_slug(database.reader(), FEDERATION_SLUG).await?;
            let flag = |(name, enabled): (&String, &bool)| AppFlag {
                name: name.clone(),
                enabled: *enabled,
            };
            Ok(Some(AppConfig {
                is_supported: minimum.is_none_or(|minimum| version >= minimum),
                minimum_version: minimum.map(|minimum| minimum.to_string()),
                maintenance_notice: settings.maintenance_notice.clone(),
                flags: settings.flags.iter().map(flag).collect(),
                consents: consents.into_iter().map(ConsentText::from).collect(),
                contacts: federation.as_ref().map(OrganisationContacts::of),
                federation: federation.map(Arc::new).map(Organisation::from),
            }))
        }
        .await
        .transpose()
    }
}

/// Что нужно знать приложению при запуске.
#[derive(SimpleObject)]
pub struct AppConfig {
    /// Работает ли сервер с этой версией.
    is_supported: bool,
    /// Самая старая версия, с которой работает сервер; нет — с любой.
    minimum_version: Option<String>,
    /// Объявление о работах, пока они идут.
    maintenance_notice: Option<String>,
    /// Переключатели.
    flags: Vec<AppFlag>,
    /// Действующие тексты согласий, по одному на цель.
    consents: Vec<ConsentText>,
    /// Куда обращаться с вопросами: контакты федерации.
    contacts: Option<OrganisationContacts>,
    /// Федерация.
    federation: Option<Organisation>,
}

/// Переключатель возможности приложения.
#[derive(SimpleObject)]
pub struct AppFlag {
    /// Имя.
    name: String,
    /// Включена ли возможность.
    enabled: bool,
}

/// Текст согласия на обработку персональных данных с одной целью.
#[derive(SimpleObject)]
pub struct ConsentText {
    /// Цель. Открытый список.
    purpose: String,
    /// Номер редакции текста.
    version: i32,
    /// Заголовок.
    title: String,
    /// Текст.
    text: String,
    /// SHA-256 текста, шестнадцатеричными цифрами.
    text_hash: String,
    /// С какого дня действует.
    effective_from: Date,
    /// Показательный текст, не утверждённый юристами.
    is_demo: bool,
}

impl From<consent_document::Model> for ConsentText {
    fn from(row: consent_document::Model) -> Self {
        Self {
            purpose: row.purpose,
            version: row.version,
            title: row.title,
            text: row.text,
            text_hash: row.text_hash,
            effective_from: Date(row.effective_from),
            is_demo: row.is_demo,
        }
    }
}
