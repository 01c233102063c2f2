//! Answers that a provider can be told to give, in its own words.

use serde_json::{Value, json};

/// One answer.
#[derive(Clone, Debug)]
pub enum Answer {
    Say {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// The connection breaks, and the message was not taken.
    HangUp,
    /// The connection breaks after the message was taken.
    TakeAndHangUp,
}

impl Answer {
    pub fn plain(status: u16) -> Self {
        Self::Say {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub fn json(status: u16, body: &Value) -> Self {
        Self::Say {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.to_string(),
        }
    }

    /// A page of some other server.
    pub fn page(status: u16) -> Self {
        Self::Say {
            status,
            headers: vec![("content-type".into(), "text/html".into())],
            body: "<html>somebody else</html>".into(),
        }
    }

    /// The same with a header.
    pub fn with(self, name: &str, value: &str) -> Self {
        match self {
            Self::Say {
                status,
                mut headers,
                body,
            } => {
                headers.push((name.into(), value.into()));
                Self::Say {
                    status,
                    headers,
                    body,
                }
            }
            other => other,
        }
    }

    /// Whether the message counts as taken.
    pub fn takes(&self) -> bool {
        match self {
            Self::Say { status, .. } => (200..300).contains(status),
            Self::HangUp => false,
            Self::TakeAndHangUp => true,
        }
    }

    /// A refusal of Firebase with a code of its own.
    pub fn fcm(status: u16, code: &str) -> Self {
        let kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
        fcm_error(status, &json!([{ "@type": kind, "errorCode": code }]))
    }

    /// A refusal of Firebase because of the message's own field.
    pub fn fcm_bad_request(field: &str) -> Self {
        let kind = "type.googleapis.com/google.rpc.BadRequest";
        let violation = json!({ "field": field, "description": "Invalid value" });
        fcm_error(
            400,
            &json!([{ "@type": kind, "fieldViolations": [violation] }]),
        )
    }

    /// A refusal of Apple.
    pub fn apns(status: u16, reason: &str) -> Self {
        Self::json(status, &json!({ "reason": reason }))
    }

    /// Apple's word that a device is gone, since an instant in milliseconds of the epoch.
    pub fn apns_gone(reason: &str, since: i64) -> Self {
        Self::json(410, &json!({ "reason": reason, "timestamp": since }))
    }

    /// A refusal of RuStore.
    pub fn rustore(status: u16, word: &str) -> Self {
        Self::json(
            status,
            &json!({ "code": status, "message": "…", "status": word }),
        )
    }
}

fn fcm_error(status: u16, details: &Value) -> Answer {
    Answer::json(
        status,
        &json!({ "error": { "code": status, "message": "…", "details": details } }),
    )
}
