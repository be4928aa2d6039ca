//! An issuer of tokens as the configuration trusts it: its keys, and what its tokens may say.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// An issuer whose tokens the service accepts.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The `iss` claim of its tokens.
    pub issuer: String,
    /// Its tokens must name one of these in `aud`.
    pub audiences: Vec<String>,
    /// What its tokens may be signed with. A token's header cannot widen this.
    pub algorithms: Vec<Algorithm>,
    /// Where its public keys are.
    pub keys: KeySource,
    /// The media types its access tokens may have in `typ`, without `application/`.
    pub accepted_types: Vec<String>,
    /// The claim that tells the organization a caller acts for.
    pub organization_claim: String,
    /// The claims that scopes are read from.
    pub scope_claims: Vec<String>,
    /// The organizations it may speak for (T2): from a value of the organization claim to a handle.
    pub organizations: BTreeMap<String, String>,
    /// Whether its tokens may carry `admin`.
    pub operator: bool,
}

/// Where an issuer's public keys are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeySource {
    /// A JSON Web Key Set.
    Jwks(PathBuf),
    /// One public key in PEM form.
    Pem {
        /// The file.
        file: PathBuf,
        /// The `kid` that its tokens name, if they do.
        kid: Option<String>,
    },
}

/// The signatures that are accepted: asymmetric ones, so that nobody who can verify a token can make one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// Every accepted algorithm.
    pub const ALL: &[Self] = &[Self::EdDsa, Self::Es256, Self::Ps256, Self::Rs256];

    /// The name in a token's header and in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Ps256 => "PS256",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Algorithm> for jsonwebtoken::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::EdDsa => Self::EdDSA,
            Algorithm::Es256 => Self::ES256,
            Algorithm::Ps256 => Self::PS256,
            Algorithm::Rs256 => Self::RS256,
        }
    }
}
