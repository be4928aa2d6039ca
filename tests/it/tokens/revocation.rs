//! Tokens that were good and are revoked: one, a subject's, an organization's; on every replica, and on record.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use guidepost::config::Config;
use guidepost::db::Database;
use guidepost::http;
use guidepost::id::OrganizationId;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::signing::sign;
use crate::harness::{App, Caller, World, on_both_databases};

const QUERY: &str = "{ viewer { subject } }";

/// The development issuer, as which everyone can sign.
const ISSUER: &str = "guidepost-development";
const KEY: &[u8] = b"guidepost development key: known to everyone, trusted in development mode alone";

/// A token of `acme` with a name, issued now; `more` overrides its claims.
fn token(app: &App, id: &str, more: &Value) -> Caller {
    let now = app.clock.now().timestamp();
    let mut claims = json!({
        "iss": ISSUER, "aud": "guidepost", "sub": "anna", "organization": "acme", "scope": "relationships:read journal:read",
        "jti": id, "iat": now, "exp": now + 3_600,
    });
    for (name, value) in more.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let header = json!({ "alg": "HS256", "typ": "at+jwt" });
    app.bearer(&sign(&header, &claims, &EncodingKey::from_secret(KEY), Algorithm::HS256))
}

#[track_caller]
fn expect_revoked(status: &(StatusCode, Value, Option<String>)) {
    let (status, code, challenge) = status;
    assert_eq!((*status, code.as_str()), (StatusCode::UNAUTHORIZED, Some("UNAUTHENTICATED")));
    let expected = "Bearer error=\"invalid_token\", error_description=\"the token has been revoked\"";
    assert_eq!(challenge.as_deref(), Some(expected));
}

/// Status, code and challenge of the answer.
async fn answer(caller: &Caller) -> (StatusCode, Value, Option<String>) {
    let answer = caller.send(QUERY, Value::Null).await;
    let challenge = answer.headers.get("www-authenticate").map(|value| value.to_str().expect("plain text").to_owned());
    (answer.status, answer.body["errors"][0]["extensions"]["code"].clone(), challenge)
}

async fn is_accepted(caller: &Caller) -> bool {
    let outcome = answer(caller).await;
    if outcome.0 != StatusCode::OK {
        expect_revoked(&outcome);
    }
    outcome.0 == StatusCode::OK
}

async fn revoke(app: &App, mutation: &str, input: Value) -> Value {
    let selection =
        "tokenRevocation { id kind organizationId issuer subject tokenId validAfter expiresAt reason createdAt }";
    let payload = app.operator().mutate(mutation, selection, input).await;
    app.service.upkeep().await;
    payload["tokenRevocation"].clone()
}

