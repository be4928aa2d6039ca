//! Tokens against issuers with real keys: what is accepted, and how the settings decide. Those that are forged or
//! malformed are in `tests/it/tokens/forged.rs`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{EncodingKey, crypto};
use serde_json::{Value, json};

use super::*;
use crate::access::scope::Scope;

const NOW: i64 = 1_790_000_000;

const ED25519: &[u8] = include_bytes!("../../../tests/keys/ed25519.private.pem");
const OTHER_ED25519: &[u8] = include_bytes!("../../../tests/keys/other-ed25519.private.pem");
const P256: &[u8] = include_bytes!("../../../tests/keys/p256.private.pem");
const RSA: &[u8] = include_bytes!("../../../tests/keys/rsa.private.pem");
const ED25519_PUBLIC: &[u8] = include_bytes!("../../../tests/keys/ed25519.public.pem");

fn key_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(name)
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

/// An issuer of one sponsor, with an Ed25519 key.
fn issuer() -> Issuer {
    Issuer {
        issuer: "https://id.acme.example".to_owned(),
        audiences: vec!["https://guidepost.example".to_owned(), "guidepost".to_owned()],
        algorithms: vec![Algorithm::EdDsa],
        keys: KeySource::File(KeyFile::Pem { file: key_file("ed25519.public.pem"), kid: None }),
        refresh_after: TimeDelta::minutes(15),
        accepted_types: vec!["at+jwt".to_owned()],
        subject_claim: ClaimPath::top("sub"),
        organization_claim: ClaimPath::top("organization"),
        scope_claims: ["scope", "scp", "roles"].map(ClaimPath::top).to_vec(),
        scope_values: BTreeMap::new(),
        organizations: [("acme", "acme"), ("tenant-17", "acme-biologics")]
            .map(|(value, handle)| (value.to_owned(), handle.to_owned()))
            .into(),
        operator: false,
        listed: true,
    }
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "2026-11" })
}

fn claims() -> Value {
    json!({
        "iss": "https://id.acme.example",
        "aud": "guidepost",
        "sub": "ada",
        "exp": NOW + 600,
        "organization": "acme",
        "scope": "kpis:read openid",
    })
}

fn without(mut object: Value, member: &str) -> Value {
    object.as_object_mut().unwrap().remove(member);
    object
}

fn with(mut object: Value, member: &str, value: impl Into<Value>) -> Value {
    object[member] = value.into();
    object
}

fn sign(header: &Value, claims: &Value, algorithm: jsonwebtoken::Algorithm, key: &EncodingKey) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

fn ed25519(header: &Value, claims: &Value) -> String {
    sign(header, claims, jsonwebtoken::Algorithm::EdDSA, &EncodingKey::from_ed_pem(ED25519).unwrap())
}

fn verify(issuer: Issuer, token: &str) -> Result<Claims, TokenError> {
    verify_by(&TokenVerifier::new(&[issuer], false).unwrap(), token)
}

/// The keys of these issuers are in files, so nothing is waited for but a thread that reads one.
#[tokio::main(flavor = "current_thread")]
async fn verify_by(verifier: &TokenVerifier, token: &str) -> Result<Claims, TokenError> {
    verifier.verify(token, &Clock::set_to(now())).await
}

#[track_caller]
fn refused(token: &str, name: &str) {
    let error = verify(issuer(), token).expect_err(name);
    let variant = format!("{error:?}");
    assert!(variant.starts_with(name), "expected {name}, got {variant}");
}

#[test]
fn a_good_token_tells_who_its_bearer_is() {
    let claims = verify(issuer(), &ed25519(&header(), &claims())).unwrap();
    assert_eq!(
        claims,
        Claims {
            issuer: Arc::from("https://id.acme.example"),
            subject: "ada".to_owned(),
            organization_handle: Some("acme".to_owned()),
            scopes: Scopes::from([Scope::KpisRead]),
            token_id: None,
            issued_at: None,
            expires_at: now() + TimeDelta::seconds(600),
        }
    );
}

