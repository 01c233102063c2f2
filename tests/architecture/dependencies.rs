//! What each member of the workspace may stand on, by cargo's own graph.

use std::{collections::BTreeSet, process::Command};

fn tree(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--package",
            package,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect()
}

#[track_caller]
fn stands_without(package: &str, forbidden: &[&str]) {
    let tree = tree(package);
    assert!(tree.len() > 10, "{package} has hardly a tree: {tree:?}");
    for name in forbidden {
        assert!(!tree.contains(*name), "{package} reaches {name}");
    }
}

#[test]
fn tables_know_neither_graphql_nor_http() {
    stands_without(
        "entities",
        &[
            "async-graphql",
            "actix-web",
            "mfp-api",
            "migration",
            "redis",
        ],
    );
}

#[test]
fn history_knows_neither_tables_nor_the_product() {
    stands_without(
        "migration",
        &["entities", "mfp-api", "async-graphql", "actix-web"],
    );
}

#[test]
fn the_product_links_no_openssl_and_no_rsa() {
    stands_without(
        "mfp-api",
        &["openssl", "openssl-sys", "native-tls", "rsa", "tests"],
    );
}
