//! Links to pictures in production: made with the secret of the settings or not at all, and good as long as the issuer of
//! the token is trusted that they were made with.

use axum::Router;
use guidepost::access::token::{Algorithm, Issuer};
use guidepost::http;
use serde_json::{Value, json};

use super::signing::ED25519;
use super::{AUDIENCE, issuer, pem, settings};
use crate::harness::Seen::Share;
use crate::harness::{App, Seed, World, on_both_databases, text};
use crate::pictures::get_unknown;

const ACME: &str = "https://id.acme.example";
const SECRET: &str = "of thirty-two characters or more";
const LINK: &str = "query($id: ID!) { kpi(id: $id) { chartLink { url } } }";

fn trusted(name: &str) -> Issuer {
    issuer(name, &[Algorithm::EdDsa], pem("ed25519"))
}

/// A service in production that trusts one issuer.
async fn production(app: &App, link_secret: &str, issuer: Issuer) -> Router {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), format!("link_secret = {link_secret:?}")).expect("it is written");
    let link_secret = settings(file.path()).link_secret;
    let service = app.with_settings(|config| {
        (config.development, config.issuers, config.link_secret) = (false, vec![issuer], link_secret);
    });
    http::router(service.await)
}

/// A token of the issuer for one of `acme`.
fn token(app: &App) -> String {
    let now = app.clock.now().timestamp();
    let claims = json!({
        "iss": ACME, "aud": AUDIENCE, "sub": "ada", "organization": "acme", "scope": "kpis:read", "iat": now, "exp": now + 300,
    });
    ED25519.access_token("ed", &claims)
}

/// A KPI with a value that is shared.
async fn seeded(app: &App) -> Value {
    let world = World::new(app).await;
    let kpi = world.agreed_kpi(json!({})).await;
    Seed::shared("2024-01-01", "2024-01-31").with("2024-01-01", Share(90.0, 100.0)).put(&world, &kpi).await;
    json!({ "id": kpi.id })
}

on_both_databases! {
    async fn without_a_secret_there_are_no_links(app: App) {
        let kpi = seeded(&app).await;
        let service = production(&app, "none", trusted(ACME)).await;
        let caller = app.bearer(&token(&app)).at(&service);
        let refusal = caller.refused(LINK, kpi.clone()).await;
        assert_eq!((&*refusal.code, refusal.scope), ("FORBIDDEN", None));
        assert!(refusal.message.contains("ask its operator to set link_secret"), "{}", refusal.message);
        // What another service has made is good for nothing here.
        let other = production(&app, SECRET, trusted(ACME)).await;
        let url = text(&caller.at(&other).ok(LINK, kpi).await["kpi"]["chartLink"]["url"]);
        assert_eq!(get_unknown(&other, &url).await.status, 200);
        assert_eq!(get_unknown(&service, &url).await.refusal(), (401, "UNAUTHENTICATED".to_owned()));
    }

    async fn a_link_is_good_as_long_as_its_issuer_is_trusted(app: App) {
        let kpi = seeded(&app).await;
        let service = production(&app, SECRET, trusted(ACME)).await;
        let url = text(&app.bearer(&token(&app)).at(&service).ok(LINK, kpi).await["kpi"]["chartLink"]["url"]);
        for (secret, issuer, status) in [
            (SECRET, ACME, 200),
            (SECRET, "https://id.acme.example/new", 401),
            ("of thirty-two characters or less", ACME, 401),
        ] {
            let other = production(&app, secret, trusted(issuer)).await;
            assert_eq!(get_unknown(&other, &url).await.status, status, "{secret}, {issuer}");
        }
    }
}
