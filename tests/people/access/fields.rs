//! Who reaches what is guarded inside of an answer, by every way that a query leads there.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    domain::{
        benefits::Benefit,
        content::AudienceDefinition,
        guide_watch::{Concern, raise},
        guides::ServiceGuide,
        training::TrainingSession,
    },
    schema::{Visibility, visibility_of},
};
use entities::enums::GuideConcernKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    ACTORS, ALL, AUDITORS, EDITORS, MANAGERS, NUMBER, REFERENCE, REPORTS, ROSTER, SCHOOL, SENDERS,
    SERVICE_REPORTS, WRITERS, ask, letters, place, refusal, sign_everybody_in,
};
use crate::{
    on_both_databases,
    people::rosters::{csv, import},
    schema,
    support::{Answer, App, Person, builders},
};

/// Whoever has signed in, of themselves.
const OWN: &str = "N DD DDD D DD DD DD D";
/// The members, of themselves: what a suspended one keeps.
const MEMBERS: &str = "N DD NNN N NN NN NN N";
/// The member alone: of the others nothing is there.
const MEMBER: &str = "N DN NNN N NN NN NN N";
/// Who keeps the roster that the members are in; it is not there for who keeps another.
const THEIR_ROSTER: &str = "U FF FFF F DN DN FF D";
/// Who looks after the benefits of the organisation that offers these; who does of another finds none.
const THEIR_BENEFITS: &str = "U FF FFF D FF DN FF D";
/// Pictures that belong to no organisation: the whole federation's staff.
const DEMO_PICTURES: &str = "U FF NNN F FF NN FF D";
/// Who keeps the rosters of the whole union, of those who keep one.
const THEIR_UNION: &str = "U FF FFF F NN NN FF D";

/// Who writes for the organisation that a draft belongs to; who does for another finds none.
const THEIR_DRAFTS: &str = "U FF DDD F FF DN FF D";
/// Who edits for the federation, whose guide is to be checked; who does for others finds none.
const THEIR_GUIDES: &str = "U FF FNN F FF NN FF D";
/// Who edits for the organisation that content belongs to; who does for another finds none.
const THEIR_CONTENT: &str = "U FF FDD F FF DN FF D";
/// The correspondent, who began all the drafts there are.
const THE_AUTHOR: &str = "U FF DNN F FF NN FF N";
/// Who sends campaigns; to others who write there is nothing of them.
const SENDING_WRITERS: &str = "U FF NND F FF DD FF D";
/// Who sees to the federation's own content.
const THE_FEDERATION: &str = "U FF NNN F FF NN FF D";

