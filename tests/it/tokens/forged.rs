//! Tokens that are forged, malformed or meant for something else, over HTTP: each is refused for the right reason, and
//! the answer repeats nothing of it. `cargo test --test it tokens::forged -- --nocapture` prints them as a table.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use guidepost::access::token::{Algorithm, Issuer, KeyFile, KeySource};
use guidepost::http;
use jsonwebtoken::{Algorithm as Jwt, EncodingKey};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::signing::{ED25519, OTHER_ED25519, P256, RSA, encode, sign};
use super::{AUDIENCE, issuer, pem, service_with};
use crate::harness::{App, START};

const ACME: &str = "https://id.acme.example";

const QUERY: &str = "{ viewer { subject } }";

/// What a token must not lead to: to be repeated in an answer.
const MARK: &str = "s3cret-mark";

struct Case {
    name: &'static str,
    token: String,
    /// What the client is told.
    reason: &'static str,
}

/// An issuer of `acme` with an Ed25519 and an RSA key, which also sends `typ: JWT`; one of `globex` with a P-256 key.
/// The file has their keys.
async fn service() -> (App, NamedTempFile) {
    let keys = NamedTempFile::new().expect("a temporary file");
    let set = json!({ "keys": [ED25519.jwk("ed"), RSA.jwk("rsa")] });
    std::fs::write(keys.path(), set.to_string()).expect("it is written");
    let source = KeySource::File(KeyFile::Jwks(keys.path().to_owned()));
    let acme = issuer(ACME, &[Algorithm::EdDsa, Algorithm::Rs256], source);
    let globex = issuer("https://id.globex.example", &[Algorithm::Es256], pem("p256"));
    let issuers = vec![
        Issuer { accepted_types: vec!["at+jwt".to_owned(), "JWT".to_owned()], ..acme },
        Issuer { organizations: [("globex".to_owned(), "globex".to_owned())].into(), ..globex },
    ];
    (service_with(issuers).await, keys)
}

fn now() -> i64 {
    START.parse::<DateTime<Utc>>().expect("a time").timestamp()
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "ed" })
}

fn claims() -> Value {
    json!({
        "iss": ACME, "aud": AUDIENCE, "sub": MARK, "organization": "acme", "scope": "kpis:read", "jti": MARK,
        "iat": now() - 60, "exp": now() + 300,
    })
}

fn with(mut object: Value, member: &str, value: impl Into<Value>) -> Value {
    object[member] = value.into();
    object
}

fn without(mut object: Value, member: &str) -> Value {
    object.as_object_mut().expect("an object").remove(member);
    object
}

/// A well-signed token whose header has this.
fn headed(member: &str, value: impl Into<Value>) -> String {
    ED25519.sign(&with(header(), member, value), &claims())
}

/// A well-signed token whose claims have this.
fn claiming(member: &str, value: impl Into<Value>) -> String {
    ED25519.sign(&header(), &with(claims(), member, value))
}

/// A token that says it is signed by this algorithm, and is by a shared secret.
fn by_secret(algorithm: &str, secret: &[u8]) -> String {
    sign(&with(header(), "alg", algorithm), &claims(), &EncodingKey::from_secret(secret), Jwt::HS256)
}

/// The parts of a good token.
fn good_parts() -> [String; 3] {
    let token = ED25519.sign(&header(), &claims());
    let mut parts = token.split('.').map(str::to_owned);
    std::array::from_fn(|_| parts.next().expect("three parts"))
}

const NO_JWT: &str = "the token is not a signed JWT";
const ALGORITHM: &str = "the token is signed with an algorithm that its issuer may not use here";
const KIND: &str = "the token is not an access token, but another kind such as an ID token";
const TYPE: &str = "the token is not an access token (typ)";
const KEY: &str = "the token is signed with an unknown key";
const SIGNATURE: &str = "the token's signature is wrong";
const LACKS: &str = "the token lacks a required claim (iss, aud, sub, exp)";
const MALFORMED: &str = "the token has a malformed claim";
const ISSUER: &str = "the token's issuer is not accepted here";
const AUDIENCES: &str = "the token is meant for another audience";
const EXPIRED: &str = "the token has expired";
const EARLY: &str = "the token is not valid yet";
const FOREIGN: &str = "the token's issuer does not speak for the token's organization";
const CRITICAL: &str = "the token needs an extension that is not supported";
const NOBODY: &str = "the token names no organization";
const LONG: &str = "the token is too long";