#[test]
fn good_forms_are_accepted() {
    let audience = |value: Value| with(claims(), "aud", value);
    for claims in [
        audience(json!(["other", "https://guidepost.example"])),
        with(claims(), "nbf", NOW + 20),
        with(claims(), "nbf", Value::Null),
        with(claims(), "exp", NOW - 29),
        with(claims(), "exp", 1_790_000_600.5),
    ] {
        assert_eq!(verify(issuer(), &ed25519(&header(), &claims)).err(), None, "{claims}");
    }
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        verify(issuer(), &ed25519(&with(header(), "typ", typ), &claims())).expect(typ);
    }
}

#[test]
fn scopes_come_from_texts_lists_and_several_claims() {
    let none = without(claims(), "scope");
    for (claims, expected) in [
        (with(none.clone(), "scope", json!(["kpis:read", "kpis:write"])), "kpis:read kpis:write"),
        (with(none.clone(), "scp", "kpis:read kpis:collect"), "kpis:read kpis:collect"),
        (with(none.clone(), "roles", json!(["kpis:approve", "Everyone"])), "kpis:approve"),
        (with(claims(), "roles", json!(["journal:read"])), "kpis:read journal:read"),
        (with(claims(), "permissions", "kpis:write"), "kpis:read"),
        (none, ""),
    ] {
        let verified = verify(issuer(), &ed25519(&header(), &claims)).unwrap();
        assert_eq!(verified.scopes.to_string(), expected, "{claims}");
    }
}

#[test]
fn an_issuer_speaks_only_for_its_own_organizations() {
    let token = |value: Value| ed25519(&header(), &with(claims(), "organization", value));
    let mapped = verify(issuer(), &token(json!("tenant-17"))).unwrap();
    assert_eq!(mapped.organization_handle.as_deref(), Some("acme-biologics"));
    // A handle that is only reached through the map is not reached by itself.
    for value in ["acme-biologics", "globex", "ACME", "acme "] {
        refused(&token(json!(value)), "ForeignOrganization");
    }
    refused(&token(json!(["acme"])), "InvalidClaim");
    refused(&token(json!("")), "InvalidClaim");
    refused(&token(Value::Null), "NoOrganization");

    let claim = Issuer { organization_claim: ClaimPath::top("tid"), ..issuer() };
    let token = ed25519(&header(), &with(claims(), "tid", "tenant-17"));
    assert_eq!(verify(claim, &token).unwrap().organization_handle.as_deref(), Some("acme-biologics"));
}

#[test]
fn admin_is_an_operators_alone() {
    let operator = || Issuer { operator: true, ..issuer() };
    let admin = with(claims(), "scope", "admin kpis:read");
    let token = ed25519(&header(), &admin);
    assert_eq!(verify(issuer(), &token).unwrap().scopes.to_string(), "kpis:read");
    assert_eq!(verify(operator(), &token).unwrap().scopes.to_string(), "kpis:read admin");

    let token = ed25519(&header(), &without(admin, "organization"));
    refused(&token, "NoOrganization");
    assert_eq!(verify(operator(), &token).unwrap().organization_handle, None);
    let token = ed25519(&header(), &without(claims(), "organization"));
    assert!(matches!(verify(operator(), &token), Err(TokenError::NoOrganization { .. })));
}

