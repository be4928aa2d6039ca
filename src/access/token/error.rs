//! Why a token was refused: one sentence for the client, one for the log. Neither repeats anything
//! that the token says, since who sent it is unknown.

/// Why a token was refused. `Display` is the sentence for the log.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// Longer than any access token needs to be.
    #[error("the token has {bytes} bytes, more than the {} that are read", super::MAX_TOKEN_BYTES)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not three parts of base64url with JSON in the first two.
    #[error("not a signed JWT in compact form: {0}")]
    Malformed(&'static str),
    /// `crit` asks for an extension to be understood; none is.
    #[error("the header lists critical extensions (crit), and none is supported")]
    CriticalExtension,
    /// `iss` is not one of the configured issuers.
    #[error("the token's iss is none of the configured issuers: {configured}")]
    UnknownIssuer {
        /// Those that are.
        configured: String,
    },
    /// The issuer is one that is not named to strangers, and the token is not shown to be its own.
    #[error("{0} (strangers are told that its issuer is not accepted: listed = false)")]
    Unlisted(Box<TokenError>),
    /// A development token reached a service that is not in development mode.
    #[error(
        "a development token was sent, but the service is not in development mode: start it with --development, or let a configured issuer sign"
    )]
    DevelopmentToken,
    /// `typ` is missing or says another kind of token.
    #[error(
        "issuer {issuer}: the header's typ is not an accepted one ({accepted}); accepted_types in the issuer's settings can add it"
    )]
    WrongType {
        /// The issuer.
        issuer: String,
        /// What it may be.
        accepted: String,
    },
    /// A claim shows that it is an ID token, or another kind that is no access token.
    #[error("issuer {issuer}: the claim {claim} is one of another kind of token; clients must send the access token")]
    NotAnAccessToken {
        /// The issuer.
        issuer: String,
        /// The claim.
        claim: &'static str,
    },
    /// `alg` is not one of the issuer's.
    #[error("issuer {issuer}: the header's alg is not an allowed one ({allowed})")]
    WrongAlgorithm {
        /// The issuer.
        issuer: String,
        /// What it may be.
        allowed: String,
    },
    /// No key has this `kid` and fits this `alg`.
    #[error(
        "issuer {issuer}: none of its keys has the header's kid and fits its alg; has the issuer changed its keys?"
    )]
    UnknownKey {
        /// The issuer.
        issuer: String,
    },
    /// The issuer's keys cannot be read at the moment, so nobody can say whether the token is good.
    #[error("issuer {issuer}: its keys cannot be read at the moment, and the token's is not among the last good ones")]
    KeysUnavailable {
        /// The issuer.
        issuer: String,
    },
    /// Several keys could have signed, and the token does not say which.
    #[error("issuer {issuer}: several of its keys fit the header; tokens must name one by a kid that is unique")]
    AmbiguousKey {
        /// The issuer.
        issuer: String,
    },
    /// The signature is not the key's.
    #[error("issuer {issuer}: the signature does not verify")]
    WrongSignature {
        /// The issuer.
        issuer: String,
    },
    /// A claim that is required is not there.
    #[error("the claim {0} is missing")]
    MissingClaim(String),
    /// A claim is not of the form it must have.
    #[error("the claim {claim} must be {expected}")]
    InvalidClaim {
        /// The claim.
        claim: String,
        /// Its form.
        expected: &'static str,
    },
    /// Meant for another service.
    #[error("issuer {issuer}: aud names none of its configured audiences ({audiences})")]
    WrongAudience {
        /// The issuer.
        issuer: String,
        /// What it may be.
        audiences: String,
    },
    /// `exp` has passed.
    #[error("the token expired {seconds} s ago")]
    Expired {
        /// How long ago.
        seconds: i64,
    },
    /// `nbf` is to come.
    #[error("the token is not valid for another {seconds} s; are the clocks of the issuer and this machine right?")]
    NotYetValid {
        /// In how long.
        seconds: i64,
    },
    /// The organization is not one that the issuer may speak for (T2).
    #[error(
        "issuer {issuer}: its settings let it speak for other organizations than the one in the claim {claim} (T2)"
    )]
    ForeignOrganization {
        /// The issuer.
        issuer: String,
        /// The organization claim.
        claim: String,
    },
    /// Only an operator acts for no organization.
    #[error(
        "issuer {issuer}: the claim {claim} is missing, and the token is not an operator's (scope admin, from an issuer with operator = true)"
    )]
    NoOrganization {
        /// The issuer.
        issuer: String,
        /// The organization claim.
        claim: String,
    },
}

impl TokenError {
    /// The sentence for the client: RFC 6750's `error_description`, in the characters that it allows.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "the token is too long",
            Self::Malformed(_) => "the token is not a signed JWT",
            Self::CriticalExtension => "the token needs an extension that is not supported",
            Self::UnknownIssuer { .. } | Self::Unlisted(_) | Self::DevelopmentToken => {
                "the token's issuer is not accepted here"
            }
            Self::WrongType { .. } => "the token is not an access token (typ)",
            Self::NotAnAccessToken { .. } => "the token is not an access token, but another kind such as an ID token",
            Self::WrongAlgorithm { .. } => "the token is signed with an algorithm that its issuer may not use here",
            Self::UnknownKey { .. } | Self::AmbiguousKey { .. } => "the token is signed with an unknown key",
            Self::KeysUnavailable { .. } => {
                "the keys of the token's issuer cannot be read at the moment, so the token cannot be checked"
            }
            Self::WrongSignature { .. } => "the token's signature is wrong",
            Self::MissingClaim(_) => "the token lacks a required claim (iss, aud, sub, exp)",
            Self::InvalidClaim { .. } => "the token has a malformed claim",
            Self::WrongAudience { .. } => "the token is meant for another audience",
            Self::Expired { .. } => "the token has expired",
            Self::NotYetValid { .. } => "the token is not valid yet",
            Self::ForeignOrganization { .. } => "the token's issuer does not speak for the token's organization",
            Self::NoOrganization { .. } => "the token names no organization",
        }
    }
}
