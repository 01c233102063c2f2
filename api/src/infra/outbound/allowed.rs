//! The operator's list of exact destinations that may be private or without TLS.

use url::{Host, Url};

/// Destinations by host and port, as they are written in an address: a name there is not resolved, and
/// an address there does not stand for the names that lead to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed(Vec<(Host<String>, u16)>);

impl Allowed {
    /// Reads `portal.local:8080,10.0.0.5:443,[fd00::5]:443`.
    ///
    /// # Errors
    /// The part that is no `host:port`.
    pub fn parse(list: &str) -> Result<Self, String> {
        list.split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| destination(text).ok_or_else(|| text.to_owned()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether an address leads to one of them.
    #[must_use]
    pub fn has(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return false;
        };
        let destination = (host.to_owned(), port);
        self.0.contains(&destination)
    }
}

fn destination(text: &str) -> Option<(Host<String>, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port: u16 = port.parse().ok().filter(|port| *port != 0)?;
    Some((Host::parse(host).ok()?, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_destination_is_a_host_with_its_port() {
        let allowed = Allowed::parse("Portal.Local:8080, 10.0.0.5:443 ,[fd00::5]:443,").unwrap();
        for text in [
            "http://portal.local:8080/hook",
            "https://10.0.0.5/",
            "https://0xa.5/",
            "https://[fd00::5]/",
        ] {
            assert!(allowed.has(&url(text)), "{text}");
        }
        for text in [
            "http://portal.local/",
            "https://portal.local:8081/",
            "http://10.0.0.5/",
            "https://10.0.0.6/",
            "https://[fd00::6]/",
            "https://portal.local.example:8080/",
        ] {
            assert!(!allowed.has(&url(text)), "{text}");
        }
        assert!(!Allowed::default().has(&url("https://10.0.0.5/")));
    }

    #[test]
    fn what_is_no_destination_is_named() {
        for text in [
            "10.0.0.5",
            "portal.local:",
            "portal.local:0",
            ":80",
            "a b:80",
        ] {
            let list = format!("10.0.0.5:443,{text}");
            assert_eq!(Allowed::parse(&list), Err(text.to_owned()));
        }
    }
}
