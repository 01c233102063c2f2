//! RuStore's push service.

use super::{
    answers::Answer,
    fcm, keys,
    state::{Asked, Verdict},
};

pub fn verdict(asked: &Asked) -> Verdict {
    let expected = format!("Bearer {}", keys::RUSTORE_TOKEN);
    if asked.header("authorization") != Ok(expected.as_str()) {
        return Verdict::Fault(
            "the service token is wrong".into(),
            Answer::rustore(403, "PERMISSION_DENIED"),
        );
    }
    match fcm::message(asked, "/v1/projects/mfp-rustore/messages:send") {
        Ok(mut sound) => {
            // It says nothing of a message that it takes.
            sound.usual = Answer::json(200, &serde_json::json!({}));
            Verdict::Sound(Box::new(sound))
        }
        Err(fault) => Verdict::Fault(fault, Answer::rustore(400, "INVALID_ARGUMENT")),
    }
}
