//! The schema: what is checked in is what the service prints, everything in it is described, and lists and
//! mutations have one shape.

mod described;
mod permits;
mod scopes;
mod shape;
mod texts;

use guidepost::graphql::schema::sdl;

use crate::harness::expect_file;

#[test]
fn schema_graphql_is_what_the_service_prints() {
    let printed = format!("{}\n", sdl().trim_end());
    expect_file("schema.graphql", &printed, "cargo run -- schema > schema.graphql");
}