on_both_databases! {
    async fn one_token_is_revoked_by_its_name(app: App) {
        World::new(&app).await;
        let (lost, other) = (token(&app, "lost", &json!({})), token(&app, "other", &json!({})));
        assert!(is_accepted(&lost).await && is_accepted(&other).await);
        let ends = app.clock.now() + TimeDelta::hours(1);
        let input = json!({ "issuer": ISSUER, "tokenId": "lost", "expiresAt": ends, "organization": "acme", "reason": "Lost" });
        let revocation = revoke(&app, "revokeToken", input).await;
        assert_eq!((&revocation["kind"], &revocation["tokenId"]), (&json!("TOKEN"), &json!("lost")));
        assert!(!is_accepted(&lost).await);
        assert!(is_accepted(&other).await);
        // Another issuer's token may have the same name.
        let input = json!({ "issuer": "https://id.example", "tokenId": "other", "expiresAt": ends, "reason": "Lost" });
        revoke(&app, "revokeToken", input).await;
        assert!(is_accepted(&other).await);
    }

    async fn what_a_subject_was_given_before_is_revoked(app: App) {
        World::new(&app).await;
        let before = token(&app, "1", &json!({}));
        let elsewhere = token(&app, "2", &json!({ "organization": "brightfill" }));
        let undated = token(&app, "3", &json!({ "iat": null }));
        let colleague = token(&app, "4", &json!({ "sub": "adam" }));
        let undated_colleague = token(&app, "5", &json!({ "sub": "adam", "iat": null }));
        app.pass(TimeDelta::seconds(10));
        let input = json!({ "issuer": ISSUER, "subject": "anna", "organization": "acme", "reason": "Her laptop was stolen" });
        let revocation = revoke(&app, "revokeSubjectTokens", input).await;
        assert_eq!(revocation["validAfter"], revocation["createdAt"]);
        for revoked in [&before, &elsewhere, &undated] {
            assert!(!is_accepted(revoked).await);
        }
        assert!(is_accepted(&colleague).await && is_accepted(&undated_colleague).await);
        // The clock of the issuer may be ahead, so what it dates a little later can be from before.
        let ahead = |seconds: i64| token(&app, "6", &json!({ "iat": app.clock.now().timestamp() + seconds }));
        assert!(!is_accepted(&ahead(0)).await && !is_accepted(&ahead(29)).await);
        app.pass(TimeDelta::seconds(30));
        assert!(!is_accepted(&ahead(-1)).await);
        assert!(is_accepted(&ahead(0)).await, "a new token lets her in again");
        // An earlier moment takes nothing back.
        let earlier = app.clock.now() - TimeDelta::hours(1);
        let input = json!({ "issuer": ISSUER, "subject": "anna", "validAfter": earlier, "reason": "By mistake" });
        revoke(&app, "revokeSubjectTokens", input).await;
        assert!(!is_accepted(&before).await);
    }

    async fn a_name_is_revoked_as_it_is_with_its_spaces(app: App) {
        World::new(&app).await;
        let anna = token(&app, "1", &json!({}));
        let spaced = token(&app, " 2", &json!({ "sub": "anna\u{a0}" }));
        app.pass(TimeDelta::seconds(10));
        let input = json!({ "issuer": ISSUER, "subject": "anna\u{a0}", "reason": "It is not Anna" });
        assert_eq!(revoke(&app, "revokeSubjectTokens", input).await["subject"], "anna\u{a0}");
        assert!(is_accepted(&anna).await && !is_accepted(&spaced).await);
    }

    async fn what_was_given_for_an_organization_before_is_revoked(app: App) {
        let world = World::new(&app).await;
        app.pass(TimeDelta::seconds(10));
        revoke(&app, "revokeOrganizationTokens", json!({ "organization": "acme", "reason": "Its provider was broken into" })).await;
        assert!(!is_accepted(&world.sponsor).await);
        assert!(is_accepted(&world.cdmo).await);
        assert!(!is_accepted(&app.caller("acme", "anna", "kpis:read")).await);
        app.pass(TimeDelta::seconds(30));
        assert!(is_accepted(&app.caller("acme", "anna", "kpis:read")).await);
    }

    async fn the_operator_is_revoked_like_anyone_and_comes_back(app: App) {
        let operator = app.operator();
        app.pass(TimeDelta::seconds(1));
        let input = json!({ "issuer": ISSUER, "subject": "operator", "reason": "A test of the procedure" });
        revoke(&app, "revokeSubjectTokens", input).await;
        assert!(!is_accepted(&operator).await);
        app.pass(TimeDelta::seconds(30));
        assert!(is_accepted(&app.operator()).await);
    }

    async fn every_replica_knows_within_one_look(app: App) {
        World::new(&app).await;
        let database = Database::connect(&app.files.url, 2).await.expect("it is there");
        let config = Config { development: true, ..Config::default() };
        let other = http::App::new(config, database.clone(), app.clock.clone()).expect("no keys to load");
        let lost = token(&app, "lost", &json!({}));
        let there = lost.at(&http::router(Arc::clone(&other)));
        assert!(is_accepted(&there).await);
        let ends = app.clock.now() + TimeDelta::hours(1);
        revoke(&app, "revokeToken", json!({ "issuer": ISSUER, "tokenId": "lost", "expiresAt": ends, "reason": "Lost" })).await;
        assert!(is_accepted(&there).await, "it has not looked yet");
        other.upkeep().await;
        assert!(!is_accepted(&there).await);
        // One that starts later knows before its first answer.
        let config = Config { development: true, ..Config::default() };
        let late = http::App::new(config, database.clone(), app.clock.clone()).expect("no keys to load");
        assert!(!is_accepted(&lost.at(&http::router(late))).await);
        database.close().await.expect("it is not in use");
    }

    async fn to_know_costs_one_statement_in_a_look_and_none_in_a_request(app: App) {
        World::new(&app).await;
        let lost = token(&app, "lost", &json!({}));
        let ends = app.clock.now() + TimeDelta::hours(1);
        revoke(&app, "revokeToken", json!({ "issuer": ISSUER, "tokenId": "lost", "expiresAt": ends, "reason": "Lost" })).await;
        app.statements();
        assert!(!is_accepted(&lost).await);
        assert!(is_accepted(&token(&app, "other", &json!({}))).await);
        assert_eq!(app.statements(), 0);
        app.service.upkeep().await;
        assert_eq!(app.statements(), 1);
    }

    async fn it_is_on_the_organization_s_record_and_no_one_else_s(app: App) {
        let world = World::new(&app).await;
        app.pass(TimeDelta::seconds(10));
        let input = json!({ "issuer": ISSUER, "subject": "eve", "organization": "acme", "reason": "She left" });
        let id = revoke(&app, "revokeSubjectTokens", input).await["id"].clone();
        let input = json!({ "issuer": ISSUER, "subject": "root", "reason": "A key was lost" });
        revoke(&app, "revokeSubjectTokens", input).await;
        let journal = "query($id: ID!) { organization(id: $id) { journal(orderBy: NUMBER_DESC, first: 1) { nodes { content { action reason text } } } } }";
        let organization = world.sponsor.ok("{ viewer { organizationId } }", Value::Null).await["viewer"]["organizationId"].clone();
        let newest = world.sponsor.ok(journal, json!({ "id": organization })).await;
        let content = &newest["organization"]["journal"]["nodes"][0]["content"];
        assert_eq!((&content["action"], &content["reason"]), (&json!("revokeSubjectTokens"), &json!("She left")));
        assert!(content["text"].as_str().expect("a text").contains(id.as_str().expect("a text")));
        let other = world.cdmo.ok(journal, json!({ "id": organization })).await;
        assert_eq!(other["organization"]["journal"], Value::Null);
        // The operator's own chain is no organization's.
        let nobody = OrganizationId::new(uuid::Uuid::nil()).to_string();
        assert_eq!(world.sponsor.ok(journal, json!({ "id": nobody })).await["organization"], Value::Null);
        assert_eq!(app.count("SELECT COUNT(*) FROM journal_entry").await, app.count("SELECT CAST(SUM(number) AS BIGINT) FROM journal_chain").await);
    }

    async fn the_operator_lists_them_newest_first(app: App) {
        World::new(&app).await;
        for subject in ["one", "two", "three"] {
            let input = json!({ "issuer": ISSUER, "subject": subject, "reason": "A test" });
            revoke(&app, "revokeSubjectTokens", input).await;
        }
        let document = "query($after: String) { tokenRevocations(first: 2, after: $after) { totalCount nodes { subject } pageInfo { endCursor } } }";
        let first = app.operator().ok(document, json!({})).await["tokenRevocations"].clone();
        assert_eq!((&first["totalCount"], &first["nodes"]), (&json!(3), &json!([{ "subject": "three" }, { "subject": "two" }])));
        let rest = app.operator().ok(document, json!({ "after": first["pageInfo"]["endCursor"] })).await;
        assert_eq!(rest["tokenRevocations"]["nodes"], json!([{ "subject": "one" }]));
    }

    async fn what_makes_no_sense_is_told(app: App) {
        World::new(&app).await;
        let later = app.clock.now() + TimeDelta::seconds(1);
        let operator = app.operator();
        let input = json!({ "issuer": "", "tokenId": "a\nb", "expiresAt": app.clock.now(), "reason": "" });
        let fields: Vec<_> = operator.mutation_refusals("revokeToken", input).await.into_iter().map(|refusal| refusal.field).collect();
        let expected = ["issuer", "tokenId", "reason", "expiresAt"].map(|field| Some(format!("input.{field}")));
        assert_eq!(fields, expected);
        for (mutation, input) in [
            ("revokeSubjectTokens", json!({ "issuer": ISSUER, "subject": "anna", "validAfter": later, "reason": "A test" })),
            ("revokeOrganizationTokens", json!({ "organization": "acme", "validAfter": later, "reason": "A test" })),
        ] {
            let refusal = operator.mutation_refused(mutation, input).await;
            assert_eq!(refusal.field.as_deref(), Some("input.validAfter"));
        }
        let input = json!({ "organization": "nobody", "reason": "A test" });
        assert_eq!(operator.mutation_refused("revokeOrganizationTokens", input).await.code, "NOT_FOUND");
    }
}

#[tokio::test]
async fn of_many_that_revoke_at_once_none_is_missed() {
    let Some(app) = App::start(crate::harness::Kind::Postgres).await else { return };
    World::new(&app).await;
    let operator = app.operator();
    let revocations = (0..20).map(|n| {
        let input = json!({ "issuer": ISSUER, "subject": format!("s{n}"), "organization": "acme", "reason": "A test" });
        let (operator, service) = (&operator, &app.service);
        async move {
            operator.mutate("revokeSubjectTokens", "tokenRevocation { id }", input).await;
            service.upkeep().await;
        }
    });
    futures_util::future::join_all(revocations).await;
    app.pass(TimeDelta::seconds(1));
    for n in 0..20 {
        let before = app.clock.now().timestamp() - 60;
        assert!(!is_accepted(&token(&app, "t", &json!({ "sub": format!("s{n}"), "iat": before }))).await);
    }
    app.expect_verified().await;
}
