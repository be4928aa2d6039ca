//! The command line: one file for each command. A new command is a file, a variant here and its arm.

mod database;
mod demo;
mod error;
mod migrate;
mod output;
mod schema;
mod serve;
mod token;
mod verify_journal;

use clap::{Parser, Subcommand};

pub use self::error::CliError;
pub use self::output::complain;

/// The record that a sponsor and its CDMO share: relationships, action items and KPIs, over GraphQL.
///
/// Settings are given by flag, by GUIDEPOST_… environment variable or in a TOML file: `guidepost serve --help`
/// lists them all.
#[derive(Parser)]
#[command(name = "guidepost", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Token(token::Token),
    Schema(schema::Schema),
    VerifyJournal(verify_journal::VerifyJournal),
}

impl Cli {
    /// Runs the command.
    pub async fn run(self) -> Result<(), CliError> {
        match self.command {
            Command::Demo(demo) => demo.run().await,
            Command::Serve(serve) => serve.run().await,
            Command::Migrate(migrate) => migrate.run().await,
            Command::Token(token) => token.run(),
            Command::Schema(schema) => schema.run(),
            Command::VerifyJournal(verify) => verify.run().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
