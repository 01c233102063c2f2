//! E-mail by SMTP.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

use super::{courier::Delivery, message::Text};
use crate::{domain::accounts::contact::Email, infra::config::SmtpUrl};

/// Sends by one SMTP server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// # Errors
    /// When the address of the server or of the sender does not read.
    pub fn new(settings: &SmtpUrl) -> Result<Self, String> {
        let refused = |what: &str| format!("setting MFP_SMTP_URL: {what}");
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.reveal())
            .map_err(|_| refused("expected smtps://user:password@host?from=name@host"))?
            .timeout(Some(std::time::Duration::from_secs(10)))
            .build();
        let from = settings
            .from()
            .and_then(|from| from.parse().ok())
            .ok_or_else(|| refused("lacks the sender, as ?from=name@host"))?;
        Ok(Self { transport, from })
    }

    /// Hands one message to the server.
    pub async fn deliver(&self, to: &Email, text: &Text) -> Delivery {
        let Ok(to) = to.as_str().parse::<Mailbox>() else {
            return Delivery::Refused("the address is not one");
        };
        let built = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(text.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text.body.clone());
        let Ok(message) = built else {
            return Delivery::Refused("the message can't be written");
        };
        match self.transport.send(message).await {
            Ok(_) => Delivery::Taken,
            Err(error) if error.is_permanent() => Delivery::Refused("the server refuses it"),
            Err(_) => Delivery::TryAgain("the server does not take it"),
        }
    }
}
