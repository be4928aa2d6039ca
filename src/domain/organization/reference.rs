//! External references: what the ERP, QMS or portal of one organization calls a thing that is kept here.
//! They belong to that organization; the counterparty never reads them (T1).

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::access::permit;
use crate::access::reader::Reader;
use crate::access::visibility::Visible;
use crate::access::writer::{Operation, Writer};
use crate::db::journal::Chain;
use crate::db::page::{Listed, SortKey};
use crate::domain::check::Check;
use crate::entity::{
    action_item, contact, external_reference, kpi, kpi_dataset, kpi_definition, milestone, organization, relationship,
    scope_of_work, site,
};
use crate::error::{Error, Result};
use crate::id::{self, ExternalReferenceId, Id, Kind, kind};

/// What another system calls an object.
#[derive(Debug, InputObject)]
pub struct SetExternalReferenceInput {
    /// Any object that the caller can see.
    object_id: ID,
    /// The other system's name, as `SAP-EU1`, up to 100 characters.
    system: String,
    /// The object's id there, up to 200 characters. One id in one system stands for one object.
    external_id: String,
}

/// Sets a reference. Setting the same one again changes nothing.
pub async fn set(writer: &Writer, input: SetExternalReferenceInput) -> Result<ExternalReferenceId> {
    let SetExternalReferenceInput { object_id, system, external_id } = input;
    let mut operation = writer.begin(permit::SET_EXTERNAL_REFERENCE).await?;
    let mut check = Check::new();
    let (system, external_id) = checked_name(&mut check, &system, &external_id);
    let object = id::parse_any(&object_id).filter(|(prefix, _)| NAMED.contains(&prefix.as_str()));
    check.that(object.is_some(), "objectId", format!("must be the id of one of: {}", kinds_in_words()));
    check.finish()?;
    let Some((object_kind, object_id)) = object else { return Err(Error::not_found("object")) };
    let organization_id = operation.organization()?;
    operation.lock(Chain::Organization(organization_id)).await?;
    if !sees(&operation, By::Caller, &object_kind, object_id).await? {
        return Err(Error::not_found(id::name_of(&object_kind).unwrap_or("object")));
    }
    if let Some(existing) = find(&operation, &system, &external_id).await? {
        if existing.object_id == object_id {
            return Ok(existing.id);
        }
        // What it stands for may be a draft, which not every caller of the organization sees.
        let other = if sees(&operation, By::Caller, &existing.object_kind, existing.object_id).await? {
            id::format_any(&existing.object_kind, existing.object_id)
        } else {
            "another object".to_owned()
        };
        let message = format!("{external_id} in {system} stands for {other} already: remove that reference first");
        return Err(Error::Conflict { current_version: None, message });
    }
    let id = operation.new_id();
    let created_at = operation.at();
    let row =
        external_reference::Model { id, organization_id, system, external_id, object_kind, object_id, created_at };
    operation.insert_unique(row, "this reference").await?;
    operation.commit_private(id, None).await?;
    Ok(id)
}

/// Which reference to remove.
#[derive(Debug, InputObject)]
pub struct RemoveExternalReferenceInput {
    /// The other system's name.
    system: String,
    /// The object's id there.
    external_id: String,
}

/// Removes a reference; the object stays.
pub async fn remove(writer: &Writer, input: RemoveExternalReferenceInput) -> Result<ExternalReferenceId> {
    let RemoveExternalReferenceInput { system, external_id } = input;
    let mut operation = writer.begin(permit::REMOVE_EXTERNAL_REFERENCE).await?;
    let mut check = Check::new();
    let (system, external_id) = checked_name(&mut check, &system, &external_id);
    check.finish()?;
    let organization = operation.organization()?;
    operation.lock(Chain::Organization(organization)).await?;
    let existing = find(&operation, &system, &external_id).await?;
    let existing = existing.ok_or_else(|| Error::not_found(kind::ExternalReference::NAME))?;
    // A colleague's name for what the caller does not read is not there for it. Of what nobody of the organization
    // sees any more only the name is left, and the organization must be able to give that to something else.
    let (kind, object) = (&existing.object_kind, existing.object_id);
    if !sees(&operation, By::Caller, kind, object).await? && sees(&operation, By::Party, kind, object).await? {
        return Err(Error::not_found(kind::ExternalReference::NAME));
    }
    let id = existing.id;
    operation.delete(existing).await?;
    operation.commit_private(id, None).await?;
    Ok(id)
}

