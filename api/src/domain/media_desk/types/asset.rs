//! A picture as staff see it.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use entities::media_asset;
use uuid::Uuid;

use crate::{
    domain::{
        media::{Image, Picture},
        organisations::{Organisation, OrganisationById},
    },
    infra::{
        error::Error,
        graphql::{DateTime, load_of},
    },
};

/// Картинка, какой её видят сотрудники.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct MediaAsset {
    /// Идентификатор.
    id: ID,
    /// Описание для тех, кто не видит картинку; без него публикацию с картинкой не выпустить.
    alt: String,
    /// Автор или источник картинки.
    credit: Option<String>,
    /// Как назывался присланный файл.
    original_name: Option<String>,
    /// Сколько байт было в присланном файле.
    bytes: i32,
    /// Когда загружена.
    uploaded_at: DateTime,
    /// Номер правки: с ним меняют описание.
    version: i32,
    /// Показывают ли её: обложка, логотип, текст или черновик.
    is_used: bool,
    #[graphql(skip)]
    picture: Picture,
    #[graphql(skip)]
    organisation_id: Option<Uuid>,
}

#[ComplexObject]
impl MediaAsset {
    /// Сама картинка.
    async fn image(&self) -> Image {
        Image(self.picture.clone())
    }

    /// Чья она; нет — демонстрационная.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        load_of(context, OrganisationById(self.organisation_id?))
            .await
            .map(|row| row.map(Organisation::from))
            .transpose()
    }
}

impl MediaAsset {
    /// As its row has it.
    pub fn of(row: media_asset::Model, is_used: bool) -> Self {
        Self {
            id: Image::NODE.id(row.id),
            picture: Picture::from(&row),
            alt: row.alt,
            credit: row.credit,
            original_name: row.original_name,
            bytes: i32::try_from(row.bytes).unwrap_or(i32::MAX),
            uploaded_at: DateTime(row.created_at),
            version: row.version,
            is_used,
            organisation_id: row.organisation_id,
        }
    }
}
