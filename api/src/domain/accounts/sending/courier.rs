//! Who carries messages: one way for phones, one for mailboxes, as the settings say.

use super::{email::Mailer, log, message::Text, sms::SmsGateway};
use crate::{domain::accounts::contact::Contact, infra::config::Settings};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The provider took it.
    Taken,
    /// The provider did not answer or is busy.
    TryAgain(&'static str),
    /// It will never be taken.
    Refused(&'static str),
}

/// The ways that are set up.
pub struct Couriers {
    mailer: Option<Mailer>,
    sms: Option<SmsGateway>,
    /// Development without a provider: messages go to the log.
    logs: bool,
}

impl Couriers {
    /// As the settings say.
    ///
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        Ok(Self {
            mailer: settings.smtp_url.as_ref().map(Mailer::new).transpose()?,
            sms: settings.sms_url.as_ref().map(SmsGateway::new).transpose()?,
            logs: !settings.is_production(),
        })
    }

    /// Hands a message over.
    pub async fn deliver(&self, contact: &Contact, text: &Text) -> Delivery {
        match (contact, &self.sms, &self.mailer) {
            (Contact::Phone(phone), Some(sms), _) => sms.deliver(phone, text).await,
            (Contact::Email(email), _, Some(mailer)) => mailer.deliver(email, text).await,
            _ if self.logs => log::deliver(contact, text),
            _ => Delivery::Refused("no provider is set up"),
        }
    }
}
