//! `guidepost demo`

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use clap::Args;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::output::print;
use super::{CliError, database};
use crate::clock::Clock;
use crate::config::{Config, DatabaseUrl};
use crate::demo::{self, DemoToken, Ids, TOUR};
use crate::http::{self, App};
use crate::telemetry;

/// Look around in a ready-made world
///
/// Fills a temporary database with two years of four relationships, serves it in development mode, and prints the
/// address, a token for each kind of caller and four requests to send. Everything is gone when it stops.
#[derive(Args)]
pub(super) struct Demo {
    /// Address and port to listen on
    #[arg(
        long,
        env = "GUIDEPOST_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:4000"
    )]
    listen: SocketAddr,

    /// Print one line of JSON instead: `{"url":…, "tokens":{…}, "ids":{…}}`
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let Self { listen: address, json } = self;
        let folder = TempDir::with_prefix("guidepost-demo-")?;
        let file = folder.path().join("guidepost.db");
        let config = settings(&file.display().to_string())?;
        telemetry::init(&config)?;
        // Before the work: a port that is taken is told at once.
        let listener = TcpListener::bind(address).await.map_err(|source| CliError::Listen { address, source })?;
        let clock = Clock::system();
        let ids = tokio::select! {
            built = demo::build_file(&file, clock.now()) => built?,
            () = http::stop_signal() => return Ok(()),
        };
        let database = database::connect(&config).await?;
        let app = App::new(config, database.clone(), clock.clone())?;
        let url = format!("http://{}", reachable(listener.local_addr()?));
        let tokens = demo::sign_tokens(clock.now());
        print(if json { as_json(&url, &tokens, &ids) } else { in_words(&url, &tokens, &app.config.database_url) })?;
        http::serve(app, listener, http::stop_signal()).await?;
        database::close(database).await;
        Ok(())
    }
}

/// Development mode, a log that leaves the terminal to what is printed, and everything else as `serve` has it.
fn settings(file: &str) -> Result<Config, CliError> {
    let url = format!("sqlite://{file}");
    let database_url =
        DatabaseUrl::parse(&url).ok_or_else(|| CliError::Argument(format!("{url} is no database URL")))?;
    Ok(Config { development: true, database_url, log_filter: "warn".to_owned(), ..Config::default() })
}

/// An address to connect to: what listens everywhere is reached here too.
const fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), address.port()),
        _ => address,
    }
}

fn as_json(url: &str, tokens: &[DemoToken], ids: &Ids) -> String {
    let tokens: Map<String, Value> = tokens.iter().map(|token| (token.name.clone(), json!(token.token))).collect();
    json!({ "url": url, "tokens": tokens, "ids": ids }).to_string()
}

fn in_words(url: &str, tokens: &[DemoToken], database: &DatabaseUrl) -> String {
    let program = std::env::args().next().unwrap_or_else(|| "guidepost".to_owned());
    let mut text = format!(
        "Guidepost is running with a made-up world of four relationships. Stop it with Ctrl-C; nothing is kept.\n\n\
         In a browser, with a token of these under Headers as {{\"Authorization\": \"Bearer …\"}}:\n{url}/graphql\n\n\
         Everything as its journal recorded it? While this runs:\n{program} verify-journal --database-url {database}\n\n\
         Tokens, good for a week:\n"
    );
    for DemoToken { name, holder, token } in tokens {
        _ = write!(text, "\n{name}: {holder}\n{token}\n");
    }
    text.push_str("\nFour requests to begin with:\n");
    for stop in &TOUR {
        let token = tokens.iter().find(|token| token.name == stop.token).map_or("", |token| &token.token);
        _ = write!(text, "\n# {}\n{}\n", stop.title, stop.curl(url, token));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_everywhere_is_reached_here() {
        let reached = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:4000"), "127.0.0.1:4000");
        assert_eq!(reached("[::]:80"), "[::1]:80");
        assert_eq!(reached("192.0.2.1:4000"), "192.0.2.1:4000");
    }
}
