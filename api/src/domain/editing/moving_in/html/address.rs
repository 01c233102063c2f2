//! Addresses in foreign texts: where they lead, and which of them are videos that texts may show.

use url::Url;

use crate::domain::content::video_address;

const LONGEST: usize = 2000;
/// What a video is called that nobody has named.
pub const VIDEO: &str = "Видео";
/// Files of pictures that load late stand in these before they stand in `src`.
pub const SOURCES: [&str; 4] = ["data-src", "data-lazy-src", "data-original", "src"];

/// Where an address leads, when it stands on that page; nothing that could run.
///
/// Addresses without TLS stay for editors to see and mend: readers get their words alone.
#[must_use]
pub fn full(written: &str, page: Option<&Url>) -> Option<String> {
    let written = written.trim();
    // A place on the same page, which is not the same any more.
    if written.is_empty() || written.starts_with('#') {
        return None;
    }
    let url = Url::options().base_url(page).parse(written).ok()?;
    let is_known = matches!(url.scheme(), "https" | "http" | "mailto" | "tel");
    let text = String::from(url);
    (is_known && text.len() <= LONGEST).then_some(text)
}

/// The page of a video, by its address or by that of a player which another page frames.
#[must_use]
pub fn video_page(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?.trim_start_matches("www.");
    let path = url.path();
    let page = match host {
        "rutube.ru" if path.starts_with("/play/embed/") => {
            let id = path.trim_start_matches("/play/embed/").trim_matches('/');
            format!("https://rutube.ru/video/{id}/")
        }
        "vk.com" | "vkvideo.ru" if path == "/video_ext.php" => {
            let number = |name: &str| {
                let (_, value) = url.query_pairs().find(|(known, _)| known == name)?;
                let is_number = value
                    .bytes()
                    .all(|byte| byte == b'-' || byte.is_ascii_digit());
                (is_number && !value.is_empty()).then(|| value.into_owned())
            };
            format!("https://vk.com/video{}_{}", number("oid")?, number("id")?)
        }
        _ if path.starts_with("/video") => {
            let query = url.query().map(|query| format!("?{query}"));
            format!("https://{host}{path}{}", query.unwrap_or_default())
        }
        _ => return None,
    };
    video_address(&page).map(|url| url.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_videos_of_known_sites_are_videos() {
        for (written, page) in [
            (
                "https://rutube.ru/video/a1/",
                Some("https://rutube.ru/video/a1/"),
            ),
            (
                "http://www.rutube.ru/play/embed/a1",
                Some("https://rutube.ru/video/a1/"),
            ),
            (
                "https://vk.com/video_ext.php?oid=-1&id=2",
                Some("https://vk.com/video-1_2"),
            ),
            ("https://vk.com/video_ext.php?oid=x&id=2", None),
            ("https://vk.com/wall-1_2", None),
            ("https://example.com/video/1", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(video_page(written).as_deref(), page, "{written}");
        }
    }
}