/// `type, its fields, the way to it, what each actor gets`: **D**ata, **N**othing (it is not there for
/// them), **U**NAUTHENTICATED or **F**ORBIDDEN.
///
/// A row for every field that is declared personal and that a query leads to. What only mutations lead
/// to has their guard, and their row in `TABLE`. On the way the first of a list is taken.
const FIELDS: &[(&str, &str, &str, &str)] = &[
    // Asked first: whoever is at a draft is shown for a minute.
    (
        "DraftEditor",
        "isMe lastSeenAt name since",
        "draft(id: \"{draft}\") > ... on NewsArticleDraft > editors",
        THEIR_DRAFTS,
    ),
    (
        "Account",
        "createdAt email id name phone",
        "viewer > account",
        OWN,
    ),
    (
        "AccountErasure",
        "dueAt requestedAt",
        "viewer > erasure",
        MEMBER,
    ),
    (
        "AuditEntry",
        "action actor actorRole chain details happenedAt hash objectId objectType requestId seq",
        "auditLog(first: 1) > nodes",
        AUDITORS,
    ),
    (
        "AuditEntryConnection",
        "edges nodes pageInfo totalCount",
        "auditLog(first: 1)",
        AUDITORS,
    ),
    (
        "AuditEntryEdge",
        "cursor node",
        "auditLog(first: 1) > edges",
        AUDITORS,
    ),
    // Everybody is answered; the answer is about the one who asks.
    ("Benefit", "eligibility", "benefits(first: 1) > nodes", ALL),
    (
        "BenefitEligibility",
        "eligibleFrom reasons status",
        "benefits(first: 1) > nodes > eligibility",
        ALL,
    ),
    (
        "BenefitCodePool",
        "benefit benefitId benefitSlug benefitTitle isLow remaining total",
        "benefitCodePools(first: 1) > nodes",
        THEIR_BENEFITS,
    ),
    (
        "BenefitCodePoolConnection",
        "edges nodes pageInfo totalCount",
        "benefitCodePools(first: 1)",
        REPORTS,
    ),
    (
        "BenefitCodePoolEdge",
        "cursor node",
        "benefitCodePools(first: 1) > edges",
        THEIR_BENEFITS,
    ),
    (
        "BenefitReportForStaff",
        "benefitId benefitTitle comment createdAt decidedAt id outlet state",
        "benefitReports(first: 1) > nodes",
        THEIR_BENEFITS,
    ),
    (
        "BenefitReportForStaffConnection",
        "edges nodes pageInfo totalCount",
        "benefitReports(first: 1)",
        REPORTS,
    ),
    (
        "BenefitReportForStaffEdge",
        "cursor node",
        "benefitReports(first: 1) > edges",
        THEIR_BENEFITS,
    ),
    (
        "ClaimForOfficer",
        "claim claimedCardNumber claimedName maskedPhone",
        "membershipClaims(queue: ALL, first: 1) > nodes",
        THEIR_ROSTER,
    ),
    (
        "ClaimForOfficerConnection",
        "edges nodes pageInfo totalCount",
        "membershipClaims(queue: ALL, first: 1)",
        ROSTER,
    ),
    (
        "ClaimForOfficerEdge",
        "cursor node",
        "membershipClaims(queue: ALL, first: 1) > edges",
        THEIR_ROSTER,
    ),
    (
        "Consent",
        "decidedAt documentVersion isGranted isOfCurrentText purpose textHash",
        "viewer > consents",
        MEMBER,
    ),
    (
        "LiveCode",
        "code expiresAt",
        "viewer > memberships > card > liveCode",
        MEMBER,
    ),
    (
        "MediaAsset",
        "alt bytes credit id image isUsed organisation originalName uploadedAt version",
        "mediaAssets(first: 1) > nodes",
        DEMO_PICTURES,
    ),
    (
        "MediaAssetConnection",
        "edges nodes pageInfo totalCount",
        "mediaAssets(first: 1)",
        WRITERS,
    ),
    (
        "MediaAssetEdge",
        "cursor node",
        "mediaAssets(first: 1) > edges",
        DEMO_PICTURES,
    ),
    (
        "Member",
        "cardNumber hasAccount id maskedName memberSince organisation status statusReason updatedAt validThrough",
        "members(filter: { cardNumber: \"{number}\" }, first: 1) > nodes",
        THEIR_ROSTER,
    ),
    (
        "MemberConnection",
        "edges nodes pageInfo totalCount",
        "members(filter: { cardNumber: \"{number}\" }, first: 1)",
        ROSTER,
    ),
    (
        "MemberEdge",
        "cursor node",
        "members(filter: { cardNumber: \"{number}\" }, first: 1) > edges",
        THEIR_ROSTER,
    ),
    (
        "MemberImport",
        "added appliedAt bad createdAt good id lines organisation problems state unchanged updated",
        "memberImport(id: \"{import}\")",
        THEIR_UNION,
    ),
    (
        "MemberImportProblem",
        "code column line message",
        "memberImport(id: \"{import}\") > problems",
        THEIR_UNION,
    ),
    (
        "Membership",
        "card id isYouth issuer memberSince organisation status statusReason validThrough",
        "viewer > memberships",
        MEMBERS,
    ),
    (
        "Membership",
        "card id isYouth issuer memberSince organisation status statusReason validThrough",
        "viewer > primaryMembership",
        MEMBER,
    ),
    (
        "MembershipCard",
        "holderInitials holderName liveCode number pass passExpiresAt refreshAfter version",
        "viewer > memberships > card",
        MEMBER,
    ),
    (
        "MembershipCardCheck",
        "checkedAt holderInitials issuer valid",
        "membershipCardCheck(code: \"x\")",
        ALL,
    ),
    (
        "MembershipClaim",
        "createdAt decidedAt decisionReason id organisation state",
        "viewer > membershipClaims",
        MEMBERS,
    ),
    (
        "MembershipClaim",
        "createdAt decidedAt decisionReason id organisation state",
        "membershipClaims(queue: ALL, first: 1) > nodes > claim",
        THEIR_ROSTER,
    ),
    (
        "PersonalDataExport",
        "createdAt expiresAt id state url",
        "viewer > personalDataExports",
        MEMBER,
    ),
    (
        "Redemption",
        "benefit code id kind phone redeemedAt text url",
        "viewer > redemptions(first: 1) > nodes",
        MEMBER,
    ),
    (
        "RedemptionConnection",
        "edges nodes pageInfo totalCount",
        "viewer > redemptions(first: 1)",
        OWN,
    ),
    (
        "RedemptionEdge",
        "cursor node",
        "viewer > redemptions(first: 1) > edges",
        MEMBER,
    ),
    (
        "Redirect",
        "createdAt host id path permanent target",
        "redirects(first: 1) > nodes",
        REFERENCE,
    ),
    (
        "RedirectConnection",
        "edges nodes pageInfo totalCount",
        "redirects(first: 1)",
        REFERENCE,
    ),
    (
        "RedirectEdge",
        "cursor node",
        "redirects(first: 1) > edges",
        REFERENCE,
    ),
    ("RoleDescription", "permissions role", "roles", MANAGERS),
    (
        "RoleGrant",
        "endsAt grantedAt id isFederal okrug organisation role",
        "staff(first: 1) > nodes > grants",
        MANAGERS,
    ),
    (
        "SavedItem",
        "id item savedAt",
        "viewer > saved(first: 1) > nodes",
        MEMBERS,
    ),
    (
        "SavedItemConnection",
        "edges nodes pageInfo totalCount",
        "viewer > saved(first: 1)",
        OWN,
    ),
    (
        "SavedItemEdge",
        "cursor node",
        "viewer > saved(first: 1) > edges",
        MEMBERS,
    ),
    (
        "Session",
        "client createdAt deviceName expiresAt id idleUntil isCurrent lastSeenOn",
        "viewer > sessions",
        OWN,
    ),
    (
        "StaffMember",
        "accountId grants hasSecondFactor isDisabled maskedEmail name",
        "staff(first: 1) > nodes",
        MANAGERS,
    ),
    (
        "StaffMemberConnection",
        "edges nodes pageInfo totalCount",
        "staff(first: 1)",
        MANAGERS,
    ),
    (
        "StaffMemberEdge",
        "cursor node",
        "staff(first: 1) > edges",
        MANAGERS,
    ),
    (
        "Viewer",
        "account consents erasure inbox membershipClaims memberships personalDataExports primaryMembership pushDevices pushPreferences redemptions registrations saved serviceReports sessions",
        "viewer",
        OWN,
    ),
    (
        "ContentReachDay",
        "day opened pushOpened read shared",
        "contentReach(id: \"{benefit}\")",
        THEIR_CONTENT,
    ),
    (
        "Dashboard",
        "failingCampaigns freshness myDrafts openConcerns overdueGuides reach returnedToMe scheduled waitingForReview withdrawnLast30Days",
        "dashboard",
        WRITERS,
    ),
    (
        "DashboardConcerns",
        "nodes totalCount",
        "dashboard > openConcerns",
        WRITERS,
    ),
    (
        "DashboardDraft",
        "id kind organisation publishAt returnComment state title updatedAt",
        "dashboard > myDrafts > nodes",
        THE_AUTHOR,
    ),
    (
        "DashboardDrafts",
        "nodes totalCount",
        "dashboard > myDrafts",
        WRITERS,
    ),
    (
        "FailingCampaigns",
        "nodes totalCount",
        "dashboard > failingCampaigns",
        SENDING_WRITERS,
    ),
    (
        "OrganisationFreshness",
        "id isStale lastNewsAt newsLast30Days organisation",
        "dashboard > freshness",
        WRITERS,
    ),
    (
        "OverdueGuide",
        "daysOverdue id nextReviewAt organisation title",
        "dashboard > overdueGuides > nodes",
        THE_FEDERATION,
    ),
    (
        "OverdueGuides",
        "nodes totalCount",
        "dashboard > overdueGuides",
        WRITERS,
    ),
    (
        "PreviewLink",
        "expiresAt url",
        "previewLink(id: \"{draft}\")",
        THEIR_DRAFTS,
    ),
    (
        "ReachComparison",
        "last7Days previous7Days",
        "dashboard > reach",
        WRITERS,
    ),
    (
        "ReachSums",
        "opened pushOpened read shared",
        "dashboard > reach > last7Days",
        WRITERS,
    ),
    (
        "ContentRevision",
        "changeNote createdAt differences isCurrent number publishedAt title",
        "contentRevisions(id: \"{draft}\", first: 1) > nodes",
        THEIR_DRAFTS,
    ),
    (
        "ContentRevisionConnection",
        "edges nodes pageInfo totalCount",
        "contentRevisions(id: \"{draft}\", first: 1)",
        THEIR_DRAFTS,
    ),
    (
        "ContentRevisionEdge",
        "cursor node",
        "contentRevisions(id: \"{draft}\", first: 1) > edges",
        THEIR_DRAFTS,
    ),
    (
        "DraftAudience",
        "inheritDown okrugs organisationIds scope youthOnly",
        "draft(id: \"{draft}\") > ... on NewsArticleDraft > audience",
        THEIR_DRAFTS,
    ),
    (
        "DraftConnection",
        "edges nodes pageInfo totalCount",
        "drafts(first: 1)",
        WRITERS,
    ),
    (
        "DraftEdge",
        "cursor node",
        "drafts(first: 1) > edges",
        THEIR_DRAFTS,
    ),
    (
        "DraftProblem",
        "code field message",
        "draft(id: \"{draft}\") > ... on NewsArticleDraft > problems",
        THEIR_DRAFTS,
    ),
    (
        "FieldDifference",
        "after before field",
        "contentRevisions(id: \"{draft}\", first: 1) > nodes > differences",
        THEIR_DRAFTS,
    ),
    (
        "NewsArticleDraft",
        "audience body bodyHtml category correction cover createdAt editors firstPublishedAt headline id isPublished isUrgent kind lead okrugs organisation originallyPublishedAt pinnedUntil problems publishAt published relatedBenefits relatedGuides returnComment revision shareText slug sourceName sourceUrl state tags unpublishAt updatedAt version video withdrawalExplanation",
        "drafts(first: 1) > nodes > ... on NewsArticleDraft",
        THEIR_DRAFTS,
    ),
    (
        "BenefitDraft",
        "adMark audience category cover createdAt editors eligibility firstPublishedAt howToUse howToUseHtml id isPublished okrugs organisation outlets partner problems provider publishAt published redemption returnComment revision slug state summary terms termsHtml title unpublishAt updatedAt validFrom validThrough value version withdrawalExplanation",
        "draft(id: \"{benefitDraft}\") > ... on BenefitDraft",
        THEIR_DRAFTS,
    ),
    (
        "BenefitDraftAdMark",
        "advertiser token",
        "draft(id: \"{benefitDraft}\") > ... on BenefitDraft > adMark",
        THEIR_DRAFTS,
    ),
    (
        "BenefitDraftRedemption",
        "kind limitPerMember limitTotal period phone promoCode url",
        "draft(id: \"{benefitDraft}\") > ... on BenefitDraft > redemption",
        THEIR_DRAFTS,
    ),
    (
        "BenefitDraftValue",
        "amount basePrice kind percent upTo",
        "draft(id: \"{benefitDraft}\") > ... on BenefitDraft > value",
        THEIR_DRAFTS,
    ),
    (
        "GuideConcern",
        "closedAt closedAs details guide guideId guideTitle guideVersion id isOpen kind lastSeenAt openedAt organisation proposedAlert",
        "guideConcerns(first: 1) > nodes",
        THEIR_GUIDES,
    ),
    (
        "GuideConcernConnection",
        "edges nodes pageInfo totalCount",
        "guideConcerns(first: 1)",
        EDITORS,
    ),
    (
        "GuideConcernEdge",
        "cursor node",
        "guideConcerns(first: 1) > edges",
        THEIR_GUIDES,
    ),
    (
        "GuideOpinion",
        "comment day guide isUseful reason revision",
        "guideOpinions(first: 1) > nodes",
        THEIR_GUIDES,
    ),
    (
        "GuideOpinionConnection",
        "edges nodes pageInfo totalCount",
        "guideOpinions(first: 1)",
        EDITORS,
    ),
    (
        "GuideOpinionEdge",
        "cursor node",
        "guideOpinions(first: 1) > edges",
        THEIR_GUIDES,
    ),
    (
        "RecommendationDraft",
        "audience body bodyHtml createdAt guide id isPublished metric organisation publishedAt title updatedAt withdrawnAt",
        "recommendationDrafts(first: 1) > nodes",
        THEIR_CONTENT,
    ),
    (
        "RecommendationDraftConnection",
        "edges nodes pageInfo totalCount",
        "recommendationDrafts(first: 1)",
        EDITORS,
    ),
    (
        "RecommendationDraftEdge",
        "cursor node",
        "recommendationDrafts(first: 1) > edges",
        THEIR_CONTENT,
    ),
    (
        "GuideForReview",
        "guide isOverdue openConcerns version",
        "guidesDueForReview(first: 1) > nodes",
        THEIR_GUIDES,
    ),
    (
        "GuideForReviewConnection",
        "edges nodes pageInfo totalCount",
        "guidesDueForReview(first: 1)",
        EDITORS,
    ),
    (
        "GuideForReviewEdge",
        "cursor node",
        "guidesDueForReview(first: 1) > edges",
        THEIR_GUIDES,
    ),
    (
        "ServiceGuideDraft",
        "alert appeal audience authority category channels checkedAt checkedBy commonMistakes costs createdAt documentGroups editors externalServiceCode firstPublishedAt fraudWarning id isPublished legalBasis level lifeEvents nextReviewAt officialUrl openConcerns organisation portal prerequisites problems publishAt published queueMaxMinutes refusalGrounds registrationMaxMinutes relatedGuides results returnComment revision shortTitle slug sourceDate sourceNote state steps summary suspensionGrounds synonyms title unionHelp unpublishAt updatedAt version whoMayApply withdrawalExplanation",
        "draft(id: \"{guideDraft}\") > ... on ServiceGuideDraft",
        THEIR_DRAFTS,
    ),
    (
        "OrganisationPageDraft",
        "audience body bodyHtml createdAt editors firstPublishedAt id isPublished organisation position problems publishAt published returnComment revision slug state title unpublishAt updatedAt version withdrawalExplanation",
        "draft(id: \"{pageDraft}\") > ... on OrganisationPageDraft",
        THEIR_DRAFTS,
    ),
    (
        "CourseDraft",
        "audience body bodyHtml certificateKind createdAt editors firstPublishedAt format hours id isPublished level materials organisation problems programme provider publishAt published relatedGuides returnComment revision slug state summary title unpublishAt updatedAt version withdrawalExplanation",
        "draft(id: \"{courseDraft}\") > ... on CourseDraft",
        THEIR_DRAFTS,
    ),
    (
        "TrainingSession",
        "onlineUrl viewerRegistration",
        "trainingSessions(first: 1) > nodes",
        ALL,
    ),
    (
        "TrainingRegistrationConnection",
        "edges nodes pageInfo totalCount",
        "viewer > registrations(first: 1)",
        OWN,
    ),
    (
        "TrainingRegistrationEdge",
        "cursor node",
        "viewer > registrations(first: 1) > edges",
        MEMBER,
    ),
    (
        "TrainingRegistration",
        "cancelledAt certificate comment id promotedAt rating registeredAt session status waitingPosition",
        "viewer > registrations(first: 1) > nodes",
        MEMBER,
    ),
    (
        "TrainingCertificate",
        "checkUrl code courseTitle hours issuedOn number",
        "viewer > registrations(first: 1) > nodes > certificate",
        MEMBER,
    ),
    (
        "TrainingCertificateCheck",
        "course holderInitials hours issuedOn valid",
        "trainingCertificateCheck(code: \"x\")",
        ALL,
    ),
    (
        "TrainingParticipant",
        "certificateNumber id name registeredAt status",
        "trainingParticipants(session: \"{session}\", first: 1) > nodes",
        THEIR_TRAINING,
    ),
    (
        "TrainingParticipantConnection",
        "edges nodes pageInfo totalCount",
        "trainingParticipants(session: \"{session}\", first: 1)",
        THEIR_TRAINING,
    ),
    (
        "TrainingParticipantEdge",
        "cursor node",
        "trainingParticipants(session: \"{session}\", first: 1) > edges",
        THEIR_TRAINING,
    ),
    (
        "TrainingFeedback",
        "average comments count",
        "trainingFeedback(session: \"{session}\")",
        THEIR_TRAINING,
    ),
    (
        "Webhook",
        "createdAt description goneAt id isActive secretChangedAt updatedAt url",
        "webhooks(first: 1) > nodes",
        REFERENCE,
    ),
    (
        "WebhookConnection",
        "edges nodes pageInfo totalCount",
        "webhooks(first: 1)",
        REFERENCE,
    ),
    (
        "WebhookEdge",
        "cursor node",
        "webhooks(first: 1) > edges",
        REFERENCE,
    ),
    (
        "WebhookDelivery",
        "attempts createdAt event finishedAt fromSeq id lastFailure lastStatus nextAttemptAt state toSeq webhook",
        "webhookDeliveries(first: 1) > nodes",
        REFERENCE,
    ),
    (
        "WebhookDeliveryConnection",
        "edges nodes pageInfo totalCount",
        "webhookDeliveries(first: 1)",
        REFERENCE,
    ),
    (
        "WebhookDeliveryEdge",
        "cursor node",
        "webhookDeliveries(first: 1) > edges",
        REFERENCE,
    ),
    (
        "Inbox",
        "edges nodes pageInfo totalCount unreadCount",
        "viewer > inbox(first: 1)",
        OWN,
    ),
    (
        "InboxItem",
        "body createdAt id kind link readAt title",
        "viewer > inbox(first: 1) > nodes",
        OWN,
    ),
    (
        "InboxItemEdge",
        "cursor node",
        "viewer > inbox(first: 1) > edges",
        OWN,
    ),
    (
        "PushCampaign",
        "audience body byProvider createdAt expiresAt failure finishedAt id image isApproved isAutomatic kind link notBefore openedCount organisation priority progress reasons startedAt state title",
        "pushCampaigns(first: 1) > nodes",
        THEIR_CAMPAIGNS,
    ),
    (
        "PushCampaignAudience",
        "followersOf membersOnly okrugs organisations platforms topics youthOnly",
        "pushCampaigns(first: 1) > nodes > audience",
        THEIR_CAMPAIGNS,
    ),
    (
        "PushCampaignConnection",
        "edges nodes pageInfo totalCount",
        "pushCampaigns(first: 1)",
        SENDERS,
    ),
    (
        "PushCampaignEdge",
        "cursor node",
        "pushCampaigns(first: 1) > edges",
        THEIR_CAMPAIGNS,
    ),
    (
        "PushDevice",
        "appVersion deadAt deadReason id isRinging locale platform provider refreshedAt registeredAt timeZone",
        "viewer > pushDevices",
        MEMBER,
    ),
    (
        "PushOutcome",
        "at reason result",
        "pushOutcome(campaign: \"{campaign}\", device: \"{device}\")",
        THEIR_CAMPAIGNS,
    ),
    (
        "PushPreferences",
        "allowsPromotional allowsService dailyCap followedOrganisations quietHours topics",
        "viewer > pushPreferences",
        OWN,
    ),
    (
        "PushProgress",
        "delivered expired planned pruned refused skipped waiting",
        "pushCampaigns(first: 1) > nodes > progress",
        THEIR_CAMPAIGNS,
    ),
    (
        "PushProviderProgress",
        "progress provider",
        "pushCampaigns(first: 1) > nodes > byProvider",
        THEIR_CAMPAIGNS,
    ),
    (
        "PushQuietHours",
        "from to",
        "viewer > pushPreferences > quietHours",
        OWN,
    ),
    (
        "PushReasonCount",
        "count kind reason",
        "pushCampaigns(first: 1) > nodes > reasons",
        THEIR_CAMPAIGNS,
    ),
    (
        "ServiceReport",
        OWN_REPORT,
        "viewer > serviceReports(first: 1) > nodes",
        MEMBER,
    ),
    (
        "ServiceReportConnection",
        "edges nodes pageInfo totalCount",
        "viewer > serviceReports(first: 1)",
        OWN,
    ),
    (
        "ServiceReportEdge",
        "cursor node",
        "viewer > serviceReports(first: 1) > edges",
        MEMBER,
    ),
    (
        "ServiceReportEscalation",
        "addressee answer answerDueOn answeredAt escalatedAt isOverdue resolution resolvedAt",
        "viewer > serviceReports(first: 1) > nodes > escalation",
        MEMBER,
    ),
    (
        "ServiceReportForStaff",
        STAFFS_REPORT,
        "serviceReports(first: 1) > nodes",
        THEIR_SERVICE_REPORTS,
    ),
    (
        "ServiceReportForStaffConnection",
        "edges nodes pageInfo totalCount",
        "serviceReports(first: 1)",
        SERVICE_REPORTS,
    ),
    (
        "ServiceReportForStaffEdge",
        "cursor node",
        "serviceReports(first: 1) > edges",
        THEIR_SERVICE_REPORTS,
    ),
    (
        "ServiceReportRatings",
        "convenience forms information overall result speed",
        "viewer > serviceReports(first: 1) > nodes > ratings",
        MEMBER,
    ),
    (
        "ServiceReportRefusal",
        "isExplained reason",
        "viewer > serviceReports(first: 1) > nodes > refusal",
        MEMBER,
    ),
];

