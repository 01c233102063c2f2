//! What clients see of reach.

use async_graphql::{Enum, SimpleObject};

use super::{rules::Counts, store::DaySums};
use crate::infra::graphql::{Date, UserErrorCode};

/// Что читатель сделал с материалом.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ContentEventKind {
    /// Открыл.
    Opened,
    /// Дочитал.
    Read,
    /// Поделился.
    Shared,
    /// Открыл из уведомления.
    PushOpened,
}

/// Сколько раз за день материал открыли, дочитали и переслали.
#[derive(SimpleObject)]
pub struct ContentReachDay {
    /// День по Москве.
    day: Date,
    /// Сколько раз открыли.
    opened: i32,
    /// Сколько раз дочитали.
    read: i32,
    /// Сколько раз поделились.
    shared: i32,
    /// Сколько раз открыли из уведомления.
    push_opened: i32,
}

impl From<DaySums> for ContentReachDay {
    fn from(sums: DaySums) -> Self {
        let Counts {
            opened,
            read,
            shared,
            push_opened,
        } = sums.counts;
        Self {
            day: Date(sums.day),
            opened: shown(opened),
            read: shown(read),
            shared: shown(shared),
            push_opened: shown(push_opened),
        }
    }
}

/// A count as far as GraphQL can say it.
fn shown(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Коды ожидаемых ошибок учёта охвата: значения поля `code`. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReachErrorCode {
    /// В пачке должно быть от 1 до 100 записей.
    BatchSize,
    /// Запись говорит об 1–10 разах.
    CountOutOfRange,
    /// Считаются сегодняшний и вчерашний день по Москве.
    DayOutOfRange,
}

impl UserErrorCode for ReachErrorCode {
    fn message(&self) -> String {
        match self {
            Self::BatchSize => "В пачке должно быть от 1 до 100 записей.",
            Self::CountOutOfRange => "Число раз — от 1 до 10.",
            Self::DayOutOfRange => "Считаются только сегодняшний и вчерашний день.",
        }
        .into()
    }
}
