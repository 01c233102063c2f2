//! What every request carries for its resolvers.

use async_graphql::Request;

use crate::{
    domain::{
        accounts::Accounts,
        app_config::AppSettings,
        content::{PortalHost, resolve_audience},
        media::{MediaBase, MediaLibrary},
        privacy::CoolingOff,
        push::PushGateways,
    },
    infra::{
        auth::Viewer,
        clock::Clock,
        db::Database,
        error::Error,
        graphql::{Batches, Caller, Now},
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
    pub push_gateways: PushGateways,
}

/// A request with its viewer's data attached.
pub trait RequestData: Sized {
    /// Attaches the viewer, the sender, what they may see, the instant and a batcher of the request's own.
    ///
    /// # Errors
    /// When the viewer's audience can't be read.
    fn for_viewer(
        self,
        services: &Services,
        viewer: Viewer,
        caller: Caller,
    ) -> impl Future<Output = Result<Self, Error>> + Send;
}

impl RequestData for Request {
    async fn for_viewer(
        self,
        services: &Services,
        viewer: Viewer,
        caller: Caller,
    ) -> Result<Self, Error> {
        let audience = resolve_audience(services.database.reader(), &viewer).await?;
        let batches = Batches {
            database: services.database.clone(),
            audience: audience.clone(),
        };
        Ok(self
            .data(viewer)
            .data(caller)
            .data(services.accounts.clone())
            .data(audience)
            .data(batches.into_loader())
            .data(Now(services.clock.now()))
            .data(services.database.clone())
            .data(services.media_base.clone())
            .data(services.app_settings.clone())
            .data(services.portal_host.clone())
            .data(services.cooling_off)
            .data(services.push_gateways.clone()))
    }
}