fn cases() -> Vec<Case> {
    [malformed(), by_algorithm(), by_key(), by_signature(), by_claim(), by_issuer()].into_iter().flatten().collect()
}

fn case(name: &'static str, token: String, reason: &'static str) -> Case {
    Case { name, token, reason }
}

fn malformed() -> Vec<Case> {
    let [head, payload, signature] = good_parts();
    let deep = URL_SAFE_NO_PAD.encode("[".repeat(5_000));
    let padded = STANDARD.encode(header().to_string());
    vec![
        case("one word", MARK.to_owned(), NO_JWT),
        case("two parts", format!("{head}.{payload}"), NO_JWT),
        case("four parts", format!("{head}.{payload}.{signature}.{signature}"), NO_JWT),
        case("five parts, as if encrypted", "e30.e30.e30.e30.e30".to_owned(), NO_JWT),
        case("empty parts", "..".to_owned(), NO_JWT),
        case("header in padded base64", format!("{padded}.{payload}.{signature}"), NO_JWT),
        case("header is no JSON", format!("bm90LWpzb24.{payload}.{signature}"), NO_JWT),
        case("header is a list", format!("{}.{payload}.{signature}", encode(&json!([MARK]))), NO_JWT),
        case("payload is a text", format!("{head}.{}.{signature}", encode(&json!(MARK))), NO_JWT),
        case("JSON nested 5,000 deep", format!("{deep}.{deep}.{signature}"), NO_JWT),
        case("JSON serialization in braces", json!({ "payload": payload }).to_string(), NO_JWT),
        case("no alg", ED25519.sign(&without(header(), "alg"), &claims()), NO_JWT),
        case("alg is a number", headed("alg", 7), NO_JWT),
        case("kid is a list", headed("kid", json!(["ed"])), NO_JWT),
        case("longer than 16 KiB", claiming("padding", "x".repeat(16 * 1024)), LONG),
        case("1 MB", "a".repeat(1_000_000), LONG),
    ]
}

fn by_algorithm() -> Vec<Case> {
    let [_, payload, signature] = good_parts();
    let unsigned = |alg: &str| encode(&with(header(), "alg", alg));
    let public_key = include_bytes!("../../keys/ed25519.public.pem");
    let public_rsa_key = include_bytes!("../../keys/rsa.public.pem");
    let jwk = ED25519.jwk("ed")["x"].as_str().expect("a text").to_owned();
    vec![
        case("alg none, no signature", format!("{}.{payload}.", unsigned("none")), ALGORITHM),
        case("alg None, signed", format!("{}.{payload}.{signature}", unsigned("None")), ALGORITHM),
        case("alg empty", headed("alg", ""), ALGORITHM),
        case("alg in lower case", headed("alg", "eddsa"), ALGORITHM),
        case("HS256 with the public key in PEM", by_secret("HS256", public_key), ALGORITHM),
        case("HS256 with the public RSA key in PEM", by_secret("HS256", public_rsa_key), ALGORITHM),
        case("HS256 with the bytes of the public key", by_secret("HS256", jwk.as_bytes()), ALGORITHM),
        case("HS256 that says it is EdDSA", by_secret("EdDSA", public_key), SIGNATURE),
        case("an algorithm of another issuer", P256.sign(&with(header(), "alg", "ES256"), &claims()), ALGORITHM),
        case("a wrong curve: ES384", headed("alg", "ES384"), ALGORITHM),
        case("RSA with SHA-512", headed("alg", "RS512"), ALGORITHM),
    ]
}

