//! Staff: setting up, signing in, resetting a password.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entities::enums::SessionKind;

use super::sign_in::DeviceInput;
use crate::{
    domain::{
        accounts::{
            contact::Email,
            service::Accounts,
            staff::{self, Enrolment, Secrets},
            types::{AccountErrorCode, SessionTokens},
        },
        content::PortalHost,
    },
    infra::{
        auth::{SignedIn, Viewer},
        db::Database,
        error::Error,
        graphql::{Caller, Done, Now, UserErrorCode, at_most, payloads},
    },
};

/// Longer ones are not even hashed.
const LONGEST_SECRET: usize = 256;

/// Чем принять приглашение.
#[derive(InputObject)]
struct StaffInvitationAcceptInput {
    /// Из ссылки или с экрана.
    token: String,
    /// Новый пароль: от 12 до 128 знаков.
    password: String,
    /// Устройство.
    device: Option<DeviceInput>,
}

/// Чем войти сотруднику.
#[derive(InputObject)]
struct StaffSignInInput {
    /// Почта.
    email: String,
    /// Пароль.
    password: String,
    /// Код приложения или запасной код; не нужен, пока приложение не подключено.
    code: Option<String>,
    /// Устройство.
    device: Option<DeviceInput>,
}

/// Кто забыл пароль.
#[derive(InputObject)]
struct StaffPasswordResetRequestInput {
    /// Почта.
    email: String,
}

/// Новый пароль вместо забытого.
#[derive(InputObject)]
struct StaffPasswordResetInput {
    /// Из ссылки.
    token: String,
    /// Новый пароль: от 12 до 128 знаков.
    password: String,
    /// Код приложения, если оно подключено.
    code: Option<String>,
}

/// Первый код подключаемого приложения.
#[derive(InputObject)]
struct TotpConfirmInput {
    /// Код.
    code: String,
}

/// Что нужно приложению одноразовых кодов.
#[derive(SimpleObject)]
struct TotpEnrolment {
    /// Для кода QR.
    uri: String,
    /// Чтобы набрать вручную, base32.
    secret: String,
}

payloads! {
    /// Итог входа сотрудника. Без подключённого приложения одноразовых кодов прав ещё нет.
    StaffSignInPayload {
        /// Чем подтверждать запросы.
        tokens: SessionTokens
    }
    /// Итог запроса: одинаков, известна ли почта, или нет.
    StaffPasswordResetRequestPayload {
        /// Запрос принят.
        accepted: bool
    }
    /// Итог смены пароля.
    StaffPasswordResetPayload {
        /// Пароль сменён, все сеансы закончены.
        changed: bool
    }
    /// Итог начала подключения.
    TotpEnrolPayload {
        /// Что нужно приложению.
        enrolment: TotpEnrolment
    }
    /// Итог подключения.
    TotpConfirmPayload {
        /// Запасные коды. Показываются один раз; каждый действует один раз.
        recovery_codes: Vec<String>
    }
}

#[derive(Default)]
pub struct StaffAccessMutation;

#[Object]
impl StaffAccessMutation {
    /// Принять приглашение: задать пароль и войти.
    async fn staff_invitation_accept(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чем.")] input: StaffInvitationAcceptInput,
    ) -> Option<Result<StaffSignInPayload, Error>> {
        Some(accept(context, input).await.map(Into::into))
    }

    /// Войти сотруднику. Что именно неверно, не сообщается.
    async fn staff_sign_in(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чем.")] input: StaffSignInInput,
    ) -> Option<Result<StaffSignInPayload, Error>> {
        Some(sign_in(context, input).await.map(Into::into))
    }

    /// Попросить ссылку для смены пароля.
    async fn staff_password_reset_request(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Кто.")] input: StaffPasswordResetRequestInput,
    ) -> Option<Result<StaffPasswordResetRequestPayload, Error>> {
        Some(request_reset(context, input).await.map(Into::into))
    }

    /// Сменить пароль по ссылке.
    async fn staff_password_reset(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Чем.")] input: StaffPasswordResetInput,
    ) -> Option<Result<StaffPasswordResetPayload, Error>> {
        Some(reset(context, input).await.map(Into::into))
    }

    /// Начать подключение приложения одноразовых кодов.
    async fn totp_enrol(&self, context: &Context<'_>) -> Option<Result<TotpEnrolPayload, Error>> {
        Some(enrol(context).await.map(Into::into))
    }

