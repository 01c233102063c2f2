//! What a holder changes of their own account: the name, the phone, the e-mail.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use sea_orm::TransactionTrait;

use super::sign_in::{LONGEST_IDENTIFIER, reachable};
use crate::{
    domain::accounts::{
        codes::{self, Purpose},
        contact::Contact,
        profile::{Profile, name_of},
        sending::{self, Message},
        service::Accounts,
        store::{challenges, people},
        types::{Account, AccountErrorCode, SignInChallenge},
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{Caller, Done, Now, UserErrorCode, at_most, payloads},
    },
};

const CHANGED: &str = "В вашей учётной записи сменили телефон или почту. Если это были не вы, обратитесь в федерацию.";
const CONNECTED: &str = "Этот контакт теперь привязан к учётной записи Московской Федерации профсоюзов. Если это сделали не вы, обратитесь в федерацию.";

/// Что изменить. Неназванное останется как есть.
#[derive(InputObject)]
struct MemberProfileUpdateInput {
    /// Как обращаться, до 100 знаков; `null` — никак.
    #[graphql(default)]
    name: MaybeUndefined<String>,
}

/// Новый телефон или почта.
#[derive(InputObject)]
struct ContactChangeRequestInput {
    /// Российский мобильный телефон или почта, в любой записи.
    identifier: String,
}

/// Код, пришедший на новый телефон или почту.
#[derive(InputObject)]
struct ContactChangeConfirmInput {
    /// `challenge.id` из ответа на `contactChangeRequest`.
    challenge_id: ID,
    /// Код из сообщения.
    code: String,
}

payloads! {
    /// Итог изменения учётной записи.
    AccountChangePayload {
        /// Изменённая учётная запись.
        account: Account
    }
    /// Итог запроса на смену телефона или почты.
    ContactChangeRequestPayload {
        /// Отправленный код.
        challenge: SignInChallenge
    }
}

#[derive(Default)]
pub struct ProfileMutation;

#[Object]
impl ProfileMutation {
    /// Изменить, как к вам обращаться.
    async fn member_profile_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Что изменить.")] input: MemberProfileUpdateInput,
    ) -> Option<Result<AccountChangePayload, Error>> {
        Some(update(context, input).await.map(Into::into))
    }

    /// Сменить телефон или почту: код придёт на новые. Нужно недавнее подтверждение: `stepUp`.
    async fn contact_change_request(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "На что.")] input: ContactChangeRequestInput,
    ) -> Option<Result<ContactChangeRequestPayload, Error>> {
        Some(request(context, input).await.map(Into::into))
    }

    /// Подтвердить новый телефон или почту. О смене узнают и прежний адрес, и новый.
    async fn contact_change_confirm(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Код.")] input: ContactChangeConfirmInput,
    ) -> Option<Result<AccountChangePayload, Error>> {
        Some(confirm(context, input).await.map(Into::into))
    }
}

async fn update(
    context: &Context<'_>,
    input: MemberProfileUpdateInput,
) -> Result<Done<Account>, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let name = match input.name {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => match name_of(&text) {
            Some(name) => Some(Some(name)),
            None => return Ok(Err(vec![AccountErrorCode::InvalidName.at("name")])),
        },
    };
    let accounts = context.data_unchecked::<Accounts>();
    let now = Now::of(context);
    let transaction = context
        .data_unchecked::<Database>()
        .writer()
        .begin()
        .await?;
    let row = people::lock_account(&transaction, account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let (mut profile, key) = accounts.profile(&transaction, &row).await?;
    if let Some(name) = name {
        profile.name = name;
    }
    accounts
        .save_profile(&transaction, account_id, &profile, &key, now)
        .await?;
    transaction.commit().await?;
    Ok(Ok(Account::of(&row, profile)))
}

async fn request(
    context: &Context<'_>,
    input: ContactChangeRequestInput,
) -> Result<Done<SignInChallenge>, Error> {
    let now = Now::of(context);
    let signed_in = context.data_unchecked::<Viewer>().require()?;
    if !signed_in.is_fresh(now) {
        return Ok(Err(vec![AccountErrorCode::StepUpRequired.error()]));
    }
    at_most(LONGEST_IDENTIFIER, "input.identifier", &input.identifier)?;
    let Some(contact) = reachable(&input.identifier) else {
        return Ok(Err(vec![
            AccountErrorCode::InvalidIdentifier.at("identifier"),
        ]));
    };
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let caller = Caller::of(context);
    let purpose = Purpose::ContactChange;
    let asked = codes::request(accounts, database, caller, &contact, purpose, now).await?;
    Ok(asked
        .map(SignInChallenge::from)
        .map_err(|code| vec![code.error()]))
}

async fn confirm(
    context: &Context<'_>,
    input: ContactChangeConfirmInput,
) -> Result<Done<Account>, Error> {
    let now = Now::of(context);
    let signed_in = context.data_unchecked::<Viewer>().require()?;
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let caller = Caller::of(context);
    let id = SignInChallenge::NODE.decode("input.challengeId", &input.challenge_id)?;
    let code = input.code.trim();
    let proven = match codes::prove(accounts, database, caller, id, code, now).await? {
        Ok(proven) => proven,
        Err(code) => return Ok(Err(vec![code.at("code")])),
    };
    let (contact, lookup) = (&proven.contact, &proven.identifier_lookup);
    let transaction = database.writer().begin().await?;
    challenges::lock_identifier(&transaction, lookup, now).await?;
    let holder = people::find_by_contact(&transaction, contact, lookup).await?;
    // Told only to who has shown that the contact is theirs.
    if holder.is_some_and(|holder| holder.id != signed_in.account_id) {
        return Ok(Err(vec![AccountErrorCode::ContactTaken.error()]));
    }
    let row = people::lock_account(&transaction, signed_in.account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let (mut profile, key) = accounts.profile(&transaction, &row).await?;
    for message in notices(&profile, contact) {
        sending::enqueue(&accounts.vault, &transaction, &message, now).await?;
    }
    profile.set_contact(contact);
    accounts
        .save_profile(&transaction, row.id, &profile, &key, now)
        .await?;
    transaction.commit().await?;
    Ok(Ok(Account::of(&row, profile)))
}

/// What everywhere is told that the holder was reached before, and the new contact (ASVS 5.0, 6.3.7).
/// Nothing, when it is the holder's already.
fn notices(profile: &Profile, new: &Contact) -> Vec<Message> {
    let old: Vec<&String> = [&profile.phone, &profile.email]
        .into_iter()
        .flatten()
        .collect();
    if old.iter().any(|old| *old == new.as_str()) {
        return Vec::new();
    }
    let told = |contact: &str, text: &str| Message::Notice {
        contact: contact.to_owned(),
        text: text.to_owned(),
    };
    let mut notices: Vec<Message> = old.iter().map(|old| told(old, CHANGED)).collect();
    notices.push(told(new.as_str(), CONNECTED));
    notices
}
