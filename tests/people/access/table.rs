//! Every root field with what each kind of person gets of it.

use super::{
    ALL, AUDITORS, BY_PASSWORD, EDITORS, MANAGERS, PARTNERS, REFERENCE, REPORTS, ROSTER, SENDERS,
    SERVICE_REPORTS, SIGNED_IN, WRITERS,
};

/// `root field, operation, what each actor gets`: **D**ata, **U**NAUTHENTICATED or **F**ORBIDDEN. What
/// is about one thing names a thing that is not, `{id}`: the guard comes first, and what follows it is
/// a user error, which is data.
pub(super) const TABLE: &[(&str, &str, &str)] = &[
    (
        "Query.appConfig",
        r#"{ appConfig(platform: WEB, version: "1") { isSupported } }"#,
        ALL,
    ),
    (
        "Query.auditLog",
        "{ auditLog(first: 1) { nodes { action } } }",
        AUDITORS,
    ),
    ("Query.benefit", r#"{ benefit(slug: "x") { slug } }"#, ALL),
    (
        "Query.benefitCategories",
        "{ benefitCategories { slug } }",
        ALL,
    ),
    (
        "Query.benefitCodePools",
        "{ benefitCodePools(first: 1) { totalCount } }",
        REPORTS,
    ),
    (
        "Query.benefitReports",
        "{ benefitReports(first: 1) { totalCount } }",
        REPORTS,
    ),
    (
        "Query.contentReach",
        r#"{ contentReach(id: "{id}") { day } }"#,
        EDITORS,
    ),
    ("Query.dashboard", "{ dashboard { withdrawnLast30Days } }", WRITERS),
    (
        "Query.previewLink",
        r#"{ previewLink(id: "{id}") { url } }"#,
        WRITERS,
    ),
    (
        "Query.contentRevisions",
        r#"{ contentRevisions(id: "{id}", first: 1) { totalCount } }"#,
        WRITERS,
    ),
    (
        "Query.draft",
        r#"{ draft(id: "{id}") { __typename } }"#,
        WRITERS,
    ),
    ("Query.drafts", "{ drafts(first: 1) { totalCount } }", WRITERS),
    (
        "Query.guidesDueForReview",
        "{ guidesDueForReview(first: 1) { totalCount } }",
        EDITORS,
    ),
    (
        "Query.reviewQueue",
        "{ reviewQueue(first: 1) { totalCount } }",
        WRITERS,
    ),
    (
        "Query.benefits",
        "{ benefits(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    ("Query.changes", "{ changes(first: 1) { hasMore } }", ALL),
    ("Query.guide", r#"{ guide(slug: "x") { slug } }"#, ALL),
    ("Query.guideCategories", "{ guideCategories { slug } }", ALL),
    (
        "Query.guideConcerns",
        "{ guideConcerns(first: 1) { totalCount } }",
        EDITORS,
    ),
    (
        "Query.guideOpinions",
        "{ guideOpinions(first: 1) { totalCount } }",
        EDITORS,
    ),
    (
        "Query.guides",
        "{ guides(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    ("Query.lifeEvents", "{ lifeEvents { slug } }", ALL),
    (
        "Query.mediaAssets",
        "{ mediaAssets(first: 1) { totalCount nodes { id } } }",
        WRITERS,
    ),
    (
        "Query.memberImport",
        r#"{ memberImport(id: "{id}") { id } }"#,
        ROSTER,
    ),
    (
        "Query.members",
        "{ members(first: 1) { totalCount nodes { id } } }",
        ROSTER,
    ),
    (
        "Query.membershipCardCheck",
        r#"{ membershipCardCheck(code: "x") { valid } }"#,
        ALL,
    ),
    (
        "Query.membershipClaims",
        "{ membershipClaims(first: 1) { totalCount nodes { claim { id } } } }",
        ROSTER,
    ),
    (
        "Query.news",
        "{ news(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    ("Query.newsArchive", "{ newsArchive { year } }", ALL),
    (
        "Query.newsArticle",
        r#"{ newsArticle(slug: "x") { slug } }"#,
        ALL,
    ),
    ("Query.newsCategories", "{ newsCategories { slug } }", ALL),
    ("Query.node", r#"{ node(id: "{id}") { id } }"#, ALL),
    ("Query.nodes", r#"{ nodes(ids: ["{id}"]) { id } }"#, ALL),
    (
        "Query.organisation",
        r#"{ organisation(slug: "mfp") { slug } }"#,
        ALL,
    ),
    (
        "Query.organisations",
        "{ organisations(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    (
        "Query.outlets",
        "{ outlets(first: 1) { totalCount nodes { name } } }",
        ALL,
    ),
    (
        "Query.partners",
        "{ partners(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    (
        "Query.recommendationDrafts",
        "{ recommendationDrafts(first: 1) { totalCount } }",
        EDITORS,
    ),
    (
        "Query.recommendations",
        "{ recommendations(first: 1) { totalCount nodes { title } } }",
        ALL,
    ),
    ("Query.roles", "{ roles { role permissions } }", MANAGERS),
    (
        "Query.route",
        r#"{ route(host: "mtuf.ru", path: "/news/x") { __typename } }"#,
        ALL,
    ),
    (
        "Query.search",
        r#"{ search(query: "отпуск", first: 1) { nodes { __typename } } }"#,
        ALL,
    ),
    (
        "Query.searchSuggestions",
        r#"{ searchSuggestions(prefix: "отп") { text } }"#,
        ALL,
    ),
    (
        "Query.staff",
        "{ staff(first: 1) { totalCount nodes { accountId } } }",
        MANAGERS,
    ),
    (
        "Query.viewer",
        "{ viewer { account { id } sessions { id } memberships { id } primaryMembership { id }
            membershipClaims { id } consents { purpose } erasure { dueAt } personalDataExports { id } } }",
        ALL,
    ),
    (
        "Mutation.accountErase",
        "mutation { accountErase { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.accountEraseCancel",
        "mutation { accountEraseCancel { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.benefitNotHonouredReport",
        r#"mutation { benefitNotHonouredReport(input: { benefitId: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.benefitRedeem",
        r#"mutation { benefitRedeem(input: { benefitId: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.benefitReportConfirm",
        r#"mutation { benefitReportConfirm(input: { reportId: "{id}" }) { userErrors { code } } }"#,
        REPORTS,
    ),
    (
        "Mutation.benefitReportReject",
        r#"mutation { benefitReportReject(input: { reportId: "{id}" }) { userErrors { code } } }"#,
        REPORTS,
    ),
    (
        "Mutation.benefitResume",
        r#"mutation { benefitResume(input: { benefitId: "{id}" }) { userErrors { code } } }"#,
        REPORTS,
    ),
    (
        "Mutation.consentGrant",
        r#"mutation { consentGrant(input: { purpose: "x", textHash: "x" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.consentWithdraw",
        r#"mutation { consentWithdraw(input: { purpose: "x" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.contentEventsRecord",
        r#"mutation { contentEventsRecord(input: { batchKey: "00000000-0000-4000-8000-000000000000", events: [{ content: "{id}", kind: OPENED }] }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.contactChangeConfirm",
        r#"mutation { contactChangeConfirm(input: { challengeId: "{id}", code: "x" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.contactChangeRequest",
        r#"mutation { contactChangeRequest(input: { identifier: "x" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.draftPresenceEnd",
        r#"mutation { draftPresenceEnd(input: { id: "{id}" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.draftPresenceTouch",
        r#"mutation { draftPresenceTouch(input: { id: "{id}" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.guideConcernConfirm",
        r#"mutation { guideConcernConfirm(input: { id: "{id}", version: 1, alert: { until: "2030-01-01T00:00:00Z" } }) { userErrors { code } } }"#,
        EDITORS,
    ),
    (
        "Mutation.guideConcernDismiss",
        r#"mutation { guideConcernDismiss(input: { id: "{id}" }) { userErrors { code } } }"#,
        EDITORS,
    ),
    (
        "Mutation.guideFeedbackSubmit",
        r#"mutation { guideFeedbackSubmit(input: { guide: "{id}", isUseful: true, clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.mediaAssetDelete",
        r#"mutation { mediaAssetDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.mediaAssetUpdate",
        r#"mutation { mediaAssetUpdate(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.memberProfileUpdate",
        "mutation { memberProfileUpdate(input: {}) { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.memberImportApply",
        r#"mutation { memberImportApply(input: { id: "{id}" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipApprove",
        r#"mutation { membershipApprove(input: { claimId: "{id}" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipClaim",
        r#"mutation { membershipClaim(input: { organisation: "{id}", cardNumber: "", surname: "", givenName: "" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.membershipReject",
        r#"mutation { membershipReject(input: { claimId: "{id}", reason: "Нет" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipRestore",
        r#"mutation { membershipRestore(input: { membershipId: "{id}", reason: "Да" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipRevoke",
        r#"mutation { membershipRevoke(input: { membershipId: "{id}", reason: "Да" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipSuspend",
        r#"mutation { membershipSuspend(input: { membershipId: "{id}", reason: "Да" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.membershipTransfer",
        r#"mutation { membershipTransfer(input: { membershipId: "{id}", organisation: "{id}" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.personalDataExport",
        "mutation { personalDataExport { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.recommendationCreate",
        r#"mutation { recommendationCreate(input: { organisation: "{id}", audience: ALL, title: "x", body: "x", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        EDITORS,
    ),
    (
        "Mutation.recommendationPublish",
        r#"mutation { recommendationPublish(input: { id: "{id}" }) { userErrors { code } } }"#,
        EDITORS,
    ),
    (
        "Mutation.recommendationUpdate",
        r#"mutation { recommendationUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        EDITORS,
    ),
    (
        "Mutation.recommendationWithdraw",
        r#"mutation { recommendationWithdraw(input: { id: "{id}" }) { userErrors { code } } }"#,
        EDITORS,
    ),
    (
        "Mutation.roleGrant",
        r#"mutation { roleGrant(input: { accountId: "{id}", role: EDITOR, scope: { federation: true } }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.roleRevoke",
        r#"mutation { roleRevoke(input: { grantId: "{id}" }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.savedItemAdd",
        r#"mutation { savedItemAdd(input: { id: "{id}" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.savedItemRemove",
        r#"mutation { savedItemRemove(input: { id: "{id}" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.sessionEnd",
        r#"mutation { sessionEnd(input: { id: "{id}" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.sessionEndOthers",
        "mutation { sessionEndOthers { userErrors { code } } }",
        SIGNED_IN,
    ),
    (
        "Mutation.sessionRefresh",
        r#"mutation { sessionRefresh(input: { refreshToken: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.signInCodeConfirm",
        r#"mutation { signInCodeConfirm(input: { challengeId: "{id}", code: "0" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.signInCodeRequest",
        r#"mutation { signInCodeRequest(input: { identifier: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.signInUnlock",
        r#"mutation { signInUnlock(input: { identifier: "x" }) { userErrors { code } } }"#,
        ROSTER,
    ),
    (
        "Mutation.staffDisable",
        r#"mutation { staffDisable(input: { accountId: "{id}" }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.staffInvitationAccept",
        r#"mutation { staffInvitationAccept(input: { token: "x", password: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.staffInvite",
        r#"mutation { staffInvite(input: { email: "x", role: EDITOR, scope: { federation: true } }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.staffPasswordReset",
        r#"mutation { staffPasswordReset(input: { token: "x", password: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.staffPasswordResetRequest",
        r#"mutation { staffPasswordResetRequest(input: { email: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.staffSignIn",
        r#"mutation { staffSignIn(input: { email: "x", password: "x" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.stepUp",
        r#"mutation { stepUp(input: { code: "0" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.totpConfirm",
        r#"mutation { totpConfirm(input: { code: "0" }) { userErrors { code } } }"#,
        BY_PASSWORD,
    ),
    (
        "Mutation.totpEnrol",
        "mutation { totpEnrol { userErrors { code } } }",
        BY_PASSWORD,
    ),
    (
        "Mutation.serviceGuideSubmit",
        r#"mutation { serviceGuideSubmit(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideReturn",
        r#"mutation { serviceGuideReturn(input: { id: "{id}", version: 1, comment: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideDiscard",
        r#"mutation { serviceGuideDiscard(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuidePublish",
        r#"mutation { serviceGuidePublish(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideUnschedule",
        r#"mutation { serviceGuideUnschedule(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideWithdraw",
        r#"mutation { serviceGuideWithdraw(input: { id: "{id}", version: 1, explanation: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideArchive",
        r#"mutation { serviceGuideArchive(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideRestoreRevision",
        r#"mutation { serviceGuideRestoreRevision(input: { id: "{id}", version: 1, revision: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideUpdate",
        r#"mutation { serviceGuideUpdate(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideConfirmChecked",
        r#"mutation { serviceGuideConfirmChecked(input: { id: "{id}", version: 1, checkedBy: "x", nextReviewAt: "2030-01-01" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.serviceGuideCreate",
        r#"mutation { serviceGuideCreate(input: { organisation: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleSubmit",
        r#"mutation { newsArticleSubmit(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleReturn",
        r#"mutation { newsArticleReturn(input: { id: "{id}", version: 1, comment: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleDiscard",
        r#"mutation { newsArticleDiscard(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticlePublish",
        r#"mutation { newsArticlePublish(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleUnschedule",
        r#"mutation { newsArticleUnschedule(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleWithdraw",
        r#"mutation { newsArticleWithdraw(input: { id: "{id}", version: 1, explanation: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleArchive",
        r#"mutation { newsArticleArchive(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleRestoreRevision",
        r#"mutation { newsArticleRestoreRevision(input: { id: "{id}", version: 1, revision: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleUpdate",
        r#"mutation { newsArticleUpdate(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.newsArticleCreate",
        r#"mutation { newsArticleCreate(input: { organisation: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitSubmit",
        r#"mutation { benefitSubmit(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitReturn",
        r#"mutation { benefitReturn(input: { id: "{id}", version: 1, comment: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitDiscard",
        r#"mutation { benefitDiscard(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitPublish",
        r#"mutation { benefitPublish(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitUnschedule",
        r#"mutation { benefitUnschedule(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitWithdraw",
        r#"mutation { benefitWithdraw(input: { id: "{id}", version: 1, explanation: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitArchive",
        r#"mutation { benefitArchive(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitRestoreRevision",
        r#"mutation { benefitRestoreRevision(input: { id: "{id}", version: 1, revision: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitUpdate",
        r#"mutation { benefitUpdate(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.benefitCreate",
        r#"mutation { benefitCreate(input: { organisation: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageSubmit",
        r#"mutation { organisationPageSubmit(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageReturn",
        r#"mutation { organisationPageReturn(input: { id: "{id}", version: 1, comment: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageDiscard",
        r#"mutation { organisationPageDiscard(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPagePublish",
        r#"mutation { organisationPagePublish(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageUnschedule",
        r#"mutation { organisationPageUnschedule(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageWithdraw",
        r#"mutation { organisationPageWithdraw(input: { id: "{id}", version: 1, explanation: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageArchive",
        r#"mutation { organisationPageArchive(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageRestoreRevision",
        r#"mutation { organisationPageRestoreRevision(input: { id: "{id}", version: 1, revision: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageUpdate",
        r#"mutation { organisationPageUpdate(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.organisationPageCreate",
        r#"mutation { organisationPageCreate(input: { organisation: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseSubmit",
        r#"mutation { courseSubmit(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseReturn",
        r#"mutation { courseReturn(input: { id: "{id}", version: 1, comment: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseDiscard",
        r#"mutation { courseDiscard(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.coursePublish",
        r#"mutation { coursePublish(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseUnschedule",
        r#"mutation { courseUnschedule(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseWithdraw",
        r#"mutation { courseWithdraw(input: { id: "{id}", version: 1, explanation: "x" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseArchive",
        r#"mutation { courseArchive(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseRestoreRevision",
        r#"mutation { courseRestoreRevision(input: { id: "{id}", version: 1, revision: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseUpdate",
        r#"mutation { courseUpdate(input: { id: "{id}", version: 1 }) { userErrors { code } } }"#,
        WRITERS,
    ),
    (
        "Mutation.courseCreate",
        r#"mutation { courseCreate(input: { organisation: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        WRITERS,
    ),
    ("Query.course", r#"{ course(slug: "x") { slug } }"#, ALL),
    (
        "Query.courses",
        "{ courses(first: 1) { totalCount nodes { slug } } }",
        ALL,
    ),
    (
        "Query.trainingSessions",
        "{ trainingSessions(first: 1) { totalCount nodes { seats } } }",
        ALL,
    ),
    (
        "Query.trainingCertificateCheck",
        r#"{ trainingCertificateCheck(code: "x") { valid } }"#,
        ALL,
    ),
    (
        "Query.trainingParticipants",
        r#"{ trainingParticipants(session: "{id}", first: 1) { totalCount } }"#,
        MANAGERS,
    ),
    (
        "Query.trainingFeedback",
        r#"{ trainingFeedback(session: "{id}") { count } }"#,
        MANAGERS,
    ),
    (
        "Mutation.trainingRegister",
        r#"mutation { trainingRegister(input: { session: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.trainingCancel",
        r#"mutation { trainingCancel(input: { registration: "{id}" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.trainingFeedbackSubmit",
        r#"mutation { trainingFeedbackSubmit(input: { registration: "{id}", rating: 5 }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.trainingAttendanceMark",
        r#"mutation { trainingAttendanceMark(input: { session: "{id}", marks: [] }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.trainingSessionCreate",
        r#"mutation { trainingSessionCreate(input: { course: "{id}", organisation: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.trainingSessionUpdate",
        r#"mutation { trainingSessionUpdate(input: { id: "{id}", seats: 1 }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.trainingSessionCancel",
        r#"mutation { trainingSessionCancel(input: { id: "{id}", reason: "x" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.trainingSessionDelete",
        r#"mutation { trainingSessionDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Query.redirects",
        "{ redirects(first: 1) { totalCount nodes { id } } }",
        REFERENCE,
    ),
    (
        "Mutation.newsCategoryCreate",
        r#"mutation { newsCategoryCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", name: "" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.newsCategoryUpdate",
        r#"mutation { newsCategoryUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.newsCategoryDelete",
        r#"mutation { newsCategoryDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.benefitCategoryCreate",
        r#"mutation { benefitCategoryCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", name: "" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.benefitCategoryUpdate",
        r#"mutation { benefitCategoryUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.benefitCategoryDelete",
        r#"mutation { benefitCategoryDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.guideCategoryCreate",
        r#"mutation { guideCategoryCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", name: "" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.guideCategoryUpdate",
        r#"mutation { guideCategoryUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.guideCategoryDelete",
        r#"mutation { guideCategoryDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.lifeEventCreate",
        r#"mutation { lifeEventCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", title: "" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.lifeEventUpdate",
        r#"mutation { lifeEventUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.lifeEventDelete",
        r#"mutation { lifeEventDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.organisationCreate",
        r#"mutation { organisationCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", kind: PRIMARY }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.organisationUpdate",
        r#"mutation { organisationUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        MANAGERS,
    ),
    (
        "Mutation.organisationDelete",
        r#"mutation { organisationDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.partnerCreate",
        r#"mutation { partnerCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.partnerUpdate",
        r#"mutation { partnerUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.partnerDelete",
        r#"mutation { partnerDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.outletCreate",
        r#"mutation { outletCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", partner: "{id}" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.outletUpdate",
        r#"mutation { outletUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.outletDelete",
        r#"mutation { outletDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        PARTNERS,
    ),
    (
        "Mutation.redirectCreate",
        r#"mutation { redirectCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", host: "", path: "", target: "" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.redirectUpdate",
        r#"mutation { redirectUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.redirectDelete",
        r#"mutation { redirectDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    ("Query.webhooks", "{ webhooks(first: 1) { totalCount } }", REFERENCE),
    (
        "Query.webhookDeliveries",
        "{ webhookDeliveries(first: 1) { totalCount } }",
        REFERENCE,
    ),
    (
        "Mutation.webhookCreate",
        r#"mutation { webhookCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", url: "", description: "" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.webhookUpdate",
        r#"mutation { webhookUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.webhookDelete",
        r#"mutation { webhookDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.webhookRotateSecret",
        r#"mutation { webhookRotateSecret(input: { id: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.webhookTest",
        r#"mutation { webhookTest(input: { id: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.webhookDeliveryRetry",
        r#"mutation { webhookDeliveryRetry(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Query.serviceQuality",
        "{ serviceQuality { missingReports } }",
        ALL,
    ),
    (
        "Query.serviceQualityRanking",
        "{ serviceQualityRanking(first: 1) { totalCount } }",
        ALL,
    ),
    (
        "Query.pushTopics",
        r#"{ pushTopics { slug } }"#,
        ALL,
    ),
    (
        "Query.webPushPublicKey",
        r#"{ webPushPublicKey }"#,
        ALL,
    ),
    (
        "Query.pushOutcome",
        r#"{ pushOutcome(campaign: "{id}", device: "{id}") { result } }"#,
        SENDERS,
    ),
    (
        "Query.pushCampaigns",
        r#"{ pushCampaigns(first: 1) { totalCount } }"#,
        SENDERS,
    ),
    (
        "Mutation.pushDeviceRegister",
        r#"mutation { pushDeviceRegister(input: { deviceId: "00000000-0000-4000-8000-000000000000", provider: FCM, token: "", platform: ANDROID, appVersion: "1" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.pushDeviceRemove",
        r#"mutation { pushDeviceRemove(input: { deviceId: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.pushPreferencesUpdate",
        r#"mutation { pushPreferencesUpdate(input: { dailyCap: 0 }) { userErrors { code } } }"#,
        ALL,
    ),
    (
        "Mutation.inboxItemMarkRead",
        r#"mutation { inboxItemMarkRead(input: { id: "{id}" }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.inboxMarkAllRead",
        r#"mutation { inboxMarkAllRead { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.pushCampaignCreate",
        r#"mutation { pushCampaignCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", organisation: "{id}", kind: SERVICE, title: "", body: "", audience: {} }) { userErrors { code } } }"#,
        SENDERS,
    ),
    (
        "Mutation.pushCampaignPreview",
        r#"mutation { pushCampaignPreview(input: { id: "{id}" }) { userErrors { code } } }"#,
        SENDERS,
    ),
    (
        "Mutation.pushCampaignSchedule",
        r#"mutation { pushCampaignSchedule(input: { id: "{id}" }) { userErrors { code } } }"#,
        SENDERS,
    ),
    (
        "Mutation.pushCampaignApprove",
        r#"mutation { pushCampaignApprove(input: { id: "{id}" }) { userErrors { code } } }"#,
        SENDERS,
    ),
    (
        "Mutation.pushCampaignCancel",
        r#"mutation { pushCampaignCancel(input: { id: "{id}" }) { userErrors { code } } }"#,
        SENDERS,
    ),
    (
        "Mutation.pushCampaignTestSend",
        r#"mutation { pushCampaignTestSend(input: { id: "{id}", clientMutationKey: "00000000-0000-4000-8000-000000000000" }) { userErrors { code } } }"#,
        SENDERS,
    ),
    (
        "Mutation.pushTopicCreate",
        r#"mutation { pushTopicCreate(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", name: "" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.pushTopicUpdate",
        r#"mutation { pushTopicUpdate(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Mutation.pushTopicDelete",
        r#"mutation { pushTopicDelete(input: { id: "{id}" }) { userErrors { code } } }"#,
        REFERENCE,
    ),
    (
        "Query.serviceReports",
        "{ serviceReports(first: 1) { totalCount } }",
        SERVICE_REPORTS,
    ),
    (
        "Mutation.serviceReportSubmit",
        r#"mutation { serviceReportSubmit(input: { clientMutationKey: "00000000-0000-4000-8000-000000000000", guide: "{id}", channel: ONLINE, submittedOn: "2026-01-12", outcome: IN_PROGRESS }) { userErrors { code } } }"#,
        SIGNED_IN,
    ),
    (
        "Mutation.serviceReportModerate",
        r#"mutation { serviceReportModerate(input: { id: "{id}", version: 1, decision: ACCEPT }) { userErrors { code } } }"#,
        SERVICE_REPORTS,
    ),
    (
        "Mutation.serviceReportEscalate",
        r#"mutation { serviceReportEscalate(input: { id: "{id}", version: 1, addressee: "", answerDueOn: "2026-01-12" }) { userErrors { code } } }"#,
        SERVICE_REPORTS,
    ),
    (
        "Mutation.serviceReportAnswer",
        r#"mutation { serviceReportAnswer(input: { id: "{id}", version: 1, answer: "" }) { userErrors { code } } }"#,
        SERVICE_REPORTS,
    ),
    (
        "Mutation.serviceReportResolve",
        r#"mutation { serviceReportResolve(input: { id: "{id}", version: 1, resolution: "" }) { userErrors { code } } }"#,
        SERVICE_REPORTS,
    ),
];

/// The same of arguments that are guarded by themselves: `root field(argument), operation, what each
/// actor gets`.
pub(super) const ARGUMENTS: &[(&str, &str, &str)] = &[
    // Of those who have signed in, only somebody whose membership holds can be eligible.
    (
        "Query.benefits(filter.eligibleForMe)",
        "{ benefits(filter: { eligibleForMe: true }, first: 1) { totalCount } }",
        "U DF FFF F FF FF FF F",
    ),
    (
        "Query.benefits(filter.unusedByMe)",
        "{ benefits(filter: { unusedByMe: true }, first: 1) { totalCount } }",
        SIGNED_IN,
    ),
];
