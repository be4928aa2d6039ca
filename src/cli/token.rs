//! `guidepost token`

use std::fmt::Write as _;
use std::time::Duration;

use chrono::TimeDelta;
use clap::Args;

use super::CliError;
use super::output::print;
use crate::access::scope::{Scope, Scopes};
use crate::access::token::sign_development_token;
use crate::clock::Clock;

/// Sign a token for a service in development mode
///
/// Everyone has the key it is signed with, so a service that is not started with --development refuses it.
#[derive(Args)]
#[command(after_long_help = scopes_help())]
pub(super) struct Token {
    /// Handle of the organization to act for; an operator (scope admin) may act for none
    #[arg(long, value_name = "HANDLE")]
    organization: Option<String>,

    /// Who is to call: any name
    #[arg(long, value_name = "NAME")]
    subject: String,

    /// What the caller may do: scopes with spaces between
    #[arg(long, value_name = "SCOPES")]
    scope: String,

    /// How long the token is good, such as 30m, 1h or 7d
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = humantime::parse_duration)]
    expires_in: Duration,
}

impl Token {
    pub(super) fn run(self) -> Result<(), CliError> {
        let Self { organization, subject, scope, expires_in } = self;
        let unknown: Vec<_> = scope.split_ascii_whitespace().filter(|text| Scope::parse(text).is_none()).collect();
        if !unknown.is_empty() || scope.trim().is_empty() {
            let problem = if unknown.is_empty() { "--scope is empty".to_owned() } else { format!("--scope: there is no {}", unknown.join(", ")) };
            return Err(CliError::Argument(format!("{problem}; give some of: {}", all_scopes())));
        }
        if organization.is_none() && !Scopes::parse(&scope).contains(Scope::Admin) {
            let problem = "--organization is missing: give the handle of the one to act for (only the scope admin needs none)";
            return Err(CliError::Argument(problem.to_owned()));
        }
        let lifetime = TimeDelta::from_std(expires_in).ok().filter(|lifetime| *lifetime <= TimeDelta::days(3_650));
        let lifetime = lifetime.ok_or_else(|| CliError::Argument("--expires-in: give at most ten years".to_owned()))?;
        print(sign_development_token(organization.as_deref(), &subject, &scope, Clock::system().now(), lifetime))?;
        Ok(())
    }
}

fn all_scopes() -> String {
    Scope::ALL.iter().copied().collect::<Scopes>().to_string()
}

fn scopes_help() -> String {
    let mut help = "Scopes:\n".to_owned();
    for scope in Scope::ALL {
        _ = writeln!(help, "  {:<22} {}", scope.as_str(), scope.description());
    }
    help
}