/// The fields of a report, and those that staff see besides.
const OWN_REPORT: &str = "channel comment createdAt escalation extraDocumentsAsked finishedOn fullyOnline guide guideMatched guideRevision helpedBy id isForAnother moderation officialTerm okrug onlineFirstAttempt outcome paidRub platform problems queueMinutes ratings refusal submittedOn termTaken termUnit updatedAt visits";
const STAFFS_REPORT: &str = "channel comment createdAt duplicateOf escalation extraDocumentsAsked finishedOn fullyOnline guide guideMatched guideRevision helpedBy id isForAnother moderatedAt moderation officialTerm okrug onlineFirstAttempt outcome paidRub platform problems queueMinutes ratings refusal submittedOn termTaken termUnit updatedAt version visits";
/// The guide is the federation's: whoever moderates for a union finds none.
const THEIR_SERVICE_REPORTS: &str = "U FF FFF N FF FF FF D";
/// A report of a refusal, which was taken on.
const REPORT_SERVICE: &str = r#"mutation { serviceReportSubmit(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", guide: "{guide}", channel: ONLINE, submittedOn: "2026-01-12", outcome: REFUSED, refusal: { isExplained: false } }) { report { id } userErrors { code } } }"#;
const TAKE_ON: &str = r#"mutation { serviceReportEscalate(input: { id: "{report}", version: 1, addressee: "Оператор", answerDueOn: "{today}" }) { userErrors { code } } }"#;

