//! What a client has selected, so that a store joins only that.

use async_graphql::Context;

/// Looks ahead from a field to what is asked of its value.
pub struct Selection<'a> {
    context: &'a Context<'a>,
    is_list: bool,
}

impl<'a> Selection<'a> {
    /// Of a field that gives one object.
    #[must_use]
    pub const fn of_object(context: &'a Context<'a>) -> Self {
        Self {
            context,
            is_list: false,
        }
    }

    /// Of a field that gives a connection: what is asked of its items.
    #[must_use]
    pub const fn of_list(context: &'a Context<'a>) -> Self {
        Self {
            context,
            is_list: true,
        }
    }

    /// Whether that field is selected, by any fragment or alias.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        let ahead = self.context.look_ahead();
        if self.is_list {
            ahead.field("nodes").field(field).exists()
                || ahead.field("edges").field("node").field(field).exists()
        } else {
            ahead.field(field).exists()
        }
    }

    /// Whether any of these fields is selected.
    #[must_use]
    pub fn has_any(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.has(field))
    }
}