fn by_key() -> Vec<Case> {
    let kid = |kid: &str| headed("kid", kid);
    let attacker = OTHER_ED25519;
    let brought = |member: &str, value: Value| attacker.sign(&with(header(), member, value), &claims());
    vec![
        case("kid of the RSA key, signed with Ed25519", kid("rsa"), KEY),
        case("kid unknown", kid(MARK), KEY),
        case("kid a path", kid("../../../../dev/null"), KEY),
        case("kid a file with a NUL", kid("ed\0.pem"), KEY),
        case("kid SQL", kid("' UNION SELECT 'x"), KEY),
        case("kid a command", kid("ed; cat /etc/passwd"), KEY),
        case("kid a URL", kid("https://evil.example/keys#ed"), KEY),
        case("kid in other case", kid("ED"), KEY),
        case(
            "no kid, though it fits one key: another's signature",
            attacker.sign(&without(header(), "kid"), &claims()),
            SIGNATURE,
        ),
        case("embedded jwk of the attacker", brought("jwk", attacker.jwk("ed")), SIGNATURE),
        case("jku of the attacker", brought("jku", json!("https://evil.example/keys")), SIGNATURE),
        case("x5u of the attacker", brought("x5u", json!("https://evil.example/cert")), SIGNATURE),
        case("x5c of the attacker", brought("x5c", json!(["MIIB"])), SIGNATURE),
        case("crit b64", headed("crit", json!(["b64"])), CRITICAL),
        case("crit empty", headed("crit", json!([])), CRITICAL),
        case("typ of an ID token", headed("typ", "id+jwt"), TYPE),
        case("typ of a DPoP proof", headed("typ", "dpop+jwt"), TYPE),
        case("typ of a logout token", headed("typ", "logout+jwt"), TYPE),
        case("typ empty", headed("typ", ""), TYPE),
    ]
}

fn by_signature() -> Vec<Case> {
    let [head, payload, signature] = good_parts();
    let other = encode(&with(claims(), "sub", "eve"));
    let longer = encode(&with(header(), "x", 1));
    let rsa_header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "rsa" });
    let rsa = RSA.sign(&rsa_header, &claims());
    vec![
        case("another's key", OTHER_ED25519.sign(&header(), &claims()), SIGNATURE),
        case("other claims under the signature", format!("{head}.{other}.{signature}"), SIGNATURE),
        case("another header over the signature", format!("{longer}.{payload}.{signature}"), SIGNATURE),
        case("no signature", format!("{head}.{payload}."), SIGNATURE),
        case("a shortened signature", format!("{head}.{payload}.{}", &signature[1..]), SIGNATURE),
        case("a signature in no base64url", format!("{head}.{payload}.!{signature}"), SIGNATURE),
        case("a signature of zeros", format!("{head}.{payload}.{}", "A".repeat(86)), SIGNATURE),
        case("an RSA token with its end cut off", rsa[..rsa.len() - 4].to_owned(), SIGNATURE),
    ]
}

fn by_claim() -> Vec<Case> {
    let lacks = |member: &str| ED25519.sign(&header(), &without(claims(), member));
    let jwt = |member: &str, value: Value| ED25519.sign(&with(header(), "typ", "JWT"), &with(claims(), member, value));
    vec![
        case("no iss", lacks("iss"), LACKS),
        case("no aud", lacks("aud"), LACKS),
        case("no sub", lacks("sub"), LACKS),
        case("no exp", lacks("exp"), LACKS),
        case("exp null", claiming("exp", Value::Null), LACKS),
        case("exp a text", claiming("exp", (now() + 300).to_string()), MALFORMED),
        case("exp negative", claiming("exp", -1), MALFORMED),
        case("exp beyond all years", claiming("exp", u64::MAX), MALFORMED),
        case("exp 1e300", claiming("exp", 1e300), MALFORMED),
        case("exp passed", claiming("exp", now() - 30), EXPIRED),
        case("nbf to come", claiming("nbf", now() + 31), EARLY),
        case("nbf a text", claiming("nbf", "soon"), MALFORMED),
        case("iat a text", claiming("iat", "today"), MALFORMED),
        case("jti an object", claiming("jti", json!({})), MALFORMED),
        case("aud another's", claiming("aud", "https://other.example"), AUDIENCES),
        case("aud ours with more behind", claiming("aud", format!("{AUDIENCE}/")), AUDIENCES),
        case("aud empty list", claiming("aud", json!([])), AUDIENCES),
        case("aud list with a number", claiming("aud", json!([AUDIENCE, 7])), MALFORMED),
        case("sub empty", claiming("sub", ""), MALFORMED),
        case("sub a number", claiming("sub", 7), MALFORMED),
        case("sub with a line break", claiming("sub", "ada\nadmin"), MALFORMED),
        case("sub of 256 bytes", claiming("sub", "a".repeat(256)), MALFORMED),
        case("scope an object", claiming("scope", json!({ "kpis:read": true })), MALFORMED),
        case("an ID token, by nonce", jwt("nonce", json!(MARK)), KIND),
        case("an ID token, by at_hash", jwt("at_hash", json!(MARK)), KIND),
        case("a refresh token, by its claim typ", jwt("typ", json!("Refresh")), KIND),
    ]
}

