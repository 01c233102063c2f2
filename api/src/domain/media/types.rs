//! What clients see of a picture.

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::{MediaBase, Picture};
use crate::infra::graphql::{NodeTag, Url};

/// Формат файла картинки. Открытый список: неизвестный формат следует пропустить.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::ImageFormat")]
pub enum ImageFormat {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

/// Картинка. Адреса неизменны: другие байты — другой адрес.
pub struct Image(pub Picture);

impl Image {
    /// Of media assets, by which staff name pictures.
    pub const NODE: NodeTag = NodeTag(b'M');
}

/// Картинка. Адреса неизменны: другие байты — другой адрес.
#[Object]
impl Image {
    /// Адрес самого крупного варианта.
    async fn url(&self, context: &Context<'_>) -> Url {
        Url(self
            .0
            .url(context.data_unchecked::<MediaBase>(), self.0.width))
    }

    /// Варианты по ширине, от узкого к широкому: 160, 320, 480, 640, 960, 1280, 1920 точек.
    async fn variants(&self, context: &Context<'_>) -> Vec<ImageVariant> {
        let base = context.data_unchecked::<MediaBase>();
        let variant = |width| ImageVariant {
            url: Url(self.0.url(base, width)),
            width,
            height: self.0.height_at(width),
            format: self.0.format.into(),
        };
        self.0.widths().into_iter().map(variant).collect()
    }

    /// Ширина самого крупного варианта, точек.
    async fn width(&self) -> i32 {
        self.0.width
    }

    /// Высота самого крупного варианта, точек.
    async fn height(&self) -> i32 {
        self.0.height
    }

    /// Описание для тех, кто не видит картинку.
    async fn alt(&self) -> &str {
        &self.0.alt
    }

    /// BlurHash: размытый набросок, пока картинка грузится.
    async fn blur_hash(&self) -> &str {
        &self.0.blur_hash
    }

    /// Автор или источник картинки.
    async fn credit(&self) -> Option<&str> {
        self.0.credit.as_deref()
    }
}

/// Картинка одной ширины.
#[derive(SimpleObject)]
pub struct ImageVariant {
    /// Адрес файла.
    url: Url,
    /// Ширина, точек.
    width: i32,
    /// Высота, точек.
    height: i32,
    /// Формат файла.
    format: ImageFormat,
}
