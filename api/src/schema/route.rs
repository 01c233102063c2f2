//! `route`: what stands at an address of the portal, today or once.

use async_graphql::{Context, Object, SimpleObject, Union};
use entities::enums::ContentKind;

use crate::{
    domain::{
        benefits::{Benefit, BenefitById, find_benefit},
        content::{
            PortalHost, Withdrawal, find_moved_in, find_redirect, find_retired, find_withdrawal,
            portal_path,
        },
        guides::{GuideById, ServiceGuide, find_guide},
        news::{ArticleById, NewsArticle, find_article},
        organisations::{
            Organisation, OrganisationPage, PageById, find_by_host, find_card, find_page,
        },
        sync::ContentItem,
        training::{Course, CourseById, find_course},
    },
    infra::{
        auth::Audience,
        db::Database,
        error::Error,
        graphql::{at_most, load_of},
    },
};

/// Что стоит по адресу. Открытый список типов.
#[derive(Union)]
pub enum RouteTarget {
    NewsArticle(NewsArticle),
    Benefit(Benefit),
    ServiceGuide(ServiceGuide),
    Organisation(Organisation),
    OrganisationPage(OrganisationPage),
    Course(Course),
    Moved(Moved),
    Withdrawn(Withdrawn),
}

/// Адрес сменился.
#[derive(SimpleObject)]
pub struct Moved {
    /// Новый адрес: путь на том же хосте или полный.
    to: String,
    /// Навсегда ли.
    permanent: bool,
}

/// Запись отозвана.
#[derive(SimpleObject)]
pub struct Withdrawn {
    /// Почему.
    explanation: Option<String>,
    /// Что читать вместо неё.
    replacement: Option<ContentItem>,
}

/// Root field of addresses.
#[derive(Default)]
pub struct RouteQuery;

#[Object]
impl RouteQuery {
    /// Что стоит по адресу портала; `null`, если ничего.
    async fn route(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Хост, например `mtuf.ru`.")] host: String,
        #[graphql(desc = "Путь, например `/news/zagolovok`.")] path: String,
    ) -> Option<Result<RouteTarget, Error>> {
        async {
            at_most(253, "host", &host)?;
            at_most(500, "path", &path)?;
            let host = host.to_ascii_lowercase();
            let segments: Vec<&str> = path
                .split('/')
                .filter(|segment| !segment.is_empty())
                .collect();
            let portal = context.data_unchecked::<PortalHost>();
            let found = if host == portal.0 {
                on_portal(context, &segments).await?
            } else {
                on_organisation_host(context, &host, &segments).await?
            };
            match found {
                Some(target) => Ok(Some(target)),
                None => redirected(context, &host, &segments).await,
            }
        }
        .await
        .transpose()
    }
}

async fn on_portal(context: &Context<'_>, segments: &[&str]) -> Result<Option<RouteTarget>, Error> {
    match segments {
        ["news", slug] => content(context, ContentKind::NewsArticle, slug).await,
        ["benefits", slug] => content(context, ContentKind::Benefit, slug).await,
        ["guides", slug] => content(context, ContentKind::ServiceGuide, slug).await,
        ["pages", slug] => content(context, ContentKind::OrganisationPage, slug).await,
        ["courses", slug] => content(context, ContentKind::Course, slug).await,
        ["organisations", slug] => {
            let database = context.data_unchecked::<Database>();
            let card = find_card(database.reader(), slug).await?;
            Ok(card.map(Organisation::from).map(RouteTarget::Organisation))
        }
        // The old portal had the category in the path.
        ["news", _category, slug] => {
            let found = content(context, ContentKind::NewsArticle, slug).await?;
            Ok(found.map(|target| match target {
                RouteTarget::NewsArticle(article) => moved(format!("/news/{}", article.0.row.slug)),
                other => other,
            }))
        }
        _ => Ok(None),
    }
}

