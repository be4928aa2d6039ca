//! `guidepost token`

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;

use super::CliError;
use super::output::print;
use crate::access::scope::{Scope, Scopes};
use crate::access::token::sign_development_token;
use crate::clock::Clock;

const LONGEST: TimeDelta = TimeDelta::days(3_653);

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
        print(self.sign(Clock::system().now())?)?;
        Ok(())
    }

    fn sign(self, now: DateTime<Utc>) -> Result<String, CliError> {
        let Self { organization, subject, scope, expires_in } = self;
        let wrong = |problem: String| Err(CliError::Argument(problem));
        let unknown: Vec<_> = scope.split_ascii_whitespace().filter(|text| Scope::parse(text).is_none()).collect();
        if !unknown.is_empty() {
            return wrong(format!("--scope: there is no {}; give some of: {}", unknown.join(", "), all_scopes()));
        }
        if scope.trim().is_empty() {
            return wrong(format!("--scope: is empty; give some of: {}", all_scopes()));
        }
        if subject.is_empty() {
            return wrong("--subject: is empty; give any name".to_owned());
        }
        if organization.as_ref().is_none_or(String::is_empty) && !Scopes::parse(&scope).contains(Scope::Admin) {
            return wrong("--organization: is missing; give a handle (only the scope admin needs none)".to_owned());
        }
        let lifetime = TimeDelta::from_std(expires_in).ok().filter(|lifetime| *lifetime <= LONGEST);
        let Some(lifetime) = lifetime else {
            return wrong("--expires-in: is too long; give at most ten years".to_owned());
        };
        Ok(sign_development_token(organization.as_deref(), &subject, &scope, now, lifetime))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::token::TokenVerifier;

    fn token(organization: Option<&str>, subject: &str, scope: &str, expires_in: Duration) -> Result<String, String> {
        let organization = organization.map(str::to_owned);
        let token = Token { organization, subject: subject.to_owned(), scope: scope.to_owned(), expires_in };
        token.sign(Clock::system().now()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_token_is_what_was_asked_for() {
        let hour = Duration::from_hours(1);
        let verifier = TokenVerifier::new(&[], true).unwrap();
        let verify =
            async |token: Result<String, String>| verifier.verify(&token.unwrap(), &Clock::system()).await.unwrap();
        let claims = verify(token(Some("acme"), "ada", "kpis:read kpis:write", hour)).await;
        assert_eq!((claims.organization_handle.as_deref(), claims.subject.as_str()), (Some("acme"), "ada"));
        assert_eq!(claims.scopes.to_string(), "kpis:read kpis:write");
        assert_eq!(verify(token(None, "root", "admin", hour)).await.organization_handle, None);
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let hour = Duration::from_hours(1);
        for (result, problem) in [
            (
                token(Some("acme"), "ada", "kpis:read kpi", hour),
                "--scope: there is no kpi; give some of: relationships:read",
            ),
            (token(Some("acme"), "ada", " ", hour), "--scope: is empty"),
            (token(Some("acme"), "", "admin", hour), "--subject: is empty"),
            (token(None, "ada", "kpis:read", hour), "--organization: is missing"),
            (token(Some("acme"), "ada", "kpis:read", Duration::MAX), "--expires-in: is too long"),
        ] {
            assert!(result.unwrap_err().starts_with(problem), "{problem}");
        }
    }
}
