//! What comes of a picture that somebody sends, and who may send one.

use std::time::Duration;

use entities::{audit_entry, media_asset, throttle_event};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    Desk, HOSPITAL, SCHOOL, fetch,
    files::{self, held, holds, jpeg, png, webp, with_a_hole},
    reason, staff, upload,
};
use crate::{
    at_both_desks,
    support::{Answer, App},
};

const MEBIBYTE: usize = 1024 * 1024;

async fn assets(app: &App) -> u64 {
    media_asset::Entity::find()
        .filter(media_asset::Column::IsDemo.eq(false))
        .count(app.database.reader())
        .await
        .expect("a count")
}

/// The start of an upload without its body.
fn head(desk: &Desk, length: usize) -> String {
    let token = &desk.correspondent.access_token;
    format!(
        "POST /uploads?purpose=image&organisation={SCHOOL} HTTP/1.1\r\nhost: mfp\r\nauthorization: Bearer {token}\r\ncontent-type: image/jpeg\r\ncontent-length: {length}\r\n\r\n"
    )
}

at_both_desks! {
    async fn only_who_writes_for_an_organisation_uploads_for_it(desk) {
        let app = &desk.app;
        let query = [("organisation", SCHOOL)];
        let anonymous = upload(app, None, &query, jpeg(40, 30)).await;
        assert_eq!((anonymous.status.as_u16(), anonymous.code()), (401, "UNAUTHENTICATED"));
        let member = app.sign_in("+79161234567").await;
        let refused = upload(app, Some(&member.access_token), &query, jpeg(40, 30)).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "FORBIDDEN"));
        let moderator = staff(app, "MODERATOR", SCHOOL).await;
        let refused = upload(app, Some(&moderator.access_token), &query, jpeg(40, 30)).await;
        assert_eq!(refused.code(), "FORBIDDEN");

        // That there is such an organisation, others need not learn.
        let stranger = staff(app, "CORRESPONDENT", HOSPITAL).await;
        let refused = upload(app, Some(&stranger.access_token), &query, jpeg(40, 30)).await;
        assert_eq!(reason(&refused), "ORGANISATION_NOT_FOUND");
        let unknown = [("organisation", "net-takoj")];
        let refused = upload(app, Some(&stranger.access_token), &unknown, jpeg(40, 30)).await;
        assert_eq!(reason(&refused), "ORGANISATION_NOT_FOUND");
        let refused = upload(app, Some(&stranger.access_token), &[], jpeg(40, 30)).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT");
        assert_eq!(assets(app).await, 0);
        assert_eq!(desk.folders(), Vec::<String>::new());
    }

    async fn a_photo_gets_variants_and_forgets_where_it_was_taken(desk) {
        let app = &desk.app;
        let asset = desk.sent(held(&jpeg(800, 400))).await;
        // It was taken on its side.
        assert_eq!((&asset["width"], &asset["height"]), (&json!(400), &json!(800)));
        assert!(asset["blurHash"].as_str().is_some_and(|hash| hash.len() > 6));
        let url = asset["url"].as_str().expect("an address");
        assert!(url.ends_with("/400.jpg"), "{url}");
        for width in [160, 320, 400] {
            let answer = fetch(app, &url.replace("/400.", &format!("/{width}."))).await;
            assert_eq!(answer.status(), 200);
            let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
            assert_eq!(header("content-type"), "image/jpeg");
            assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(header("x-content-type-options"), "nosniff");
            let bytes = answer.bytes().await.expect("bytes");
            let variant = image::load_from_memory(&bytes).expect("a picture").into_rgb8();
            assert_eq!(variant.dimensions(), (width, width * 2));
            assert!(variant.get_pixel(width / 2, width / 4).0[1] < 100, "dark above");
            assert!(variant.get_pixel(width / 2, width * 7 / 4).0[1] > 150, "light below");
        }
        let wider = fetch(app, &url.replace("/400.", "/480.")).await;
        assert_eq!(wider.status(), 404, "nothing is made larger than it is");
        for file in desk.stored() {
            assert!(!holds(&file, files::PLACE) && !holds(&file, "Exif"));
        }
    }

    async fn what_has_holes_stays_a_png_and_other_kinds_are_taken_too(desk) {
        let hole = desk.sent(with_a_hole()).await;
        let url = hole["url"].as_str().expect("an address");
        assert!(url.ends_with("/90.png"), "{url}");
        let bytes = fetch(&desk.app, url).await.bytes().await.expect("bytes");
        let kept = image::load_from_memory(&bytes).expect("a picture").into_rgba8();
        assert_eq!(kept.get_pixel(0, 0).0[3], 0);
        for file in [png(70, 50), webp(70, 50)] {
            let asset = desk.sent(file).await;
            assert_eq!((&asset["width"], &asset["height"]), (&json!(70), &json!(50)));
        }
        let large = desk.sent(jpeg(2400, 400)).await;
        assert_eq!((&large["width"], &large["height"]), (&json!(1920), &json!(320)));
    }

    async fn the_same_file_twice_is_one_picture(desk) {
        let app = &desk.app;
        let first = desk.sent(jpeg(60, 40)).await;
        let again = desk.send(jpeg(60, 40)).await;
        assert_eq!((again.status.as_u16(), &again.body["mediaAsset"]), (200, &first));
        assert_eq!((assets(app).await, desk.folders().len()), (1, 1));

        // Another organisation has its own; two at once are one.
        let elsewhere = staff(app, "EDITOR", HOSPITAL).await;
        let query = [("organisation", HOSPITAL)];
        let send = || upload(app, Some(&elsewhere.access_token), &query, jpeg(60, 40));
        let (one, other) = tokio::join!(send(), send());
        assert_ne!(one.body["mediaAsset"]["id"], first["id"]);
        assert_eq!(one.body["mediaAsset"]["id"], other.body["mediaAsset"]["id"], "{:#}", one.body);
        assert_eq!((assets(app).await, desk.folders().len()), (2, 2));
        let told = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("media_asset.upload"))
            .count(app.database.reader())
            .await
            .expect("a count");
        assert_eq!(told, 2);
    }

    async fn a_day_has_fifty_files(desk) {
        let app = &desk.app;
        desk.sent(jpeg(20, 20)).await;
        let first = throttle_event::Entity::find()
            .filter(throttle_event::Column::Kind.eq("media-uploaded"))
            .one(app.database.reader())
            .await
            .expect("a query")
            .expect("an upload that counts");
        // Forty-nine more, as the throttle counts them.
        for _ in 0..49 {
            let one = throttle_event::Model { id: uuid::Uuid::now_v7(), ..first.clone() };
            throttle_event::Entity::insert(throttle_event::ActiveModel::from(one))
                .exec_without_returning(app.database.writer())
                .await
                .expect("an event");
        }
        let refused = desk.send(jpeg(21, 20)).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (429, "RATE_LIMITED"));
        assert_eq!(reason(&refused), "TOO_MANY_FILES");
        assert!(!refused.header("retry-after").is_empty());
        // What is there already costs nothing.
        assert_eq!(desk.send(jpeg(20, 20)).await.status, 200);
        assert_eq!(desk.folders().len(), 1);
    }

    async fn a_day_has_two_hundred_mebibytes(desk) {
        use sea_orm::sea_query::Expr;
        let app = &desk.app;
        desk.sent(jpeg(20, 20)).await;
        media_asset::Entity::update_many()
            .col_expr(media_asset::Column::Bytes, Expr::value(200_i64 * 1024 * 1024))
            .filter(media_asset::Column::IsDemo.eq(false))
            .exec(app.database.writer())
            .await
            .expect("changed");
        assert_eq!(reason(&desk.send(jpeg(21, 20)).await), "TOO_MANY_BYTES");
    }

    async fn larger_files_and_other_types_are_not_taken(desk) {
        let app = &desk.app;
        let mut connection = TcpStream::connect(app.address).await.expect("a connection");
        connection.write_all(head(&desk, 11 * MEBIBYTE).as_bytes()).await.expect("sent");
        let mut answer = vec![0; 64];
        let read = connection.read(&mut answer).await.expect("an answer");
        assert!(String::from_utf8_lossy(&answer[..read]).contains(" 413 "));
        for content_type in ["image/svg+xml", "text/html", "multipart/form-data; boundary=x", "image/gif"] {
            let request = app.client
                .post(app.url("/uploads"))
                .query(&[("purpose", "image"), ("organisation", SCHOOL)])
                .header("content-type", content_type)
                .header("authorization", format!("Bearer {}", desk.correspondent.access_token))
                .body(jpeg(40, 30));
            let refused = Answer::of(request.send().await.expect("an answer")).await;
            assert_eq!((refused.status.as_u16(), refused.code()), (415, "UNSUPPORTED_MEDIA_TYPE"));
        }
        assert_eq!(assets(app).await, 0);
    }

    async fn an_upload_that_is_cut_off_leaves_nothing(desk) {
        let app = &desk.app;
        let file = jpeg(600, 400);
        let mut connection = TcpStream::connect(app.address).await.expect("a connection");
        connection.write_all(head(&desk, file.len()).as_bytes()).await.expect("sent");
        connection.write_all(&file[..file.len() / 2]).await.expect("sent");
        drop(connection);
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(assets(app).await, 0);
        assert_eq!(desk.folders(), Vec::<String>::new());
        // The server is as well as before.
        desk.sent(file).await;
    }
}
