//! Where the keys of an issuer are looked for, and what is not taken for them.

use chrono::TimeDelta;
use guidepost::access::token::{Algorithm, KeyFile, KeySource, PlainHttp, TokenVerifier};
use guidepost::clock::Clock;
use serde_json::{Value, json};

use super::provider::{Answer, OAUTH, OPENID, Provider};
use super::signing::{ED25519, OTHER_ED25519};
use super::{AUDIENCE, issuer};
use crate::harness::START;

fn clock() -> Clock {
    Clock::set_to(START.parse().expect("a time"))
}

fn claims(provider: &Provider) -> Value {
    let now = clock().now().timestamp();
    json!({ "iss": provider.issuer, "aud": AUDIENCE, "sub": "ada", "organization": "acme", "exp": now + 300 })
}

/// Whether the provider's tokens are accepted, and if not why, with the keys from this source.
async fn accepts(provider: &Provider, keys: KeySource) -> Result<(), String> {
    let issuers = [issuer(&provider.issuer, &[Algorithm::EdDsa], keys)];
    let verifier = TokenVerifier::new(&issuers, false).map_err(|error| error.to_string())?;
    verifier.refresh_keys(clock().now()).await;
    let outcome = verifier.verify(&provider.sign(&claims(provider)), &clock()).await;
    outcome.map(|_| ()).map_err(|error| error.to_string())
}

const DISCOVERY: KeySource = KeySource::Discovery(PlainHttp::Loopback);

#[tokio::test]
async fn keys_are_found_by_url_and_by_either_kind_of_metadata() {
    let provider = Provider::start().await;
    let url = provider.jwks_url().parse().expect("a URL");
    assert_eq!(accepts(&provider, KeySource::Url(url)).await, Ok(()));
    for path in [OPENID, OAUTH] {
        provider.metadata_at(path);
        assert_eq!(accepts(&provider, DISCOVERY).await, Ok(()), "{path}");
    }
}

#[tokio::test]
async fn what_is_no_good_answer_brings_no_keys() {
    let provider = Provider::start().await;
    let unavailable = |outcome: Result<(), String>| outcome.is_err_and(|why| why.contains("cannot be read"));
    assert!(unavailable(accepts(&provider, KeySource::Discovery(PlainHttp::Refused)).await));
    let other = Provider::start().await;
    let too_large = json!({ "keys": [ED25519.jwk("key-0")], "padding": "x".repeat(256 * 1024) }).to_string();
    for answer in [
        Answer::RedirectTo(other.jwks_url()),
        Answer::Text(too_large),
        Answer::Text("{".to_owned()),
        Answer::Text(json!({ "keys": ED25519.jwk("key-0") }).to_string()),
        Answer::Keys(Vec::new()),
    ] {
        provider.say(answer);
        assert!(unavailable(accepts(&provider, DISCOVERY).await));
    }
    provider.recover();
    assert_eq!(accepts(&provider, DISCOVERY).await, Ok(()));
    // One issuer's metadata must not bring its keys to another.
    provider.claim_to_be(&other.issuer);
    assert!(unavailable(accepts(&provider, DISCOVERY).await));
    provider.claim_to_be(&format!("{}/", provider.issuer));
    assert!(unavailable(accepts(&provider, DISCOVERY).await));
}

#[tokio::test]
async fn a_file_is_read_again_and_a_broken_one_changes_nothing() {
    let provider = Provider::start().await;
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let write = |keys: Value| std::fs::write(file.path(), json!({ "keys": keys }).to_string()).expect("it is written");
    write(json!([ED25519.jwk("one")]));
    let keys = KeySource::File(KeyFile::Jwks(file.path().to_owned()));
    let verifier =
        TokenVerifier::new(&[issuer(&provider.issuer, &[Algorithm::EdDsa], keys)], false).expect("good keys");
    let clock = clock();
    let accepted = async |kid: &str| {
        let signer = if kid == "one" { ED25519 } else { OTHER_ED25519 };
        verifier.verify(&signer.access_token(kid, &claims(&provider)), &clock).await.is_ok()
    };
    assert!(accepted("one").await);
    write(json!([OTHER_ED25519.jwk("two")]));
    assert!(accepted("two").await, "an unknown key is looked for in the file");
    clock.move_to(clock.now() + TimeDelta::seconds(5));
    assert!(!accepted("one").await);
    write(json!("nothing"));
    clock.move_to(clock.now() + TimeDelta::minutes(4));
    verifier.refresh_keys(clock.now()).await;
    assert!(accepted("two").await);
}
