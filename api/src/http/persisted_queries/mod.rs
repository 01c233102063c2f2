//! Documents that clients name by their SHA-256: registered by anybody and forgotten some day (Apollo's
//! automatic persisted queries), or known from the app's build and trusted (Apollo's manifests).

mod manifest;
mod registered;

use std::{path::Path, sync::Arc};

use async_graphql::Variables;

use self::{manifest::Manifest, registered::Registered};
use super::{
    problem::Problem,
    request_gate::{Limits, RequestGate},
    request_parameters::RequestParameters,
};
use crate::infra::{
    auth::Viewer,
    config::{Settings, TrustedDocuments},
    digest::hex,
    error::ErrorCode,
    redis::Redis,
};

/// What Apollo's clients look for before they send the whole document.
const NOT_FOUND: &str = "PersistedQueryNotFound";

/// The documents that are known by name.
pub struct PersistedQueries {
    mode: TrustedDocuments,
    trusted: Manifest,
    registered: Registered,
}

impl PersistedQueries {
    /// Reads the manifests of the settings.
    ///
    /// # Errors
    /// One line that names the file, and the operation that could not run.
    pub fn open(
        settings: &Settings,
        gate: &RequestGate,
        redis: Option<Redis>,
    ) -> Result<Self, String> {
        let mut trusted = Manifest::default();
        for file in settings.trusted_documents_files() {
            trusted.read(Path::new(file))?;
        }
        trusted.check(|text| {
            gate.admit(text, None, &Variables::default(), &Limits::staff())
                .map(drop)
                .map_err(|refusal| refusal.message)
        })?;
        Ok(Self {
            mode: settings.trusted_documents,
            trusted,
            registered: Registered::new(redis),
        })
    }

    /// Refuses a document that nobody knows from a build, where only such are served. Staff's tools ask
    /// what they like.
    pub fn refuse_untrusted(&self, document: &[u8; 32], viewer: &Viewer) -> Result<(), Problem> {
        if self.mode == TrustedDocuments::Off || viewer.is_staff() || self.trusted.has(document) {
            return Ok(());
        }
        metrics::counter!("untrusted_documents_total").increment(1);
        match self.mode {
            TrustedDocuments::Enforce => Err(Problem::new(
                ErrorCode::BadUserInput,
                "Принимаются только запросы из сборки приложения. Обновите приложение.",
            )),
            TrustedDocuments::Log | TrustedDocuments::Off => {
                tracing::info!(document = hex(document), "an untrusted document");
                Ok(())
            }
        }
    }

    /// The text of a document: as sent, or by its name.
    pub async fn text(
        &self,
        parameters: &RequestParameters,
        document: &[u8; 32],
    ) -> Result<Arc<str>, Problem> {
        if let Some(text) = &parameters.query {
            return Ok(Arc::clone(text));
        }
        if let Some(text) = self.trusted.text(document) {
            return Ok(text);
        }
        match self.registered.find(document).await {
            Some(text) => Ok(text),
            None => Err(Problem::new(ErrorCode::PersistedQueryNotFound, NOT_FOUND)),
        }
    }

    /// Remembers a document that was sent with its name and that the gate has admitted.
    pub fn register(&self, parameters: &RequestParameters, document: &[u8; 32]) {
        if let (Some(text), Some(_)) = (&parameters.query, parameters.named_document) {
            self.registered.keep(document, text);
        }
    }
}
