//! Registering and removing devices.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use crate::{
    domain::{
        accounts::Accounts,
        push::{
            PushGateways,
            address::{DeviceAddress, SentAddress},
            gateway::Gateways,
            quiet::zone_of,
            subscribing::{self, Leaving, Registration},
            types::{PushDevice, PushErrorCode, PushPlatform, PushProvider},
        },
    },
    infra::{
        auth::Viewer,
        config::ClientVersion,
        db::Database,
        error::Error,
        graphql::{Done, Now, UserError, UserErrorCode, client_key, payloads},
    },
};

/// Where clocks show the federation's time, unless a device says otherwise.
const USUAL_ZONE: &str = "Europe/Moscow";
const USUAL_LOCALE: &str = "ru";
/// Signs of a language tag (RFC 5646 recommends room for 35).
const LONGEST_LOCALE: usize = 35;
const LONGEST_VERSION: usize = 32;

/// Ключи подписки браузера (`PushSubscription.getKey`), base64url.
#[derive(InputObject)]
struct WebPushKeysInput {
    /// Открытый ключ: 65 байт.
    #[graphql(name = "p256dh")]
    p256dh: String,
    /// Секрет: 16 байт.
    auth: String,
}

/// Устройство и его адрес у службы доставки.
#[derive(InputObject)]
struct PushDeviceRegisterInput {
    /// UUID, который установленное приложение создало для себя и больше никому не показывает.
    device_id: ID,
    /// Служба доставки.
    provider: PushProvider,
    /// Токен устройства; для `WEB_PUSH` — `endpoint` подписки. До 4096 байт.
    token: String,
    /// Ключи подписки браузера: обязательны для `WEB_PUSH`.
    web_push_keys: Option<WebPushKeysInput>,
    /// На чём работает приложение.
    platform: PushPlatform,
    /// Версия приложения, например `2.1.0`.
    app_version: String,
    /// Язык, например `ru` или `ru-RU`; без указания `ru`.
    locale: Option<String>,
    /// Часовой пояс по IANA, например `Asia/Omsk`; без указания `Europe/Moscow`.
    time_zone: Option<String>,
}

/// Какое устройство забыть.
#[derive(InputObject)]
struct PushDeviceRemoveInput {
    /// UUID самого приложения, или, после входа, идентификатор одного из своих устройств.
    device_id: ID,
}

payloads! {
    /// Итог регистрации устройства.
    PushDeviceRegisterPayload {
        /// Устройство.
        device: PushDevice
    }
    /// Итог удаления устройства.
    PushDeviceRemovePayload {
        /// Какого устройства больше нет.
        removed_device_id: ID
    }
}

#[derive(Default)]
pub struct DeviceMutation;

#[Object]
impl DeviceMutation {
    /// Зарегистрировать устройство или подтвердить, что оно действует. Можно и не входя: тогда доступны
    /// открытые темы. Повтор ничего не меняет; после входа и выхода зарегистрируйте устройство снова.
    async fn push_device_register(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Устройство.")] input: PushDeviceRegisterInput,
    ) -> Option<Result<PushDeviceRegisterPayload, Error>> {
        Some(register(context, input).await.map(Into::into))
    }

    /// Забыть устройство: уведомлений на него больше не будет. Повтор ничего не меняет.
    async fn push_device_remove(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какое.")] input: PushDeviceRemoveInput,
    ) -> Option<Result<PushDeviceRemovePayload, Error>> {
        Some(remove(context, input).await.map(Into::into))
    }
}

async fn register(
    context: &Context<'_>,
    input: PushDeviceRegisterInput,
) -> Result<Done<PushDevice>, Error> {
    let PushGateways(gateways) = context.data_unchecked::<PushGateways>();
    let viewer = context.data_unchecked::<Viewer>().signed_in();
    let account_id = viewer.map(|signed_in| signed_in.account_id);
    let new = match input.read(gateways, account_id)? {
        Ok(new) => new,
        Err(errors) => return Ok(Err(errors)),
    };
    let vault = &context.data_unchecked::<Accounts>().vault;
    let database = context.data_unchecked::<Database>();
    let device = subscribing::register(vault, database, new, Now::of(context)).await?;
    Ok(Ok((&device).into()))
}

