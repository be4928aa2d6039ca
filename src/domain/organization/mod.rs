//! Organizations: their own description, sites, contacts, and the names other systems give to things.

pub mod contact;
pub mod reference;
pub mod site;

use async_graphql::InputObject;

use super::check::{self, Check, expected_version};
use crate::access::directory::{HANDLE, is_handle};
use crate::access::permit;
use crate::access::writer::Writer;
use crate::db::journal::Chain;
use crate::entity::organization;
use crate::error::Result;
use crate::id::OrganizationId;

/// A new organization.
#[derive(Debug, InputObject)]
pub struct RegisterOrganizationInput {
    /// The stable slug by which tokens name the organization: 2 to 63 lower-case letters, digits and hyphens,
    /// beginning with a letter. It can never be changed.
    handle: String,
    /// The company's name, up to 200 characters.
    name: String,
}

/// Registers an organization, with its journal chain.
pub async fn register(writer: &Writer, input: RegisterOrganizationInput) -> Result<OrganizationId> {
    let RegisterOrganizationInput { handle, name } = input;
    let mut check = Check::new();
    check.that(is_handle(&handle), "handle", format!("must be {HANDLE}"));
    let name = check.text("name", &name, check::NAME);
    let mut operation = writer.begin(permit::REGISTER_ORGANIZATION).await?;
    check.finish()?;
    let id = operation.new_id();
    let row = organization::Model { id, handle, name, version: 1, created_at: operation.at() };
    operation.insert_unique(row, "an organization with this handle").await?;
    operation.start_chain(Chain::Organization(id)).await?;
    operation.commit_for(Some(id), id, None).await?;
    Ok(id)
}

/// A change of the caller's organization.
#[derive(Debug, InputObject)]
pub struct UpdateOrganizationInput {
    /// The version that the caller has read.
    expected_version: i32,
    /// The company's name, up to 200 characters.
    name: String,
}

/// Renames the caller's organization.
pub async fn update(writer: &Writer, input: UpdateOrganizationInput) -> Result<OrganizationId> {
    let UpdateOrganizationInput { expected_version: expected, name } = input;
    let mut operation = writer.begin(permit::UPDATE_ORGANIZATION).await?;
    let mut check = Check::new();
    let name = check.text("name", &name, check::NAME);
    check.finish()?;
    let id = operation.organization()?;
    operation.lock(Chain::Organization(id)).await?;
    let before: organization::Model = operation.one::<organization::Entity, _>(id).await?;
    expected_version("organization", expected, before.version)?;
    let after = organization::Model { name, version: before.version + 1, ..before.clone() };
    operation.update(&before, after).await?;
    operation.commit_private(id, None).await?;
    Ok(id)
}
