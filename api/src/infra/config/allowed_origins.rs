//! Origins that addresses given by clients may have: named ones, and subdomains of named ones.

use serde::{Deserialize, Deserializer, de};
use url::{Host, Url};

/// `https://one.example,https://*.two.example`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedOrigins(Vec<AllowedOrigin>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct AllowedOrigin {
    scheme: String,
    host: String,
    port: Option<u16>,
    /// Its subdomains, and not the host itself.
    subdomains: bool,
}

impl AllowedOrigins {
    /// Subdomains of those hosts, or the hosts themselves, by `https`.
    pub(super) fn of_hosts(hosts: &[(&str, Reach)]) -> Self {
        let origins = hosts.iter().map(|(host, reach)| AllowedOrigin {
            scheme: "https".into(),
            host: (*host).into(),
            port: Some(443),
            subdomains: *reach == Reach::Subdomains,
        });
        Self(origins.collect())
    }

    fn parse(text: &str) -> Result<Self, String> {
        let entries = text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        entries
            .map(AllowedOrigin::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether an address of that origin may be asked.
    #[must_use]
    pub fn allows(&self, address: &Url) -> bool {
        self.0.iter().any(|origin| origin.covers(address))
    }

    /// Whether somebody wrote that very host into the list, and so vouches for where it leads.
    #[must_use]
    pub fn names(&self, host: &str) -> bool {
        self.0
            .iter()
            .any(|origin| !origin.subdomains && origin.host.eq_ignore_ascii_case(host))
    }
}

/// What an entry of the list covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Host,
    Subdomains,
}

impl AllowedOrigin {
    fn parse(entry: &str) -> Result<Self, String> {
        let refused = || {
            format!("{entry:?} is not an origin such as https://push.example or https://*.example")
        };
        let subdomains = entry.contains("://*.");
        let plain = entry.replacen("://*.", "://", 1);
        let url = Url::parse(&plain).map_err(|_| refused())?;
        let is_origin = url.origin().ascii_serialization() == plain;
        // Without encryption only a host that is named: it is one's own.
        let is_spoken = url.scheme() == "https" || (url.scheme() == "http" && !subdomains);
        let is_a_name = matches!(url.host(), Some(Host::Domain(_)));
        match url.host_str() {
            Some(host) if is_origin && is_spoken && (is_a_name || !subdomains) => Ok(Self {
                scheme: url.scheme().into(),
                host: host.into(),
                port: url.port_or_known_default(),
                subdomains,
            }),
            _ => Err(refused()),
        }
    }

    fn covers(&self, address: &Url) -> bool {
        self.scheme == address.scheme()
            && self.port == address.port_or_known_default()
            && address
                .host_str()
                .is_some_and(|host| self.covers_host(host))
    }

    fn covers_host(&self, host: &str) -> bool {
        if !self.subdomains {
            return self.host == host;
        }
        host.strip_suffix(&self.host)
            .and_then(|above| above.strip_suffix('.'))
            .is_some_and(|name| !name.is_empty())
    }
}

impl<'de> Deserialize<'de> for AllowedOrigins {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(list: &str, address: &str) -> bool {
        AllowedOrigins::parse(list)
            .unwrap()
            .allows(&Url::parse(address).unwrap())
    }

    #[test]
    fn a_named_origin_is_that_origin_alone() {
        let list = "https://push.example, http://127.0.0.1:9000";
        assert!(allows(list, "https://push.example/send/1"));
        assert!(allows(list, "https://push.example:443/send/1"));
        assert!(allows(list, "http://127.0.0.1:9000/send"));
        for other in [
            "http://push.example/",
            "https://push.example:8443/",
            "https://a.push.example/",
            "https://push.example.evil.example/",
            "https://push.example./",
            "http://127.0.0.1:9001/",
        ] {
            assert!(!allows(list, other), "{other}");
        }
    }

    #[test]
    fn a_star_stands_for_subdomains_only() {
        let list = "https://*.push.example";
        assert!(allows(list, "https://eu.push.example/1"));
        assert!(allows(list, "https://a.b.push.example/1"));
        for other in [
            "https://push.example/",
            "https://evilpush.example/",
            "http://eu.push.example/",
            "https://push.example.evil.example/",
        ] {
            assert!(!allows(list, other), "{other}");
        }
    }

    #[test]
    fn only_a_host_that_is_written_out_is_vouched_for() {
        let list = AllowedOrigins::parse("https://push.example,https://*.example.org").unwrap();
        assert!(list.names("push.example"));
        assert!(!list.names("a.example.org"));
        assert!(!list.names("example.org"));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "push.example",
            "https://push.example/",
            "https://user@push.example",
            "http://*.example",
            "https://*.127.0.0.1",
            "ftp://push.example",
        ] {
            assert!(AllowedOrigins::parse(text).is_err(), "{text}");
        }
        assert!(AllowedOrigins::parse("").is_ok());
    }
}