impl PushDeviceRegisterInput {
    /// Reads all of it, or tells everything that is wrong with it.
    fn read(
        self,
        gateways: &Gateways,
        account_id: Option<Uuid>,
    ) -> Result<Done<Registration>, Error> {
        let installation = client_key("deviceId", &self.device_id)?;
        let keys = self.web_push_keys.as_ref();
        let sent = SentAddress {
            provider: self.provider.into(),
            token: &self.token,
            p256dh: keys.map(|keys| keys.p256dh.as_str()),
            auth: keys.map(|keys| keys.auth.as_str()),
        };
        let mut errors: Vec<UserError> = Vec::new();
        let address = match DeviceAddress::parse(&sent, gateways) {
            Ok(address) => Some(address),
            Err(problems) => {
                errors.extend(problems.into_iter().map(|(field, code)| code.at(field)));
                None
            }
        };
        let version = Some(&self.app_version).filter(|version| version.len() <= LONGEST_VERSION);
        let version = version.and_then(|version| ClientVersion::parse(version));
        if version.is_none() {
            errors.push(PushErrorCode::VersionMalformed.at("appVersion"));
        }
        let locale = self.locale.unwrap_or_else(|| USUAL_LOCALE.into());
        if !is_locale(&locale) {
            errors.push(PushErrorCode::LocaleMalformed.at("locale"));
        }
        let time_zone = self.time_zone.unwrap_or_else(|| USUAL_ZONE.into());
        if zone_of(&time_zone).is_none() {
            errors.push(PushErrorCode::UnknownTimeZone.at("timeZone"));
        }
        let (Some(address), Some(app_version), true) = (address, version, errors.is_empty()) else {
            return Ok(Err(errors));
        };
        Ok(Ok(Registration {
            installation,
            account_id,
            provider: self.provider.into(),
            address,
            platform: self.platform.into(),
            app_version,
            locale,
            time_zone,
        }))
    }
}

/// Whether it looks like a tag of RFC 5646: `ru`, `ru-RU`, `tt-Cyrl`.
fn is_locale(text: &str) -> bool {
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|sign| sign.is_ascii_alphanumeric())
    };
    let first = text.split('-').next().unwrap_or_default();
    text.len() <= LONGEST_LOCALE
        && (2..=3).contains(&first.len())
        && first.bytes().all(|sign| sign.is_ascii_alphabetic())
        && text.split('-').all(is_part)
}

async fn remove(context: &Context<'_>, input: PushDeviceRemoveInput) -> Result<Done<ID>, Error> {
    let viewer = context.data_unchecked::<Viewer>().signed_in();
    let leaving = match (Uuid::parse_str(input.device_id.as_str()), viewer) {
        (Ok(installation), _) => Leaving::Installation(installation),
        (Err(_), Some(signed_in)) => Leaving::OfAccount {
            account_id: signed_in.account_id,
            device_id: PushDevice::NODE.decode("input.deviceId", &input.device_id)?,
        },
        (Err(_), None) => {
            return Ok(Err(vec![PushErrorCode::DeviceNotFound.at("deviceId")]));
        }
    };
    let vault = &context.data_unchecked::<Accounts>().vault;
    let database = context.data_unchecked::<Database>();
    subscribing::remove(vault, database, leaving).await?;
    Ok(Ok(input.device_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_tags() {
        for locale in ["ru", "ru-RU", "tt-Cyrl", "zh-Hant-TW"] {
            assert!(is_locale(locale), "{locale}");
        }
        for locale in ["", "r", "ru_RU", "ru-", "русский", "ru-abcdefghi"] {
            assert!(!is_locale(locale), "{locale}");
        }
    }
}
