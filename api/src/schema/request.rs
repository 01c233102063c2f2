//! What every request carries for its resolvers.

use async_graphql::Request;

use crate::{
    domain::{
        accounts::Accounts,
        app_config::AppSettings,
        content::{Audiences, PortalHost},
        guides::SeenPassports,
        media::{MediaBase, MediaLibrary},
        privacy::CoolingOff,
        push::PushGateways,
        service_reports::ReportLimits,
    },
    infra::{
        auth::{Audience, Viewer},
        cache::{Generations, RowCache},
        clock::Clock,
        db::Database,
        error::Error,
        graphql::{Batches, Caller, Now, Recall, Standing},
        outbound::Outbound,
    },
};

/// What the process has for its requests.
#[derive(Clone, Debug)]
pub struct Services {
    pub accounts: Accounts,
    pub database: Database,
    pub clock: Clock,
    pub media_base: MediaBase,
    pub media_library: MediaLibrary,
    pub app_settings: AppSettings,
    pub portal_host: PortalHost,
    pub cooling_off: CoolingOff,
    pub audiences: Audiences,
    /// What this process knows of the cache tags.
    pub generations: Generations,
    /// Rows that are kept, unless the settings leave them no place.
    pub rows: Option<RowCache>,
    pub outbound: Outbound,
    pub push_gateways: PushGateways,
    pub report_limits: ReportLimits,
    pub seen_passports: SeenPassports,
}

impl Services {
    /// What that viewer may see.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn audience_of(&self, viewer: &Viewer) -> Result<Audience, Error> {
        self.audiences
            .of(viewer, &self.database, &self.generations)
            .await
    }
}

/// Who asks, from where, and what is gathered about the answer.
pub struct Asker {
    pub viewer: Viewer,
    /// What they may see, as [`Services::audience_of`] says.
    pub audience: Audience,
    pub caller: Caller,
    pub standing: Standing,
    /// Whether the request changes something.
    pub changes: bool,
}

/// A request with its asker's data attached.
pub trait RequestData: Sized {
    /// Attaches the asker, the instant and a batcher of the request's own.
    #[must_use]
    fn asked_by(self, asker: Asker, services: &Services) -> Self;
}

impl RequestData for Request {
    fn asked_by(self, asker: Asker, services: &Services) -> Self {
        let batches = Batches {
            database: services.database.clone(),
            audience: asker.audience.clone(),
        };
        let rows = services.rows.clone().filter(|_| !asker.changes);
        self.data(Recall::new(rows, &asker.audience))
            .data(asker.viewer)
            .data(asker.audience)
            .data(asker.caller)
            .data(asker.standing)
            .data(services.accounts.clone())
            .data(batches.into_loader())
            .data(Now(services.clock.now()))
            .data(services.database.clone())
            .data(services.media_base.clone())
            .data(services.app_settings.clone())
            .data(services.portal_host.clone())
            .data(services.cooling_off)
            .data(services.outbound.clone())
            .data(services.push_gateways.clone())
            .data(services.report_limits)
            .data(services.seen_passports.clone())
    }
}
