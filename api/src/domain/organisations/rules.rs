//! Pure decisions about organisations.

use serde::{Deserialize, Serialize};

/// A page in a social network, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocialLink {
    pub network: String,
    pub url: String,
    #[serde(default = "enabled")]
    pub enabled: bool,
}

const fn enabled() -> bool {
    true
}

/// The links that readers see: those that are switched on.
#[must_use]
pub fn visible_socials(links: Vec<SocialLink>) -> Vec<SocialLink> {
    links.into_iter().filter(|link| link.enabled).collect()
}
