//! What staff do with pictures that are there: describing and deleting them.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entities::media_asset;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::{
        accounts::{Accounts, Permitted, may_change},
        media::{Image, find_asset, list_shown, lock_asset, update_texts},
        media_desk::{
            rules::{LONGEST_ALT, LONGEST_CREDIT, plain_text},
            store, sweeping,
            types::{MediaAsset, MediaErrorCode},
        },
        organisations::covers,
    },
    infra::{
        audit,
        auth::{Permission, Reach},
        db::{Database, record_change},
        error::Error,
        graphql::{Done, Now, UserError, UserErrorCode, payloads},
    },
};

/// Как описать картинку.
#[derive(InputObject)]
struct MediaAssetUpdateInput {
    /// Какую.
    id: ID,
    /// Описание для тех, кто не видит картинку, до 500 знаков; нет — прежнее.
    alt: Option<String>,
    /// Автор или источник, до 200 знаков; пусто — убрать, нет — прежний.
    credit: Option<String>,
    /// Номер правки, от которой отталкивались.
    version: i32,
}

/// Какую картинку удалить.
#[derive(InputObject)]
struct MediaAssetDeleteInput {
    /// Какую.
    id: ID,
}

/// Итог описания картинки.
#[derive(Default, SimpleObject)]
pub struct MediaAssetUpdatePayload {
    /// Картинка с новым описанием.
    media_asset: Option<MediaAsset>,
    /// Картинка, какой её тем временем сделали другие.
    current: Option<MediaAsset>,
    /// Что помешало; пусто — всё сделано.
    user_errors: Vec<UserError>,
}

payloads! {
    /// Итог удаления картинки.
    MediaAssetDeletePayload {
        /// Какая удалена.
        deleted_id: ID
    }
}

/// What can be done with pictures.
#[derive(Default)]
pub struct MediaMutation;

#[Object]
impl MediaMutation {
    /// Описать картинку. Читатели видят новое описание обложек сразу, в текстах — после их публикации.
    async fn media_asset_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую и как.")] input: MediaAssetUpdateInput,
    ) -> Option<Result<MediaAssetUpdatePayload, Error>> {
        Some(update(context, input).await)
    }

    /// Удалить картинку, которую нигде не показывают.
    async fn media_asset_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какую.")] input: MediaAssetDeleteInput,
    ) -> Option<Result<MediaAssetDeletePayload, Error>> {
        Some(delete(context, input).await.map(Into::into))
    }
}

/// A picture that the asker holds locked and may change.
struct Held {
    row: media_asset::Model,
    is_used: bool,
}

async fn update(
    context: &Context<'_>,
    input: MediaAssetUpdateInput,
) -> Result<MediaAssetUpdatePayload, Error> {
    let staff = may_change(context, Permission::DraftContent).await?;
    let id = Image::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    let transaction = database.writer().begin().await?;
    let Held { row, is_used } = match hold(context, &transaction, &staff, id).await? {
        Ok(held) => held,
        Err(refusal) => return Ok(refused(refusal.at("id"))),
    };
    if row.version != input.version {
        return Ok(MediaAssetUpdatePayload {
            current: Some(MediaAsset::of(row, is_used)),
            ..refused(MediaErrorCode::Conflict.at("version"))
        });
    }
    let alt = input.alt.as_deref().unwrap_or(&row.alt);
    let Some(alt) = plain_text(alt, LONGEST_ALT) else {
        return Ok(refused(MediaErrorCode::TextTooLong.at("alt")));
    };
    let credit = input.credit.as_deref().or(row.credit.as_deref());
    let Some(credit) = plain_text(credit.unwrap_or_default(), LONGEST_CREDIT) else {
        return Ok(refused(MediaErrorCode::TextTooLong.at("credit")));
    };
    let credit = Some(credit.as_str()).filter(|credit| !credit.is_empty());
    let now = Now::of(context);
    update_texts(&transaction, id, &alt, credit, now).await?;
    let entry = staff.entry(
        "media_asset.update",
        row.organisation_id,
        ("media_asset", id),
        json!({ "alt": alt != row.alt, "credit": credit != row.credit.as_deref() }),
    );
    let changed = find_asset(&transaction, id)
        .await?
        .ok_or_else(|| Error::internal("a picture is gone at once", id))?;
    audit::record(&transaction, entry, now).await?;
    let (changes, tags) = store::list_showing(&transaction, id).await?;
    if !tags.is_empty() {
        record_change(&transaction, &changes, &tags, now).await?;
    }
    transaction.commit().await?;
    Ok(MediaAssetUpdatePayload {
        media_asset: Some(MediaAsset::of(changed, is_used)),
        ..MediaAssetUpdatePayload::default()
    })
}

async fn delete(context: &Context<'_>, input: MediaAssetDeleteInput) -> Result<Done<ID>, Error> {
    let staff = may_change(context, Permission::DraftContent).await?;
    let id = Image::NODE.decode("input.id", &input.id)?;
    let database = context.data_unchecked::<Database>();
    let transaction = database.writer().begin().await?;
    let Held { row, is_used } = match hold(context, &transaction, &staff, id).await? {
        Ok(held) => held,
        Err(refusal) => return Ok(Err(vec![refusal.at("id")])),
    };
    if is_used {
        return Ok(Err(vec![MediaErrorCode::InUse.at("id")]));
    }
    let now = Now::of(context);
    sweeping::discard(&transaction, &row, now).await?;
    let entry = staff.entry(
        "media_asset.delete",
        row.organisation_id,
        ("media_asset", id),
        json!({}),
    );
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(Ok(input.id))
}

fn refused(error: UserError) -> MediaAssetUpdatePayload {
    MediaAssetUpdatePayload {
        user_errors: vec![error],
        ..MediaAssetUpdatePayload::default()
    }
}

/// Holds a picture for whoever may change it: editors any of theirs, others what they uploaded
/// themselves and nothing shows. One outside their reach is as unknown as one that is not.
async fn hold(
    context: &Context<'_>,
    transaction: &impl ConnectionTrait,
    staff: &Permitted,
    id: Uuid,
) -> Result<Result<Held, MediaErrorCode>, Error> {
    let Some(row) = lock_asset(transaction, id).await? else {
        return Ok(Err(MediaErrorCode::AssetNotFound));
    };
    if !reaches(transaction, &staff.reach, &row).await? {
        return Ok(Err(MediaErrorCode::AssetNotFound));
    }
    let is_used = !list_shown(transaction, &[id]).await?.is_empty();
    let vault = &context.data_unchecked::<Accounts>().vault;
    let own = vault.pseudonym(staff.signed_in.account_id);
    let is_free = !is_used && row.uploaded_by.as_deref() == Some(own.as_str());
    let edits = staff
        .signed_in
        .reach(Permission::EditContent, Now::of(context))
        .unwrap_or_default();
    if !is_free && !reaches(transaction, &edits, &row).await? {
        return Ok(Err(MediaErrorCode::EditorRequired));
    }
    Ok(Ok(Held { row, is_used }))
}

/// What belongs to no organisation is the whole federation's business.
async fn reaches(
    transaction: &impl ConnectionTrait,
    reach: &Reach,
    row: &media_asset::Model,
) -> Result<bool, Error> {
    match row.organisation_id {
        Some(id) => Ok(covers(transaction, reach, id).await?),
        None => Ok(reach.is_everywhere),
    }
}
