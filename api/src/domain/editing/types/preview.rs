//! The link by which a draft is shown.

use async_graphql::SimpleObject;

use crate::{
    domain::editing::previewing::Ticket,
    infra::{
        graphql::{DateTime, Url},
        vault::Vault,
    },
};

/// Ссылка, по которой черновик показан таким, каким его увидят читатели. Открывается у всех, кому
/// её передали, без входа; с заголовком `Accept: application/json` отдаёт то же для портала.
#[derive(SimpleObject)]
pub struct PreviewLink {
    /// Адрес страницы.
    url: Url,
    /// До какого момента ссылка действует: час с момента выдачи.
    expires_at: DateTime,
}

impl PreviewLink {
    /// The link of a ticket, on the server of that address.
    #[must_use]
    pub fn of(ticket: &Ticket, vault: &Vault, base: &str) -> Self {
        Self {
            url: Url(format!("{base}/preview/{}", ticket.token(vault))),
            expires_at: DateTime(ticket.expires_at()),
        }
    }
}
