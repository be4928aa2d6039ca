//! Who sees what: the transparency rules T1 and T4 to T6 as conditions on rows. The only place that knows
//! them for reading; everything that is read for a caller is selected through [`Visible::seen_by`].
//!
//! A row that is not seen is not there: not in lists, not in counts, not by its id.

mod kpi;

pub use kpi::{DatasetShown, KpiLevel, RevisionRead, as_leadership, bases_of_charts, stages_meant};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait};

use super::scope::{Scope, Scopes};
use super::viewer::Viewer;
use crate::entity::party::Party;
use crate::entity::{
    action_item, action_item_comment, contact, due_date_change, external_reference, journal_entry, milestone,
    organization, relationship, relationship_contact, relationship_site, scope_of_work, site, token_revocation,
};
use crate::id::{OrganizationId, RelationshipId};

/// A table of which each caller sees its part.
pub trait Visible: EntityTrait {
    /// The rows that the viewer may read.
    fn seen_by(viewer: &Viewer) -> Condition;

    /// Of the rows that a party sees, those that the counterparty's working level sees too.
    #[must_use]
    fn shared_with_both() -> Condition {
        Condition::all()
    }
}

/// The viewer with the reading that its write scopes imply: what the working level of its party sees is what
/// a write may aim at. A collector's writes aim at what a collector sees.
#[must_use]
pub fn acting(viewer: &Viewer) -> Viewer {
    let mut scopes: Scopes = viewer.scopes.iter().chain([Scope::RelationshipsRead]).collect();
    if viewer.has(Scope::ActionsWrite) {
        scopes = scopes.union(Scopes::from_iter([Scope::ActionsRead]));
    }
    if viewer.has_any(&[Scope::KpisWrite, Scope::KpisApprove]) {
        scopes = scopes.union(Scopes::from_iter([Scope::KpisRead]));
    } else if viewer.has(Scope::KpisCollect) {
        // Leadership's view would hide the drafts that a collector writes.
        scopes = scopes.without(Scope::KpisReadReleased);
    }
    Viewer { scopes, ..viewer.clone() }
}

/// The viewer with all the reading that someone of its party can have.
#[must_use]
pub fn anyone_of_its_party(viewer: &Viewer) -> Viewer {
    let all = Scopes::from_iter([Scope::RelationshipsRead, Scope::ActionsRead, Scope::KpisRead]);
    Viewer { scopes: viewer.scopes.union(all), ..viewer.clone() }
}

/// The relationships in which an organization is the sponsor, or the CDMO, or either.
fn relates(organization: Option<OrganizationId>, party: Option<Party>) -> Condition {
    use relationship::Column;
    let mine = |column: Column| Expr::col(column.as_column_ref()).eq(organization);
    match party {
        Some(Party::Sponsor) => Condition::all().add(mine(Column::SponsorId)),
        Some(Party::Cdmo) => Condition::all().add(mine(Column::CdmoId)),
        None => Condition::any().add(mine(Column::SponsorId)).add(mine(Column::CdmoId)),
    }
}

/// T1: the viewer's own relationships, whatever its scopes let it read of them: on which side each organization is, every
/// signature tells.
#[must_use]
pub fn own_relationships(viewer: &Viewer) -> Condition {
    relates(viewer.organization, None)
}

/// Their ids.
fn relationships_of(organization: Option<OrganizationId>, party: Option<Party>) -> SelectStatement {
    let condition = relates(organization, party);
    Query::select().column(relationship::Column::Id).from(relationship::Entity).cond_where(condition).to_owned()
}

/// T1: rows of the viewer's own relationships.
fn of_own_relationships(viewer: &Viewer, column: impl ColumnTrait) -> Condition {
    Condition::all().add(column.in_subquery(relationships_of(viewer.organization, None)))
}

/// T1, for those whose scopes let them read this kind of thing at all.
fn shared_by_parties(viewer: &Viewer, scope: Scope, column: impl ColumnTrait) -> Condition {
    if viewer.has(scope) { of_own_relationships(viewer, column) } else { nothing() }
}

/// Rows whose `party` column names the viewer's own side of the relationship.
pub fn of_own_party(viewer: &Viewer, party: impl ColumnTrait, relationship: impl ColumnTrait + Copy) -> Condition {
    of_party_of(viewer.organization, party, relationship)
}

/// Rows whose `party` column names the side that an organization is on in the relationship.
pub fn of_party_of(
    organization: Option<OrganizationId>,
    party: impl ColumnTrait,
    relationship: impl ColumnTrait + Copy,
) -> Condition {
    let on_side = |side: Party| {
        let relationships = relationships_of(organization, Some(side));
        Condition::all().add(party.eq(side)).add(relationship.in_subquery(relationships))
    };
    Condition::any().add(on_side(Party::Sponsor)).add(on_side(Party::Cdmo))
}

