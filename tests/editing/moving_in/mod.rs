//! An organisation moves in: its old news become drafts, once each, and whatever its file holds.

mod hostile;

use entities::{audit_entry, content_draft, old_address};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{HOSPITAL, SCHOOL, done, publisher, read, seen, seen_with, with_role};
use crate::{
    on_both_databases,
    support::{Answer, App, Person, binary::run},
};

const RSS: &str = include_str!("site.rss");
const RSS_1251: &[u8] = include_bytes!("site-1251.rss");
const ATOM: &str = include_str!("site.atom");
const JSON_FEED: &str = include_str!("site.json");
const WORDPRESS: &str = include_str!("site.wxr");

/// A union whose old site stood on the host that is its own here.
const UNION: &str = "mgo-obrazovaniya";
const HOST: &str = "mgo-obrazovaniya.mfp.example";

/// Sends a file for an organisation, whoever it is.
async fn send_file(
    app: &App,
    token: Option<&str>,
    organisation: &str,
    file: impl Into<Vec<u8>>,
) -> Answer {
    let mut request = app
        .client
        .post(app.url("/uploads"))
        .query(&[("purpose", "news"), ("organisation", organisation)])
        .header("content-type", "application/xml")
        .body(file.into());
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    Answer::of(request.send().await.expect("an answer")).await
}

/// The same of a file that must be taken: what became of it.
async fn import(app: &App, person: &Person, organisation: &str, file: impl Into<Vec<u8>>) -> Value {
    let answer = send_file(app, Some(&person.access_token), organisation, file).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    answer.body
}

/// What became of a file without faults.
fn counted(created: usize, unchanged: usize, skipped: usize) -> Value {
    json!({
        "created": created,
        "unchanged": unchanged,
        "skipped": skipped,
        "problems": [],
        "problemsTotal": 0,
    })
}

/// Why a whole file was refused.
async fn reason(app: &App, person: &Person, file: impl Into<Vec<u8>>) -> String {
    let answer = send_file(app, Some(&person.access_token), SCHOOL, file).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{:#}", answer.body);
    let reason = &answer.body["errors"][0]["extensions"]["reason"];
    reason.as_str().expect("a reason").to_owned()
}

/// The drafts that somebody sees, by their headlines; `Ё` stands before all other letters.
async fn drafts(app: &App, person: &Person) -> Vec<Value> {
    let query =
        "{ drafts(first: 20) { nodes { ... on NewsArticleDraft { id version state isPublished
        headline lead body bodyHtml slug kind tags sourceUrl originallyPublishedAt category { slug }
        problems { field code } } } } }";
    let answer = app.ask_by(person, query, json!({})).await;
    let nodes = answer.data()["drafts"]["nodes"].as_array().expect("drafts");
    let mut drafts = nodes.clone();
    drafts.sort_by_key(|draft| draft["headline"].to_string());
    drafts
}

async fn kept(app: &App) -> u64 {
    let count = content_draft::Entity::find().count(app.database.reader());
    count.await.expect("a count")
}

/// Where an address leads a stranger.
async fn route(app: &App, host: &str, path: &str) -> Value {
    let query = "query($host: String!, $path: String!) { route(host: $host, path: $path) {
        __typename ... on Moved { to permanent } } }";
    let answer = app
        .ask_with(query, json!({ "host": host, "path": path }))
        .await;
    answer.data()["route"].clone()
}

