//! Tokens that are forged, malformed or meant for something else, and why each is refused. The benchmark `hostile` sends
//! the same ones to measure what a refusal costs.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm as Jwt, EncodingKey};
use serde_json::{Value, json};

use super::signing::{ED25519, OTHER_ED25519, P256, RSA, encode, sign};

const AUDIENCE: &str = "https://guidepost.example";

const ACME: &str = "https://id.acme.example";

/// What a token must not lead to: to be repeated in an answer.
pub(crate) const MARK: &str = "s3cret-mark";

/// One token that must be refused.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) token: String,
    /// What the client is told.
    pub(crate) reason: &'static str,
}

/// Makes tokens for a service with [`issuers`].
pub(crate) struct Forger {
    /// The service's time, in seconds.
    pub(crate) now: i64,
}

/// Writes keys into the folder. The settings of an issuer of `acme` with an Ed25519 and an RSA key, which also sends
/// `typ: JWT`, and of one of `globex` with a P-256 key.
pub(crate) fn issuers(folder: &Path) -> String {
    let set = json!({ "keys": [ED25519.jwk("ed"), RSA.jwk("rsa")] });
    fs::write(folder.join("acme.jwks.json"), set.to_string()).expect("the folder is ours");
    let globex = include_bytes!("../../keys/p256.public.pem");
    fs::write(folder.join("globex.pem"), globex).expect("the folder is ours");
    format!(
        r#"
        [[issuers]]
        issuer = "{ACME}"
        audiences = ["{AUDIENCE}"]
        algorithms = ["EdDSA", "RS256"]
        jwks_file = "acme.jwks.json"
        accepted_types = ["at+jwt", "JWT"]
        organizations = ["acme"]

        [[issuers]]
        issuer = "https://id.globex.example"
        audiences = ["{AUDIENCE}"]
        algorithms = ["ES256"]
        pem_file = "globex.pem"
        organizations = ["globex"]
        "#
    )
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

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "ed" })
}

fn with(mut object: Value, member: &str, value: impl Into<Value>) -> Value {
    object[member] = value.into();
    object
}

fn without(mut object: Value, member: &str) -> Value {
    object.as_object_mut().expect("an object").remove(member);
    object
}

fn case(name: &'static str, token: String, reason: &'static str) -> Case {
    Case { name, token, reason }
}

impl Forger {
    fn claims(&self) -> Value {
        json!({
            "iss": ACME, "aud": AUDIENCE, "sub": MARK, "organization": "acme", "scope": "kpis:read", "jti": MARK,
            "iat": self.now - 60, "exp": self.now + 3_600,
        })
    }

    /// One in which nothing is wrong.
    pub(crate) fn good(&self) -> String {
        ED25519.sign(&header(), &self.claims())
    }

    /// A well-signed token whose header has this.
    fn headed(&self, member: &str, value: impl Into<Value>) -> String {
        ED25519.sign(&with(header(), member, value), &self.claims())
    }

    /// A well-signed token whose claims have this.
    fn claiming(&self, member: &str, value: impl Into<Value>) -> String {
        ED25519.sign(&header(), &with(self.claims(), member, value))
    }

    /// A token that says it is signed by this algorithm, and is by a shared secret.
    fn by_secret(&self, algorithm: &str, secret: &[u8]) -> String {
        sign(&with(header(), "alg", algorithm), &self.claims(), &EncodingKey::from_secret(secret), Jwt::HS256)
    }

    /// The parts of a good token.
    fn good_parts(&self) -> [String; 3] {
        let token = self.good();
        let mut parts = token.split('.').map(str::to_owned);
        std::array::from_fn(|_| parts.next().expect("three parts"))
    }

    /// All of them.
    pub(crate) fn cases(&self) -> Vec<Case> {
        [self.malformed(), self.by_algorithm(), self.by_key(), self.by_signature(), self.by_claim(), self.by_issuer()]
            .into_iter()
            .flatten()
            .collect()
    }

