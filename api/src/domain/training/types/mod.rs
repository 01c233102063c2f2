//! Training as clients see it.

mod certificate;
mod course;
mod errors;
mod participant;
mod registration;
mod session;

pub use certificate::{TrainingCertificate, TrainingCertificateCheck};
pub use course::{CertificateKind, Course, CourseFormat, CourseLevel};
pub use errors::TrainingErrorCode;
pub use participant::{TrainingFeedback, TrainingParticipant};
pub use registration::{RegistrationStatus, TrainingRegistration};
pub use session::TrainingSession;
