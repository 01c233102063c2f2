//! What a draft of any kind tells of itself.

use async_graphql::{Context, Enum, ID, Object, Union};
use entities::enums::{self, ContentKind};

use crate::{
    domain::{
        editing::{
            audience::DraftAudience,
            benefits::BenefitDraft,
            courses::CourseDraft,
            guides::ServiceGuideDraft,
            kinds::{envelope_of, problems_now},
            loaders::EditorsByContentId,
            news::NewsArticleDraft,
            pages::OrganisationPageDraft,
            problem::Problem,
            rules::state_of,
            store::Held,
            types::DraftEditor,
        },
        organisations::{Organisation, organisation_of},
    },
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag, Now, load_of},
    },
};

/// Где материал на своём пути. Читатели видят только `PUBLISHED`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ContentState")]
pub enum ContentState {
    /// Пишется.
    Draft,
    /// На проверке.
    InReview,
    /// Ждёт назначенного времени.
    Scheduled,
    /// Опубликован, черновика рядом нет.
    Published,
    /// В архиве.
    Archived,
    /// Снят с объяснением.
    Withdrawn,
}

/// Материал глазами редакции. Открытый список типов.
#[expect(
    clippy::large_enum_variant,
    reason = "a page of them lives at once, and the union's variants cannot be boxed"
)]
#[derive(Union)]
pub enum Draft {
    NewsArticle(NewsArticleDraft),
    Benefit(BenefitDraft),
    ServiceGuide(ServiceGuideDraft),
    OrganisationPage(OrganisationPageDraft),
    Course(CourseDraft),
}

/// The draft of whatever kind it is.
///
/// # Errors
/// `Internal`, for a document that does not read.
pub fn draft_of(held: Held) -> Result<Draft, Error> {
    match held.content.kind {
        ContentKind::NewsArticle => Ok(Draft::NewsArticle(NewsArticleDraft::of(held)?)),
        ContentKind::Benefit => Ok(Draft::Benefit(BenefitDraft::of(held)?)),
        ContentKind::ServiceGuide => Ok(Draft::ServiceGuide(ServiceGuideDraft::of(held)?)),
        ContentKind::OrganisationPage => {
            Ok(Draft::OrganisationPage(OrganisationPageDraft::of(held)?))
        }
        ContentKind::Course => Ok(Draft::Course(CourseDraft::of(held)?)),
    }
}

/// What every draft has.
pub struct DraftMeta(pub Held);

impl DraftMeta {
    /// The kind of the node ids of drafts.
    pub const NODE: NodeTag = NodeTag(b'D');
}

/// То, что есть у каждого черновика.
#[Object]
impl DraftMeta {
    /// Идентификатор черновика. Правки принимают и его, и идентификатор опубликованного материала.
    async fn id(&self) -> ID {
        Self::NODE.id(self.0.content.id)
    }

    /// Где материал на своём пути: черновик рядом с опубликованным говорит о себе.
    async fn state(&self) -> ContentState {
        let draft = self.0.draft.as_ref().map(|draft| draft.state);
        state_of(draft, self.0.content.state).into()
    }

    /// Видят ли материал читатели сейчас, в прежней редакции или в этой.
    async fn is_published(&self) -> bool {
        self.0.content.state == enums::ContentState::Published
    }

    /// Версия: её называют в правках, чтобы не затереть чужое.
    async fn version(&self) -> i32 {
        i32::try_from(self.0.content.version).unwrap_or(i32::MAX)
    }

    /// Номер редакции.
    async fn revision(&self) -> i32 {
        self.0.revision.number
    }

    /// Имя для адресов: каким оно станет, пока материал не опубликован.
    async fn slug(&self) -> Option<Result<String, Error>> {
        let envelope = envelope_of(&self.0.revision.document);
        Some(envelope.map(|envelope| envelope.slug.unwrap_or_else(|| self.0.content.slug.clone())))
    }

    /// Чей это материал.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        match envelope_of(&self.0.revision.document) {
            Ok(envelope) => organisation_of(context, envelope.organisation_id).await,
            Err(error) => Some(Err(error)),
        }
    }

    /// Для кого материал.
    async fn audience(&self) -> Option<Result<DraftAudience, Error>> {
        let envelope = envelope_of(&self.0.revision.document);
        Some(envelope.map(|envelope| envelope.audience.into()))
    }

    /// Чего недостаёт, чтобы опубликовать; пусто — готов.
    async fn problems(&self, context: &Context<'_>) -> Option<Result<Vec<Problem>, Error>> {
        let document = &self.0.revision.document;
        Some(problems_now(context, self.0.content.kind, document).await)
    }

    /// У кого черновик открыт сейчас, кто раньше — впереди; не больше 20.
    async fn editors(&self, context: &Context<'_>) -> Result<Vec<DraftEditor>, Error> {
        let key = EditorsByContentId {
            content_id: self.0.content.id,
            now: Now::of(context),
        };
        let editors = load_of(context, key).await?.unwrap_or_default();
        Ok(editors.into_iter().map(DraftEditor).collect())
    }

    /// На какое время назначена публикация.
    async fn publish_at(&self) -> Option<DateTime> {
        let draft = self.0.draft.as_ref()?;
        draft.publish_at.map(DateTime)
    }

    /// Когда снять с публикации.
    async fn unpublish_at(&self) -> Option<Result<DateTime, Error>> {
        envelope_of(&self.0.revision.document)
            .map(|envelope| envelope.unpublish_at.map(DateTime))
            .transpose()
    }

    /// Почему возвращён с проверки.
    async fn return_comment(&self) -> Option<&str> {
        self.0.draft.as_ref()?.return_comment.as_deref()
    }

    /// Почему снят с публикации.
    async fn withdrawal_explanation(&self) -> Option<&str> {
        self.0.content.withdrawal_explanation.as_deref()
    }

    /// Когда опубликован впервые.
    async fn first_published_at(&self) -> Option<DateTime> {
        self.0.content.first_published_at.map(DateTime)
    }

    /// Когда создан.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.content.created_at)
    }

    /// Когда изменён.
    async fn updated_at(&self) -> DateTime {
        let draft = self.0.draft.as_ref().map(|draft| draft.updated_at);
        DateTime(draft.unwrap_or(self.0.content.updated_at))
    }
}
