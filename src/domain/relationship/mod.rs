//! Relationships: proposing and describing them, and listing a caller's.

pub mod named;
pub mod parties;
pub mod scope_of_work;
pub mod state;

use async_graphql::{Enum, ID, InputObject, MaybeUndefined};
use sea_orm::{ColumnTrait, Condition};

use super::check::{self, Check, expected_version};
use crate::access::permit;
use crate::access::reader::Reader;
use crate::access::writer::{UnderRelationship, Writer};
use crate::db::journal::Chain;
use crate::db::page::{Listed, SortKey};
use crate::entity::party::Party;
use crate::entity::relationship::{self, RelationshipState};
use crate::entity::{milestone, relationship_site, scope_of_work as scope_entity};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, RelationshipId};

/// A proposed relationship with another organization.
#[derive(Debug, InputObject)]
pub struct ProposeRelationshipInput {
    /// The other organization's handle.
    counterparty: String,
    /// The side that the caller's own organization would be on.
    our_party: Party,
    /// A name that both parties will know it by, up to 200 characters.
    name: String,
    /// What it is about, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// The caller's own sites in play; the counterparty adds its own.
    #[graphql(default)]
    site_ids: Vec<ID>,
}

/// Proposes a relationship; the counterparty accepts or declines it.
pub async fn propose(writer: &Writer, input: ProposeRelationshipInput) -> Result<RelationshipId> {
    let ProposeRelationshipInput { counterparty, our_party, name, description, site_ids } = input;
    let mut operation = writer.begin(permit::PROPOSE_RELATIONSHIP).await?;
    let mut check = Check::new();
    let name = check.text("name", &name, check::NAME);
    let description = check.optional_text("description", Some(&description), check::TEXT).unwrap_or_default();
    let site_ids = named::checked_ids::<relationship_site::Entity>(&mut check, &site_ids);
    check.finish()?;
    let own = operation.organization()?;
    let Some(other) = operation.organization_by_handle(&counterparty).await? else {
        return Err(Error::field(
            "input.counterparty",
            "no organization has this handle; the counterparty knows its own",
        ));
    };
    if other == own {
        return Err(Error::field("input.counterparty", "is your own organization: a relationship has two parties"));
    }
    let (sponsor_id, cdmo_id) = match our_party {
        Party::Sponsor => (own, other),
        Party::Cdmo => (other, own),
    };
    let id: RelationshipId = operation.new_id();
    let row = relationship::Model {
        id,
        sponsor_id,
        cdmo_id,
        name,
        description,
        state: RelationshipState::Proposed,
        proposed_by: our_party,
        paused_by: None,
        state_reason: None,
        proposer_issuer: operation.author().issuer.clone(),
        proposer_subject: operation.author().subject.clone(),
        accepted_at: None,
        ended_at: None,
        version: 1,
        created_at: operation.at(),
    };
    operation.insert(row).await?;
    operation.start_chain(Chain::Relationship(id)).await?;
    named::name::<relationship_site::Entity>(&mut operation, id, &site_ids).await?;
    operation.commit_shared(id, id, None).await?;
    Ok(id)
}

/// A change of what a relationship is called and about. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub struct DescribeRelationshipInput {
    /// The relationship.
    relationship_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// A name that both parties know it by, up to 200 characters.
    name: MaybeUndefined<String>,
    /// What it is about, up to 10,000 characters; null makes it empty.
    description: MaybeUndefined<String>,
}

/// Describes a relationship.
pub async fn describe(writer: &Writer, input: DescribeRelationshipInput) -> Result<RelationshipId> {
    let DescribeRelationshipInput { relationship_id, expected_version: expected, name, description } = input;
    let mut operation = writer.begin(permit::DESCRIBE_RELATIONSHIP).await?;
    let mut check = Check::new();
    let id: RelationshipId = check.id("relationshipId", &relationship_id);
    let before = operation.relationship(check.needed(id)?).await?;
    let after = relationship::Model {
        name: check.change("name", name, before.name.clone(), |check, name| check.text("name", &name, check::NAME)),
        description: check
            .change_or_clear(description, Some(before.description.clone()), |check, text| {
                check.optional_text("description", Some(&text), check::TEXT).unwrap_or_default()
            })
            .unwrap_or_default(),
        version: before.version + 1,
        ..before.clone()
    };
    check.finish()?;
    expected_version("relationship", expected, before.version)?;
    operation.update(&before, after).await?;
    operation.commit_shared(id, id, None).await?;
    Ok(id)
}

/// Narrows a list of relationships.
#[derive(Debug, Default, InputObject)]
pub struct RelationshipFilter {
    /// Only those in one of these states.
    states: Option<Vec<RelationshipState>>,
    /// Only those in which the caller's organization is this party.
    our_party: Option<Party>,
    /// Only those with this organization.
    counterparty_id: Option<ID>,
}

/// The filter, resolved for one caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    states: Option<Vec<RelationshipState>>,
    sponsor: Option<OrganizationId>,
    cdmo: Option<OrganizationId>,
    with: Option<OrganizationId>,
}

impl RelationshipFilter {
    /// Resolves the filter for one caller.
    pub fn resolve(self, reader: &Reader) -> Result<Narrowing> {
        let Self { states, our_party, counterparty_id } = self;
        let mut check = Check::of("filter");
        let with = check.optional_id("counterpartyId", counterparty_id.as_deref().map(String::as_str));
        check.finish()?;
        let own = reader.viewer().organization;
        let sponsor = own.filter(|_| our_party == Some(Party::Sponsor));
        let cdmo = own.filter(|_| our_party == Some(Party::Cdmo));
        Ok(Narrowing { states: states.map(check::distinct), sponsor, cdmo, with })
    }
}

/// How a list of relationships is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
pub enum RelationshipOrder {
    /// The oldest first.
    #[default]
    CreatedAtAsc,
    /// The newest first.
    CreatedAtDesc,
}

impl Listed for relationship::Entity {
    type Filter = Narrowing;
    type Order = RelationshipOrder;

    fn matching(filter: &Narrowing) -> Condition {
        use relationship::Column::{CdmoId, SponsorId, State};
        let Narrowing { states, sponsor, cdmo, with } = filter;
        Condition::all()
            .add_option(states.as_ref().map(|states| State.is_in(states.iter().copied())))
            .add_option(sponsor.map(|id| SponsorId.eq(id)))
            .add_option(cdmo.map(|id| CdmoId.eq(id)))
            .add_option(with.map(|id| Condition::any().add(SponsorId.eq(id)).add(CdmoId.eq(id))))
    }

    fn sort_key(order: RelationshipOrder) -> SortKey<relationship::Column> {
        // Ids are given out in the order of creation.
        match order {
            RelationshipOrder::CreatedAtAsc => SortKey::ascending([relationship::Column::Id]),
            RelationshipOrder::CreatedAtDesc => SortKey::descending([relationship::Column::Id]),
        }
    }
}

impl UnderRelationship for scope_entity::Entity {
    const RELATIONSHIP: scope_entity::Column = scope_entity::Column::RelationshipId;
}

impl UnderRelationship for milestone::Entity {
    const RELATIONSHIP: milestone::Column = milestone::Column::RelationshipId;
}
