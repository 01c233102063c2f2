//! The inbox as its owner reads it.

use async_graphql::{Context, ID, MergedObject, Object, SimpleObject};
use entities::{enums, inbox_item, inbox_letter, push_campaign};

use super::PushCampaignKind;
use crate::{
    domain::{
        accounts::Accounts,
        push::store::inbox::{self as store, InboxOwner, InboxPosition},
    },
    infra::{
        auth::Viewer,
        db::Database,
        error::Error,
        graphql::{DateTime, List, NodeTag},
    },
};

/// Сообщение во входящих.
#[derive(SimpleObject)]
pub struct InboxItem {
    /// Идентификатор.
    pub id: ID,
    /// О чём: служебное или рекламное.
    kind: PushCampaignKind,
    /// Заголовок.
    title: String,
    /// Текст.
    body: String,
    /// Что открыть: путь на портале или адрес.
    link: Option<String>,
    /// Когда пришло.
    created_at: DateTime,
    /// Когда прочитано; нет — ещё не прочитано.
    read_at: Option<DateTime>,
}

impl InboxItem {
    /// Of items: an item is its owner's, and named by what was sent.
    pub const NODE: NodeTag = NodeTag(b'I');
    /// Of letters.
    pub const LETTER: NodeTag = NodeTag(b'j');

    /// What its owner reads.
    #[must_use]
    pub fn of(item: &inbox_item::Model, campaign: push_campaign::Model) -> Self {
        Self {
            id: Self::NODE.id(item.campaign_id),
            kind: campaign.kind.into(),
            title: campaign.title,
            body: campaign.body,
            link: campaign.link,
            created_at: DateTime(item.created_at),
            read_at: item.read_at.map(DateTime),
        }
    }

    /// What the addressee of a letter reads. Letters answer somebody and never advertise.
    #[must_use]
    pub fn of_letter(letter: inbox_letter::Model) -> Self {
        Self {
            id: Self::LETTER.id(letter.id),
            kind: enums::PushCampaignKind::Service.into(),
            title: letter.title,
            body: letter.body,
            link: letter.link,
            created_at: DateTime(letter.created_at),
            read_at: letter.read_at.map(DateTime),
        }
    }
}

/// Входящие, новые впереди.
#[derive(MergedObject)]
pub struct Inbox(pub List<InboxPosition, InboxItem>, pub InboxCounts);

/// What is counted of an inbox as a whole.
#[derive(Default)]
pub struct InboxCounts;

#[Object]
impl InboxCounts {
    /// Сколько не прочитано. Считается только по запросу.
    async fn unread_count(&self, context: &Context<'_>) -> Result<i32, Error> {
        let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
        let owner = InboxOwner::of(&context.data_unchecked::<Accounts>().vault, account_id);
        let reader = context.data_unchecked::<Database>().reader();
        let unread = store::count_unread(reader, &owner).await?;
        Ok(i32::try_from(unread).unwrap_or(i32::MAX))
    }
}
