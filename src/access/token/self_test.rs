//! The self-test of the signature backend: a build whose cryptography does not work must not get as far as its first
//! request. For each algorithm a signature that was made with OpenSSL must verify, and a changed one must not.

use jsonwebtoken::Algorithm as Jwt;

use super::issuer::Algorithm;
use super::keys::{self, Key};

const MESSAGE: &str = "guidepost";

struct KnownAnswer {
    algorithm: Algorithm,
    public_key: &'static str,
    signature: &'static str,
}

/// Tests every algorithm; the error names those that do not work.
pub(super) fn run() -> Result<(), String> {
    let works = |answer: &KnownAnswer| {
        keys::from_pem(answer.public_key, None, &[answer.algorithm])
            .is_ok_and(|key| tells_apart(&key, answer.signature, answer.algorithm.into()))
    };
    let asymmetric = KNOWN_ANSWERS.iter().map(|answer| (answer.algorithm.name(), works(answer)));
    let shared = ("HS256", tells_apart(&Key::secret(b"guidepost self-test"), HS256_SIGNATURE, Jwt::HS256));
    let broken: Vec<&str> = asymmetric.chain([shared]).filter(|(_, works)| !works).map(|(name, _)| name).collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(format!("the signature backend of this build does not work for {}", broken.join(", ")))
    }
}

/// Whether the signature verifies, and neither for another message nor when it is changed.
fn tells_apart(key: &Key, signature: &str, algorithm: Jwt) -> bool {
    // The first character: the last one may stand for bits that nobody reads.
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let changed = format!("{first}{}", &signature[1..]);
    key.verifies(MESSAGE, signature, algorithm)
        && !key.verifies(MESSAGE, &changed, algorithm)
        && !key.verifies("guidepose", signature, algorithm)
}

const HS256_SIGNATURE: &str = "-of4yATJNAhhKcX6ulwRwMUX-TCLq2npINodR3QL2qY";

const RSA: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlE+Y5nlx8r2DAcseblDS
FunoV8iNo3Y2q/C+4mn83rs0BVowJXiItz7rIHuO7VVeu9KisgkQ7gqBvl0VLtTu
amJtvq2N+0TodOyS4MSQaTC5aXovspYtX0eyF42cssetKPRk9giuetNUOpOoe9RH
/X+BbnA9fEn1tegwHPus5hlU9SWXynkw+ok/7UxppD/If49tFFxcPQx2Mq+NePIu
V6sLUJixW+VYzbMJqCeUWm2ia7dBZkvFGp8Al8kceRgxD//AtIOQUFx0L3vC7LF1
XI7VtJJ9/FFVkmke1+sa4rztaTpHiY0UT9hKZ4+qqAe1oVTX+Q1IxG3B5Px/nUl5
ewIDAQAB
-----END PUBLIC KEY-----";

const KNOWN_ANSWERS: &[KnownAnswer] = &[
    KnownAnswer {
        algorithm: Algorithm::EdDsa,
        public_key: "\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAnCUVTySdQ+d4FRrCgN1MOYIizNYG0xOtU7qE4GOix0c=
-----END PUBLIC KEY-----",
        signature: "hbB49GJWjcOn7i4nHWgWcSqQn-lU5hJAaqZpHNn36GpMZIs_LLHq02YxWOBkaJJ8JBdFc-jhlE2Fd5oeIZB0DA",
    },
    KnownAnswer {
        algorithm: Algorithm::Es256,
        public_key: "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERhO5zj+TBk0vlPlJzUTNfCmpg3vF
F2/RAoRw0BtElp7ikaFeh/ogOVesGRBNTgMokC/rCSItOOlPtFTO/8LGHA==
-----END PUBLIC KEY-----",
        signature: "2lNuzUb6kGh5MTrT-MbVaSDVVN6ip2P6u6sMvfwMb8nc8hr5e8olTTk8WeZSUcAHVdlzHq_1jdVUIBB8aGExKA",
    },
    KnownAnswer {
        algorithm: Algorithm::Ps256,
        public_key: RSA,
        signature: "\
        johZcZhsHyAUkTaA7rnymO_L4kgbFSaSSDiv89qZf1dSr69UD69pqBSvUkgWcjEs0gxCFWvWss7zOxw5TIMCM5v4Yu4reSGp\
        W1asyLOXrBlgpuXFMqFP9z62NpK-X9U_cZdOIEhi8NHFMSpJr_QFsn2knyYZ02x9OypCtD3MB2QOpT0Cnag6BqO3-\
        8CdUUiv_YFPE5TeQrZhWqc-H9zVNWhK3Y9ghelqB5spF2gbntXIN3RedFQN9n0TiyVfZCcI-\
        fE0Q1J5AWZv7FiRVNetZgLI9HdUwU_ucge2vDyP6VzEq-VaAAdlB-i_r4THX-674PLt5s6cg3W9BQ5ibR7OYw",
    },
    KnownAnswer {
        algorithm: Algorithm::Rs256,
        public_key: RSA,
        signature: "\
        WsvzL42tFYh9zYSnq6lxvGE90k1UUI_wYXImCz9_ZJ8EfPJ8me6weU1MElbGCtT7xdXEFSFq6R-\
        msT2dhWiDRkDHvAXSAiFcl2wFZ1WBZUZe3OVKYd89DS9upzwZCDuDZ5EP9U-Xfl9Zjp1b3gYKRu1b1kkSJP12coCNPX-\
        jB7KISVifmxnFX1c2Kz4BJxT68KoRN3IGsq2fx_UEKNf2CC7ebD0RJ51wsigrJdAe5NupZ08To_VpB6cn-\
        XqK6Bm9bLIwSJC8Zkuc2M2QXxOYO-MygSzBJgr1ulDn50jpcS3kMZq29oFXbJm77EQmnrIYPj7eSMixC8X-Bs0_IiuTIg",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_tested_and_works() {
        assert!(KNOWN_ANSWERS.iter().map(|answer| answer.algorithm).eq(Algorithm::ALL.iter().copied()));
        assert_eq!(run(), Ok(()));
    }

    #[test]
    fn a_backend_that_accepts_anything_or_nothing_is_noticed() {
        let answer = &KNOWN_ANSWERS[0];
        let key = keys::from_pem(answer.public_key, None, &[answer.algorithm]).unwrap();
        assert!(tells_apart(&key, answer.signature, Jwt::EdDSA));
        assert!(!tells_apart(&key, KNOWN_ANSWERS[1].signature, Jwt::EdDSA));
    }
}
