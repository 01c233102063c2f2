//! What is told of a file: why nothing of it was taken, or what became of each entry.

use serde::Serialize;

use crate::infra::text_encoding::Undecodable;

/// Problems that a report names; the rest is only counted.
const MOST_NAMED: usize = 100;

/// Why a whole file is not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedProblem {
    OrganisationNotFound,
    UnknownEncoding,
    NotAFeed,
    /// In that line, as far as it was understood.
    Broken(u32),
    DoctypeRefused,
    TooDeep,
    TooManyEntries,
    Empty,
}

impl FeedProblem {
    /// The spelling that clients match on.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OrganisationNotFound => "ORGANISATION_NOT_FOUND",
            Self::UnknownEncoding => "UNKNOWN_ENCODING",
            Self::NotAFeed => "NOT_A_FEED",
            Self::Broken(_) => "BROKEN",
            Self::DoctypeRefused => "DOCTYPE_REFUSED",
            Self::TooDeep => "TOO_DEEP",
            Self::TooManyEntries => "TOO_MANY_ENTRIES",
            Self::Empty => "EMPTY",
        }
    }

    /// What to tell the person who brought the file.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::OrganisationNotFound => "Такой организации нет.",
            Self::UnknownEncoding => "Кодировка файла не распознана: сохраните его в UTF-8.",
            Self::NotAFeed => {
                "Это не лента и не выгрузка: принимаются RSS 2.0, Atom, JSON Feed и выгрузка WordPress."
            }
            Self::Broken(_) => "Файл оборван или записан с ошибкой.",
            Self::DoctypeRefused => "Файлы с объявлением DOCTYPE не принимаются: уберите его.",
            Self::TooDeep => "Элементы файла вложены слишком глубоко.",
            Self::TooManyEntries => "В файле больше 5000 записей: разделите его.",
            Self::Empty => "В файле нет ни одной записи, которую можно перенести.",
        }
    }

    /// Where in the file, if that is known.
    #[must_use]
    pub const fn line(self) -> Option<u32> {
        match self {
            Self::Broken(line) => Some(line),
            _ => None,
        }
    }
}

impl From<Undecodable> for FeedProblem {
    fn from(cause: Undecodable) -> Self {
        match cause {
            Undecodable::ExcelWorkbook => Self::NotAFeed,
            Undecodable::UnknownEncoding => Self::UnknownEncoding,
        }
    }
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryFault {
    /// Not imported: it could not be told when it comes again.
    NoMark,
    /// Not imported: the file has it already.
    Repeated,
    /// Not imported: it says nothing.
    Empty,
    /// Cut to what the field holds.
    TooLong,
    /// Left out.
    TooMany,
    /// Left out.
    NotAnAddress,
    /// Left out.
    NotADate,
    /// Left out: players of foreign sites are not shown here.
    EmbedLost,
}

impl EntryFault {
    /// The spelling that clients match on.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoMark => "NO_GUID",
            Self::Repeated => "REPEATED",
            Self::Empty => "EMPTY",
            Self::TooLong => "TOO_LONG",
            Self::TooMany => "TOO_MANY",
            Self::NotAnAddress => "NOT_AN_ADDRESS",
            Self::NotADate => "NOT_A_DATE",
            Self::EmbedLost => "EMBED_LOST",
        }
    }

    /// What to tell the person who brought the file.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoMark => {
                "Нет ни guid, ни ссылки: запись не узнать, если файл загрузят снова. Она не перенесена."
            }
            Self::Repeated => "Запись с таким guid в файле уже была. Эта не перенесена.",
            Self::Empty => "Нет ни заголовка, ни текста. Запись не перенесена.",
            Self::TooLong => "Слишком длинно: перенесено начало.",
            Self::TooMany => "Слишком много значений: перенесены первые.",
            Self::NotAnAddress => "Это не адрес: поле оставлено пустым.",
            Self::NotADate => "Это не дата: поле оставлено пустым.",
            Self::EmbedLost => "В тексте был проигрыватель или вставка: они не перенесены.",
        }
    }
}

/// A problem of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryProblem {
    /// Which one in the file: the first is 1.
    pub entry: usize,
    /// Where it begins; a JSON feed has no lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The draft's field that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// The spelling that clients match on.
    pub code: &'static str,
    /// What to tell the person who brought the file.
    pub message: &'static str,
}

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewsImport {
    pub created: usize,
    /// Brought before; whatever editors have made of it since stays as it is.
    pub unchanged: usize,
    /// What a site's export holds beside its news: pages, pictures, what is in the bin.
    pub skipped: usize,
    /// The first hundred.
    pub problems: Vec<EntryProblem>,
    /// All of them.
    pub problems_total: usize,
}

impl NewsImport {
    /// Notes a problem.
    pub fn note(&mut self, problem: EntryProblem) {
        self.problems_total += 1;
        if self.problems.len() < MOST_NAMED {
            self.problems.push(problem);
        }
    }
}
