//! Where a request comes from: the peer, or what a trusted proxy says of it.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;

use super::{client::Client, request_id::RequestId};
use crate::infra::{config::Settings, graphql::Caller};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Tells senders of requests apart.
#[derive(Clone, Debug)]
pub struct Callers {
    trusted_proxies: Vec<IpAddr>,
}

impl Callers {
    /// By the settings' list of proxies.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            trusted_proxies: settings.trusted_proxies().filter_map(Result::ok).collect(),
        }
    }

    /// The sender of a request.
    pub fn caller(&self, request: &HttpRequest, request_id: &RequestId) -> Caller {
        let client = Client::of(request.headers()).map(|client| match client.version {
            Some(version) => format!("{}/{version}", client.name),
            None => client.name,
        });
        Caller {
            address: self.address(request).map(network).unwrap_or_default(),
            client,
            request_id: request_id.0.clone(),
        }
    }

    /// The last address of the chain that is not a proxy of ours: what stands before it, the client
    /// may have written.
    fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip();
        if !self.trusted_proxies.contains(&peer) {
            return Some(peer);
        }
        let forwarded = request
            .headers()
            .get_all(FORWARDED_FOR)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|address| address.trim().parse::<IpAddr>().ok());
        let mut chain: Vec<IpAddr> = forwarded.collect();
        chain.push(peer);
        chain
            .into_iter()
            .rev()
            .find(|address| !self.trusted_proxies.contains(address))
            .or(Some(peer))
    }
}

/// One IPv4 address; of IPv6 the network that a household or a telephone has.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let mut segments = address.segments();
            for host in segments.iter_mut().skip(4) {
                *host = 0;
            }
            format!("{}/64", Ipv6Addr::from(segments))
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(peer: &str, forwarded: &str) -> String {
        let callers = Callers {
            trusted_proxies: vec!["10.0.0.1".parse().unwrap()],
        };
        let request = TestRequest::default()
            .peer_addr(peer.parse().unwrap())
            .insert_header((FORWARDED_FOR, forwarded))
            .to_http_request();
        callers.caller(&request, &RequestId("id".into())).address
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(address("192.0.2.7:1", "198.51.100.1"), "192.0.2.7");
        assert_eq!(address("10.0.0.1:1", "198.51.100.1"), "198.51.100.1");
        // The client wrote the first one itself.
        assert_eq!(
            address("10.0.0.1:1", "1.1.1.1, 198.51.100.1"),
            "198.51.100.1"
        );
        assert_eq!(address("10.0.0.1:1", "nonsense"), "10.0.0.1");
    }

    #[test]
    fn a_household_has_one_address() {
        assert_eq!(address("[2001:db8:1:2:3:4:5:6]:1", ""), "2001:db8:1:2::/64");
        assert_eq!(address("[::ffff:192.0.2.7]:1", ""), "192.0.2.7");
    }
}
