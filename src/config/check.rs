//! Turning texts into values, collecting every problem on the way: who starts the service learns of
//! all of them at once.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::settings::Raw;

/// Settings that cannot be used: for each what was found and what to change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError(Vec<String>);

impl ConfigError {
    pub(super) fn one(problem: String) -> Self {
        Self(vec![problem])
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

/// Collects problems while values are read.
#[derive(Default)]
pub(super) struct Check {
    problems: Vec<String>,
}

impl Check {
    pub(super) fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    pub(super) fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        if self.problems.is_empty() { Ok(value) } else { Err(ConfigError(self.problems)) }
    }

    /// A value by `parse`, or the default where it is not given. `found` is shown as it was given.
    pub(super) fn value<T>(
        &mut self,
        setting: &str,
        raw: Option<Raw>,
        default: T,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        let Some(Raw(found)) = raw else { return default };
        parse(&found).unwrap_or_else(|| {
            self.wrong(setting, &format!("{found:?}"), expected);
            default
        })
    }

    /// A problem with one setting. `found` must not hold a secret.
    pub(super) fn wrong(&mut self, setting: &str, found: &str, expected: &str) {
        let flag = setting.replace('_', "-");
        let variable = setting.to_uppercase();
        self.problem(format!("{setting} (--{flag}, GUIDEPOST_{variable}): found {found}; give {expected}"));
    }

    pub(super) fn number(
        &mut self,
        setting: &str,
        raw: Option<Raw>,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> usize {
        let expected = format!("a whole number from {} to {}, such as {default}", range.start(), range.end());
        self.value(setting, raw, default, &expected, |text| text.parse().ok().filter(|number| range.contains(number)))
    }

    pub(super) fn flag(&mut self, setting: &str, raw: Option<Raw>, default: bool) -> bool {
        self.value(setting, raw, default, "true or false", |text| match text {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        })
    }

    pub(super) fn duration(
        &mut self,
        setting: &str,
        raw: Option<Raw>,
        default: Duration,
        range: RangeInclusive<Duration>,
    ) -> Duration {
        let show = humantime::format_duration;
        let expected =
            format!("a duration from {} to {}, such as {}", show(*range.start()), show(*range.end()), show(default));
        let parse = |text: &str| humantime::parse_duration(text).ok().filter(|duration| range.contains(duration));
        self.value(setting, raw, default, &expected, parse)
    }
}
