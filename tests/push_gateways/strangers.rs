//! What is sent is read by libraries that know nothing of this program: `http_ece` and `jose`.

use std::process::Command;

use api::domain::push::gateway::Provider::{Apns, Fcm, WebPush};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use super::{Bench, assert_delivered, device, web_push::subscribed};

#[actix_web::test]
async fn strangers_open_messages_and_verify_tokens() {
    let bench = Bench::set_up().await;
    assert_delivered(&bench.ring(Fcm, &device("token-1")).await);
    assert_delivered(&bench.ring(Apns, &device("00ff")).await);
    let mut messages = Vec::new();
    for _ in 0..3 {
        let browser = bench.providers.browser();
        assert_delivered(&bench.ring(WebPush, &subscribed(&browser)).await);
        let received = bench.providers.received_by(&browser.endpoint);
        messages.push(json!({
            "endpoint": browser.endpoint,
            "authorization": received[0].headers["authorization"],
            "privateKey": browser.private_key,
            "auth": BASE64_URL_SAFE_NO_PAD.encode(browser.keys.auth),
            "body": BASE64_URL_SAFE_NO_PAD.encode(&received[0].body),
            "expected": received[0].payload,
        }));
    }
    let mut evidence = bench.providers.evidence();
    evidence["messages"] = json!(messages);
    let shown = &bench.providers.received_by("00ff")[0].headers["authorization"];
    evidence["apnsAuthorization"] = json!(shown);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("evidence.json");
    std::fs::write(&file, evidence.to_string()).expect("a file");
    let output = tokio::task::spawn_blocking(move || {
        Command::new("node")
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/push_gateways/strangers.mjs"
            ))
            .arg(&file)
            .output()
            .expect("node")
    })
    .await
    .expect("a run");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    println!("{}", told.lines().last().unwrap_or_default());
}
