//! The examples of `docs/identity-providers.md`: each is loaded as it stands, and takes a token of its provider's form.

use guidepost::access::token::{Claims, Issuer, KeyFile, KeySource, PlainHttp, TokenVerifier};
use guidepost::clock::Clock;
use serde_json::{Value, json};

use super::settings;
use super::signing::RSA;
use crate::harness::START;

/// The issuers of the document's examples.
fn documented() -> Vec<Issuer> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/identity-providers.md");
    let document = std::fs::read_to_string(path).expect("the document is there");
    let examples: String =
        document.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect::<Vec<_>>().join("\n");
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), examples).expect("it is written");
    settings(file.path()).issuers
}

/// A verifier with the tests' key in the place of the providers' own.
fn verifier() -> TokenVerifier {
    let keys = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(keys.path(), json!({ "keys": [RSA.jwk("key")] }).to_string()).expect("it is written");
    let mut issuers = documented();
    for issuer in &mut issuers {
        assert_eq!(issuer.keys, KeySource::Discovery(PlainHttp::Refused));
        issuer.keys = KeySource::File(KeyFile::Jwks(keys.path().to_owned()));
    }
    TokenVerifier::new(&issuers, false).expect("good keys")
}

/// A token of the given form, which is valid now.
async fn verify(header: &Value, mut claims: Value) -> Result<Claims, String> {
    let clock = Clock::set_to(START.parse().expect("a time"));
    let now = clock.now();
    claims["iat"] = now.timestamp().into();
    claims["nbf"] = now.timestamp().into();
    claims["exp"] = (now.timestamp() + 3_600).into();
    verifier().verify(&RSA.sign(header, &claims), &clock).await.map_err(|error| error.to_string())
}

fn jwt() -> Value {
    json!({ "alg": "RS256", "typ": "JWT", "kid": "key" })
}

/// Who the token is taken for: subject, organization, scopes.
#[track_caller]
fn expect(verified: Result<Claims, String>, subject: &str, organization: &str, scopes: &str) {
    let claims = verified.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(claims.subject, subject);
    assert_eq!(claims.organization_handle.as_deref(), Some(organization));
    assert_eq!(claims.scopes.to_string(), scopes);
}

#[track_caller]
fn expect_id_token(verified: Result<Claims, String>) {
    let why = verified.expect_err("it is an ID token");
    assert!(why.contains("another kind of token"), "{why}");
}

fn with(mut claims: Value, claim: &str, value: Value) -> Value {
    claims[claim] = value;
    claims
}

#[tokio::test]
async fn entra_id() {
    let tenant = "7d2f2a4e-5bd8-4a4b-9a3f-2f9a1c6de001";
    let claims = json!({
        "aud": "0b5c7c86-6c54-4d0c-8b0a-a1a0f3a3c002",
        "iss": format!("https://login.microsoftonline.com/{tenant}/v2.0"),
        "azp": "3f1b7a52-0000-4000-8000-00000000c003", "azpacr": "0", "name": "Anna Keller",
        "oid": "a1f9a3e2-1111-4222-8333-00000000d004", "preferred_username": "anna@acme.example", "rh": "0.AX0A.",
        "roles": ["Guidepost.Reader", "Other.App.Role"], "scp": "access_as_user", "sub": "pairwise-u5Tz",
        "tid": tenant, "uti": "mYlXx0pNUkqG", "ver": "2.0",
    });
    let subject = "a1f9a3e2-1111-4222-8333-00000000d004";
    expect(verify(&jwt(), claims.clone()).await, subject, "acme", "relationships:read actions:read kpis:read");
    // An application's own token has its roles and no scp.
    let mut robot = with(claims.clone(), "roles", json!(["Guidepost.Robot"]));
    robot.as_object_mut().expect("an object").remove("scp");
    expect(verify(&jwt(), robot).await, subject, "acme", "kpis:collect");
    expect_id_token(verify(&jwt(), with(claims.clone(), "nonce", json!("n-0S6"))).await);
    let why = verify(&jwt(), with(claims, "tid", json!("another-tenant"))).await.expect_err("T2");
    assert!(why.ends_with("(T2)"), "{why}");
}

#[tokio::test]
async fn okta() {
    let claims = json!({
        "ver": 1, "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE", "cid": "0oa9x1client", "uid": "00u9x1user",
        "iss": "https://acme.okta.com/oauth2/aus9x1example", "aud": "https://guidepost.example/graphql",
        "scp": ["openid", "relationships:read", "kpis:read"], "auth_time": 1_790_000_000, "sub": "anna@acme.example",
        "organization": "acme",
    });
    // Okta's header has no typ.
    for header in [json!({ "alg": "RS256", "kid": "key" }), jwt()] {
        let verified = verify(&header, claims.clone()).await;
        let id = verified.as_ref().ok().and_then(|claims| claims.token_id.clone());
        assert!(id.is_some_and(|id| id.starts_with("AT.")));
        expect(verified, "anna@acme.example", "acme", "relationships:read kpis:read");
    }
    expect_id_token(verify(&jwt(), with(claims, "at_hash", json!("MTIzNDU2Nzg5"))).await);
}

#[tokio::test]
async fn auth0() {
    let claims = json!({
        "iss": "https://acme.eu.auth0.com/", "sub": "auth0|64f1", "azp": "client", "gty": "password",
        "aud": ["https://guidepost.example/graphql", "https://acme.eu.auth0.com/userinfo"],
        "scope": "openid profile kpis:approve", "permissions": ["relationships:read", "kpis:read"],
        "https://guidepost.example/org": "acme",
    });
    expect(verify(&jwt(), claims.clone()).await, "auth0|64f1", "acme", "relationships:read kpis:read");
    expect_id_token(verify(&jwt(), with(claims, "c_hash", json!("MTIzNDU2Nzg5"))).await);
}

#[tokio::test]
async fn keycloak() {
    let claims = json!({
        "iss": "https://id.brightfill.example/realms/staff", "aud": ["guidepost", "account"], "typ": "Bearer",
        "sub": "0f0e2b7d-2f5f-4f0e-9a49-1f5f8f1e0c01", "azp": "portal", "sid": "b6e8", "acr": "1",
        "jti": "onrtro:7a6cf3f5-6b3a-4a0b-9a4f-0c0a5a5d0e01", "scope": "openid email relationships:read",
        "realm_access": { "roles": ["offline_access", "actions:read"] },
        "resource_access": { "guidepost": { "roles": ["kpi-approver"] }, "account": { "roles": ["kpis:collect"] } },
        "organization": "brightfill",
    });
    let scopes = "relationships:read actions:read kpis:read kpis:write kpis:approve";
    let subject = "0f0e2b7d-2f5f-4f0e-9a49-1f5f8f1e0c01";
    expect(verify(&jwt(), claims.clone()).await, subject, "brightfill", scopes);
    // Earlier versions put the nonce into access tokens, too.
    expect(verify(&jwt(), with(claims.clone(), "nonce", json!("n"))).await, subject, "brightfill", scopes);
    for kind in ["ID", "Refresh", "Offline", "Logout"] {
        expect_id_token(verify(&jwt(), with(claims.clone(), "typ", json!(kind))).await);
    }
}
