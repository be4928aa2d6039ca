//! Signed links: to one picture, for a while, and never to more than their caller sees.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use guidepost::access::token::sign_development_token;
use guidepost::config::ResourceUrl;
use guidepost::http;
use serde_json::{Value, json};

use super::{ask, get, get_unknown};
use crate::harness::Seen::Share;
use crate::harness::{AgreedKpi, Caller, Seed, World, on_both_databases, text};

/// A KPI with a value that is shared.
async fn seeded(world: &World) -> AgreedKpi {
    let kpi = world.agreed_kpi(json!({ "dataKind": "SHARE" })).await;
    Seed::shared("2024-01-01", "2024-01-31").with("2024-01-01", Share(90.0, 100.0)).put(world, &kpi).await;
    kpi
}

async fn link(caller: &Caller, kpi: &AgreedKpi, arguments: &str) -> Value {
    let query = format!("query($id: ID!) {{ kpi(id: $id) {{ chartLink{arguments} {{ url expiresAt }} }} }}");
    caller.ok(&query, json!({ "id": kpi.id })).await["kpi"]["chartLink"].clone()
}

const UNAUTHENTICATED: (u16, &str) = (401, "UNAUTHENTICATED");

async fn refusal(router: &axum::Router, url: &str) -> (u16, String) {
    get_unknown(router, url).await.refusal()
}

