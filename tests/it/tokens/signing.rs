//! Making tokens, good ones and others.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

/// A private key of `tests/keys`.
#[derive(Clone, Copy)]
pub(crate) struct Signer {
    algorithm: Algorithm,
    pem: &'static [u8],
}

pub(crate) const ED25519: Signer =
    Signer { algorithm: Algorithm::EdDSA, pem: include_bytes!("../../keys/ed25519.private.pem") };
pub(crate) const OTHER_ED25519: Signer =
    Signer { algorithm: Algorithm::EdDSA, pem: include_bytes!("../../keys/other-ed25519.private.pem") };
pub(crate) const P256: Signer =
    Signer { algorithm: Algorithm::ES256, pem: include_bytes!("../../keys/p256.private.pem") };
pub(crate) const RSA: Signer =
    Signer { algorithm: Algorithm::RS256, pem: include_bytes!("../../keys/rsa.private.pem") };

impl Signer {
    /// A token with this header and these claims, whatever they say.
    pub(crate) fn sign(self, header: &Value, claims: &Value) -> String {
        sign(header, claims, &self.key(), self.algorithm)
    }

    /// A token with a header as good access tokens have it.
    pub(crate) fn access_token(self, kid: &str, claims: &Value) -> String {
        self.sign(&json!({ "alg": format!("{:?}", self.algorithm), "typ": "at+jwt", "kid": kid }), claims)
    }

    /// The public key as an issuer publishes it.
    pub(crate) fn jwk(self, kid: &str) -> Value {
        let jwk = Jwk::from_encoding_key(&self.key(), self.algorithm).expect("a good key");
        let mut jwk = serde_json::to_value(jwk).expect("keys are JSON");
        jwk["kid"] = kid.into();
        jwk["use"] = "sig".into();
        jwk
    }

    fn key(self) -> EncodingKey {
        let key = match self.algorithm {
            Algorithm::EdDSA => EncodingKey::from_ed_pem(self.pem),
            Algorithm::ES256 => EncodingKey::from_ec_pem(self.pem),
            _ => EncodingKey::from_rsa_pem(self.pem),
        };
        key.expect("a good key")
    }
}

/// A token that is signed with any key by any algorithm.
pub(crate) fn sign(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).expect("the key is one of the algorithm");
    format!("{message}.{signature}")
}

/// A part of a token.
pub(crate) fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}
