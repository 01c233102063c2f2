//! Which network addresses belong to the public Internet.
//!
//! By IANA's registries of special-purpose addresses (RFC 6890 and its successors). What is not
//! certainly public is refused: addresses that carry another one inside (mapped, translated,
//! tunnelled) as well, whatever they carry.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network of IPv4: its first address and the length of its prefix.
type Network4 = (Ipv4Addr, u32);
/// The same of IPv6.
type Network6 = (Ipv6Addr, u32);

const NOT_PUBLIC_4: [Network4; 15] = [
    // This network, and this host on it.
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    // Private: RFC 1918.
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Carriers' own, behind which their subscribers are.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local; clouds answer with their credentials at 169.254.169.254.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Protocol assignments.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Relays of 6to4.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Benchmarking.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Multicast.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and broadcast.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All that is public stands in it; outside are loopback, mapped and translated addresses, unique local,
/// link-local, site-local and multicast.
const GLOBAL_UNICAST: Network6 = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const NOT_PUBLIC_6: [Network6; 4] = [
    // Protocol assignments: Teredo, benchmarking, ORCHID.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation.
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    // 6to4, which carries an address of IPv4.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
];

/// Whether an address is one that anybody on the Internet could reach.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_4
            .iter()
            .any(|network| is_within_4(address, *network)),
        IpAddr::V6(address) => {
            is_within_6(address, GLOBAL_UNICAST)
                && !NOT_PUBLIC_6
                    .iter()
                    .any(|network| is_within_6(address, *network))
        }
    }
}

fn is_within_4(address: Ipv4Addr, (network, prefix): Network4) -> bool {
    (address.to_bits() ^ network.to_bits()).leading_zeros() >= prefix
}

fn is_within_6(address: Ipv6Addr, (network, prefix): Network6) -> bool {
    (address.to_bits() ^ network.to_bits()).leading_zeros() >= prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: [&str; 22] = [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "77.88.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
        "2a02:6b8::feed:0ff",
        "2003::1",
    ];

    const NOT_PUBLIC: [&str; 69] = [
        // This network.
        "0.0.0.0",
        "0.0.0.1",
        "0.255.255.255",
        // Private.
        "10.0.0.0",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.0",
        "172.17.0.1",
        "172.31.255.255",
        "192.168.0.0",
        "192.168.1.1",
        "192.168.255.255",
        // Carriers'.
        "100.64.0.0",
        "100.100.100.200",
        "100.127.255.255",
        // Loopback.
        "127.0.0.0",
        "127.0.0.1",
        "127.1.2.3",
        "127.255.255.255",
        // Link-local and the clouds' credentials.
        "169.254.0.0",
        "169.254.169.254",
        "169.254.170.2",
        "169.254.255.255",
        // Protocol assignments, documentation, 6to4 relays.
        "192.0.0.1",
        "192.0.0.170",
        "192.0.0.192",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.255",
        "192.88.99.1",
        // Benchmarking.
        "198.18.0.0",
        "198.19.255.255",
        // Multicast.
        "224.0.0.1",
        "239.255.255.250",
        "239.255.255.255",
        // Reserved and broadcast.
        "240.0.0.0",
        "250.1.2.3",
        "255.255.255.254",
        "255.255.255.255",
        // Unspecified and loopback.
        "::",
        "::1",
        // Compatible and mapped, of public addresses as well.
        "::7f00:1",
        "::10.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        // Translated.
        "64:ff9b::127.0.0.1",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::10.0.0.1",
        // Discarded.
        "100::1",
        // Teredo, benchmarking, ORCHID.
        "2001::1",
        "2001:0:53aa:64c:0:0:80ff:fffe",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        // Documentation.
        "2001:db8::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        // 6to4.
        "2002:7f00:1::1",
        "2002:808:808::1",
        // Segment routing.
        "5f00::1",
        // Unique local, among them the clouds' credentials.
        "fc00::1",
        "fd00:ec2::254",
        // Link-local, site-local.
        "fe80::1",
        "febf::1",
        "fec0::1",
        // Multicast.
        "ff02::1",
    ];

    #[test]
    fn only_what_everybody_reaches_is_public() {
        for text in PUBLIC {
            assert!(is_public(text.parse().unwrap()), "{text} is public");
        }
        for text in NOT_PUBLIC {
            assert!(!is_public(text.parse().unwrap()), "{text} is not public");
        }
    }
}