on_both_databases! {
    async fn a_link_shows_what_its_caller_sees(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let arguments = r#"(type: XMR, ruleSet: NELSON, from: "2024-01-01", to: "2024-12-31", width: 640, height: 400, theme: DARK)"#;
        let made = link(&world.sponsor, &kpi, arguments).await;
        assert_eq!(made["expiresAt"], "2026-03-02T10:00:00+00:00");
        let url = text(&made["url"]);
        let path = format!("/charts/{}.svg?width=640&height=400&theme=dark&type=XMR&ruleSet=NELSON&from=2024-01-01&to=2024-12-31", kpi.id);
        assert!(url.starts_with(&format!("{path}&link=")), "{url}");
        let by_link = get_unknown(&app.router, &url).await;
        assert_eq!(by_link.header("cache-control"), "no-store");
        assert_eq!(by_link.picture(), get(&app.router, &path, &world.sponsor).await.picture());
        // A chart of one site needs values of that site.
        let of_site = text(&link(&world.sponsor, &kpi, &format!("(siteId: {:?})", world.cdmo_site)).await["url"]);
        assert_eq!(refusal(&app.router, &of_site).await, (404, "NOT_FOUND".to_owned()));
        // Leadership sees it once it is released, and not before.
        let leadership = app.caller("acme", "helen", "kpis:read-released");
        Seed::shared("2023-12-01", "2023-12-31").released().with("2023-12-01", Share(70.0, 100.0)).put(&world, &kpi).await;
        let picture = get_unknown(&app.router, &text(&link(&leadership, &kpi, "").await["url"])).await.picture();
        assert!(picture.contains("2023-12: 70") && !picture.contains("2024-01"), "{picture}");
        // What its caller no longer sees, it no longer shows: the rules are those of the moment.
        let stranger = world.stranger.ok("query($id: ID!) { kpi(id: $id) { chartLink { url } } }", json!({ "id": kpi.id })).await;
        assert_eq!(stranger["kpi"], Value::Null);
    }

    async fn a_link_for_others_can_show_what_is_released_alone(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let asked = "(releasedOnly: true)";
        let early = text(&link(&world.sponsor, &kpi, asked).await["url"]);
        assert_eq!(refusal(&app.router, &early).await, (404, "NOT_FOUND".to_owned()), "nothing is released");
        Seed::shared("2023-12-01", "2023-12-31").released().with("2023-12-01", Share(70.0, 100.0)).put(&world, &kpi).await;
        let picture = get_unknown(&app.router, &text(&link(&world.sponsor, &kpi, asked).await["url"])).await.picture();
        assert!(picture.contains("2023-12: 70") && !picture.contains("2024-01"), "{picture}");
        let whole = get_unknown(&app.router, &text(&link(&world.sponsor, &kpi, "").await["url"])).await.picture();
        assert!(whole.contains("2024-01: 90"), "{whole}");
    }

    async fn a_link_is_good_for_one_picture_alone(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let url = text(&link(&world.sponsor, &kpi, "").await["url"]);
        assert_eq!(get_unknown(&app.router, &url).await.status, StatusCode::OK);
        let unauthenticated = (UNAUTHENTICATED.0, UNAUTHENTICATED.1.to_owned());
        for changed in [
            url.replace("width=960", "width=961"),
            url.replace("&link=", "&from=2024-01-01&link="),
            url.replace(&kpi.id, "kpi_01h455vb4pex5vsknk084sn02q"),
            format!("{url}x"),
            url[..url.len() - 1].to_owned(),
            url.replace("width=960", "width=none"),
            format!("/charts/{}.svg?link=a.b", kpi.id),
        ] {
            assert_eq!(refusal(&app.router, &changed).await, unauthenticated, "{changed}");
        }
        // Anywhere else it is nothing.
        let link = url.split("link=").nth(1).expect("a link");
        assert_eq!(ask(&app.router, Method::GET, "/graphql?query={__typename}", Some(link)).await.status, 401);
        // It must be clear who asks.
        for (url, token) in [(url.clone(), Some(&*world.cdmo.token)), (format!("{url}&link={link}"), None)] {
            assert_eq!(ask(&app.router, Method::GET, &url, token).await.refusal(), (400, "BAD_USER_INPUT".to_owned()));
        }
        // Another service has a random key of its own in development mode.
        let other = http::router(app.with_settings(|_| {}).await);
        assert_eq!(refusal(&other, &url).await, unauthenticated);
    }

    async fn a_link_ends_with_its_time_or_its_token(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let unauthenticated = (UNAUTHENTICATED.0, UNAUTHENTICATED.1.to_owned());
        let short = link(&world.sponsor, &kpi, "(validMinutes: 5)").await;
        assert_eq!(short["expiresAt"], "2026-03-02T09:05:00+00:00");
        let until = app.clock.now() + TimeDelta::minutes(2);
        let brief = app.bearer(&sign_development_token(Some("acme"), "anna", "kpis:read", app.clock.now(), TimeDelta::minutes(2)));
        let brief = link(&brief, &kpi, "").await;
        assert_eq!(brief["expiresAt"], until.to_rfc3339());
        let revoked = text(&link(&world.cdmo, &kpi, "").await["url"]);
        app.pass(TimeDelta::seconds(119));
        assert_eq!(get_unknown(&app.router, &text(&brief["url"])).await.status, StatusCode::OK);
        app.pass(TimeDelta::seconds(1));
        assert_eq!(refusal(&app.router, &text(&brief["url"])).await, unauthenticated);
        assert_eq!(get_unknown(&app.router, &text(&short["url"])).await.status, StatusCode::OK);
        app.pass(TimeDelta::minutes(3));
        assert_eq!(refusal(&app.router, &text(&short["url"])).await, unauthenticated);
        // Revoking what a link was made with ends the link.
        assert_eq!(get_unknown(&app.router, &revoked).await.status, StatusCode::OK);
        let whose = json!({ "issuer": "guidepost-development", "subject": "ben", "reason": "A laptop was lost" });
        app.operator().mutate("revokeSubjectTokens", "tokenRevocation { id }", whose).await;
        app.service.upkeep().await;
        assert_eq!(refusal(&app.router, &revoked).await, unauthenticated);
    }

    async fn a_link_names_the_sites_that_its_caller_reads(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "dataKind": "SHARE", "bySite": true })).await;
        Seed::shared("2024-01-01", "2024-01-31").released().at(&world.cdmo_site, "2024-01-01", Share(90.0, 100.0)).put(&world, &kpi).await;
        let arguments = format!("(siteId: {:?})", world.cdmo_site);
        let named = get_unknown(&app.router, &text(&link(&world.sponsor, &kpi, &arguments).await["url"])).await.picture();
        assert!(named.contains("site Tuas"), "{named}");
        let leadership = app.caller("acme", "helen", "kpis:read-released");
        let unnamed = get_unknown(&app.router, &text(&link(&leadership, &kpi, &arguments).await["url"])).await.picture();
        assert!(unnamed.contains(&format!("site {}", world.cdmo_site)), "{unnamed}");
    }

    async fn a_link_of_an_issuer_that_is_no_longer_trusted_is_none(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), "link_secret = \"0123456789abcdef0123456789abcdef\"\ndevelopment = true").expect("it is written");
        let secret = crate::tokens::settings(file.path()).link_secret;
        let before = http::router(app.with_settings(|config| config.link_secret.clone_from(&secret)).await);
        let after = app.with_settings(|config| (config.link_secret, config.development) = (secret, false)).await;
        let url = text(&link(&world.sponsor.at(&before), &kpi, "").await["url"]);
        assert_eq!(get_unknown(&before, &url).await.status, StatusCode::OK);
        assert_eq!(refusal(&http::router(after), &url).await, (401, "UNAUTHENTICATED".to_owned()));
    }

    async fn links_are_made_with_the_secret_of_the_settings(app: App) {
        let world = World::new(&app).await;
        let kpi = seeded(&world).await;
        let wrong = "query($id: ID!) { kpi(id: $id) { chartLink(width: 1, height: 9000, validMinutes: 61, to: \"2020-01-01\", from: \"2024-01-01\") { url } } }";
        let refusals = world.sponsor.send(wrong, json!({ "id": kpi.id })).await.refusals();
        let fields: Vec<_> = refusals.iter().map(|refusal| refusal.field.as_deref().unwrap_or_default()).collect();
        assert_eq!(fields, ["to", "width", "height", "validMinutes"]);
        // Where the settings say how clients reach the service, links say so, too.
        let public = app.with_settings(|config| config.resource_url = ResourceUrl::parse("https://guidepost.example/api/graphql")).await;
        let public = http::router(public);
        let url = text(&link(&world.sponsor.at(&public), &kpi, "").await["url"]);
        let path = url.strip_prefix("https://guidepost.example/api").unwrap_or_else(|| panic!("{url}"));
        assert_eq!(get_unknown(&public, path).await.status, StatusCode::OK);
        let collector = app.caller("brightfill", "mes", "kpis:collect");
        let refused = collector.refused("query($id: ID!) { kpi(id: $id) { chartLink { url } } }", json!({ "id": kpi.id })).await;
        assert_eq!(refused.code, "FORBIDDEN");
    }
}
