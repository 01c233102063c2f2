//! Signing in by a one-time code.

use async_graphql::{Context, ID, InputObject, Object};
use entities::enums::SessionKind;
use sea_orm::TransactionTrait;

use crate::{
    domain::accounts::{
        codes::{self, Purpose},
        contact::Contact,
        service::Accounts,
        sessions::{self, Device},
        types::{AccountErrorCode, SessionTokens, SignInChallenge},
    },
    infra::{
        db::Database,
        error::Error,
        graphql::{Caller, Done, Now, UserErrorCode, at_most, payloads},
    },
};

const LONGEST_DEVICE_NAME: usize = 100;
pub(super) const LONGEST_IDENTIFIER: usize = 254;

/// Кому отправить код.
#[derive(InputObject)]
struct SignInCodeRequestInput {
    /// Российский мобильный телефон или почта, в любой записи.
    identifier: String,
}

/// Код и с чем его предъявляют.
#[derive(InputObject)]
struct SignInCodeConfirmInput {
    /// `challenge.id` из ответа на запрос кода.
    challenge_id: ID,
    /// Код из сообщения.
    code: String,
    /// Устройство.
    device: Option<DeviceInput>,
}

/// Устройство, каким его увидит владелец в списке сеансов.
#[derive(Default, InputObject)]
pub struct DeviceInput {
    /// Название, до 100 знаков.
    pub name: Option<String>,
}

impl DeviceInput {
    /// The device, with the client's name from the request's head.
    pub fn read(input: Option<Self>, caller: &Caller) -> Result<Device, Error> {
        let name = input.and_then(|device| device.name);
        if let Some(name) = &name {
            at_most(LONGEST_DEVICE_NAME, "input.device.name", name)?;
        }
        Ok(Device {
            name,
            client: caller.client.clone(),
        })
    }
}

payloads! {
    /// Итог запроса кода.
    SignInCodeRequestPayload {
        /// Отправленный код.
        challenge: SignInChallenge
    }
    /// Итог входа.
    SignInCodeConfirmPayload {
        /// Чем подтверждать запросы.
        tokens: SessionTokens
    }
}

#[derive(Default)]
pub struct SignInMutation;

#[Object]
impl SignInMutation {
    /// Отправить одноразовый код. Ответ не говорит, известен ли этот телефон или почта.
    async fn sign_in_code_request(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Кому.")] input: SignInCodeRequestInput,
    ) -> Option<Result<SignInCodeRequestPayload, Error>> {
        Some(request(context, input).await.map(Into::into))
    }

    /// Войти по коду. Учётная запись создаётся при первом входе по телефону.
    async fn sign_in_code_confirm(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Код.")] input: SignInCodeConfirmInput,
    ) -> Option<Result<SignInCodeConfirmPayload, Error>> {
        Some(confirm(context, input).await.map(Into::into))
    }
}

async fn request(
    context: &Context<'_>,
    input: SignInCodeRequestInput,
) -> Result<Done<SignInChallenge>, Error> {
    at_most(LONGEST_IDENTIFIER, "input.identifier", &input.identifier)?;
    let Some(contact) = reachable(&input.identifier) else {
        return Ok(Err(vec![
            AccountErrorCode::InvalidIdentifier.at("identifier"),
        ]));
    };
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let caller = Caller::of(context);
    let now = Now::of(context);
    let asked = codes::request(accounts, database, caller, &contact, Purpose::SignIn, now).await?;
    Ok(asked
        .map(SignInChallenge::from)
        .map_err(|code| vec![code.error()]))
}

/// A contact that a code can be sent to: landlines get no SMS.
pub fn reachable(identifier: &str) -> Option<Contact> {
    Contact::parse(identifier)
        .ok()
        .filter(|contact| match contact {
            Contact::Phone(phone) => phone.is_mobile(),
            Contact::Email(_) => true,
        })
}

async fn confirm(
    context: &Context<'_>,
    input: SignInCodeConfirmInput,
) -> Result<Done<SessionTokens>, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let caller = Caller::of(context);
    let now = Now::of(context);
    let device = DeviceInput::read(input.device, caller)?;
    let challenge_id = SignInChallenge::NODE.decode("input.challengeId", &input.challenge_id)?;
    let code = input.code.trim();
    let proven = match codes::prove(accounts, database, caller, challenge_id, code, now).await? {
        Ok(proven) => proven,
        Err(code) => return Ok(Err(vec![code.at("code")])),
    };
    let transaction = database.writer().begin().await?;
    let account = match codes::account_of(accounts, &transaction, &proven, now).await? {
        Ok(account) => account,
        Err(code) => return Ok(Err(vec![code.at("code")])),
    };
    let kind = SessionKind::Member;
    let opened = sessions::open(accounts, &transaction, &account, kind, device, now).await?;
    transaction.commit().await?;
    Ok(Ok(opened.into()))
}
