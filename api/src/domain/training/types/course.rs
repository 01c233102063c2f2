//! A course as its readers see it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};

use crate::{
    domain::{
        content::{ContentBlock, OpenGraph, PortalHost, json_ld, read_blocks},
        guides::{ServiceGuide, related_guides},
        organisations::Organisation,
        training::{
            loaders::{ComingByCourseId, DecodedText, TextByCourseId},
            programme::{CourseMaterial, CourseModule},
            query::{SessionList, sessions_of_course},
            rules::shown_from,
            sharing,
            store::CourseSummary,
        },
    },
    infra::{
        clock::end_of_moscow_day,
        error::Error,
        graphql::{DateTime, Html, NodeTag, Now, PageArguments, Standing, Url, load_of},
    },
};

/// Как учат. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::CourseFormat")]
pub enum CourseFormat {
    /// Очно.
    Onsite,
    /// Через интернет.
    Online,
    /// И так, и так.
    Hybrid,
    /// Самостоятельно, в своё время.
    SelfPaced,
}

/// Что нужно знать до курса. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::CourseLevel")]
pub enum CourseLevel {
    /// Ничего.
    Beginner,
    /// Основы.
    Intermediate,
    /// Многое.
    Advanced,
}

/// Что получают те, кто был на занятии. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::CertificateKind")]
pub enum CertificateKind {
    /// Ничего.
    #[graphql(name = "NONE")]
    Nothing,
    /// Сертификат участника.
    Participation,
    /// Свидетельство об окончании.
    Completion,
}

/// Учебный курс.
pub struct Course(pub CourseSummary);

impl Course {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'C');

    async fn text(&self, context: &Context<'_>) -> Result<Arc<DecodedText>, Error> {
        load_of(context, TextByCourseId(self.0.row.id))
            .await?
            .ok_or(Error::Gone)
    }
}

/// Учебный курс.
#[Object]
impl Course {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.row.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.0.row.slug
    }

    /// Путь на портале.
    async fn path(&self) -> String {
        sharing::path(&self.0.row.slug)
    }

    /// Полный адрес на портале.
    async fn canonical_url(&self, context: &Context<'_>) -> Url {
        Url(PortalHost::of(context).url(&sharing::path(&self.0.row.slug)))
    }

    /// Разметка Open Graph для соцсетей и мессенджеров.
    async fn open_graph(&self, context: &Context<'_>) -> OpenGraph {
        sharing::open_graph(&self.0, PortalHost::of(context))
    }

    /// Разметка schema.org с ближайшими занятиями: текст JSON-LD, готовый для
    /// `<script type="application/ld+json">`.
    async fn structured_data(&self, context: &Context<'_>) -> Result<String, Error> {
        let now = Now::of(context);
        let key = ComingByCourseId {
            course_id: self.0.row.id,
            from: shown_from(now),
        };
        let coming = load_of(context, key).await?.unwrap_or_default();
        let text = self.text(context).await?;
        Standing::of(context).ends_at(end_of_moscow_day(now));
        let portal = PortalHost::of(context);
        let course = sharing::course(&self.0, &text.programme, &coming, portal);
        Ok(json_ld(course))
    }

    /// Название.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// Аннотация.
    async fn summary(&self) -> &str {
        &self.0.row.summary
    }

    /// Чей это курс.
    async fn organisation(&self) -> Option<Organisation> {
        self.0.organisation.clone().map(Organisation::from)
    }

    /// Кто учит; нет — сама организация.
    async fn provider(&self) -> Option<&str> {
        self.0.row.provider.as_deref()
    }

    /// Как учат.
    async fn format(&self) -> CourseFormat {
        self.0.row.format.into()
    }

    /// Что нужно знать до курса.
    async fn level(&self) -> Option<CourseLevel> {
        self.0.row.level.map(Into::into)
    }

    /// Сколько академических часов.
    async fn hours(&self) -> i32 {
        self.0.row.hours
    }

    /// Программа по порядку.
    async fn programme(&self, context: &Context<'_>) -> Result<Vec<CourseModule>, Error> {
        Ok(self.text(context).await?.programme.clone())
    }

    /// Материалы.
    async fn materials(&self, context: &Context<'_>) -> Result<Vec<CourseMaterial>, Error> {
        Ok(self.text(context).await?.materials.clone())
    }

    /// Что получают те, кто был на занятии.
    async fn certificate_kind(&self) -> CertificateKind {
        self.0.row.certificate_kind.into()
    }

    /// Текст для приложений.
    async fn body(&self, context: &Context<'_>) -> Result<Vec<ContentBlock>, Error> {
        Ok(read_blocks(&self.text(context).await?.body)?)
    }

    /// Текст для портала.
    async fn body_html(&self, context: &Context<'_>) -> Result<Html, Error> {
        Ok(Html(self.text(context).await?.body_html.clone()))
    }

    /// Слова курса без разметки.
    async fn plain_text(&self, context: &Context<'_>) -> Result<String, Error> {
        Ok(self.text(context).await?.plain_text.clone())
    }

    /// Инструкции, о которых курс.
    async fn related_guides(&self, context: &Context<'_>) -> Result<Vec<ServiceGuide>, Error> {
        related_guides(context, self.0.row.id).await
    }

    /// Сегодняшние и будущие занятия, ближайшее впереди, без отменённых.
    async fn sessions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Result<SessionList, Error> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        sessions_of_course(context, self.0.row.id, &page).await
    }

    /// Номер опубликованной редакции.
    async fn revision(&self) -> i32 {
        self.0.row.revision
    }

    /// Показательные данные.
    async fn is_demo(&self) -> bool {
        self.0.row.is_demo
    }

    /// Когда опубликован впервые.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.row.published_at)
    }

    /// Когда изменён.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.row.updated_at)
    }
}