    fn malformed(&self) -> Vec<Case> {
        let [head, payload, signature] = self.good_parts();
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
            case("no alg", ED25519.sign(&without(header(), "alg"), &self.claims()), NO_JWT),
            case("alg is a number", self.headed("alg", 7), NO_JWT),
            case("kid is a list", self.headed("kid", json!(["ed"])), NO_JWT),
            case("longer than 16 KiB", self.claiming("padding", "x".repeat(16 * 1024)), LONG),
            case("1 MB", "a".repeat(1_000_000), LONG),
        ]
    }

    fn by_algorithm(&self) -> Vec<Case> {
        let [_, payload, signature] = self.good_parts();
        let unsigned = |alg: &str| encode(&with(header(), "alg", alg));
        let public_key = include_bytes!("../../keys/ed25519.public.pem");
        let public_rsa_key = include_bytes!("../../keys/rsa.public.pem");
        let jwk = ED25519.jwk("ed")["x"].as_str().expect("a text").to_owned();
        vec![
            case("alg none, no signature", format!("{}.{payload}.", unsigned("none")), ALGORITHM),
            case("alg None, signed", format!("{}.{payload}.{signature}", unsigned("None")), ALGORITHM),
            case("alg empty", self.headed("alg", ""), ALGORITHM),
            case("alg in lower case", self.headed("alg", "eddsa"), ALGORITHM),
            case("HS256 with the public key in PEM", self.by_secret("HS256", public_key), ALGORITHM),
            case("HS256 with the public RSA key in PEM", self.by_secret("HS256", public_rsa_key), ALGORITHM),
            case("HS256 with the bytes of the public key", self.by_secret("HS256", jwk.as_bytes()), ALGORITHM),
            case("HS256 that says it is EdDSA", self.by_secret("EdDSA", public_key), SIGNATURE),
            case(
                "an algorithm of another issuer",
                P256.sign(&with(header(), "alg", "ES256"), &self.claims()),
                ALGORITHM,
            ),
            case("a wrong curve: ES384", self.headed("alg", "ES384"), ALGORITHM),
            case("RSA with SHA-512", self.headed("alg", "RS512"), ALGORITHM),
        ]
    }

    fn by_key(&self) -> Vec<Case> {
        let kid = |kid: &str| self.headed("kid", kid);
        let attacker = OTHER_ED25519;
        let brought = |member: &str, value: Value| attacker.sign(&with(header(), member, value), &self.claims());
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
                attacker.sign(&without(header(), "kid"), &self.claims()),
                SIGNATURE,
            ),
            case("embedded jwk of the attacker", brought("jwk", attacker.jwk("ed")), SIGNATURE),
            case("jku of the attacker", brought("jku", json!("https://evil.example/keys")), SIGNATURE),
            case("x5u of the attacker", brought("x5u", json!("https://evil.example/cert")), SIGNATURE),
            case("x5c of the attacker", brought("x5c", json!(["MIIB"])), SIGNATURE),
            case("crit b64", self.headed("crit", json!(["b64"])), CRITICAL),
            case("crit empty", self.headed("crit", json!([])), CRITICAL),
            case("typ of an ID token", self.headed("typ", "id+jwt"), TYPE),
            case("typ of a DPoP proof", self.headed("typ", "dpop+jwt"), TYPE),
            case("typ of a logout token", self.headed("typ", "logout+jwt"), TYPE),
            case("typ empty", self.headed("typ", ""), TYPE),
        ]
    }

    fn by_signature(&self) -> Vec<Case> {
        let [head, payload, signature] = self.good_parts();
        let other = encode(&with(self.claims(), "sub", "eve"));
        let longer = encode(&with(header(), "x", 1));
        let rsa_header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "rsa" });
        let rsa = RSA.sign(&rsa_header, &self.claims());
        vec![
            case("another's key", OTHER_ED25519.sign(&header(), &self.claims()), SIGNATURE),
            case("other claims under the signature", format!("{head}.{other}.{signature}"), SIGNATURE),
            case("another header over the signature", format!("{longer}.{payload}.{signature}"), SIGNATURE),
            case("no signature", format!("{head}.{payload}."), SIGNATURE),
            case("a shortened signature", format!("{head}.{payload}.{}", &signature[1..]), SIGNATURE),
            case("a signature in no base64url", format!("{head}.{payload}.!{signature}"), SIGNATURE),
            case("a signature of zeros", format!("{head}.{payload}.{}", "A".repeat(86)), SIGNATURE),
            case("an RSA token with its end cut off", rsa[..rsa.len() - 4].to_owned(), SIGNATURE),
        ]
    }

    fn by_claim(&self) -> Vec<Case> {
        let lacks = |member: &str| ED25519.sign(&header(), &without(self.claims(), member));
        let jwt = |member: &str, value: Value| {
            ED25519.sign(&with(header(), "typ", "JWT"), &with(self.claims(), member, value))
        };
        vec![
            case("no iss", lacks("iss"), LACKS),
            case("no aud", lacks("aud"), LACKS),
            case("no sub", lacks("sub"), LACKS),
            case("no exp", lacks("exp"), LACKS),
            case("exp null", self.claiming("exp", Value::Null), LACKS),
            case("exp a text", self.claiming("exp", (self.now + 300).to_string()), MALFORMED),
            case("exp negative", self.claiming("exp", -1), MALFORMED),
            case("exp beyond all years", self.claiming("exp", u64::MAX), MALFORMED),
            case("exp 1e300", self.claiming("exp", 1e300), MALFORMED),
            case("exp passed", self.claiming("exp", self.now - 30), EXPIRED),
            case("nbf to come", self.claiming("nbf", self.now + 3_600), EARLY),
            case("iat to come", self.claiming("iat", self.now + 3_600), EARLY),
            case("nbf a text", self.claiming("nbf", "soon"), MALFORMED),
            case("iat a text", self.claiming("iat", "today"), MALFORMED),
            case("jti an object", self.claiming("jti", json!({})), MALFORMED),
            case("aud another's", self.claiming("aud", "https://other.example"), AUDIENCES),
            case("aud ours with more behind", self.claiming("aud", format!("{AUDIENCE}/")), AUDIENCES),
            case("aud empty list", self.claiming("aud", json!([])), AUDIENCES),
            case("aud list with a number", self.claiming("aud", json!([AUDIENCE, 7])), MALFORMED),
            case("sub empty", self.claiming("sub", ""), MALFORMED),
            case("sub a number", self.claiming("sub", 7), MALFORMED),
            case("sub with a line break", self.claiming("sub", "ada\nadmin"), MALFORMED),
            case("sub of 256 bytes", self.claiming("sub", "a".repeat(256)), MALFORMED),
            case("scope an object", self.claiming("scope", json!({ "kpis:read": true })), MALFORMED),
            case("an ID token, by nonce", jwt("nonce", json!(MARK)), KIND),
            case("an ID token, by at_hash", jwt("at_hash", json!(MARK)), KIND),
            case("a refresh token, by its claim typ", jwt("typ", json!("Refresh")), KIND),
        ]
    }

    fn by_issuer(&self) -> Vec<Case> {
        let globex = |organization: &str| {
            let claims = with(with(self.claims(), "iss", "https://id.globex.example"), "organization", organization);
            P256.sign(&json!({ "alg": "ES256", "typ": "at+jwt" }), &claims)
        };
        let operator = with(without(self.claims(), "organization"), "scope", "admin");
        vec![
            case("iss unknown", self.claiming("iss", "https://id.evil.example"), ISSUER),
            case("iss with a slash more", self.claiming("iss", format!("{ACME}/")), ISSUER),
            case("iss a list", self.claiming("iss", json!([ACME])), MALFORMED),
            case("iss of globex, signed by acme", self.claiming("iss", "https://id.globex.example"), ALGORITHM),
            case("an issuer's token for another's organization", globex("acme"), FOREIGN),
            case("an organization that nobody has", self.claiming("organization", MARK), FOREIGN),
            case("organization in other case", self.claiming("organization", "ACME"), FOREIGN),
            case("organization a list", self.claiming("organization", json!(["acme", "globex"])), MALFORMED),
            case("no organization", ED25519.sign(&header(), &without(self.claims(), "organization")), NOBODY),
            case("admin of an issuer that is no operator's", ED25519.sign(&header(), &operator), NOBODY),
        ]
    }
}