/// Removes the organization's own references to an object that is about to go.
pub async fn forget<K: Kind>(operation: &mut Operation, object: Id<K>) -> Result<()> {
    use external_reference::{Column, Entity};
    // As `set` does, so that none is added meanwhile.
    let organization = operation.organization()?;
    operation.lock(Chain::Organization(organization)).await?;
    let select =
        operation.find::<Entity>().filter(Column::ObjectId.eq(object)).filter(Column::ObjectKind.eq(K::PREFIX));
    for reference in select.all(operation.transaction()).await? {
        operation.delete(reference).await?;
    }
    Ok(())
}

/// What a thing is called elsewhere: the system, and the id in it.
fn checked_name(check: &mut Check, system: &str, external_id: &str) -> (String, String) {
    (check.text("system", system, 100), check.text("externalId", external_id, 200))
}

async fn find(operation: &Operation, system: &str, external_id: &str) -> Result<Option<external_reference::Model>> {
    let select = operation.find::<external_reference::Entity>().filter(named(system, external_id));
    Ok(select.one(operation.transaction()).await?)
}

fn named(system: &str, external_id: &str) -> Condition {
    use external_reference::Column;
    Condition::all().add(Column::System.eq(system)).add(Column::ExternalId.eq(external_id))
}

/// The object that the caller's organization named so: its prefix and id. Whether the caller may read it is
/// decided when it is read.
pub async fn object_named(reader: &Reader, system: &str, external_id: &str) -> Result<Option<(String, Uuid)>> {
    let mut check = Check::of_arguments();
    let (system, external_id) = checked_name(&mut check, system, external_id);
    check.finish()?;
    let select = reader.find::<external_reference::Entity>().filter(named(&system, &external_id));
    let row = select.one(reader.connection()).await?;
    Ok(row.map(|row| (row.object_kind, row.object_id)))
}

/// Who is to see an object.
#[derive(Clone, Copy)]
enum By {
    /// The caller, with what its scopes let it read.
    Caller,
    /// Anyone of its party.
    Party,
}

macro_rules! named_kinds {
    ($($kind:ident $table:ident;)*) => {
        /// The prefixes of what other systems know.
        const NAMED: &[&str] = &[$(kind::$kind::PREFIX),*];

        async fn sees(operation: &Operation, by: By, prefix: &str, id: Uuid) -> Result<bool> {
            match prefix {
                $(kind::$kind::PREFIX => exists::<$table::Entity>(operation, by, $table::Column::Id, id).await,)*
                _ => Ok(false),
            }
        }
    };
}

named_kinds! {
    Organization organization;
    Site site;
    Contact contact;
    Relationship relationship;
    ScopeOfWork scope_of_work;
    Milestone milestone;
    ActionItem action_item;
    Kpi kpi;
    KpiDefinition kpi_definition;
    KpiDataset kpi_dataset;
}

async fn exists<E: Visible>(operation: &Operation, by: By, column: E::Column, id: Uuid) -> Result<bool> {
    let seen = match by {
        By::Caller => operation.find::<E>(),
        By::Party => operation.find_for_party::<E>(),
    };
    let select = seen.filter(column.eq(id)).select_only().column(column);
    Ok(select.into_tuple::<Uuid>().one(operation.transaction()).await?.is_some())
}

fn kinds_in_words() -> String {
    NAMED.iter().filter_map(|prefix| id::name_of(prefix)).collect::<Vec<_>>().join(", ")
}

impl Listed for external_reference::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<external_reference::Column> {
        SortKey::ascending([external_reference::Column::Id])
    }
}
