//! `guidepost schema`

use clap::Args;

use super::CliError;
use super::output::print;
use crate::graphql::schema::sdl;

/// Print the GraphQL schema
///
/// The same text is checked in as schema.graphql; a test compares them.
#[derive(Args)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn run(self) -> Result<(), CliError> {
        let Self {} = self;
        print(sdl().trim_end())?;
        Ok(())
    }
}
