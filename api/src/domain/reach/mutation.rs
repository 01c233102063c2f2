//! Taking batches of what readers did.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::NaiveDate;

use super::{
    counting::count,
    rules::{Event, fault_of, fits},
    types::{ContentEventKind, ReachErrorCode},
};
use crate::{
    domain::editing::content_id,
    infra::{
        auth::Audience,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Date, Done, Now, UserError, UserErrorCode, client_key, payloads},
    },
};

/// Что читатели сделали с материалом за день.
#[derive(InputObject)]
struct ContentEventInput {
    /// Идентификатор материала. Неизвестный и недоступный спрашивающему молча пропускается.
    content: ID,
    /// Что сделали.
    kind: ContentEventKind,
    /// Сколько раз: от 1 до 10, без указания 1.
    count: Option<i32>,
    /// В какой день по Москве: сегодня или вчера, без указания сегодня. Кто копит записи без связи,
    /// называет день.
    day: Option<Date>,
}

/// Пачка того, что сделали читатели. Не говорит, кто они.
#[derive(InputObject)]
struct ContentEventsRecordInput {
    /// UUID, который придумал клиент для этой пачки: с тем же ключом она не считается второй раз.
    batch_key: ID,
    /// От 1 до 100 записей.
    events: Vec<ContentEventInput>,
}

payloads! {
    /// Итог приёма пачки.
    ContentEventsRecordPayload {
        /// Сколько записей принято: все, что прислали. Есть ли такие материалы, ответ не говорит.
        accepted: i32
    }
}

/// Mutations of reach.
#[derive(Default)]
pub struct ReachMutation;

#[Object]
impl ReachMutation {
    /// Посчитать, что материалы открыли, дочитали и переслали. Доступно всем; кто спрашивает,
    /// не сохраняется. Повтор пачки ничего не меняет.
    async fn content_events_record(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Пачка.")] input: ContentEventsRecordInput,
    ) -> Option<Result<ContentEventsRecordPayload, Error>> {
        Some(record(context, input).await.map(Into::into))
    }
}

async fn record(
    context: &Context<'_>,
    input: ContentEventsRecordInput,
) -> Result<Done<i32>, Error> {
    let now = Now::of(context);
    let key = client_key("batchKey", &input.batch_key)?;
    let events = match read(input.events, moscow_date(now))? {
        Ok(events) => events,
        Err(errors) => return Ok(Err(errors)),
    };
    let accepted = i32::try_from(events.len()).unwrap_or(i32::MAX);
    let audience = context.data_unchecked::<Audience>();
    let database = context.data_unchecked::<Database>();
    count(database, audience, key, events, now).await?;
    Ok(Ok(accepted))
}

fn read(given: Vec<ContentEventInput>, today: NaiveDate) -> Result<Done<Vec<Event>>, Error> {
    if !fits(given.len()) {
        return Ok(Err(vec![ReachErrorCode::BatchSize.at("events")]));
    }
    let events = given
        .into_iter()
        .map(|event| event.read(today))
        .collect::<Result<Vec<Event>, Error>>()?;
    let faults: Vec<UserError> = (0..)
        .zip(&events)
        .filter_map(|(number, event)| fault_at(number, event, today))
        .collect();
    Ok(if faults.is_empty() {
        Ok(events)
    } else {
        Err(faults)
    })
}

fn fault_at(number: usize, event: &Event, today: NaiveDate) -> Option<UserError> {
    let (field, code) = fault_of(event, today)?;
    Some(code.at(&format!("events.{number}.{field}")))
}

impl ContentEventInput {
    fn read(self, today: NaiveDate) -> Result<Event, Error> {
        Ok(Event {
            content_id: content_id("input.events.content", &self.content)?,
            kind: self.kind,
            times: self.count.unwrap_or(1),
            day: self.day.map_or(today, |Date(day)| day),
        })
    }
}