#[test]
fn every_algorithm_verifies_with_a_key_of_its_own_type() {
    use jsonwebtoken::Algorithm as Jwt;
    for (algorithm, jwt, file, key) in [
        (Algorithm::EdDsa, Jwt::EdDSA, "ed25519", EncodingKey::from_ed_pem(ED25519)),
        (Algorithm::Es256, Jwt::ES256, "p256", EncodingKey::from_ec_pem(P256)),
        (Algorithm::Rs256, Jwt::RS256, "rsa", EncodingKey::from_rsa_pem(RSA)),
        (Algorithm::Ps256, Jwt::PS256, "rsa", EncodingKey::from_rsa_pem(RSA)),
    ] {
        let keys = KeySource::File(KeyFile::Pem { file: key_file(&format!("{file}.public.pem")), kid: None });
        let issuer = Issuer { keys, algorithms: vec![algorithm], ..issuer() };
        let token = |alg: &str| sign(&with(header(), "alg", alg), &claims(), jwt, key.as_ref().unwrap());
        assert_eq!(verify(issuer.clone(), &token(algorithm.name())).err(), None, "{algorithm}");
        for other in Algorithm::ALL.iter().filter(|other| **other != algorithm) {
            let error = verify(issuer.clone(), &token(other.name())).unwrap_err();
            assert!(matches!(error, TokenError::WrongAlgorithm { .. }), "{algorithm} {other}");
        }
    }
}

#[test]
fn the_key_is_chosen_by_kid() {
    use jsonwebtoken::Algorithm as Jwt;
    use jsonwebtoken::jwk::Jwk;

    let ed = EncodingKey::from_ed_pem(ED25519).unwrap();
    let other = EncodingKey::from_ed_pem(OTHER_ED25519).unwrap();
    let ec = EncodingKey::from_ec_pem(P256).unwrap();
    let jwk = |key: &EncodingKey, jwt, kid: &str| {
        let jwk = Jwk::from_encoding_key(key, jwt).unwrap();
        with(serde_json::to_value(jwk).unwrap(), "kid", kid)
    };
    let encryption = with(jwk(&ed, Jwt::EdDSA, "encryption"), "use", "enc");
    let unknown = json!({ "kty": "AKP", "kid": "post-quantum", "alg": "ML-DSA-44", "pub": "…" });
    let set = json!({ "keys": [
        unknown,
        encryption,
        jwk(&ed, Jwt::EdDSA, "one"),
        jwk(&other, Jwt::EdDSA, "two"),
        jwk(&ec, Jwt::ES256, "three"),
    ]});
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), set.to_string()).unwrap();
    let keys = KeySource::File(KeyFile::Jwks(file.path().to_owned()));
    let issuer = Issuer { keys, algorithms: vec![Algorithm::EdDsa, Algorithm::Es256], ..issuer() };
    let verify = |kid: Option<&str>, jwt: Jwt, key: &EncodingKey| {
        let alg = with(header(), "alg", format!("{jwt:?}"));
        let header = kid.map_or_else(|| without(alg.clone(), "kid"), |kid| with(alg.clone(), "kid", kid));
        verify(issuer.clone(), &sign(&header, &claims(), jwt, key)).map(|_| ())
    };

    assert_eq!(verify(Some("one"), Jwt::EdDSA, &ed), Ok(()));
    assert_eq!(verify(Some("two"), Jwt::EdDSA, &other), Ok(()));
    assert_eq!(verify(Some("three"), Jwt::ES256, &ec), Ok(()));
    assert_eq!(verify(None, Jwt::ES256, &ec), Ok(()), "the only key of its type");
    assert!(matches!(verify(None, Jwt::EdDSA, &ed), Err(TokenError::AmbiguousKey { .. })));
    assert!(matches!(verify(Some("one"), Jwt::EdDSA, &other), Err(TokenError::WrongSignature { .. })));
    for kid in ["four", "encryption", "three", "post-quantum", ""] {
        assert!(matches!(verify(Some(kid), Jwt::EdDSA, &ed), Err(TokenError::UnknownKey { .. })), "{kid}");
    }
}

