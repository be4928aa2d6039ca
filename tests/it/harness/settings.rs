//! What a run of the tests is told by its environment.

#![expect(clippy::disallowed_methods, reason = "these are settings of the tests, and not of the service")]

use std::env;

/// `GUIDEPOST_TEST_POSTGRES_URL`: the server to run on, without a database's name.
pub fn postgres_url() -> Option<String> {
    env::var("GUIDEPOST_TEST_POSTGRES_URL").ok()
}

/// `GUIDEPOST_TEST_POSTGRES_REQUIRED`: fail where no PostgreSQL answers, instead of leaving its tests out.
pub fn postgres_is_required() -> bool {
    env::var_os("GUIDEPOST_TEST_POSTGRES_REQUIRED").is_some()
}

/// `GUIDEPOST_TEST_EXAMPLES_REQUIRED`: fail where no Python has the packages that the examples need, instead of
/// leaving them out.
pub fn examples_are_required() -> bool {
    env::var_os("GUIDEPOST_TEST_EXAMPLES_REQUIRED").is_some()
}

/// `GUIDEPOST_TEST_UPDATE`: write the expected files anew, instead of comparing with them.
pub fn update_expected_files() -> bool {
    env::var_os("GUIDEPOST_TEST_UPDATE").is_some()
}
