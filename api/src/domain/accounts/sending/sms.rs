//! SMS by whatever HTTP gateway the federation has a contract with: its request is a template.

use std::time::Duration;

use super::{courier::Delivery, message::Text};
use crate::{domain::accounts::contact::Phone, infra::config::SmsUrl};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends by a GET or POST of an address with `{phone}` and `{text}` in its query.
pub struct SmsGateway {
    client: reqwest::Client,
    template: SmsUrl,
}

impl SmsGateway {
    /// # Errors
    /// When the client can't be made.
    pub fn new(template: &SmsUrl) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| "setting MFP_SMS_URL: no HTTP client".to_owned())?;
        Ok(Self {
            client,
            template: template.clone(),
        })
    }

    /// Hands one message to the gateway.
    pub async fn deliver(&self, to: &Phone, text: &Text) -> Delivery {
        let url = self.template.filled(to.as_str(), &text.body);
        match self.client.post(url).send().await {
            Ok(response) if response.status().is_success() => Delivery::Taken,
            Ok(response) if response.status().is_client_error() && response.status() != 429 => {
                Delivery::Refused("the gateway refuses it")
            }
            _ => Delivery::TryAgain("the gateway does not take it"),
        }
    }
}