#[test]
fn a_key_with_a_configured_kid_answers_to_that_alone() {
    let keys = KeySource::File(KeyFile::Pem { file: key_file("ed25519.public.pem"), kid: Some("2026-11".to_owned()) });
    let issuer = || Issuer { keys: keys.clone(), ..issuer() };
    verify(issuer(), &ed25519(&header(), &claims())).unwrap();
    verify(issuer(), &ed25519(&without(header(), "kid"), &claims())).unwrap();
    let error = verify(issuer(), &ed25519(&with(header(), "kid", "2025-11"), &claims())).unwrap_err();
    assert!(matches!(error, TokenError::UnknownKey { .. }));
}

#[test]
fn keys_that_cannot_be_used_are_all_named_at_the_start() {
    let file = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    };
    let private_jwk = file(r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}]}"#);
    let useless_jwks = file(r#"{"keys":[{"kty":"RSA","use":"enc","n":"AA","e":"AQAB"}]}"#);
    let no_jwks = file("[]");
    let no_json = file("keys");
    let two_keys = file(&String::from_utf8(ED25519_PUBLIC.repeat(2)).unwrap());
    let pem = |file: PathBuf| KeySource::File(KeyFile::Pem { file, kid: None });
    let jwks = |file: &tempfile::NamedTempFile| KeySource::File(KeyFile::Jwks(file.path().to_owned()));

    let cases = [
        (pem(key_file("missing.pem")), "cannot be read"),
        (pem(key_file("ed25519.private.pem")), "holds a private key"),
        (pem(key_file("rsa1024.public.pem")), "less than 2048 bits"),
        (pem(key_file("p384.public.pem")), "another curve than P-256"),
        (pem(key_file("p256.public.pem")), "is for ES256, which the issuer's algorithms do not allow"),
        (pem(two_keys.path().to_owned()), "must hold one public key"),
        (jwks(&private_jwk), "holds a private key"),
        (jwks(&useless_jwks), "has no key that can verify EdDSA; key 0 is not for verifying signatures"),
        (jwks(&no_jwks), "must be a JWK set"),
        (jwks(&no_json), "is no JSON (line 1, column 1)"),
    ];
    let issuers: Vec<Issuer> = cases.iter().map(|(keys, _)| Issuer { keys: keys.clone(), ..issuer() }).collect();
    let error = TokenVerifier::new(&issuers, false).err().unwrap().to_string();
    for ((_, expected), line) in cases.iter().zip(error.lines()) {
        assert!(line.starts_with("issuer https://id.acme.example: ") && line.contains(expected), "{line}");
    }
    assert_eq!(error.lines().count(), cases.len());
}

#[test]
fn development_tokens_are_for_development_mode() {
    let token = sign_development_token(Some("acme"), "ada", "admin kpis:read", now(), TimeDelta::hours(1));
    let verifier = TokenVerifier::new(&[], true).unwrap();
    let claims = verify_by(&verifier, &token).unwrap();
    assert_eq!(claims.issuer.as_ref(), DEVELOPMENT_ISSUER);
    assert_eq!(claims.organization_handle.as_deref(), Some("acme"));
    assert_eq!(claims.scopes.to_string(), "kpis:read admin");
    assert_eq!(claims.expires_at, now() + TimeDelta::hours(1));

    let operator = sign_development_token(None, "root", "admin", now(), TimeDelta::hours(1));
    assert_eq!(verify_by(&verifier, &operator).unwrap().organization_handle, None);

    let refused = verify(issuer(), &token);
    assert_eq!(refused, Err(TokenError::DevelopmentToken));
}

#[test]
fn errors_say_nothing_of_the_token() {
    let secret = "s3cret-value";
    for member in ["iss", "aud", "organization"] {
        let error = verify(issuer(), &ed25519(&header(), &with(claims(), member, secret))).unwrap_err();
        assert!(!error.to_string().contains(secret) && !error.description().contains(secret));
    }
    for member in ["alg", "typ", "kid"] {
        let token = ed25519(&with(header(), member, secret), &claims());
        if let Err(error) = verify(issuer(), &token) {
            assert!(!error.to_string().contains(secret) && !error.description().contains(secret));
        }
    }
}
