//! Logs: structured, on standard error, so that standard output stays for what a command prints.
//!
//! Each request has a span with its id, which every line of the request carries (see `http::observe`).

use std::io::{self, IsTerminal as _};

use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, registry};

use crate::config::{Config, LogFormat};

/// Starts logging, once per process.
pub fn init(config: &Config) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(&config.log_filter)?;
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    // A test may have started logging before: the first one stays.
    _ = registry().with(lines).with(filter).try_init();
    Ok(())
}