/// Who sends campaigns for the organisation of this one; who does for another finds none.
const THEIR_CAMPAIGNS: &str = "U FF FFD F FF DN FF D";

/// Who notes who came to a session of this organisation; who does for another finds none.
const THEIR_TRAINING: &str = "U FF FFF F FF DN FF D";

/// What a member leaves behind by using the product; both may save things, suspended or not.
const SAVE: &str =
    r#"mutation { savedItemAdd(input: { id: "{benefit}" }) { userErrors { code } } }"#;
const USE: [&str; 6] = [
    r#"mutation { contentEventsRecord(input: { batchKey: "00000000-0000-4000-8000-000000000000", events: [{ content: "{benefit}", kind: OPENED }] }) { userErrors { code } } }"#,
    r#"mutation { benefitRedeem(input: { benefitId: "{benefit}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
    r#"mutation { benefitNotHonouredReport(input: { benefitId: "{benefit}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
    r#"mutation { consentGrant(input: { purpose: "{purpose}", textHash: "{hash}" }) { userErrors { code } } }"#,
    "mutation { personalDataExport { userErrors { code } } }",
    "mutation { accountErase { userErrors { code } } }",
];
const AT_A_DRAFT: &str =
    r#"mutation { draftPresenceTouch(input: { id: "{draft}" }) { userErrors { code } } }"#;
