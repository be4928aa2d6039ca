//! The settings of how much the service takes, from all and from each.

use std::num::NonZeroU32;

use super::check::Check;
use super::settings::Raw;

/// How much the service takes.
#[derive(Clone, Debug)]
pub struct Load {
    /// How many requests are worked on at once.
    pub max_concurrent_requests: usize,
    /// How many connections are open at once.
    pub max_connections: usize,
    /// How much one subject may ask for.
    pub subject_rate: Option<Rate>,
    /// How much one organization may ask for.
    pub organization_rate: Option<Rate>,
}

/// How much may be asked for: a bucket that is filled again at a steady rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// The cost that comes back each second.
    pub per_second: NonZeroU32,
    /// The cost that the full bucket holds.
    pub burst: NonZeroU32,
}

/// The settings as they were given.
pub(super) struct Given {
    pub(super) max_concurrent_requests: Option<Raw>,
    pub(super) max_connections: Option<Raw>,
    pub(super) subject_rate: Option<Raw>,
    pub(super) subject_burst: Option<Raw>,
    pub(super) organization_rate: Option<Raw>,
    pub(super) organization_burst: Option<Raw>,
}

pub(super) fn check(given: Given, check: &mut Check) -> Load {
    let at_once = given.max_concurrent_requests;
    Load {
        max_concurrent_requests: check.number("max_concurrent_requests", at_once, 256, 1..=100_000),
        max_connections: check.number("max_connections", given.max_connections, 10_000, 1..=1_000_000),
        subject_rate: rate(
            ("subject_rate", given.subject_rate, 100_000),
            ("subject_burst", given.subject_burst, 1_000_000),
            check,
        ),
        organization_rate: rate(
            ("organization_rate", given.organization_rate, 400_000),
            ("organization_burst", given.organization_burst, 4_000_000),
            check,
        ),
    }
}

/// A rate, and the burst that belongs to it; none if the rate is 0.
fn rate(
    (rate, per_second, usual_rate): (&str, Option<Raw>, usize),
    (burst, most, usual_burst): (&str, Option<Raw>, usize),
    check: &mut Check,
) -> Option<Rate> {
    let per_second = check.number(rate, per_second, usual_rate, 0..=1_000_000_000);
    let most = check.number(burst, most, usual_burst, 1_000..=1_000_000_000);
    let number = |value: usize| u32::try_from(value).ok().and_then(NonZeroU32::new);
    Some(Rate { per_second: number(per_second)?, burst: number(most)? })
}
