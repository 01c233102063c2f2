//! The part of `viewer` about one's own data.

use async_graphql::{Context, Object};

use super::{
    consents,
    store::{erasures, exports},
    types::{AccountErasure, Consent, PersonalDataExport},
};
use crate::{
    domain::{accounts::Accounts, media::MediaBase},
    infra::{auth::Viewer, clock::moscow_date, db::Database, error::Error, graphql::Now},
};

/// The part of `viewer` about one's own data.
#[derive(Default)]
pub struct ViewerPrivacy;

#[Object]
impl ViewerPrivacy {
    /// Свои решения о согласиях, по одному на цель.
    async fn consents(&self, context: &Context<'_>) -> Option<Result<Vec<Consent>, Error>> {
        async {
            let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
            let subject = context
                .data_unchecked::<Accounts>()
                .vault
                .pseudonym(account_id);
            let reader = context.data_unchecked::<Database>().reader();
            let today = moscow_date(Now::of(context));
            let standings = consents::standings(reader, &subject, today).await?;
            Ok(Some(standings.into_iter().map(Into::into).collect()))
        }
        .await
        .transpose()
    }

    /// Выгрузки своих данных за последние сутки.
    async fn personal_data_exports(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<PersonalDataExport>, Error>> {
        async {
            let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
            let reader = context.data_unchecked::<Database>().reader();
            let MediaBase(base) = context.data_unchecked::<MediaBase>();
            let rows = exports::list(reader, account_id, Now::of(context)).await?;
            let seen = rows.iter().map(|row| PersonalDataExport::of(row, base));
            Ok(Some(seen.collect()))
        }
        .await
        .transpose()
    }

    /// Ждущее своего срока удаление учётной записи.
    async fn erasure(&self, context: &Context<'_>) -> Option<Result<AccountErasure, Error>> {
        async {
            let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
            let reader = context.data_unchecked::<Database>().reader();
            let wish = erasures::find_pending(reader, account_id).await?;
            Ok(wish.as_ref().map(Into::into))
        }
        .await
        .transpose()
    }
}