fn nothing() -> Condition {
    Condition::all().add(Expr::val(1).eq(0))
}

impl Visible for organization::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use relationship::Column::{CdmoId, SponsorId};
        if !viewer.has(Scope::RelationshipsRead) {
            return nothing();
        }
        let other_side = |other: relationship::Column, own: relationship::Column| {
            Query::select()
                .column(other)
                .from(relationship::Entity)
                .and_where(Expr::col(own).eq(viewer.organization))
                .to_owned()
        };
        Condition::any()
            .add(organization::Column::Id.eq(viewer.organization))
            .add(organization::Column::Id.in_subquery(other_side(SponsorId, CdmoId)))
            .add(organization::Column::Id.in_subquery(other_side(CdmoId, SponsorId)))
    }
}

/// T1: what an organization has named for a relationship (sites in play, contacts); the rest only itself.
fn own_or_named(viewer: &Viewer, owner: impl ColumnTrait, id: impl ColumnTrait, named: SelectStatement) -> Condition {
    if viewer.has(Scope::RelationshipsRead) {
        Condition::any().add(owner.eq(viewer.organization)).add(id.in_subquery(named))
    } else {
        nothing()
    }
}

impl Visible for site::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use relationship_site::{Column, Entity};
        let in_play = Query::select()
            .column(Column::SiteId)
            .from(Entity)
            .cond_where(of_own_relationships(viewer, Column::RelationshipId))
            .to_owned();
        own_or_named(viewer, site::Column::OrganizationId, site::Column::Id, in_play)
    }
}

impl Visible for contact::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use relationship_contact::{Column, Entity};
        let named = Query::select()
            .column(Column::ContactId)
            .from(Entity)
            .cond_where(of_own_relationships(viewer, Column::RelationshipId))
            .to_owned();
        own_or_named(viewer, contact::Column::OrganizationId, contact::Column::Id, named)
    }
}

/// T1: the subject of a contact's tokens, which is its own organization's affair.
#[must_use]
pub fn subject_shown<'c>(viewer: &Viewer, contact: &'c contact::Model) -> Option<&'c str> {
    contact.subject.as_deref().filter(|_| viewer.organization == Some(contact.organization_id))
}

/// The contacts that either party has named for a relationship: those of whom both may speak (T1).
#[must_use]
pub fn contacts_named_for(relationship: RelationshipId) -> Condition {
    use relationship_contact::{Column, Entity};
    let named = Query::select()
        .column(Column::ContactId)
        .from(Entity)
        .and_where(Expr::col(Column::RelationshipId).eq(relationship))
        .to_owned();
    Condition::all().add(contact::Column::Id.in_subquery(named))
}

impl Visible for external_reference::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        Condition::all().add(external_reference::Column::OrganizationId.eq(viewer.organization))
    }
}

impl Visible for relationship::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        if viewer.has(Scope::RelationshipsRead) { relates(viewer.organization, None) } else { nothing() }
    }
}

impl Visible for relationship_site::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::RelationshipsRead, relationship_site::Column::RelationshipId)
    }
}

impl Visible for relationship_contact::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::RelationshipsRead, relationship_contact::Column::RelationshipId)
    }
}

impl Visible for scope_of_work::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::RelationshipsRead, scope_of_work::Column::RelationshipId)
    }
}

impl Visible for milestone::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::RelationshipsRead, milestone::Column::RelationshipId)
    }
}

impl Visible for action_item::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::ActionsRead, action_item::Column::RelationshipId)
    }
}

impl Visible for due_date_change::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::ActionsRead, due_date_change::Column::RelationshipId)
    }
}

impl Visible for action_item_comment::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::ActionsRead, action_item_comment::Column::RelationshipId)
    }
}

impl Visible for token_revocation::Entity {
    /// The operator's; what concerns an organization is on its journal chain, too.
    fn seen_by(viewer: &Viewer) -> Condition {
        if viewer.has(Scope::Admin) { Condition::all() } else { nothing() }
    }
}

impl Visible for journal_entry::Entity {
    /// The frames of the entries; whether the content may be read is decided for each by its subject.
    fn seen_by(viewer: &Viewer) -> Condition {
        if viewer.has(Scope::JournalRead) {
            let own_chain = journal_entry::Column::ChainId.eq(viewer.organization);
            Condition::any().add(own_chain).add(of_own_relationships(viewer, journal_entry::Column::ChainId))
        } else {
            nothing()
        }
    }
}