    /// Подключить приложение его первым кодом.
    async fn totp_confirm(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Код.")] input: TotpConfirmInput,
    ) -> Option<Result<TotpConfirmPayload, Error>> {
        Some(confirm(context, input).await.map(Into::into))
    }
}

async fn accept(
    context: &Context<'_>,
    input: StaffInvitationAcceptInput,
) -> Result<Done<SessionTokens>, Error> {
    at_most(LONGEST_SECRET, "input.password", &input.password)?;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let device = DeviceInput::read(input.device, Caller::of(context))?;
    let (token, password) = (input.token.trim(), &input.password);
    let now = Now::of(context);
    let opened = staff::set_up(accounts, database, token, password, device, now).await?;
    Ok(opened.map(Into::into).map_err(|code| {
        vec![match code {
            AccountErrorCode::PasswordTooWeak => code.at("password"),
            code => code.at("token"),
        }]
    }))
}

async fn sign_in(
    context: &Context<'_>,
    input: StaffSignInInput,
) -> Result<Done<SessionTokens>, Error> {
    at_most(LONGEST_SECRET, "input.password", &input.password)?;
    let Ok(email) = Email::parse(&input.email) else {
        return Ok(Err(vec![AccountErrorCode::CredentialsInvalid.error()]));
    };
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let caller = Caller::of(context);
    let device = DeviceInput::read(input.device, caller)?;
    let secrets = Secrets {
        email,
        password: input.password,
        code: input.code,
    };
    let now = Now::of(context);
    let opened = staff::sign_in(accounts, database, caller, secrets, device, now).await?;
    Ok(opened.map(Into::into).map_err(|code| vec![code.error()]))
}

async fn request_reset(
    context: &Context<'_>,
    input: StaffPasswordResetRequestInput,
) -> Result<Done<bool>, Error> {
    let Ok(email) = Email::parse(&input.email) else {
        return Ok(Err(vec![AccountErrorCode::InvalidIdentifier.at("email")]));
    };
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let page = staff_page(context, "reset");
    let caller = Caller::of(context);
    let asked =
        staff::request_reset(accounts, database, caller, &email, &page, Now::of(context)).await?;
    Ok(asked.map(|()| true).map_err(|code| vec![code.error()]))
}

/// The portal's page that reads a token from behind the `#`, which browsers send to nobody.
pub fn staff_page(context: &Context<'_>, name: &str) -> String {
    let PortalHost(host) = context.data_unchecked::<PortalHost>();
    format!("https://{host}/staff/{name}")
}

async fn reset(context: &Context<'_>, input: StaffPasswordResetInput) -> Result<Done<bool>, Error> {
    at_most(LONGEST_SECRET, "input.password", &input.password)?;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let (token, code) = (input.token.trim(), input.code.as_deref());
    let now = Now::of(context);
    let changed =
        staff::reset_password(accounts, database, token, &input.password, code, now).await?;
    Ok(changed.map(|()| true).map_err(|code| {
        vec![match code {
            AccountErrorCode::PasswordTooWeak => code.at("password"),
            AccountErrorCode::CodeInvalid => code.at("code"),
            code => code.at("token"),
        }]
    }))
}

async fn enrol(context: &Context<'_>) -> Result<Done<TotpEnrolment>, Error> {
    let account_id = of_staff(context)?.account_id;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let enrolled = staff::enrol_totp(accounts, database, account_id, Now::of(context)).await?;
    Ok(enrolled
        .map(|Enrolment { uri, secret }| TotpEnrolment { uri, secret })
        .map_err(|code| vec![code.error()]))
}

/// A session that was opened by a password: a code to a mailbox must not connect a second factor.
fn of_staff<'a>(context: &Context<'a>) -> Result<&'a SignedIn, Error> {
    let signed_in = context.data_unchecked::<Viewer>().require()?;
    match signed_in.session_kind {
        SessionKind::Staff => Ok(signed_in),
        SessionKind::Member => Err(Error::Forbidden),
    }
}

async fn confirm(
    context: &Context<'_>,
    input: TotpConfirmInput,
) -> Result<Done<Vec<String>>, Error> {
    let signed_in = of_staff(context)?;
    let ids = (signed_in.account_id, signed_in.session_id);
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let codes = staff::confirm_totp(accounts, database, ids, &input.code, Now::of(context)).await?;
    Ok(codes.map_err(|code| vec![code.at("code")]))
}
