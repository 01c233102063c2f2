//! Closed lists that are stored as text, in the spelling that clients see.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $(#[sea_orm(string_value = $text)] #[serde(rename = $text)] $variant,)+
        }
    };
}

text_enum! {
    /// How a picture is encoded.
    ImageFormat { Png = "PNG", Jpeg = "JPEG", Webp = "WEBP" }
}

text_enum! {
    /// The twelve administrative okrugs of Moscow.
    Okrug {
        Cao = "CAO", Sao = "SAO", Svao = "SVAO", Vao = "VAO", Yuvao = "YUVAO", Yuao = "YUAO",
        Yuzao = "YUZAO", Zao = "ZAO", Szao = "SZAO", Zelao = "ZELAO", Nao = "NAO", Tao = "TAO",
    }
}

text_enum! {
    /// What an organisation is.
    OrganisationKind {
        Federation = "FEDERATION", MemberOrg = "MEMBER_ORG", Territorial = "TERRITORIAL",
        Primary = "PRIMARY", OkrugCouncil = "OKRUG_COUNCIL", YouthCouncil = "YOUTH_COUNCIL",
        TrainingCentre = "TRAINING_CENTRE", SportBase = "SPORT_BASE",
    }
}

text_enum! {
    /// What a piece of content is.
    ContentKind {
        NewsArticle = "NEWS_ARTICLE", Benefit = "BENEFIT", ServiceGuide = "SERVICE_GUIDE",
        OrganisationPage = "ORGANISATION_PAGE", Course = "COURSE",
    }
}

text_enum! {
    /// Where a piece of content is on its way; only `Published` is ever seen by readers.
    ContentState {
        Draft = "DRAFT", InReview = "IN_REVIEW", Scheduled = "SCHEDULED", Published = "PUBLISHED",
        Archived = "ARCHIVED", Withdrawn = "WITHDRAWN",
    }
}

text_enum! {
    /// How far a draft is.
    DraftState { Draft = "DRAFT", InReview = "IN_REVIEW", Scheduled = "SCHEDULED" }
}

text_enum! {
    /// What an article is.
    NewsKind {
        News = "NEWS", Announcement = "ANNOUNCEMENT", Interview = "INTERVIEW",
        Practice = "PRACTICE", Video = "VIDEO", Document = "DOCUMENT",
        CallToAction = "CALL_TO_ACTION",
    }
}

text_enum! {
    /// Who bears a benefit.
    BenefitProvider { Partner = "PARTNER", Union = "UNION", State = "STATE" }
}

text_enum! {
    /// In what a benefit consists.
    BenefitValueKind {
        Percent = "PERCENT", FixedRub = "FIXED_RUB", SpecialPrice = "SPECIAL_PRICE", Free = "FREE",
        Cashback = "CASHBACK", Grant = "GRANT", Service = "SERVICE",
    }
}

text_enum! {
    /// How a benefit is redeemed.
    RedemptionKind {
        ShowCard = "SHOW_CARD", PromoCode = "PROMO_CODE", UniqueCode = "UNIQUE_CODE",
        AffiliateLink = "AFFILIATE_LINK", Booking = "BOOKING", Application = "APPLICATION",
        Phone = "PHONE",
    }
}

text_enum! {
    /// The calendar period that a limit per member counts in.
    LimitPeriod { Day = "DAY", Month = "MONTH", Year = "YEAR" }
}

text_enum! {
    /// Where a service is asked for.
    ServicePortal {
        Gosuslugi = "GOSUSLUGI", MosRu = "MOS_RU", Fns = "FNS", Sfr = "SFR",
        OnlineInspection = "ONLINE_INSPECTION", Other = "OTHER",
    }
}

text_enum! {
    /// Which level of government answers for a service.
    ServiceLevel { Federal = "FEDERAL", Moscow = "MOSCOW" }
}

text_enum! {
    /// Whether an account may be used. Staff are shut out by their credential, and whoever is being
    /// erased may think it over until they are gone, so that there is one state only.
    AccountState { Active = "ACTIVE" }
}

