//! Gathering what is wrong with what staff sent, so that all of it is told at once.

use super::{rules, types::ReferenceErrorCode};
use crate::{
    domain::{accounts::contact::Email, content::is_slug},
    infra::graphql::{Stop, UserErrorCode, is_web_address},
};

/// Characters of an address of a page, as the tables hold it.
pub const LONGEST_URL: usize = 500;

/// What is wrong, field by field; a field is a path within the input.
#[derive(Debug, Default)]
pub struct Problems(Vec<(String, ReferenceErrorCode)>);

impl Problems {
    /// Notes a problem.
    pub fn add(&mut self, field: &str, code: ReferenceErrorCode) {
        self.0.push((field.to_owned(), code));
    }

    /// The same, if it is one.
    pub fn add_if(&mut self, is_wrong: bool, field: &str, code: ReferenceErrorCode) {
        if is_wrong {
            self.add(field, code);
        }
    }

    /// A text that must be there and fit its column, in characters.
    pub fn text(&mut self, field: &str, text: &str, longest: usize) {
        self.add_if(text.is_empty(), field, ReferenceErrorCode::Missing);
        self.length(field, Some(text), longest);
    }

    /// A text that need not be there, but must fit.
    pub fn length(&mut self, field: &str, text: Option<&str>, longest: usize) {
        let Some(text) = text else { return };
        let is_long = text.chars().count() > longest;
        self.add_if(is_long, field, ReferenceErrorCode::TooLong);
        // What PostgreSQL can't hold.
        let is_bad = text.contains('\0');
        self.add_if(is_bad, field, ReferenceErrorCode::BadCharacter);
    }

    /// A slug that must be there; the answer is whether it is one, and so may be taken. A name without a
    /// letter gives none.
    pub fn slug(&mut self, slug: &str) -> bool {
        let is_fit = is_slug(slug);
        let code = match slug.is_empty() {
            true => ReferenceErrorCode::Missing,
            false => ReferenceErrorCode::NotASlug,
        };
        self.add_if(!is_fit, "slug", code);
        is_fit
    }

    /// An address that need not be there, but must be one that a browser opens.
    pub fn url(&mut self, field: &str, url: Option<&str>) {
        let Some(text) = url else { return };
        let is_none = !is_web_address(text);
        self.add_if(is_none, field, ReferenceErrorCode::NotAUrl);
        self.length(field, url, LONGEST_URL);
    }

    /// The same of an e-mail.
    pub fn email(&mut self, field: &str, email: Option<&str>) {
        let is_none = email.is_some_and(|email| Email::parse(email).is_err());
        self.add_if(is_none, field, ReferenceErrorCode::NotAnEmail);
        self.length(field, email, 200);
    }

    /// The same of a phone, already written as E.164 where it could be.
    pub fn phone(&mut self, field: &str, phone: Option<&str>) {
        let is_none = phone.is_some_and(|phone| !rules::is_phone(phone));
        self.add_if(is_none, field, ReferenceErrorCode::NotAPhone);
    }

    /// Keeps only what is about these fields: what stood before is nobody's fault now.
    pub fn keep(&mut self, fields: &[String]) {
        self.0.retain(|(field, _)| {
            let first = field.split('.').next().unwrap_or_default();
            fields.iter().any(|name| name == first)
        });
    }

    /// What is wrong, for a report about a line.
    pub fn into_faults(self) -> Vec<(String, ReferenceErrorCode)> {
        self.0
    }

    /// Goes on only where nothing is wrong.
    ///
    /// # Errors
    /// [`Stop::Refused`] with everything.
    pub fn settle(self) -> Result<(), Stop> {
        if self.0.is_empty() {
            return Ok(());
        }
        let errors = self.0.into_iter().map(|(field, code)| code.at(&field));
        Err(Stop::Refused(errors.collect()))
    }
}
