//! The GraphQL schema: the domains' roots merged, with the fields that belong to no one domain.

mod freshness;
mod node;
mod request;
mod route;
mod viewer;
mod visibility;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions};
pub use freshness::{CACHE_TAGS, declared_freshness, tags_of};
pub use request::{Asker, RequestData, Services};
pub use visibility::{Visibility, declared_visibility, visibility_of};

use crate::domain::{
    accounts::{AccountErrorCode, AccountMutation, StaffQuery},
    app_config::AppConfigQuery,
    audit_log::AuditLogQuery,
    benefit_use::{BenefitUseErrorCode, BenefitUseMutation, BenefitUseQuery},
    benefits::BenefitQuery,
    dashboard::DashboardQuery,
    editing::{EditingErrorCode, EditingMutation, EditingQuery},
    guide_watch::{GuideWatchErrorCode, GuideWatchMutation, GuideWatchQuery},
    guides::{GuideQuery, RecommendationQuery},
    media_desk::{MediaErrorCode, MediaMutation, MediaQuery},
    membership::{MembershipErrorCode, MembershipMutation, MembershipQuery},
    news::NewsQuery,
    organisations::OrganisationQuery,
    privacy::{PrivacyErrorCode, PrivacyMutation},
    push::{PushErrorCode, PushMutation, PushQuery},
    reach::{ReachErrorCode, ReachMutation, ReachQuery},
    reference::{ReferenceErrorCode, ReferenceMutation, ReferenceQuery},
    search::SearchQuery,
    service_quality::ServiceQualityQuery,
    service_reports::{ServiceReportErrorCode, ServiceReportMutation, ServiceReportQuery},
    sync::SyncQuery,
    training::{TrainingErrorCode, TrainingMutation, TrainingQuery},
    webhooks::{WebhookErrorCode, WebhookMutation, WebhookQuery},
};

/// Все вопросы, которые можно задать.
#[derive(Default, MergedObject)]
pub struct Query(
    NewsQuery,
    BenefitQuery,
    GuideQuery,
    RecommendationQuery,
    OrganisationQuery,
    AppConfigQuery,
    SearchQuery,
    SyncQuery,
    node::NodeQuery,
    route::RouteQuery,
    viewer::ViewerQuery,
    MembershipQuery,
    StaffQuery,
    BenefitUseQuery,
    AuditLogQuery,
    EditingQuery,
    GuideWatchQuery,
    MediaQuery,
    ReachQuery,
    DashboardQuery,
    ReferenceQuery,
    PushQuery,
    ServiceQualityQuery,
    TrainingQuery,
    WebhookQuery,
    ServiceReportQuery,
);

/// Всё, что можно изменить.
#[derive(Default, MergedObject)]
pub struct Mutation(
    AccountMutation,
    MembershipMutation,
    PrivacyMutation,
    BenefitUseMutation,
    EditingMutation,
    GuideWatchMutation,
    MediaMutation,
    ReachMutation,
    ReferenceMutation,
    PushMutation,
    TrainingMutation,
    WebhookMutation,
    ServiceReportMutation,
);

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema. It touches neither database nor network, so that `mfp-api schema` needs none.
///
/// Limits are not set here: the request gate has applied them before anything reaches the schema.
#[must_use]
pub fn build(introspection: bool) -> Schema {
    let builder = Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<node::Node>()
        .register_output_type::<AccountErrorCode>()
        .register_output_type::<MembershipErrorCode>()
        .register_output_type::<PrivacyErrorCode>()
        .register_output_type::<BenefitUseErrorCode>()
        .register_output_type::<EditingErrorCode>()
        .register_output_type::<GuideWatchErrorCode>()
        .register_output_type::<MediaErrorCode>()
        .register_output_type::<ReachErrorCode>()
        .register_output_type::<ReferenceErrorCode>()
        .register_output_type::<PushErrorCode>()
        .register_output_type::<TrainingErrorCode>()
        .register_output_type::<ServiceReportErrorCode>()
        .register_output_type::<WebhookErrorCode>();
    if introspection {
        builder.finish()
    } else {
        builder
            .disable_introspection()
            .disable_suggestions()
            .finish()
    }
}

/// The schema's definition, sorted, as `schema.graphql` holds it.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    build(true).sdl_with_options(options)
}