/// The first line of the answer to a file that is announced and not sent.
async fn announce(app: &App, person: &Person, bytes: usize) -> String {
    let mut connection = TcpStream::connect(app.address).await.expect("a connection");
    let head = format!(
        "POST /uploads?purpose=news&organisation={SCHOOL} HTTP/1.1\r\nhost: mfp\r\nauthorization: Bearer {}\r\ncontent-type: text/xml\r\ncontent-length: {bytes}\r\n\r\n",
        person.access_token
    );
    connection
        .write_all(head.as_bytes())
        .await
        .expect("written");
    let mut answer = vec![0; 64];
    let read = connection.read(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    answer.lines().next().unwrap_or_default().to_owned()
}

on_both_databases! {
    async fn only_who_writes_for_an_organisation_brings_its_news(app) {
        let nobody = send_file(&app, None, SCHOOL, RSS).await;
        assert_eq!((nobody.status, nobody.code()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
        let member = app.sign_in("+79161234567").await;
        let officer = app.officer(UNION).await;
        for person in [&member, &officer] {
            let refused = send_file(&app, Some(&person.access_token), SCHOOL, RSS).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "FORBIDDEN"));
            // Before the file is read.
            assert!(announce(&app, person, 17 * 1024 * 1024).await.contains(" 403 "));
        }
        let stranger = with_role(&app, "stranger", "ORGANISATION_ADMIN", HOSPITAL).await;
        assert_eq!(reason(&app, &stranger, RSS).await, "ORGANISATION_NOT_FOUND");
        let unnamed = app.client.post(app.url("/uploads?purpose=news"))
            .header("authorization", format!("Bearer {}", stranger.access_token));
        let unnamed = Answer::of(unnamed.send().await.expect("an answer")).await;
        assert_eq!(unnamed.code(), "BAD_USER_INPUT");
        assert_eq!(kept(&app).await, 0);

        let correspondent = with_role(&app, "correspondent", "CORRESPONDENT", SCHOOL).await;
        assert!(announce(&app, &correspondent, 17 * 1024 * 1024).await.contains(" 413 "));
        assert_eq!(import(&app, &correspondent, SCHOOL, RSS).await, counted(2, 0, 0));
        let logged = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("content.import"))
            .count(app.database.reader());
        assert_eq!(logged.await.expect("a count"), 2);
    }

    async fn a_feed_becomes_drafts_that_no_reader_sees(app) {
        let publisher = publisher(&app).await;
        assert_eq!(import(&app, &publisher, SCHOOL, RSS).await, counted(2, 0, 0));
        let drafts = drafts(&app, &publisher).await;
        let [tree, clean] = drafts.as_slice() else { panic!("two drafts expected: {drafts:#?}") };
        assert_eq!(clean["headline"], "Субботник 2021: 40 деревьев & один сквер");
        assert_eq!(clean["lead"], "Вышли всей школой.");
        assert_eq!(
            clean["body"],
            "Вышли **всей школой**, [план](https://old.example.ru/docs/plan.pdf) выполнен.\n\n\
             [Школьный двор после субботника](https://old.example.ru/img/1.jpg)\n\n- деревья\n- скамейки\n\n\
             ![Как это было](https://rutube.ru/video/abc123/)\n\n\
             | Кто | Сколько |\n| --- | --- |\n| 9 «А» | 12 |"
        );
        assert_eq!(clean["kind"], "NEWS");
        assert_eq!(clean["category"]["slug"], "sport");
        assert_eq!(clean["tags"], json!(["субботник"]));
        assert_eq!(clean["sourceUrl"], "https://old.example.ru/news/subbotnik/");
        assert_eq!(clean["originallyPublishedAt"], "2021-04-17T12:30:00Z");
        assert_eq!((&clean["state"], &clean["isPublished"]), (&json!("DRAFT"), &json!(false)));
        assert_eq!(clean["problems"], json!([]));
        // The feed does not tell of it what publishing asks for.
        assert_eq!(tree["headline"], "Ёлка для детей");
        assert_eq!(tree["lead"], "Приходите 26 декабря.");
        assert_eq!(tree["problems"], json!([
            { "field": ["body"], "code": "MISSING" },
            { "field": ["category"], "code": "MISSING" },
        ]));
        let slug = clean["slug"].as_str().expect("a slug").to_owned();
        assert!(read(&app, &slug).await.is_null());

        // Published, it stands in the feed where it stood, and behind the news of today.
        done(&app, &publisher, "newsArticlePublish", seen(clean)).await;
        let article = read(&app, &slug).await;
        assert_eq!(article["publishedAt"], "2021-04-17T12:30:00Z");
        assert_ne!(article["updatedAt"], article["publishedAt"]);
        let newest = app.ask("{ news(first: 1) { nodes { slug } } }").await;
        assert_ne!(newest.data()["news"]["nodes"][0]["slug"], slug);
    }

    async fn the_same_file_again_creates_nothing_and_writes_over_nothing(app) {
        let publisher = publisher(&app).await;
        import(&app, &publisher, SCHOOL, RSS).await;
        let before = drafts(&app, &publisher).await;
        let [tree, clean] = before.as_slice() else { panic!("two drafts expected: {before:#?}") };
        let change = seen_with(clean, json!({ "headline": "Субботник удался" }));
        done(&app, &publisher, "newsArticleUpdate", change).await;
        done(&app, &publisher, "newsArticleDiscard", seen(tree)).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let longer = RSS.replace(
            "</channel>",
            "<item><title>Третья</title><guid>old-example-3</guid></item></channel>",
        );
        // By somebody else, with something new in it. What was thrown away may be wanted after all.
        assert_eq!(import(&app, &editor, SCHOOL, longer.as_str()).await, counted(2, 1, 0));
        assert_eq!(import(&app, &publisher, SCHOOL, longer).await, counted(0, 3, 0));
        let headlines: Vec<Value> =
            drafts(&app, &publisher).await.iter().map(|draft| draft["headline"].clone()).collect();
        assert_eq!(headlines, ["Ёлка для детей", "Субботник удался", "Третья"]);
        // Another organisation may have the same guids.
        let stranger = with_role(&app, "stranger", "PUBLISHER", HOSPITAL).await;
        assert_eq!(import(&app, &stranger, HOSPITAL, RSS).await, counted(2, 0, 0));
    }

    async fn the_same_file_twice_at_once_is_written_once(app) {
        let publisher = publisher(&app).await;
        let (one, other) = tokio::join!(
            import(&app, &publisher, SCHOOL, RSS),
            import(&app, &publisher, SCHOOL, RSS),
        );
        let both = |key: &str| one[key].as_u64().expect("a count") + other[key].as_u64().expect("a count");
        assert_eq!((both("created"), both("unchanged")), (2, 2));
        assert_eq!(kept(&app).await, 2);
    }

    async fn atom_and_json_feeds_are_read(app) {
        let publisher = publisher(&app).await;
        assert_eq!(import(&app, &publisher, SCHOOL, ATOM).await, counted(1, 0, 0));
        assert_eq!(import(&app, &publisher, SCHOOL, JSON_FEED).await, counted(1, 0, 0));
        let drafts = drafts(&app, &publisher).await;
        let [salary, hours] = drafts.as_slice() else { panic!("two drafts expected: {drafts:#?}") };
        assert_eq!(salary["headline"], "Зарплата < МРОТ: что делать");
        assert_eq!(salary["lead"], "Пишем заявление.");
        assert_eq!(
            salary["body"],
            "Пишем *заявление* в [инспекцию](https://old.example.ru/gti).\n\n> Статья 133 ТК РФ"
        );
        assert_eq!(salary["category"]["slug"], "pravovaya-zashchita");
        assert_eq!(salary["sourceUrl"], "https://old.example.ru/zarplata");
        assert_eq!(salary["originallyPublishedAt"], "2021-04-30T09:00:00Z");
        assert_eq!(hours["headline"], "Приём <ведёт> председатель");
        assert_eq!(hours["body"], "Кабинет 12.\\\nБез записи.\n\nЗвоните.");
        assert_eq!(hours["bodyHtml"], "<p>Кабинет 12.<br>Без записи.</p>\n<p>Звоните.</p>\n");
        assert_eq!(hours["tags"], json!(["приём"]));
    }

    async fn the_news_of_a_wordpress_export_are_read_and_nothing_else_of_it(app) {
        let publisher = with_role(&app, "publisher", "PUBLISHER", UNION).await;
        assert_eq!(import(&app, &publisher, UNION, WORDPRESS).await, counted(2, 0, 2));
        let drafts = drafts(&app, &publisher).await;
        let [sketch, games] = drafts.as_slice() else { panic!("two drafts expected: {drafts:#?}") };
        assert_eq!(sketch["headline"], "Набросок");
        assert_eq!(sketch["body"], "Черновик\\\nв две строки.");
        assert!(sketch["originallyPublishedAt"].is_null() && sketch["tags"] == json!([]));
        assert_eq!(games["headline"], "Спартакиада учителей");
        assert_eq!(games["lead"], "Итоги спартакиады.");
        assert_eq!(
            games["body"],
            "Победила **команда Севера**.\\\nВручали кубок.\n\n\
             [Кубок](https://mgo-obrazovaniya.mfp.example/wp-content/kubok.jpg) Кубок\n\n\
             ![Видео](https://rutube.ru/video/final2019/)"
        );
        assert_eq!(games["category"]["slug"], "sport");
        assert_eq!(games["tags"], json!(["кубок"]));
        assert_eq!(games["slug"], "spartakiada-uchitelej");
        assert_eq!(games["originallyPublishedAt"], "2019-05-06T07:00:00Z");
        assert_eq!(games["problems"], json!([]));
    }

    async fn an_old_address_leads_on_once_readers_may_see_where(app) {
        const OLD: &str = "/2019/05/spartakiada-uchitelej/";
        let publisher = with_role(&app, "publisher", "PUBLISHER", UNION).await;
        import(&app, &publisher, UNION, WORDPRESS).await;
        let games = drafts(&app, &publisher).await.remove(1);
        assert!(route(&app, HOST, OLD).await.is_null());
        let hidden = seen_with(&games, json!({ "audience": { "scope": "MEMBERS" } }));
        let games = done(&app, &publisher, "newsArticleUpdate", hidden).await;
        done(&app, &publisher, "newsArticlePublish", seen(&games)).await;
        assert!(route(&app, HOST, OLD).await.is_null());

        let again = drafts(&app, &publisher).await;
        assert_eq!(again.len(), 1, "{again:#?}");
        let id = &games["id"];
        let of = "query($id: ID!) { draft(id: $id) { ... on NewsArticleDraft { id version } } }";
        let games = app.ask_by(&publisher, of, json!({ "id": id })).await.data()["draft"].clone();
        let shown = seen_with(&games, json!({ "audience": { "scope": "PUBLIC" } }));
        let games = done(&app, &publisher, "newsArticleUpdate", shown).await;
        let games = done(&app, &publisher, "newsArticlePublish", seen(&games)).await;
        let moved = json!({ "__typename": "Moved", "to": "/news/spartakiada-uchitelej", "permanent": true });
        assert_eq!(route(&app, HOST, OLD).await, moved);
        // `/?p=13` names no page by its path.
        assert!(route(&app, HOST, "/").await["__typename"] == "Organisation");
        done(&app, &publisher, "newsArticleArchive", seen(&games)).await;
        assert!(route(&app, HOST, OLD).await.is_null());
    }

    async fn addresses_of_the_portal_itself_are_the_federations_to_give(app) {
        let file = "<rss><channel><item><title>А</title><link>https://mtuf.ru/o-nas</link></item></channel></rss>";
        let publisher = publisher(&app).await;
        import(&app, &publisher, SCHOOL, file).await;
        let taken = || old_address::Entity::find().count(app.database.reader());
        assert_eq!(taken().await.expect("a count"), 0);
        let admin = app.admin().await.person;
        import(&app, &admin, HOSPITAL, file).await;
        assert_eq!(taken().await.expect("a count"), 1);
    }

    async fn a_file_in_windows_1251_is_read(app) {
        let publisher = publisher(&app).await;
        assert_eq!(import(&app, &publisher, SCHOOL, RSS_1251).await, counted(1, 0, 0));
        let draft = drafts(&app, &publisher).await.remove(0);
        assert_eq!(draft["headline"], "Съезд: «объявление»");
        assert_eq!(draft["lead"], "Ёлкин — делегат № 1.");
    }

    async fn more_than_a_transaction_holds_is_brought_in_several(app) {
        let item = |number: usize| format!("<item><title>Новость {number}</title><guid>{number}</guid></item>");
        let file = |count: usize| {
            let items: String = (0..count).map(item).collect();
            format!("<rss><channel>{items}</channel></rss>")
        };
        let publisher = publisher(&app).await;
        assert_eq!(import(&app, &publisher, SCHOOL, file(105)).await, counted(105, 0, 0));
        assert_eq!(import(&app, &publisher, SCHOOL, file(110)).await, counted(5, 105, 0));
        assert_eq!(kept(&app).await, 110);
    }

    async fn the_command_line_imports_a_feed(app) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("site.rss");
        std::fs::write(&path, RSS).expect("written");
        let file = path.to_str().expect("a path");
        let import = ["news", "import-feed", file, "--organisation", SCHOOL];
        for outcome in ["2 drafts begun, 0 known already", "0 drafts begun, 2 known already"] {
            let (success, said, complaint) = run(&app, &import).await;
            assert!(success, "{complaint}");
            assert!(said.contains("2 of 2 entries") && said.contains(outcome), "{said}");
        }
        let publisher = publisher(&app).await;
        assert_eq!(drafts(&app, &publisher).await.len(), 2);
        let elsewhere = ["news", "import-feed", file, "--organisation", "net-takoj"];
        let (success, _, complaint) = run(&app, &elsewhere).await;
        assert!(!success && complaint.contains("ORGANISATION_NOT_FOUND"), "{complaint}");
        std::fs::write(&path, RSS.replace("</rss>", "")).expect("written");
        let (success, _, complaint) = run(&app, &import).await;
        assert!(!success && complaint.contains(", line ") && complaint.contains("BROKEN"), "{complaint}");
    }
}