async fn on_organisation_host(
    context: &Context<'_>,
    host: &str,
    segments: &[&str],
) -> Result<Option<RouteTarget>, Error> {
    let database = context.data_unchecked::<Database>();
    let Some(organisation) = find_by_host(database.reader(), host).await? else {
        return Ok(None);
    };
    match segments {
        [] => Ok(Some(RouteTarget::Organisation(organisation.into()))),
        _ => on_portal(context, segments).await,
    }
}

async fn content(
    context: &Context<'_>,
    kind: ContentKind,
    slug: &str,
) -> Result<Option<RouteTarget>, Error> {
    let connection = context.data_unchecked::<Database>().reader();
    let audience = context.data_unchecked::<Audience>();
    let published = match kind {
        ContentKind::NewsArticle => find_article(connection, slug, audience)
            .await?
            .map(|row| RouteTarget::NewsArticle(NewsArticle(row))),
        ContentKind::Benefit => find_benefit(connection, slug, audience)
            .await?
            .map(|row| RouteTarget::Benefit(Benefit(row))),
        ContentKind::ServiceGuide => find_guide(connection, slug, audience)
            .await?
            .map(|row| RouteTarget::ServiceGuide(ServiceGuide(row))),
        ContentKind::OrganisationPage => find_page(connection, slug, audience)
            .await?
            .map(|row| RouteTarget::OrganisationPage(OrganisationPage(row))),
        ContentKind::Course => find_course(connection, slug, audience)
            .await?
            .map(|row| RouteTarget::Course(Course(row))),
    };
    if published.is_some() {
        return Ok(published);
    }
    if let Some(slug) = find_retired(connection, kind, slug, audience).await? {
        return Ok(Some(moved(portal_path(kind, &slug))));
    }
    match find_withdrawal(connection, kind, slug, audience).await? {
        Some(withdrawal) => withdrawn(context, withdrawal).await.map(Some),
        None => Ok(None),
    }
}

async fn redirected(
    context: &Context<'_>,
    host: &str,
    segments: &[&str],
) -> Result<Option<RouteTarget>, Error> {
    let connection = context.data_unchecked::<Database>().reader();
    let path = format!("/{}", segments.join("/"));
    if let Some(redirect) = find_redirect(connection, host, &path).await? {
        return Ok(Some(RouteTarget::Moved(Moved {
            to: redirect.target,
            permanent: redirect.is_permanent,
        })));
    }
    let audience = context.data_unchecked::<Audience>();
    let moved_in = find_moved_in(connection, host, &path, audience).await?;
    Ok(moved_in.map(|(kind, slug)| moved(portal_path(kind, &slug))))
}

async fn withdrawn(context: &Context<'_>, withdrawal: Withdrawal) -> Result<RouteTarget, Error> {
    let replacement = match withdrawal.replacement {
        Some((ContentKind::NewsArticle, id)) => load_of(context, ArticleById(id))
            .await?
            .map(|row| ContentItem::NewsArticle(NewsArticle(row))),
        Some((ContentKind::Benefit, id)) => load_of(context, BenefitById(id))
            .await?
            .map(|row| ContentItem::Benefit(Benefit(row))),
        Some((ContentKind::ServiceGuide, id)) => load_of(context, GuideById(id))
            .await?
            .map(|row| ContentItem::ServiceGuide(ServiceGuide(row))),
        Some((ContentKind::OrganisationPage, id)) => load_of(context, PageById(id))
            .await?
            .map(|row| ContentItem::OrganisationPage(OrganisationPage(row))),
        Some((ContentKind::Course, id)) => load_of(context, CourseById(id))
            .await?
            .map(|row| ContentItem::Course(Course(row))),
        None => None,
    };
    Ok(RouteTarget::Withdrawn(Withdrawn {
        explanation: withdrawal.explanation,
        replacement,
    }))
}

const fn moved(to: String) -> RouteTarget {
    RouteTarget::Moved(Moved {
        to,
        permanent: true,
    })
}
