//! Who is answered what, and in which form.

use axum::http::{Method, StatusCode};
use guidepost::http;
use serde_json::json;

use super::{ask, get, get_unknown};
use crate::harness::Seen::{Missing, Share};
use crate::harness::{AgreedKpi, Seed, World, on_both_databases};

/// A KPI with a dataset that is released, and one that is only shared.
async fn seeded(world: &World) -> AgreedKpi {
    let kpi = world.agreed_kpi(json!({ "dataKind": "SHARE", "bySite": true })).await;
    let released = Seed::shared("2024-01-01", "2024-03-31").released();
    let released = released.at(&world.cdmo_site, "2024-01-01", Share(90.0, 100.0));
    let released = released.at(&world.sponsor_site, "2024-01-01", Share(50.0, 100.0));
    released.at(&world.cdmo_site, "2024-02-01", Share(93.0, 100.0)).put(world, &kpi).await;
    let shared = Seed::shared("2024-04-01", "2024-04-30");
    shared.at(&world.cdmo_site, "2024-04-01", Share(41.0, 100.0)).put(world, &kpi).await;
    kpi
}

on_both_databases! {
    async fn each_level_is_drawn_what_it_may_see(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let path = format!("/charts/{}.svg", kpi.id);
        let leadership = app.caller("acme", "helen", "kpis:read-released");
        let working = get(&app.router, &path, &world.cdmo).await.picture();
        let released = get(&app.router, &path, &leadership).await.picture();
        assert!(working.contains("2024-04: 41") && working.contains("shared, not aligned"), "{working}");
        assert!(!released.contains("2024-04") && !released.contains(": 41"), "{released}");
        assert!(released.contains("2024-01: 70") && released.contains(" · released · "), "{released}");
        // A site's own observations, under its name, or its id for who does not read names.
        let of_site = format!("{path}?siteId={}", world.cdmo_site);
        let named = get(&app.router, &of_site, &world.sponsor).await.picture();
        assert!(named.contains("2024-01: 90") && named.contains("site Tuas"), "{named}");
        let unnamed = get(&app.router, &of_site, &leadership).await.picture();
        assert!(unnamed.contains("2024-01: 90") && unnamed.contains(&format!("site {}", world.cdmo_site)), "{unnamed}");
        // A window onto it, by other rules.
        let window = get(&app.router, &format!("{path}?from=2024-02-01&to=2024-02-29&ruleSet=NELSON&type=XMR"), &world.sponsor).await.picture();
        assert!(window.contains("2024-02: 93") && !window.contains("2024-01: 70"), "{window}");
        assert!(window.contains("XmR chart, rules of Nelson"), "{window}");
        let empty = get(&app.router, &format!("{path}?from=2030-01-01"), &world.sponsor).await.picture();
        assert!(empty.contains("no period in this range"), "{empty}");
    }

    async fn who_may_not_see_it_is_told_no_more_than_elsewhere(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let path = format!("/charts/{}.svg", kpi.id);
        let unknown = get_unknown(&app.router, &path).await;
        assert_eq!(unknown.refusal(), (401, "UNAUTHENTICATED".to_owned()));
        assert_eq!(unknown.header("www-authenticate"), "Bearer");
        // Who is not known is not told what is wrong with the request, either.
        assert_eq!(get_unknown(&app.router, "/charts/x.png?width=1").await.refusal().0, 401);
        assert_eq!(get(&app.router, &path, &app.bearer("forged")).await.refusal().0, 401);
        let collector = app.caller("brightfill", "mes", "kpis:collect actions:read");
        let (status, code, detail) = get(&app.router, &path, &collector).await.problem();
        assert_eq!((status, &*code), (403, "FORBIDDEN"));
        assert!(detail.contains("kpis:read or kpis:read-released"), "{detail}");
        let hidden = get(&app.router, &path, &world.stranger).await.problem();
        let none = get(&app.router, "/charts/kpi_01h455vb4pex5vsknk084sn02q.svg", &world.sponsor).await.problem();
        assert_eq!(hidden, none);
        assert_eq!((hidden.0, &*hidden.1), (404, "NOT_FOUND"));
    }

    async fn what_was_never_measured_has_no_picture(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let path = format!("/charts/{}.svg", kpi.id);
        let (status, _, detail) = get(&app.router, &path, &world.sponsor).await.problem();
        assert_eq!(status, 404);
        assert!(detail.contains("no value yet"), "{detail}");
        Seed::shared("2024-01-01", "2024-01-31").with("2024-01-01", Missing("EXCLUDED")).put(&world, &kpi).await;
        assert_eq!(get(&app.router, &path, &world.sponsor).await.refusal().0, 404);
        // What is only shared is not there for leadership.
        Seed::shared("2024-02-01", "2024-02-29").with("2024-02-01", Share(9.0, 10.0)).put(&world, &kpi).await;
        let leadership = app.caller("brightfill", "grace", "kpis:read-released");
        assert_eq!(get(&app.router, &path, &world.sponsor).await.status, StatusCode::OK);
        assert_eq!(get(&app.router, &path, &leadership).await.refusal().0, 404);
    }

    async fn all_that_is_wrong_is_told_at_once(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let wrong = "width=12&height=many&theme=pink&type=PIE&ruleSet=MINE&from=2024-02-30&siteId=kpi_1&color=red&width=900";
        let (status, code, detail) = get(&app.router, &format!("/charts/{}.svg?{wrong}", kpi.id), &world.sponsor).await.problem();
        assert_eq!((status, &*code), (400, "BAD_USER_INPUT"));
        for expected in [
            "width: is given twice", "width: must be a number of pixels from 320 to 2400", "height: must be a number of pixels from 200 to 1600",
            "theme: must be light, dark or auto", "type: must be one of XMR, P, NP, C, U, P_PRIME, U_PRIME",
            "ruleSet: must be one of WESTERN_ELECTRIC, NELSON, NHS, ANHOEJ", "from: must be a calendar date",
            "siteId: ", "color: is no parameter; there are width, height, theme, type, ruleSet, from, to, siteId",
        ] {
            assert!(detail.contains(expected), "{expected} in: {detail}");
        }
        for (path, expected) in [
            (format!("/charts/{}.png", kpi.id), "kpi: must be a KPI's id with .svg behind it"),
            (format!("/charts/{}.svg", world.relationship), "kpi: "),
            (format!("/charts/{}.svg?from=2024-02-01&to=2024-01-01", kpi.id), "to: "),
            // Of many, none is looked at.
            (format!("/charts/{}.svg?{}", kpi.id, "a&".repeat(33)), "parameters: there are 33 of them; at most 32 are read"),
            // The numbers do not fit: shares are of wholes that vary.
            (format!("/charts/{}.svg?type=NP", kpi.id), "type: "),
        ] {
            let (status, code, detail) = get(&app.router, &path, &world.sponsor).await.problem();
            assert_eq!((status, &*code), (400, "BAD_USER_INPUT"), "{path}");
            assert!(detail.contains(expected), "{path}: {detail}");
        }
    }

    async fn a_picture_is_no_page(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let path = format!("/charts/{}.svg", kpi.id);
        let got = get(&app.router, &path, &world.sponsor).await;
        for (name, value) in [
            ("content-type", "image/svg+xml; charset=utf-8"), ("cache-control", "no-store"), ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        ] {
            assert_eq!(got.header(name), value, "{name}");
        }
        assert!(!got.header("x-request-id").is_empty());
        let head = ask(&app.router, Method::HEAD, &path, Some(&world.sponsor.token)).await;
        assert_eq!((head.status, head.header("content-type"), &*head.text), (StatusCode::OK, got.header("content-type"), ""));
        let post = ask(&app.router, Method::POST, &path, Some(&world.sponsor.token)).await;
        assert_eq!(post.refusal(), (405, "BAD_USER_INPUT".to_owned()));
        // What the two sides call things becomes no markup.
        let named = world.definition("EVIL", json!({ "name": "<script>alert('1')</script>", "unit": "\"&<%" }));
        let evil = world.agree_definition(named).await;
        Seed::shared("2024-01-01", "2024-01-31").with("2024-01-01", Share(9.0, 10.0)).put(&world, &evil).await;
        let picture = get(&app.router, &format!("/charts/{}.svg", evil.id), &world.sponsor).await.picture();
        assert!(!picture.contains("<script") && picture.contains("&lt;script&gt;alert(&#39;1&#39;)"), "{picture}");
    }

    async fn pictures_are_paid_for_and_take_a_place(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let path = format!("/charts/{}.svg", kpi.id);
        let poor = app.with_settings(|config| {
            let rate = |number: u32| number.try_into().expect("it is not 0");
            config.load.subject_rate = Some(guidepost::config::Rate { per_second: rate(100), burst: rate(1_500) });
        }).await;
        let poor = http::router(poor);
        let first = get(&poor, &path, &world.sponsor).await;
        assert_eq!((first.status, first.header("ratelimit")), (StatusCode::OK, r#""subject";r=400;t=11"#));
        let second = get(&poor, &path, &world.sponsor).await;
        assert_eq!(second.refusal(), (429, "RATE_LIMITED".to_owned()));
        assert_eq!(second.header("retry-after"), "7");
        // By its link another may see it, and none of its own is spent on that.
        let query = json!({ "query": "query($id: ID!) { kpi(id: $id) { chartLink { url } } }", "variables": { "id": kpi.id } });
        app.pass(chrono::TimeDelta::seconds(15));
        let made = world.sponsor.at(&poor).post(&[], query.to_string()).await.body;
        let link = made["data"]["kpi"]["chartLink"]["url"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let by_link = get_unknown(&poor, &link).await;
        assert_eq!((by_link.status, by_link.header("ratelimit")), (StatusCode::OK, r#""link";r=400;t=11"#));
        assert_eq!(get_unknown(&poor, &link).await.refusal(), (429, "RATE_LIMITED".to_owned()));
        assert_eq!(get(&poor, &path, &world.sponsor).await.status, StatusCode::OK);
        let small = http::router(app.with_settings(|config| config.load.max_concurrent_requests = 1).await);
        // Its answer is not read yet, and so it holds its place.
        let request = axum::http::Request::get(&path).header("authorization", format!("Bearer {}", world.sponsor.token));
        let request = request.body(axum::body::Body::empty()).expect("a request");
        let held = tower::ServiceExt::oneshot(small.clone(), request).await.expect("an answer");
        assert_eq!(get(&small, &path, &world.cdmo).await.refusal(), (503, "UNAVAILABLE".to_owned()));
        drop(held);
        assert_eq!(get(&small, &path, &world.cdmo).await.status, StatusCode::OK);
    }
}
