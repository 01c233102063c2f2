//! Saying that what readers see of a guide still holds.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::GuideDocument;
use crate::{
    domain::editing::{lifecycle::Amendment, patch::filled},
    infra::error::Error,
};

/// Who says so, when, and until when it is good.
#[derive(Clone, Debug)]
pub struct Confirmation {
    pub checked_by: String,
    pub checked_at: DateTime<Utc>,
    pub next_review_at: NaiveDate,
}

impl Amendment for Confirmation {
    const ACTION: &'static str = "content.confirm_checked";

    fn is_made(&self, document: &Value) -> Result<bool, Error> {
        let document = GuideDocument::deserialize(document)?;
        Ok(document.checked_by == filled(Some(self.checked_by.clone()))
            && document.next_review_at == Some(self.next_review_at))
    }

    fn make(&self, document: Value) -> Result<Value, Error> {
        let mut document: GuideDocument = serde_json::from_value(document)?;
        document.checked_by = filled(Some(self.checked_by.clone()));
        document.checked_at = Some(self.checked_at);
        document.next_review_at = Some(self.next_review_at);
        Ok(serde_json::to_value(document)?)
    }
}
