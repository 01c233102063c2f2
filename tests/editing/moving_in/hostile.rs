//! Files that were written to do harm, or by nobody in particular.

use serde_json::{Value, json};

use super::{RSS, SCHOOL, counted, drafts, import, kept, publisher, reason};
use crate::on_both_databases;

fn rss(items: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel>\n{items}\n</channel></rss>")
}

/// `entry field code` of each problem.
fn problems(report: &Value) -> Vec<String> {
    let problems = report["problems"].as_array().expect("problems");
    let told = |problem: &Value| {
        let field = problem["field"].as_str().unwrap_or("-");
        assert!(
            problem["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty())
        );
        assert!(
            problem["line"].as_u64().is_some_and(|line| line > 1),
            "{problem}"
        );
        format!(
            "{} {field} {}",
            problem["entry"],
            problem["code"].as_str().expect("a code")
        )
    };
    problems.iter().map(told).collect()
}

on_both_databases! {
    async fn files_that_are_no_feeds_or_would_explode_are_refused_whole(app) {
        let publisher = publisher(&app).await;
        let laughs = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;\"><!ENTITY lol3 \"&lol2;&lol2;&lol2;&lol2;\">]><rss><channel><item><title>&lol3;</title></item></channel></rss>";
        let outside = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY file SYSTEM \"file:///etc/passwd\">]><rss><channel><item><guid>1</guid><title>&file;</title></item></channel></rss>";
        let item = "<item><guid>1</guid><title>А</title></item>";
        for (file, expected) in [
            (laughs.to_owned(), "DOCTYPE_REFUSED"),
            (outside.to_owned(), "DOCTYPE_REFUSED"),
            (RSS[..RSS.len() - 20].to_owned(), "BROKEN"),
            (rss(item).replace("</item>", "</entry>"), "BROKEN"),
            (rss(&"<item>".repeat(1000)), "TOO_DEEP"),
            (rss(""), "EMPTY"),
            (String::new(), "EMPTY"),
            ("<html><body>Новости</body></html>".into(), "NOT_A_FEED"),
            ("guid;title\n1;А".into(), "NOT_A_FEED"),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [".into(), "BROKEN"),
        ] {
            assert_eq!(reason(&app, &publisher, file.clone()).await, expected, "{file:.200}");
        }
        let many: String = (0..=5000).map(|number| format!("<item><guid>{number}</guid><title>А</title></item>")).collect();
        assert_eq!(reason(&app, &publisher, rss(&many)).await, "TOO_MANY_ENTRIES");
        let koi8 = [0xeb_u8, 0xcf, 0xc9, 0x38].repeat(50);
        assert_eq!(reason(&app, &publisher, koi8).await, "UNKNOWN_ENCODING");
        assert_eq!(kept(&app).await, 0);
    }

    async fn what_is_wrong_with_an_entry_keeps_no_other_out(app) {
        let publisher = publisher(&app).await;
        let long = "слово ".repeat(1700);
        let paragraphs = format!("&lt;p&gt;{}&lt;/p&gt;", "текст ".repeat(1000)).repeat(30);
        let file = rss(&format!(
            "<item><title>Без всего</title></item>
             <item><title>Первая</title><guid>1</guid></item>
             <item><title>Первая ещё раз</title><guid>1</guid></item>
             <item><guid>2</guid></item>
             <item><title>{long}</title><guid>3</guid><pubDate>вчера</pubDate><link>javascript:alert(1)</link></item>
             <item><title>Роман</title><guid>4</guid><description>{paragraphs}</description></item>
             <item><title>Последняя</title><link>https://old.example.ru/5</link></item>"
        ));
        let report = import(&app, &publisher, SCHOOL, file.as_str()).await;
        assert_eq!((&report["created"], &report["problemsTotal"]), (&json!(4), &json!(7)));
        assert_eq!(problems(&report), [
            "1 - NO_GUID",
            "3 - REPEATED",
            "4 - EMPTY",
            "5 sourceUrl NOT_AN_ADDRESS",
            "5 originallyPublishedAt NOT_A_DATE",
            "5 headline TOO_LONG",
            "6 body TOO_LONG",
        ]);
        let again = import(&app, &publisher, SCHOOL, file).await;
        assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(4)));
        for draft in drafts(&app, &publisher).await {
            let headline = draft["headline"].as_str().expect("a headline");
            assert!(headline.chars().count() <= 200, "{headline}");
            let body = draft["body"].as_str().unwrap_or_default();
            assert!(body.chars().count() <= 100_000);
            match headline {
                "Роман" => assert!(body.chars().count() > 90_000),
                headline if headline.starts_with("слово") => {
                    assert!(headline.ends_with("слово…"), "{headline}");
                    assert!(draft["sourceUrl"].is_null() && draft["originallyPublishedAt"].is_null());
                }
                _ => assert!(["Первая", "Последняя"].contains(&headline), "{headline}"),
            }
        }
    }

    async fn nothing_that_runs_gets_into_a_draft(app) {
        let publisher = publisher(&app).await;
        let file = rss(
            "<item><title>&lt;script&gt;alert(1)&lt;/script&gt;Заголовок</title><guid>1</guid>
             <description>Начало</description>
             <content:encoded xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><![CDATA[
             <script>alert(1)</script><p onmouseover=\"alert(2)\">Текст <a href=\"javascript:alert(3)\">жми</a>
             <img src=x onerror=alert(4)> &lt;img src=x onerror=alert(5)&gt; [жми](javascript:alert(6))</p>
             <iframe src=\"https://example.com/ad\"></iframe><style>p{}</style>
             <svg onload=alert(7)><text>svg</text></svg>&#0;&#7;]]></content:encoded></item>",
        );
        let report = import(&app, &publisher, SCHOOL, file).await;
        assert_eq!(problems(&report), ["1 body EMBED_LOST"]);
        let draft = drafts(&app, &publisher).await.remove(0);
        assert_eq!(draft["headline"], "Заголовок");
        assert_eq!(
            draft["body"],
            "Текст жми \\<img src=x onerror=alert(5)> \\[жми\\](javascript:alert(6))\n\n\u{fffd}"
        );
        let html = draft["bodyHtml"].as_str().expect("HTML");
        assert!(!html.contains("<img") && !html.contains("href") && !html.contains("<script"), "{html}");
    }

    async fn a_file_of_nothing_but_faults_names_the_first_hundred(app) {
        let publisher = publisher(&app).await;
        let file = rss(&"<item><title>Без guid</title></item>".repeat(250));
        let report = import(&app, &publisher, SCHOOL, file).await;
        assert_eq!(report["problems"].as_array().expect("problems").len(), 100);
        assert_eq!(report["problemsTotal"], 250);
        assert_eq!(kept(&app).await, 0);
        // An empty answer is no refusal: the next file is taken.
        assert_eq!(import(&app, &publisher, SCHOOL, RSS).await, counted(2, 0, 0));
    }
}
