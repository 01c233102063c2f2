//! Where a browser's endpoint may lead. Clients give these addresses out: without a list they could make
//! this server ask whatever it can reach.

use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use crate::infra::config::AllowedOrigins;

/// The longest endpoint; real ones have some 200 to 600 signs.
const LONGEST_ENDPOINT: usize = 2_048;

type Failed = Box<dyn Error + Send + Sync>;

/// Why an endpoint is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointRefused {
    /// Browsers are not served here.
    NotSetUp,
    /// It is of none of the known services.
    NotAllowed,
    /// It carries a name and password.
    HasCredentials,
    TooLong,
}

/// Which endpoints are asked.
pub struct Endpoints {
    allowed: AllowedOrigins,
}

impl Endpoints {
    pub const fn new(allowed: AllowedOrigins) -> Self {
        Self { allowed }
    }

    /// # Errors
    /// Why it is not asked.
    pub fn check(&self, endpoint: &Url) -> Result<(), EndpointRefused> {
        if endpoint.as_str().len() > LONGEST_ENDPOINT {
            return Err(EndpointRefused::TooLong);
        }
        if !endpoint.username().is_empty() || endpoint.password().is_some() {
            return Err(EndpointRefused::HasCredentials);
        }
        if !self.allowed.allows(endpoint) {
            return Err(EndpointRefused::NotAllowed);
        }
        Ok(())
    }
}

/// Finds addresses of names, and keeps back those of one's own network: a subdomain of a known service
/// may be made to point there. Hosts that the settings write out are vouched for.
pub struct PublicAddresses {
    vouched_for: AllowedOrigins,
}

impl PublicAddresses {
    pub fn except_for(vouched_for: &AllowedOrigins) -> Self {
        Self {
            vouched_for: vouched_for.clone(),
        }
    }
}

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let takes_any = self.vouched_for.names(&host);
        Box::pin(async move {
            // The port is put in by the client.
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let usable: Vec<SocketAddr> = found
                .filter(|address| takes_any || is_public(address.ip()))
                .collect();
            if usable.is_empty() {
                return Err(Failed::from("no public address"));
            }
            Ok::<Addrs, Failed>(Box::new(usable.into_iter()))
        })
    }
}

/// Whether an address is of the internet, and neither of this machine nor of a network of its own.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(inner) => is_public_v4(inner),
            // Everything that is given out is in 2000::/3; documentation and Teredo are not for us.
            None => {
                let [first, second, ..] = address.segments();
                first & 0xe000 == 0x2000
                    && !(first == 0x2001 && (second == 0x0db8 || second == 0))
                    && first != 0x2002
            }
        },
    }
}

/// An IPv4 address within an IPv6 one: mapped, or translated (RFC 6052).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let is_translated = [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0];
    let inner = || {
        let [one, two] = high.to_be_bytes();
        let [three, four] = low.to_be_bytes();
        Ipv4Addr::new(one, two, three, four)
    };
    address
        .to_ipv4_mapped()
        .or_else(|| is_translated.then(inner))
}

/// IANA's registry of special addresses, as far as it is not global.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || first == 0
        || first >= 240
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second));
    !is_special
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::config::Settings;

    fn check(endpoint: &str) -> Result<(), EndpointRefused> {
        let endpoints = Endpoints::new(Settings::default().web_push_allowed_origins);
        endpoints.check(&Url::parse(endpoint).unwrap())
    }

    #[test]
    fn the_known_services_are_asked() {
        for endpoint in [
            "https://fcm.googleapis.com/fcm/send/abc",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://web.push.apple.com/abc",
            "https://db5p.notify.windows.com/w/?token=abc",
        ] {
            assert_eq!(check(endpoint), Ok(()), "{endpoint}");
        }
    }

    #[test]
    fn nobody_else_is() {
        for endpoint in [
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com:8443/fcm/send/abc",
            "https://fcm.googleapis.com.evil.example/",
            "https://evil.example/fcm.googleapis.com",
            "https://push.apple.com.evil.example/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://2130706433/",
            "https://localhost/",
            "ftp://fcm.googleapis.com/",
            "file:///etc/passwd",
            "data:text/plain,x",
        ] {
            assert_eq!(
                check(endpoint),
                Err(EndpointRefused::NotAllowed),
                "{endpoint}"
            );
        }
        assert_eq!(
            check("https://user:word@fcm.googleapis.com/"),
            Err(EndpointRefused::HasCredentials)
        );
        let long = format!("https://fcm.googleapis.com/{}", "x".repeat(2_048));
        assert_eq!(check(&long), Err(EndpointRefused::TooLong));
    }

    #[test]
    fn addresses_of_ones_own_network_are_not_public() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "8.8.8.8",
            "17.57.146.1",
            "100.128.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2a00:1450:4010:c05::5f",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    fn resolved(list: &str, host: &str) -> bool {
        let list: AllowedOrigins = serde_json::from_value(list.into()).unwrap();
        let resolver = PublicAddresses::except_for(&list);
        let name: Name = host.parse().ok().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(resolver.resolve(name)).is_ok()
    }

    #[test]
    fn a_name_that_leads_home_is_asked_only_if_it_is_written_out() {
        assert!(!resolved("https://*.example", "localhost"));
        assert!(resolved("http://localhost:9000", "localhost"));
    }
}