const REDIRECT: &str = r#"mutation { redirectCreate(input: { host: "mtuf.ru", path: "/old", target: "/", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#;
/// To a name that nobody has.
const WEBHOOK: &str = r#"mutation { webhookCreate(input: { url: "https://hooks.example/", description: "Портал", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { webhook { id } userErrors { code } } }"#;
const PING: &str = r#"mutation { webhookTest(input: { id: "{webhook}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#;
const OPINION: &str = r#"mutation { guideFeedbackSubmit(input: { guide: "{guide}", isUseful: false, clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#;
const RECOMMENDATION: &str = r#"mutation { recommendationCreate(input: { organisation: "{school}", audience: ALL, title: "Совет", body: "Текст", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#;
/// A good line of a roster, and one with a fault.
const LINES: [&str; 2] = [
    "МГО 77;ppo-primer-shkola;Бесценный;Ян;;;2021-05-01;",
    "12#4567;ppo-primer-shkola;Решёткин;Глеб;;;14.02.2020;",
];

/// Lets there be one of everything that `FIELDS` leads to; returns what stands for `{…}` in its ways.
async fn use_everything(app: &App, people: &[Option<Person>]) -> [(&'static str, String); 11] {
    let person = |called: &str| people[place(called)].as_ref().expect("somebody");
    let public = AudienceDefinition::default();
    let benefit = builders::benefit(&app.database, "for-the-table", &public).await;
    let pooled = builders::benefit(&app.database, "with-codes", &public).await;
    builders::give_codes(&app.database, pooled).await;
    for offered in [benefit, pooled] {
        builders::hand_over(&app.database, offered, SCHOOL).await;
    }
    let texts = "{ appConfig(platform: WEB, version: \"1\") { consents { purpose textHash } } }";
    let texts = app.ask(texts).await;
    let text = &texts.data()["appConfig"]["consents"][0];
    let written = |key: &str| text[key].as_str().expect("a consent's text").to_owned();
    let filling = [
        ("{benefit}", Benefit::NODE.id(benefit).to_string()),
        ("{purpose}", written("purpose")),
        ("{hash}", written("textHash")),
    ];
    do_as(app, person("a suspended member"), SAVE, &filling).await;
    for mutation in [SAVE].iter().chain(&USE) {
        do_as(app, person("a member"), mutation, &filling).await;
    }
    let guide = builders::guide(&app.database, "to-be-checked", &public).await;
    builders::let_lapse(&app.database, guide, "mfp").await;
    let admin = person("an administrator of the federation");
    doubt(app, admin, guide).await;
    do_as(app, admin, REDIRECT, &[]).await;
    let webhook = app.ask_by(admin, WEBHOOK, json!({})).await;
    let webhook = &webhook.data()["webhookCreate"]["webhook"]["id"];
    let webhook = webhook.as_str().expect("a webhook").to_owned();
    do_as(app, admin, PING, &[("{webhook}", webhook)]).await;
    let (campaign, device) = ring_everybody(app, admin, person("a member")).await;
    // The inbox was waited for: the letter comes after it.
    report_service(app, admin, person("a member"), guide).await;
    let import = import(app, admin, csv(&LINES)).await;
    assert_eq!(import["bad"], 1, "{import:#}");
    let import = import["id"].as_str().expect("an id").to_owned();
    let writer = person("a correspondent");
    let marked = ", adMark: { advertiser: \"ООО\" }";
    let benefit_draft = begin_draft(app, writer, "benefit", marked).await;
    let page_draft = begin_draft(app, writer, "organisationPage", "").await;
    let guide_draft = begin_draft(app, writer, "serviceGuide", "").await;
    let course_draft = begin_draft(app, writer, "course", "").await;
    let session = attend(app, person("an administrator"), person("a member")).await;
    // The last that was begun is the first that is listed.
    let headed = ", headline: \"Собрание\"";
    let draft = begin_draft(app, writer, "newsArticle", headed).await;
    let open = [("{draft}", draft.clone())];
    do_as(app, writer, AT_A_DRAFT, &open).await;
    [
        ("{number}", NUMBER.to_owned()),
        ("{import}", import),
        ("{draft}", draft),
        ("{benefit}", Benefit::NODE.id(benefit).to_string()),
        ("{benefitDraft}", benefit_draft),
        ("{guideDraft}", guide_draft),
        ("{pageDraft}", page_draft),
        ("{courseDraft}", course_draft),
        ("{session}", session),
        ("{campaign}", campaign),
        ("{device}", device),
    ]
}

/// The member's report of a service, on its way to whoever answers for it.
async fn report_service(app: &App, admin: &Person, member: &Person, guide: Uuid) {
    crate::service_reports::consent(app, member, true).await;
    let guide = [("{guide}", ServiceGuide::NODE.id(guide).to_string())];
    let sent = app
        .ask_by(member, &fill(REPORT_SERVICE, &guide), json!({}))
        .await;
    let report = &sent.data()["serviceReportSubmit"]["report"]["id"];
    let filling = [
        ("{report}", report.as_str().expect("a report").to_owned()),
        ("{today}", crate::service_reports::ago(app, 0)),
    ];
    do_as(app, admin, TAKE_ON, &filling).await;
}

/// Lets somebody find no use in a guide, its editors hear of it, and the school recommend something.
async fn doubt(app: &App, admin: &Person, guide: Uuid) {
    let said = [("{guide}", ServiceGuide::NODE.id(guide).to_string())];
    do_as(app, admin, OPINION, &said).await;
    let concern = Concern {
        guide_id: guide,
        kind: GuideConcernKind::Feedback,
        details: "Не помогает".into(),
        proposed_alert: None,
    };
    raise(app.database.writer(), concern, app.now())
        .await
        .expect("a concern");
    let school = [("{school}", app.organisation_node(SCHOOL).await)];
    do_as(app, admin, RECOMMENDATION, &school).await;
}

/// The school's campaign to everybody, with somebody's device that it was planned for and could not
/// get to.
async fn ring_everybody(app: &App, admin: &Person, member: &Person) -> (String, String) {
    let consents = "{ appConfig(platform: WEB, version: \"1\") { consents { purpose textHash } } }";
    let consents = app.ask(consents).await;
    let consents = consents.data()["appConfig"]["consents"].as_array().cloned();
    let texts = consents.expect("texts");
    let text = texts
        .iter()
        .find(|text| text["purpose"] == "PUSH_SERVICE")
        .expect("a text");
    let grant = "mutation($hash: String!) { consentGrant(input: { purpose: \"PUSH_SERVICE\", textHash: $hash }) { userErrors { code } } }";
    app.ask_by(member, grant, json!({ "hash": text["textHash"] }))
        .await
        .data();
    let register = "mutation { pushDeviceRegister(input: { deviceId: \"00000000-0000-4000-8000-000000000001\", provider: FCM, token: \"token\", platform: ANDROID, appVersion: \"1\" }) { device { id } } }";
    let device = app.ask_by(member, register, json!({})).await;
    let device = &device.data()["pushDeviceRegister"]["device"]["id"];
    let create = "mutation($organisation: ID!) { pushCampaignCreate(input: { clientMutationKey: \"00000000-0000-4000-8000-000000000000\", organisation: $organisation, kind: SERVICE, title: \"Учение\", body: \"Проверка связи\", audience: {} }) { campaign { id } } }";
    let organisation = app.organisation_node(SCHOOL).await;
    let made = app
        .ask_by(admin, create, json!({ "organisation": organisation }))
        .await;
    let campaign = &made.data()["pushCampaignCreate"]["campaign"]["id"];
    let schedule =
        "mutation($id: ID!) { pushCampaignSchedule(input: { id: $id }) { userErrors { code } } }";
    app.ask_by(admin, schedule, json!({ "id": campaign }))
        .await
        .data();
    crate::push::wait_until(async || {
        let inbox = "{ viewer { inbox { totalCount } } }";
        let inbox = app.ask_by(member, inbox, json!({})).await;
        inbox.data()["viewer"]["inbox"]["totalCount"] == 1
    })
    .await;
    builders::note_refusal(&app.database).await;
    let text = |id: &Value| id.as_str().expect("an id").to_owned();
    (text(campaign), text(device))
}

/// A session of the school's that the member was at, and has a certificate of.
async fn attend(app: &App, keeper: &Person, member: &Person) -> String {
    let id = builders::session(&app.database, SCHOOL, |_| {}).await;
    let node = TrainingSession::NODE.id(id).to_string();
    let session = [("{session}", node.clone())];
    let register = r#"mutation { trainingRegister(input: { session: "{session}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { registration { id } } }"#;
    let answer = app
        .ask_by(member, &fill(register, &session), json!({}))
        .await;
    let registration = &answer.data()["trainingRegister"]["registration"]["id"];
    let registration = registration.as_str().expect("a registration").to_owned();
    builders::begin_session(&app.database, id).await;
    let came = [
        ("{session}", node.clone()),
        ("{registration}", registration),
    ];
    let mark = r#"mutation { trainingAttendanceMark(input: { session: "{session}", marks: [{ registration: "{registration}", attended: true }] }) { userErrors { code } } }"#;
    do_as(app, keeper, mark, &came).await;
    node
}

/// A draft of the school's, with nearly everything missing.
async fn begin_draft(app: &App, person: &Person, kind: &str, fields: &str) -> String {
    let query = format!(
        "mutation($organisation: ID!) {{ {kind}Create(input: {{ organisation: $organisation,
        clientMutationKey: \"{}\"{fields} }}) {{ draft {{ id }} }} }}",
        Uuid::new_v4()
    );
    let organisation = app.organisation_node(SCHOOL).await;
    let begun = app
        .ask_by(person, &query, json!({ "organisation": organisation }))
        .await;
    let id = &begun.data()[format!("{kind}Create")]["draft"]["id"];
    id.as_str().expect("a draft").to_owned()
}

/// Does something that must be allowed.
async fn do_as(app: &App, person: &Person, mutation: &str, filling: &[(&str, String)]) {
    let answer = app
        .ask_by(person, &fill(mutation, filling), json!({}))
        .await;
    let payloads = answer.data().as_object().expect("data");
    for payload in payloads.values() {
        assert_eq!(payload["userErrors"], json!([]), "{mutation}: {payload:#}");
    }
}

fn fill(text: &str, filling: &[(&str, String)]) -> String {
    filling.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(name, value)
    })
}

