//! The program: parses the command line, runs the command, and turns its result into an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use guidepost::cli::{Cli, complain};

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}
