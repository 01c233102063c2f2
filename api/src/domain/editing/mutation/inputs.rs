//! What the steps take: the same for every kind of content.

use async_graphql::{ID, InputObject};
use uuid::Uuid;

use crate::{
    domain::{
        benefits::Benefit, editing::types::DraftMeta, guides::ServiceGuide, news::NewsArticle,
        organisations::OrganisationPage, training::Course,
    },
    infra::{
        error::Error,
        graphql::{DateTime, NodeId},
    },
};

/// Какой материал и в какой версии.
#[derive(InputObject)]
pub struct ContentStepInput {
    /// Идентификатор черновика или опубликованного материала.
    pub id: ID,
    /// Версия, которую видел спрашивающий.
    pub version: i32,
}

/// Какой черновик вернуть и почему.
#[derive(InputObject)]
pub struct ContentReturnInput {
    /// Идентификатор черновика или опубликованного материала.
    pub id: ID,
    /// Версия, которую видел спрашивающий.
    pub version: i32,
    /// Что исправить: до 2000 знаков.
    pub comment: String,
}

/// Что опубликовать и когда.
#[derive(InputObject)]
pub struct ContentPublishInput {
    /// Идентификатор черновика или опубликованного материала.
    pub id: ID,
    /// Версия, которую видел спрашивающий.
    pub version: i32,
    /// Когда; без указания или в прошлом — сейчас. Не дальше года.
    pub at: Option<DateTime>,
    /// Что изменилось, для истории: до 500 знаков.
    pub change_note: Option<String>,
    /// Оповестить подписчиков, когда материал выйдет: тех, кто выбрал тему его рубрики или следит за его
    /// организацией. Без указания нет; о каждом материале оповещают один раз. Оповещение о льготе ждёт
    /// одобрения второго человека.
    pub notify: Option<bool>,
}

/// Что снять с публикации и почему.
#[derive(InputObject)]
pub struct ContentWithdrawInput {
    /// Идентификатор черновика или опубликованного материала.
    pub id: ID,
    /// Версия, которую видел спрашивающий.
    pub version: i32,
    /// Почему: это прочтут те, кто придёт по старой ссылке. До 1000 знаков.
    pub explanation: String,
    /// Что читать вместо этого.
    pub replacement_id: Option<ID>,
}

/// Какую редакцию вернуть в черновик.
#[derive(InputObject)]
pub struct ContentRestoreInput {
    /// Идентификатор черновика или опубликованного материала.
    pub id: ID,
    /// Версия, которую видел спрашивающий.
    pub version: i32,
    /// Номер редакции.
    pub revision: i32,
}

/// The content behind the id of a draft or of what is published; anything else is no content.
///
/// # Errors
/// `BAD_USER_INPUT` for a string that was never an id.
pub fn content_id(argument: &str, id: &ID) -> Result<Uuid, Error> {
    const TAGS: [crate::infra::graphql::NodeTag; 6] = [
        DraftMeta::NODE,
        NewsArticle::NODE,
        Benefit::NODE,
        ServiceGuide::NODE,
        OrganisationPage::NODE,
        Course::NODE,
    ];
    let id = NodeId::decode(argument, id)?;
    Ok(if TAGS.contains(&id.tag) {
        id.uuid
    } else {
        Uuid::nil()
    })
}