fn by_issuer() -> Vec<Case> {
    let globex = |organization: &str| {
        let claims = with(with(claims(), "iss", "https://id.globex.example"), "organization", organization);
        P256.sign(&json!({ "alg": "ES256", "typ": "at+jwt" }), &claims)
    };
    let operator = with(without(claims(), "organization"), "scope", "admin");
    vec![
        case("iss unknown", claiming("iss", "https://id.evil.example"), ISSUER),
        case("iss with a slash more", claiming("iss", format!("{ACME}/")), ISSUER),
        case("iss a list", claiming("iss", json!([ACME])), MALFORMED),
        case("iss of globex, signed by acme", claiming("iss", "https://id.globex.example"), ALGORITHM),
        case("an issuer's token for another's organization", globex("acme"), FOREIGN),
        case("an organization that nobody has", claiming("organization", MARK), FOREIGN),
        case("organization in other case", claiming("organization", "ACME"), FOREIGN),
        case("organization a list", claiming("organization", json!(["acme", "globex"])), MALFORMED),
        case("no organization", ED25519.sign(&header(), &without(claims(), "organization")), NOBODY),
        case("admin of an issuer that is no operator's", ED25519.sign(&header(), &operator), NOBODY),
    ]
}

#[tokio::test]
#[expect(clippy::disallowed_macros, reason = "this table is what a reader of the tests asks for")]
async fn every_forged_token_is_refused_for_its_reason_and_never_repeated() {
    let (app, _keys) = service().await;
    let good = app.bearer(&ED25519.sign(&header(), &claims())).ok(QUERY, Value::Null).await;
    assert_eq!(good["viewer"]["subject"], MARK);
    let cases = cases();
    assert!(cases.len() >= 80, "{} cases", cases.len());
    println!("{:52} | status | told", "token");
    for Case { name, token, reason } in &cases {
        let answer = app.bearer(token).send(QUERY, Value::Null).await;
        println!("{name:52} | {:6} | {reason}", answer.status.as_u16());
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
        let [refusal] = &answer.refusals()[..] else { panic!("{name}: one error") };
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("UNAUTHENTICATED", *reason), "{name}");
        assert_eq!(
            answer.headers["www-authenticate"],
            format!(r#"Bearer error="invalid_token", error_description="{reason}""#),
            "{name}"
        );
        let whole = format!("{:?} {}", answer.headers, answer.body);
        let parts = token.split('.').filter(|part| part.len() > 3);
        for secret in parts.chain([MARK]) {
            assert!(!whole.contains(secret), "{name}: {whole}");
        }
        assert!(answer.body.get("data").is_none(), "{name}");
    }
}

/// Over a connection, where the server's own limit on headers comes first.
#[tokio::test]
async fn a_megabyte_of_token_is_not_read() {
    let (app, _keys) = service().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let (stop, told) = oneshot::channel::<()>();
    let server = tokio::spawn(http::serve(std::sync::Arc::clone(&app.service), listener, async { _ = told.await }));
    let post = async |token: &str| {
        let mut connection = TcpStream::connect(address).await.expect("it listens");
        let body = json!({ "query": QUERY }).to_string();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nauthorization: Bearer {token}\r\n\r\n{body}",
            body.len()
        );
        // The server may close before it has read all of it.
        _ = connection.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        _ = connection.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    let refused = post(&"a".repeat(1_000_000)).await;
    // Closing with unread input may take the answer with it.
    assert!(refused.is_empty() || refused.starts_with("HTTP/1.1 431 "), "{refused}");
    assert!(post(&ED25519.sign(&header(), &claims())).await.starts_with("HTTP/1.1 200 "));
    _ = stop.send(());
    server.await.expect("no panic").expect("it stops well");
}
