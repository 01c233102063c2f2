//! Manifests of persisted queries, as Apollo's tools write them at an app's build.

use std::{collections::HashMap, path::Path, sync::Arc};

use serde::Deserialize;

use crate::infra::digest::{parse_sha256, sha256};

const FORMAT: &str = "apollo-persisted-query-manifest";
const VERSION: u32 = 1;

/// The documents of every manifest: several versions of an app are served at once.
#[derive(Debug, Default)]
pub struct Manifest(HashMap<[u8; 32], (Arc<str>, String)>);

#[derive(Deserialize)]
struct File {
    format: String,
    version: u32,
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    name: String,
    body: String,
}

impl Manifest {
    /// Adds the documents of a file.
    ///
    /// # Errors
    /// One line that names the file and what is wrong with it.
    pub fn read(&mut self, path: &Path) -> Result<(), String> {
        let refused = |why: String| {
            format!(
                "setting MFP_TRUSTED_DOCUMENTS_FILES: {}: {why}",
                path.display()
            )
        };
        let text = std::fs::read_to_string(path).map_err(|cause| refused(cause.to_string()))?;
        let file: File = serde_json::from_str(&text).map_err(|cause| refused(cause.to_string()))?;
        if file.format != FORMAT || file.version != VERSION {
            return Err(refused(format!("is not {FORMAT} of version {VERSION}")));
        }
        for operation in file.operations {
            let id = parse_sha256(&operation.id);
            if id != Some(sha256([operation.body.as_bytes()])) {
                let name = operation.name;
                return Err(refused(format!("the id of {name:?} is not its SHA-256")));
            }
            if let Some(id) = id {
                self.0.insert(id, (operation.body.into(), operation.name));
            }
        }
        Ok(())
    }

    /// Has every document checked.
    ///
    /// # Errors
    /// One line that names the first operation that is refused.
    pub fn check(&self, admit: impl Fn(&str) -> Result<(), String>) -> Result<(), String> {
        for (text, name) in self.0.values() {
            admit(text).map_err(|why| {
                format!("setting MFP_TRUSTED_DOCUMENTS_FILES: operation {name:?}: {why}")
            })?;
        }
        Ok(())
    }

    pub fn has(&self, document: &[u8; 32]) -> bool {
        self.0.contains_key(document)
    }

    pub fn text(&self, document: &[u8; 32]) -> Option<Arc<str>> {
        self.0.get(document).map(|(text, _)| Arc::clone(text))
    }
}