/// The fields of a type of the live schema, with the objects that each can give.
type Live = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The question for those fields at the end of a way.
fn question(live: &Live, of: &str, fields: &str, way: &str) -> String {
    let select = |field: &str| {
        if live[of][field].is_empty() {
            field.to_owned()
        } else {
            format!("{field} {{ __typename }}")
        }
    };
    let selected: Vec<String> = fields.split(' ').map(select).collect();
    let inside = |inner: String, step: &str| format!("{step} {{ {inner} }}");
    let outermost = way.rsplit(" > ").fold(selected.join(" "), inside);
    format!("{{ {outermost} }}")
}

/// What stands at the end of a way.
fn follow<'a>(data: &'a Value, way: &str) -> &'a Value {
    way.split(" > ").fold(data, |value, step| {
        if step.starts_with("...") {
            return value;
        }
        let name = step.split('(').next().expect("a name");
        match &value[name] {
            Value::Array(items) => items.first().unwrap_or(&Value::Null),
            value => value,
        }
    })
}

/// The letter of what somebody who was not refused finds at the end of a way.
fn seen(answer: &Answer, fields: &str, way: &str) -> char {
    let end = follow(&answer.body["data"], way);
    if fields.split(' ').all(|field| end.get(field).is_some()) {
        'D'
    } else if end.is_null() {
        'N'
    } else {
        '?'
    }
}