text_enum! {
    /// What somebody may do, always within a scope (contract §5).
    Role {
        Member = "MEMBER", Activist = "ACTIVIST", Correspondent = "CORRESPONDENT",
        Editor = "EDITOR", Publisher = "PUBLISHER", MembershipOfficer = "MEMBERSHIP_OFFICER",
        OrganisationAdmin = "ORGANISATION_ADMIN", OkrugEditor = "OKRUG_EDITOR",
        Moderator = "MODERATOR", Analyst = "ANALYST", Auditor = "AUDITOR",
        FederationAdmin = "FEDERATION_ADMIN",
    }
}

text_enum! {
    /// Where a role holds.
    ScopeKind { Federation = "FEDERATION", Organisation = "ORGANISATION", Okrug = "OKRUG" }
}

text_enum! {
    /// Whose rules a session follows.
    SessionKind { Member = "MEMBER", Staff = "STAFF" }
}

text_enum! {
    /// By what somebody signed in.
    SignInMethod { Code = "CODE", Password = "PASSWORD" }
}

text_enum! {
    /// What a one-time token of staff is for.
    StaffTokenPurpose {
        Invitation = "INVITATION", PasswordReset = "PASSWORD_RESET",
    }
}

text_enum! {
    /// What a key of the service signs.
    KeyPurpose { Access = "ACCESS", Card = "CARD", Audit = "AUDIT" }
}

text_enum! {
    /// Whether a membership holds.
    MembershipStatus {
        Active = "ACTIVE", Suspended = "SUSPENDED", Expired = "EXPIRED", Revoked = "REVOKED",
    }
}

text_enum! {
    /// How the federation knows of a membership.
    MembershipSource { Roster = "ROSTER", Approval = "APPROVAL" }
}

text_enum! {
    /// Where a claim to membership is.
    ClaimState { Pending = "PENDING", Approved = "APPROVED", Rejected = "REJECTED" }
}

text_enum! {
    /// Where an uploaded roster is.
    ImportState {
        Reading = "READING", Staged = "STAGED", Applying = "APPLYING", Applied = "APPLIED",
        Refused = "REFUSED", Superseded = "SUPERSEDED",
    }
}

text_enum! {
    /// Where a copy of somebody's data is.
    ExportState { Preparing = "PREPARING", Ready = "READY", Failed = "FAILED" }
}

text_enum! {
    /// Where a report of a benefit that was not given is.
    BenefitReportState { New = "NEW", Confirmed = "CONFIRMED", Rejected = "REJECTED" }
}

text_enum! {
    /// What a webhook is told.
    WebhookEvent { ContentChanged = "CONTENT_CHANGED", Ping = "PING" }
}

text_enum! {
    /// Where a delivery to a webhook is.
    WebhookDeliveryState { Pending = "PENDING", Delivered = "DELIVERED", Dead = "DEAD" }
}

text_enum! {
    /// Why a delivery was not taken.
    WebhookFailure {
        AddressRefused = "ADDRESS_REFUSED", Unreachable = "UNREACHABLE", TimedOut = "TIMED_OUT",
        BadStatus = "BAD_STATUS", Gone = "GONE", SwitchedOff = "SWITCHED_OFF",
    }
}

text_enum! {
    /// Through whom a device is reached.
    PushProvider { Fcm = "FCM", Apns = "APNS", Rustore = "RUSTORE", WebPush = "WEB_PUSH" }
}

text_enum! {
    /// What an app runs on.
    PushPlatform { Android = "ANDROID", Ios = "IOS", Web = "WEB" }
}

text_enum! {
    /// What consent a campaign needs.
    PushCampaignKind { Service = "SERVICE", Promotional = "PROMOTIONAL" }
}

text_enum! {
    /// Where a campaign is.
    PushCampaignState {
        Draft = "DRAFT", AwaitingApproval = "AWAITING_APPROVAL", Scheduled = "SCHEDULED",
        Running = "RUNNING", Done = "DONE", Cancelled = "CANCELLED", Failed = "FAILED",
    }
}

text_enum! {
    /// How urgent a message is.
    PushPriority { Normal = "NORMAL", High = "HIGH" }
}

text_enum! {
    /// Whether anything of a chunk is left to do.
    PushChunkState { Waiting = "WAITING", Done = "DONE" }
}

text_enum! {
    /// How a delivery ended that was none.
    PushResultKind { Pruned = "PRUNED", Refused = "REFUSED", Expired = "EXPIRED" }
}

text_enum! {
    /// How an application for a service was made.
    ServiceReportChannel {
        Online = "ONLINE", Mfc = "MFC", InPerson = "IN_PERSON", Post = "POST", Phone = "PHONE",
    }
}

