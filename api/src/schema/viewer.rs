//! The root field `viewer`: what somebody who has signed in sees of themselves, put together from
//! the domains' parts.

use async_graphql::{Context, MergedObject, Object};

use crate::{
    domain::{
        accounts::ViewerAccount, benefit_use::ViewerBenefitUse, membership::ViewerMembership,
        privacy::ViewerPrivacy, push::ViewerPush, service_reports::ViewerServiceReports,
        training::ViewerTraining,
    },
    infra::auth,
};

/// Тот, кто спрашивает.
#[derive(Default, MergedObject)]
pub struct Viewer(
    ViewerAccount,
    ViewerMembership,
    ViewerPrivacy,
    ViewerBenefitUse,
    ViewerPush,
    ViewerTraining,
    ViewerServiceReports,
);

/// The root field of the viewer.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Тот, кто спрашивает; нет — никто не вошёл.
    async fn viewer(&self, context: &Context<'_>) -> Option<Viewer> {
        context
            .data_unchecked::<auth::Viewer>()
            .signed_in()
            .map(|_| Viewer::default())
    }
}