/// The objects that queries lead to, but for the root.
fn reached(live: &Live) -> BTreeSet<&str> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec!["Query"];
    while let Some(of) = waiting.pop() {
        for given in live[of].values().flatten() {
            if reached.insert(given.as_str()) {
                waiting.push(given);
            }
        }
    }
    reached
}

#[test]
fn every_personal_field_has_a_row() {
    let live = schema::objects();
    let mut known = BTreeSet::new();
    let mut ways = BTreeSet::new();
    for (of, fields, way, row) in FIELDS {
        assert!(ways.insert((of, way)), "{of} has two rows by {way}");
        assert_eq!(letters(row).count(), ACTORS.len(), "{of} by {way}");
        assert!(letters(row).all(|letter| "DNUF".contains(letter)));
        known.extend(fields.split(' ').map(|field| format!("{of}.{field}")));
    }
    let is_personal =
        |of: &str, field: &str| visibility_of(of, field) == Some(Visibility::Personal);
    let declared: BTreeSet<String> = reached(&live)
        .into_iter()
        .flat_map(|of| live[of].keys().map(move |field| (of, field)))
        .filter(|(of, field)| is_personal(of, field))
        .map(|(of, field)| format!("{of}.{field}"))
        .collect();
    let unknown: Vec<&String> = declared.difference(&known).collect();
    let gone: Vec<&String> = known.difference(&declared).collect();
    assert!(
        unknown.is_empty() && gone.is_empty(),
        "without a row: {unknown:?}; rows of nothing personal: {gone:?}"
    );
}

on_both_databases! {
    async fn everybody_reaches_what_the_table_says(app) {
        let live = schema::objects();
        let people = sign_everybody_in(&app).await;
        let filling = use_everything(&app, &people).await;
        let mut differences = Vec::new();
        for (of, fields, way, row) in FIELDS {
            let query = fill(&question(&live, of, fields, way), &filling);
            for ((person, (called, _)), expected) in people.iter().zip(ACTORS).zip(letters(row)) {
                let answer = ask(&app, person.as_ref(), &query).await;
                let found = refusal(&answer).unwrap_or_else(|| seen(&answer, fields, way));
                if found != expected {
                    differences.push(format!("{of} by {way}, {called}: {expected} expected, {found} found: {}", answer.body));
                }
            }
        }
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }
}
