//! Names become addresses here, and those that are not public go no further.
//!
//! The client connects to what this gives and asks nobody again, so that a name which leads elsewhere a
//! moment later gains nothing.

use std::{fmt, io, net::SocketAddr, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

type Found = io::Result<Vec<SocketAddr>>;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Asks for the addresses of a name.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, Found> + Send + Sync>;

/// Asks as the system is set up to.
pub fn system_lookup() -> Lookup {
    Arc::new(|name: String| ask_system(name).boxed())
}

async fn ask_system(name: String) -> Found {
    // The client puts the port in.
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.collect())
}

/// Gives the public ones of a name's addresses.
pub struct PublicOnly {
    lookup: Lookup,
}

impl PublicOnly {
    pub fn new(lookup: &Lookup) -> Self {
        Self {
            lookup: Arc::clone(lookup),
        }
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(public_ones((self.lookup)(name.as_str().to_owned())))
    }
}

async fn public_ones(looking: BoxFuture<'static, Found>) -> Result<Addrs, BoxError> {
    let mut found = looking.await?;
    found.retain(|address| is_public(address.ip()));
    if found.is_empty() {
        return Err(Box::new(NonePublic));
    }
    Ok(Box::new(found.into_iter()))
}

/// A name leads to private addresses alone.
#[derive(Debug)]
pub struct NonePublic;

impl fmt::Display for NonePublic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no public address")
    }
}

impl std::error::Error for NonePublic {}

#[cfg(test)]
mod tests {
    use super::*;

    fn leading_to(addresses: &'static [&'static str]) -> PublicOnly {
        let lookup: Lookup = Arc::new(move |_: String| {
            let found = addresses.iter().map(|text| text.parse().unwrap());
            let found: Vec<SocketAddr> = found.collect();
            async move { io::Result::Ok(found) }.boxed()
        });
        PublicOnly::new(&lookup)
    }

    async fn resolved(resolver: PublicOnly) -> Option<Vec<String>> {
        let name: Name = "example.ru".parse().unwrap();
        let found = resolver.resolve(name).await.ok()?;
        Some(found.map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn private_addresses_of_a_name_are_left_out() {
        let mixed = leading_to(&["10.0.0.1:0", "8.8.8.8:0", "[::1]:0"]);
        assert_eq!(resolved(mixed).await.unwrap(), ["8.8.8.8"]);
        assert!(
            resolved(leading_to(&["127.0.0.1:0", "[::1]:0"]))
                .await
                .is_none()
        );
    }
}
