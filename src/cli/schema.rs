//! `guidepost schema`

use clap::Args;

use super::CliError;
use super::output::print;
use crate::graphql::federation::federation_sdl;
use crate::graphql::schema::sdl;

/// Print the GraphQL schema
///
/// The same text is checked in as schema.graphql; a test compares them.
#[derive(Args)]
pub(super) struct Schema {
    /// In the form that a supergraph of Apollo Federation 2 is composed of
    #[arg(long)]
    federation: bool,
}

impl Schema {
    pub(super) fn run(self) -> Result<(), CliError> {
        if self.federation {
            print(federation_sdl().trim_end())?;
        } else {
            print(sdl().trim_end())?;
        }
        Ok(())
    }
}
