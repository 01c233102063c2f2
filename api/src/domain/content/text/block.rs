//! The blocks of a text: as they are stored (`Block`) and as clients see them (`ContentBlock`).

use async_graphql::{Enum, Object, SimpleObject, Union};
use serde::{Deserialize, Serialize};

use crate::{
    domain::media::{Image, Picture},
    infra::graphql::Url,
};

/// One stored block. The tag names are part of the database's contents: only ever add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    Paragraph(ParagraphBlock),
    Heading(HeadingBlock),
    List(ListBlock),
    Quote(QuoteBlock),
    Callout(CalloutBlock),
    Table(TableBlock),
    Video(VideoBlock),
    Image { picture: Picture },
}

/// Часть текста. Открытый список: неизвестные приложению виды следует пропускать.
#[derive(Clone, Debug, Union)]
pub enum ContentBlock {
    Paragraph(ParagraphBlock),
    Heading(HeadingBlock),
    List(ListBlock),
    Quote(QuoteBlock),
    Callout(CalloutBlock),
    Table(TableBlock),
    Video(VideoBlock),
    Image(ImageBlock),
}

impl Block {
    /// A paragraph of plain text.
    pub fn paragraph(text: &str) -> Self {
        Self::Paragraph(ParagraphBlock {
            spans: vec![TextSpan {
                text: text.to_owned(),
                ..TextSpan::default()
            }],
        })
    }
}

impl From<Block> for ContentBlock {
    fn from(block: Block) -> Self {
        match block {
            Block::Paragraph(block) => Self::Paragraph(block),
            Block::Heading(block) => Self::Heading(block),
            Block::List(block) => Self::List(block),
            Block::Quote(block) => Self::Quote(block),
            Block::Callout(block) => Self::Callout(block),
            Block::Table(block) => Self::Table(block),
            Block::Video(block) => Self::Video(block),
            Block::Image { picture } => Self::Image(ImageBlock { picture }),
        }
    }
}

/// Начертание. Открытый список: неизвестное начертание следует показать обычным текстом.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextMark {
    /// Полужирный.
    Bold,
    /// Курсив.
    Italic,
    /// Моноширинный.
    Code,
    /// Зачёркнутый.
    Strikethrough,
}

/// Кусок текста с одним начертанием.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct TextSpan {
    /// Сам текст; перевод строки — `\n`.
    pub text: String,
    /// Начертания.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<TextMark>,
    /// Куда ведёт ссылка, если это ссылка: `https`, `mailto` или `tel`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "optional_url"
    )]
    pub href: Option<Url>,
}

/// Абзац.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct ParagraphBlock {
    /// Текст абзаца.
    pub spans: Vec<TextSpan>,
}

/// Заголовок внутри текста.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct HeadingBlock {
    /// Уровень: 2, 3 или 4 (первый — заголовок самой записи).
    pub level: i32,
    /// Текст заголовка.
    pub spans: Vec<TextSpan>,
}

/// Список.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct ListBlock {
    /// Нумерованный ли список.
    pub ordered: bool,
    /// Пункты по порядку.
    pub items: Vec<ListItem>,
}

/// Пункт списка.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct ListItem {
    /// Глубина вложенности: 0 — верхний уровень.
    pub depth: i32,
    /// Текст пункта.
    pub spans: Vec<TextSpan>,
}

/// Цитата.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct QuoteBlock {
    /// Текст цитаты.
    pub spans: Vec<TextSpan>,
}

/// Вид врезки. Открытый список: неизвестный вид следует показать как `NOTE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalloutKind {
    /// К сведению.
    #[default]
    Note,
    /// Совет.
    Tip,
    /// Важно.
    Important,
    /// Предупреждение.
    Warning,
}

/// Врезка.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct CalloutBlock {
    /// Вид врезки.
    pub kind: CalloutKind,
    /// Текст врезки.
    pub spans: Vec<TextSpan>,
}

/// Таблица.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct TableBlock {
    /// Заголовки столбцов.
    pub header: Vec<TableCell>,
    /// Строки.
    pub rows: Vec<TableRow>,
}

/// Строка таблицы.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct TableRow {
    /// Ячейки по порядку столбцов.
    pub cells: Vec<TableCell>,
}

/// Ячейка таблицы.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct TableCell {
    /// Текст ячейки.
    pub spans: Vec<TextSpan>,
}

/// Видео на стороннем сайте.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
pub struct VideoBlock {
    /// Адрес страницы с видео.
    #[serde(with = "plain_url")]
    pub url: Url,
    /// О чём видео.
    pub title: String,
}

/// Картинка внутри текста.
#[derive(Clone, Debug)]
pub struct ImageBlock {
    picture: Picture,
}

/// Картинка внутри текста.
#[Object]
impl ImageBlock {
    /// Сама картинка.
    async fn image(&self) -> Image {
        Image(self.picture.clone())
    }
}

mod plain_url {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Url;

    pub fn serialize<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&url.0)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
        String::deserialize(deserializer).map(Url)
    }
}

mod optional_url {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Url;

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub fn serialize<S: Serializer>(url: &Option<Url>, serializer: S) -> Result<S::Ok, S::Error> {
        url.as_ref().map(|url| &url.0).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Url>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(Url))
    }
}