text_enum! {
    /// How it ended.
    ServiceOutcome {
        Completed = "COMPLETED", Partial = "PARTIAL", Refused = "REFUSED", Abandoned = "ABANDONED",
        TechFailure = "TECH_FAILURE", InProgress = "IN_PROGRESS",
    }
}

text_enum! {
    /// Why it was refused, as far as the refusal said.
    RefusalReason {
        MissingDocument = "MISSING_DOCUMENT", DataMismatch = "DATA_MISMATCH",
        NotEligible = "NOT_ELIGIBLE", Deadline = "DEADLINE", Technical = "TECHNICAL", Other = "OTHER",
    }
}

text_enum! {
    /// Who helped to apply.
    HelpedBy { Nobody = "NOBODY", Activist = "ACTIVIST", Relative = "RELATIVE", Mfc = "MFC" }
}

text_enum! {
    /// What a moderator made of a report.
    ReportModeration {
        New = "NEW", Accepted = "ACCEPTED", Rejected = "REJECTED", Duplicate = "DUPLICATE",
        Escalated = "ESCALATED",
    }
}

text_enum! {
    /// What a service's term is counted in.
    TermMeasure {
        WorkingDays = "WORKING_DAYS", CalendarDays = "CALENDAR_DAYS", Hours = "HOURS",
        Instant = "INSTANT",
    }
}

text_enum! {
    /// Why a guide has to be looked at.
    GuideConcernKind {
        Accuracy = "ACCURACY", Spike = "SPIKE", Unreachable = "UNREACHABLE", Moved = "MOVED",
        PageChanged = "PAGE_CHANGED", Feedback = "FEEDBACK",
    }
}

text_enum! {
    /// How that ended.
    GuideConcernEnd { Confirmed = "CONFIRMED", Dismissed = "DISMISSED", Passed = "PASSED" }
}

text_enum! {
    /// How a course is taught.
    CourseFormat {
        Onsite = "ONSITE", Online = "ONLINE", Hybrid = "HYBRID", SelfPaced = "SELF_PACED",
    }
}

text_enum! {
    /// Why a guide was of no use to somebody.
    GuideOpinionReason {
        Unclear = "UNCLEAR", Outdated = "OUTDATED", MissingStep = "MISSING_STEP",
        WrongLink = "WRONG_LINK", Other = "OTHER",
    }
}

text_enum! {
    /// What somebody has to know before a course.
    CourseLevel {
        Beginner = "BEGINNER", Intermediate = "INTERMEDIATE", Advanced = "ADVANCED",
    }
}

text_enum! {
    /// What the official page of a service answered.
    GuideProbeResult {
        Reached = "REACHED", Redirected = "REDIRECTED", Moved = "MOVED", NotFound = "NOT_FOUND",
        ServerError = "SERVER_ERROR", Unreachable = "UNREACHABLE",
        // The site serves no programs, and says so by a status or in its robots.txt.
        Denied = "DENIED", Disallowed = "DISALLOWED",
    }
}

text_enum! {
    /// What those who were at a session of a course get for it.
    CertificateKind {
        Nothing = "NONE", Participation = "PARTICIPATION", Completion = "COMPLETION",
    }
}

text_enum! {
    /// Whether a session of a course takes place.
    TrainingSessionState { Planned = "PLANNED", Cancelled = "CANCELLED" }
}

text_enum! {
    /// What became of a wish to be at a session.
    RegistrationState {
        Registered = "REGISTERED", Waitlisted = "WAITLISTED", Cancelled = "CANCELLED",
        Attended = "ATTENDED", NoShow = "NO_SHOW",
    }
}

text_enum! {
    /// For whom a recommendation is.
    RecommendationAudience { All = "ALL", Activists = "ACTIVISTS" }
}

text_enum! {
    /// What of a service's delivery a recommendation is to better: the codes of its metrics.
    RecommendationMetric {
        Cr = "CR", Dt = "DT", Fo = "FO", Csat = "CSAT", Mean = "MEAN", Tc = "TC", Ovr = "OVR",
        Rr = "RR", Ur = "UR", Tf = "TF", Xd = "XD", Eff = "EFF", Ga = "GA", Esc = "ESC", Idx = "IDX",
    }
}
