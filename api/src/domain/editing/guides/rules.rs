//! Pure decisions about guides.

use entities::enums::ServicePortal;

/// Whether a host is one of the portal's own. Of portals without a list any host will do.
///
/// The hosts are those of the official sites; the pension and the social insurance funds, which became
/// the Social Fund in 2023, still serve some of its cabinets under their own names.
#[must_use]
pub fn is_host_of(portal: ServicePortal, host: &str) -> bool {
    let own: &[&str] = match portal {
        ServicePortal::Gosuslugi => &["gosuslugi.ru"],
        ServicePortal::MosRu => &["mos.ru"],
        ServicePortal::Fns => &["nalog.gov.ru", "nalog.ru"],
        ServicePortal::Sfr => &["sfr.gov.ru", "pfr.gov.ru", "fss.ru"],
        ServicePortal::OnlineInspection | ServicePortal::Other => return true,
    };
    own.iter().any(|own| {
        let below = host.strip_suffix(*own);
        below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_has_its_own_hosts() {
        for host in ["gosuslugi.ru", "www.gosuslugi.ru", "esia.gosuslugi.ru"] {
            assert!(is_host_of(ServicePortal::Gosuslugi, host), "{host}");
        }
        assert!(is_host_of(ServicePortal::Fns, "lkfl2.nalog.ru"));
        assert!(is_host_of(ServicePortal::Other, "example.ru"));
    }

    #[test]
    fn a_name_that_only_looks_like_it_is_not() {
        for host in ["my-gosuslugi.ru", "gosuslugi.ru.example.com", "mos.ru", ""] {
            assert!(!is_host_of(ServicePortal::Gosuslugi, host), "{host}");
        }
    }
}
