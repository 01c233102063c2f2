//! Partners and their outlets, by hand and from files.

use serde_json::json;

use super::{
    HOSPITAL, SCHOOL, audited, counts, cursor, done, faults, heard, key, pairs, problems, send,
    upload, with_role,
};
use crate::{on_both_databases, support::user_error};

const PARTNER: &str = "partner { id slug brandName legalName site organisation { slug } }";
const OUTLET: &str = "outlet { id name address okrug latitude longitude phone partner { slug } }";

on_both_databases! {
    async fn a_partner_is_kept_by_those_who_publish_for_its_organisation(app) {
        let editor = with_role(&app, "EDITOR", SCHOOL).await;
        let query = "mutation($key: ID!) { partnerCreate(input: { clientMutationKey: $key }) { userErrors { code } } }";
        assert_eq!(app.ask_by(&editor, query, json!({ "key": key() })).await.code(), "FORBIDDEN");
        let publisher = with_role(&app, "PUBLISHER", SCHOOL).await;
        let wrong = json!({ "clientMutationKey": key(), "brandName": " ", "site": "ftp://x", "slug": "Кафе" });
        let refused = send(&app, &publisher, "partnerCreate", PARTNER, wrong).await;
        let expected = [("brandName", "MISSING"), ("legalName", "MISSING"), ("organisation", "ORGANISATION_NOT_FOUND"), ("site", "NOT_A_URL"), ("slug", "NOT_A_SLUG")];
        assert_eq!(problems(&refused), pairs(&expected), "the federation's partners are not theirs");

        let since = cursor(&app, "PARTNER").await;
        let school = app.organisation_node(SCHOOL).await;
        let input = json!({ "clientMutationKey": key(), "organisation": school, "brandName": "Кафе «Урок»", "legalName": "ООО «Урок»", "site": "https://urok.example" });
        let made = done(&app, &publisher, "partnerCreate", PARTNER, input.clone()).await["partner"].clone();
        assert_eq!((&made["slug"], &made["organisation"]["slug"]), (&json!("kafe-urok"), &json!(SCHOOL)));
        let again = done(&app, &publisher, "partnerCreate", PARTNER, input).await["partner"].clone();
        assert_eq!(made, again);
        let news = heard(&app, "PARTNER", &since, "... on Partner { brandName }").await;
        assert_eq!(news["changed"], json!([{ "brandName": "Кафе «Урок»" }]));

        let elsewhere = with_role(&app, "PUBLISHER", HOSPITAL).await;
        let change = json!({ "id": made["id"], "brandName": "Кафе «Перемена»" });
        let refused = send(&app, &elsewhere, "partnerUpdate", PARTNER, change.clone()).await;
        assert_eq!(user_error(&refused), "NOT_FOUND");
        let changed = done(&app, &publisher, "partnerUpdate", PARTNER, change.clone()).await;
        assert_eq!((&changed["partner"]["brandName"], &changed["partner"]["slug"]), (&json!("Кафе «Перемена»"), &made["slug"]));
        done(&app, &publisher, "partnerUpdate", PARTNER, change).await;
        assert_eq!(audited(&app, "partner.update").await, 1);
    }

    async fn an_outlet_is_kept_by_those_who_keep_its_partner(app) {
        let publisher = with_role(&app, "PUBLISHER", SCHOOL).await;
        let theirs = app.ask("{ partners(first: 1) { nodes { id } } }").await;
        let theirs = &theirs.data()["partners"]["nodes"][0]["id"];
        let input = |partner: &serde_json::Value| json!({ "clientMutationKey": key(), "partner": partner, "name": "Урок у метро", "address": "Москва, Мира, 1", "okrug": "SVAO", "latitude": 55.8, "longitude": 37.6, "phone": "8 495 1234567", "externalId": "A1" });
        let refused = send(&app, &publisher, "outletCreate", OUTLET, input(theirs)).await;
        assert_eq!(problems(&refused), pairs(&[("partner", "NOT_THERE")]), "the federation keeps that one");

        let school = app.organisation_node(SCHOOL).await;
        let partner = json!({ "clientMutationKey": key(), "organisation": school, "brandName": "Урок", "legalName": "ООО «Урок»" });
        let partner = done(&app, &publisher, "partnerCreate", PARTNER, partner).await["partner"]["id"].clone();
        let mut wrong = input(&partner);
        for (name, value) in [("latitude", json!(91)), ("longitude", json!(null)), ("name", json!("")), ("phone", json!("тел"))] {
            wrong[name] = value;
        }
        let refused = send(&app, &publisher, "outletCreate", OUTLET, wrong).await;
        let expected = [("latitude", "OUT_OF_RANGE"), ("longitude", "MISSING"), ("name", "MISSING"), ("phone", "NOT_A_PHONE")];
        assert_eq!(problems(&refused), pairs(&expected));
        let made = done(&app, &publisher, "outletCreate", OUTLET, input(&partner)).await["outlet"].clone();
        assert_eq!((&made["phone"], &made["okrug"]), (&json!("+74951234567"), &json!("SVAO")));
        let refused = send(&app, &publisher, "outletCreate", OUTLET, input(&partner)).await;
        assert_eq!(problems(&refused), pairs(&[("externalId", "REPEATED")]));
        let refused = send(&app, &publisher, "partnerDelete", "deletedId", json!({ "id": partner })).await;
        assert_eq!(user_error(&refused), "IN_USE");
        let change = json!({ "id": made["id"], "okrug": null, "hours": "с 9 до 21" });
        let changed = done(&app, &publisher, "outletUpdate", OUTLET, change).await;
        assert!(changed["outlet"]["okrug"].is_null());
        for _ in 0..2 {
            done(&app, &publisher, "outletDelete", "deletedId", json!({ "id": made["id"] })).await;
            done(&app, &publisher, "partnerDelete", "deletedId", json!({ "id": partner })).await;
        }
    }

    async fn what_gives_benefits_stays(app) {
        let admin = app.admin().await.person;
        let given = app.ask("{ benefits(first: 50) { nodes { partner { id } outlets(first: 1) { nodes { id } } } } }").await;
        let nodes = given.data()["benefits"]["nodes"].as_array().expect("benefits").clone();
        let given = nodes.iter().find(|node| node["outlets"]["nodes"][0].is_object()).expect("a benefit with an outlet");
        for (name, id) in [("partnerDelete", &given["partner"]["id"]), ("outletDelete", &given["outlets"]["nodes"][0]["id"])] {
            let refused = send(&app, &admin, name, "deletedId", json!({ "id": id })).await;
            assert_eq!(user_error(&refused), "IN_USE", "{name}");
        }
    }

    async fn partners_and_outlets_come_from_files_whole_or_not_at_all(app) {
        let publisher = with_role(&app, "PUBLISHER", SCHOOL).await;
        let editor = with_role(&app, "EDITOR", SCHOOL).await;
        let own = [("purpose", "partners"), ("organisation", SCHOOL)];
        let file = "brand_name;legal_name;site\nУрок;ООО «Урок»;https://urok.example\nПеремена;ООО «Перемена»;\n";
        assert_eq!(upload(&app, &editor, &own, file).await.code(), "FORBIDDEN");
        for query in [&[("purpose", "partners")][..], &[("purpose", "partners"), ("organisation", HOSPITAL)]] {
            let refused = upload(&app, &publisher, query, file).await;
            assert_eq!(refused.body["errors"][0]["extensions"]["reason"], "ORGANISATION_NOT_FOUND");
        }
        let bad = "brand_name;legal_name;site\nУрок;ООО «Урок»;\nУрок;;x\n";
        let refused = upload(&app, &publisher, &own, bad).await;
        assert_eq!(refused.status, 422);
        let expected = [(3, "slug", "REPEATED"), (3, "legal_name", "MISSING"), (3, "site", "NOT_A_URL")];
        assert_eq!(faults(&refused), expected.map(|(line, column, code)| (line, column.to_owned(), code.to_owned())));
        assert_eq!(audited(&app, "partner.import").await, 0, "nothing of it was kept");

        assert_eq!(counts(&upload(&app, &publisher, &own, file).await), [2, 0, 0]);
        assert_eq!(counts(&upload(&app, &publisher, &own, file).await), [0, 0, 2]);
        let changed = file.replace("https://urok.example", "https://urok2.example");
        assert_eq!(counts(&upload(&app, &publisher, &own, &changed).await), [0, 1, 1]);

        let outlets = [("purpose", "outlets")];
        let head = "partner;external_id;name;address;okrug;latitude;longitude\n";
        let bad = format!("{head}urok;1;Урок;Мира, 1;СВАО;55,8;37,6\nnikto;1;Урок;Мира, 1;SVAO;55,8;37,6\n");
        let refused = upload(&app, &publisher, &outlets, &bad).await;
        let expected = [(2, "okrug", "NOT_AN_OKRUG"), (3, "partner", "NOT_THERE")];
        assert_eq!(faults(&refused), expected.map(|(line, column, code)| (line, column.to_owned(), code.to_owned())));
        let good = format!("{head}urok;1;Урок;Мира, 1;svao;55,8;37,6\nurok;;Урок;Мира, 2;;55.9;37.7\n");
        let since = cursor(&app, "OUTLET").await;
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &good).await), [2, 0, 0]);
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &good).await), [0, 0, 2]);
        let moved = good.replace("Мира, 1", "Мира, 3");
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &moved).await), [0, 1, 1]);
        let news = heard(&app, "OUTLET", &since, "... on Outlet { address okrug latitude }").await;
        let mut news = news["changed"].as_array().expect("outlets").clone();
        news.sort_by_key(|outlet| outlet["address"].to_string());
        assert_eq!(news, [
            json!({ "address": "Мира, 2", "okrug": null, "latitude": 55.9 }),
            json!({ "address": "Мира, 3", "okrug": "SVAO", "latitude": 55.8 }),
        ]);
    }

    async fn an_address_stands_for_one_outlet_unless_ids_tell_them_apart(app) {
        let publisher = with_role(&app, "PUBLISHER", SCHOOL).await;
        let own = [("purpose", "partners"), ("organisation", SCHOOL)];
        let partner = "brand_name;legal_name\nУрок;ООО «Урок»\n";
        assert_eq!(counts(&upload(&app, &publisher, &own, partner).await), [1, 0, 0]);
        let file = |lines: &[(&str, &str)]| {
            let head = "partner;external_id;name;address;latitude;longitude\n".to_owned();
            lines.iter().fold(head, |file, (id, address)| file + &format!("urok;{id};Урок;{address};55.8;37.6\n"))
        };
        let outlets = [("purpose", "outlets")];

        let alike = file(&[("", "Мира, 1"), ("", "Мира, 1"), ("A1", "Мира, 2"), ("", "Мира, 2"), ("A1", "Мира, 3")]);
        let refused = upload(&app, &publisher, &outlets, &alike).await;
        assert_eq!(refused.status, 422);
        let expected = [(3, "address", "REPEATED"), (5, "address", "REPEATED"), (6, "external_id", "REPEATED")];
        assert_eq!(faults(&refused), expected.map(|(line, column, code)| (line, column.to_owned(), code.to_owned())));
        for (fault, other) in [(0, "в строке 2"), (1, "в строке 4"), (2, "в строке 4")] {
            let message = refused.body["refused"][fault]["message"].as_str().expect("a message");
            assert!(message.contains(other), "{message}");
        }

        // Two shops of one house: the first takes over what was there, the second is new.
        let nameless = file(&[("", "Мира, 4")]);
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &nameless).await), [1, 0, 0]);
        let named = file(&[("B1", "Мира, 4"), ("B2", "Мира, 4")]);
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &named).await), [1, 1, 0]);
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &named).await), [0, 0, 2]);
        // Now the address alone does not say which.
        let refused = upload(&app, &publisher, &outlets, &nameless).await;
        assert_eq!(faults(&refused), [(2, "address".to_owned(), "REPEATED".to_owned())]);

        // One that moves away leaves its address to another.
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &file(&[("C1", "Мира, 6")])).await), [1, 0, 0]);
        let moved = file(&[("", "Мира, 6"), ("C1", "Мира, 7")]);
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &moved).await), [1, 1, 0]);
        assert_eq!(counts(&upload(&app, &publisher, &outlets, &moved).await), [0, 0, 2]);
    }

    async fn a_file_that_is_no_table_is_refused_whole(app) {
        let admin = app.admin().await.person;
        let query = [("purpose", "partners")];
        for (file, reason) in [
            ("", "EMPTY"),
            ("brand_name;legal_name\n", "EMPTY"),
            ("brand_name;colour\nУрок;синий\n", "UNKNOWN_COLUMN"),
            ("brand_name\nУрок\n", "COLUMN_MISSING"),
            ("PK\u{3}\u{4}", "EXCEL_WORKBOOK"),
        ] {
            let refused = upload(&app, &admin, &query, file).await;
            assert_eq!(refused.status, 400, "{file}");
            assert_eq!(refused.body["errors"][0]["extensions"]["reason"], reason, "{file}");
        }
    }
}
