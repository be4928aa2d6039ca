//! The public keys of an issuer, each bound to the algorithms it may verify.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{AlgorithmFamily, DecodingKey, crypto};
use serde_json::Value;

use super::issuer::Algorithm;

/// Shorter RSA keys are no longer safe (and the backend would refuse every signature).
const LEAST_RSA_BYTES: usize = 2048 / 8;

/// A public key, and what it may verify.
pub(super) struct Key {
    kid: Option<String>,
    algorithms: Vec<jsonwebtoken::Algorithm>,
    verifying: DecodingKey,
}

impl Key {
    /// A shared secret: for the development issuer alone.
    pub(super) fn secret(secret: &[u8]) -> Self {
        Self {
            kid: None,
            algorithms: vec![jsonwebtoken::Algorithm::HS256],
            verifying: DecodingKey::from_secret(secret),
        }
    }

    pub(super) fn has_kid(&self, kid: &str) -> bool {
        self.kid.as_deref() == Some(kid)
    }

    pub(super) const fn is_nameless(&self) -> bool {
        self.kid.is_none()
    }

    pub(super) fn fits(&self, algorithm: jsonwebtoken::Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    pub(super) fn verifies(&self, message: &str, signature: &str, algorithm: jsonwebtoken::Algorithm) -> bool {
        // An error here is a signature that is no base64url or of the wrong length: as wrong as any other.
        crypto::verify(signature, message.as_bytes(), &self.verifying, algorithm).unwrap_or(false)
    }
}

/// One public key in PEM form; the error is the rest of a sentence that says what to change.
pub(super) fn from_pem(text: &str, kid: Option<&str>, allowed: &[Algorithm]) -> Result<Key, String> {
    if text.contains("PRIVATE KEY-----") {
        return Err(
            "holds a private key; the service needs the public one alone: openssl pkey -in … -pubout".to_owned()
        );
    }
    if text.contains("BEGIN CERTIFICATE-----") {
        return Err("holds a certificate; take its public key: openssl x509 -in … -pubkey -noout".to_owned());
    }
    if text.matches("-----BEGIN ").count() != 1 {
        return Err(
            "must hold one public key (-----BEGIN PUBLIC KEY-----); several keys go into a jwks_file".to_owned()
        );
    }
    let bytes = text.as_bytes();
    let key = DecodingKey::from_ed_pem(bytes)
        .or_else(|_| DecodingKey::from_ec_pem(bytes))
        .or_else(|_| DecodingKey::from_rsa_pem(bytes))
        .map_err(|_| "is no public key of a known kind; give an Ed25519, P-256 or RSA key".to_owned())?;
    bind(key, kid.map(str::to_owned), allowed)
}

/// The usable keys of a JSON Web Key Set: at least one.
pub(super) fn from_jwks(text: &str, allowed: &[Algorithm]) -> Result<Vec<Key>, String> {
    let set: Value = serde_json::from_str(text)
        .map_err(|error| format!("is no JSON (line {}, column {})", error.line(), error.column()))?;
    let listed = set.get("keys").and_then(Value::as_array).ok_or(r#"must be a JWK set: {"keys": [ … ]}"#)?;
    let mut keys = Vec::new();
    let mut unusable = String::new();
    for (index, jwk) in listed.iter().enumerate() {
        if jwk.get("d").is_some() || jwk.get("k").is_some() {
            return Err(format!("key {index} holds a private key or a shared secret; give the public keys alone"));
        }
        match from_jwk(jwk, allowed) {
            Ok(key) => keys.push(key),
            // Sets also list keys for encryption, or for algorithms of other clients: those are left out.
            Err(why) => _ = write!(unusable, "; key {index} {why}"),
        }
    }
    if keys.is_empty() {
        return Err(format!("has no key that can verify {}{unusable}", names(allowed)));
    }
    Ok(keys)
}

fn from_jwk(jwk: &Value, allowed: &[Algorithm]) -> Result<Key, String> {
    let jwk: Jwk = serde_json::from_value(jwk.clone()).map_err(|_| "is no JWK")?;
    let for_signatures = match &jwk.common.public_key_use {
        Some(purpose) => *purpose == PublicKeyUse::Signature,
        None => true,
    };
    let for_verifying = match &jwk.common.key_operations {
        Some(operations) => operations.contains(&KeyOperations::Verify),
        None => true,
    };
    if !(for_signatures && for_verifying) {
        return Err("is not for verifying signatures".to_owned());
    }
    let known = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => true,
        AlgorithmParameters::EllipticCurve(ec) => ec.curve == EllipticCurve::P256,
        AlgorithmParameters::OctetKeyPair(pair) => pair.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    if !known {
        return Err("is neither Ed25519 nor P-256 nor RSA".to_owned());
    }
    let named: Vec<Algorithm> = match jwk.common.key_algorithm {
        Some(name) => allowed.iter().copied().filter(|a| a.name() == name.to_string()).collect(),
        None => allowed.to_vec(),
    };
    let key = DecodingKey::from_jwk(&jwk).map_err(|_| "is malformed")?;
    bind(key, jwk.common.key_id, &named)
}

/// A key verifies those algorithms of the allow-list that are of its own type, and no others.
fn bind(key: DecodingKey, kid: Option<String>, allowed: &[Algorithm]) -> Result<Key, String> {
    let own: &[Algorithm] = match key.family() {
        AlgorithmFamily::Ed if bytes(&key) == 32 => &[Algorithm::EdDsa],
        AlgorithmFamily::Ec if bytes(&key) == 65 => &[Algorithm::Es256],
        AlgorithmFamily::Rsa if modulus_bytes(&key) >= LEAST_RSA_BYTES => &[Algorithm::Rs256, Algorithm::Ps256],
        AlgorithmFamily::Rsa => return Err("is an RSA key of less than 2048 bits".to_owned()),
        AlgorithmFamily::Ec => return Err("is on another curve than P-256".to_owned()),
        AlgorithmFamily::Ed | AlgorithmFamily::Hmac => return Err("is no public key of a known kind".to_owned()),
    };
    let algorithms: Vec<_> = own.iter().filter(|a| allowed.contains(a)).map(|a| (*a).into()).collect();
    if algorithms.is_empty() {
        return Err(format!("is for {}, which the issuer's algorithms do not allow", names(own)));
    }
    Ok(Key { kid, algorithms, verifying: key })
}

fn bytes(key: &DecodingKey) -> usize {
    key.try_get_as_bytes().map_or(0, <[u8]>::len)
}

fn modulus_bytes(key: &DecodingKey) -> usize {
    let Ok(Jwk { algorithm: AlgorithmParameters::RSA(rsa), .. }) = Jwk::from_decoding_key(key, None) else { return 0 };
    let modulus = URL_SAFE_NO_PAD.decode(rsa.n).unwrap_or_default();
    modulus.iter().skip_while(|byte| **byte == 0).count()
}

pub(super) fn names(algorithms: &[Algorithm]) -> String {
    algorithms.iter().map(|a| a.name()).collect::<Vec<_>>().join(" or ")
}
