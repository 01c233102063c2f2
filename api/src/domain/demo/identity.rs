//! Ids of demo things: derived from their slugs, so that a second load finds them.

use uuid::Uuid;

const NAMESPACE: Uuid = uuid::uuid!("9b0c6d52-7a5e-5a0e-8f57-0d6a2f1f7c11");

/// The id of the thing of that kind and slug.
pub fn id_of(kind: &str, slug: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind}:{slug}").as_bytes())
}
