//! Who sees what: the transparency rules T1 and T4 to T6 as conditions on rows. The only place that knows
//! them for reading; everything that is read for a caller is selected through [`Visible::seen_by`].
//!
//! A row that is not seen is not there: not in lists, not in counts, not by its id.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Iden};

use super::scope::{Scope, Scopes};
use super::viewer::Viewer;
use crate::entity::kpi_dataset::KpiDatasetStage as Stage;
use crate::entity::party::Party;
use crate::entity::{
    action_item, action_item_comment, contact, due_date_change, external_reference, interpretation, journal_entry, kpi,
    kpi_dataset, kpi_dataset_revision, kpi_definition, metric_charter, milestone, observation, organization,
    relationship, relationship_contact, relationship_site, scope_of_work, signature, site,
};
use crate::id::OrganizationId;

/// A table of which each caller sees its part.
pub trait Visible: EntityTrait {
    /// The rows that the viewer may read.
    fn seen_by(viewer: &Viewer) -> Condition;
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

/// The viewer as a member of its party's working level.
#[must_use]
pub fn working_level(viewer: &Viewer) -> Viewer {
    Viewer { scopes: viewer.scopes.union(Scopes::from_iter([Scope::KpisRead])), ..viewer.clone() }
}

/// How much of a relationship's KPIs a caller sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KpiLevel {
    /// `kpis:read`: datasets from `SHARED` on and its own party's drafts.
    Working,
    /// `kpis:read-released` alone: released revisions.
    Leadership,
    /// `kpis:collect` alone: agreed definitions and its own party's drafts.
    Collector,
    /// No scope for KPIs.
    Nothing,
}

impl KpiLevel {
    /// The level that a caller's scopes give. Who has both read scopes is working level.
    #[must_use]
    pub const fn of(viewer: &Viewer) -> Self {
        if viewer.has(Scope::KpisRead) {
            Self::Working
        } else if viewer.has(Scope::KpisReadReleased) {
            Self::Leadership
        } else if viewer.has(Scope::KpisCollect) {
            Self::Collector
        } else {
            Self::Nothing
        }
    }
}

/// The ids of the relationships in which an organization is the sponsor, or the CDMO, or either.
fn relationships_of(organization: Option<OrganizationId>, party: Option<Party>) -> SelectStatement {
    use relationship::Column;
    let mine = |column: Column| Expr::col(column).eq(organization);
    let condition = match party {
        Some(Party::Sponsor) => Condition::all().add(mine(Column::SponsorId)),
        Some(Party::Cdmo) => Condition::all().add(mine(Column::CdmoId)),
        None => Condition::any().add(mine(Column::SponsorId)).add(mine(Column::CdmoId)),
    };
    Query::select().column(Column::Id).from(relationship::Entity).cond_where(condition).to_owned()
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
    Condition::any().add(Expr::val(1).eq(0))
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

impl Visible for external_reference::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        Condition::all().add(external_reference::Column::OrganizationId.eq(viewer.organization))
    }
}

impl Visible for relationship::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::RelationshipsRead, relationship::Column::Id)
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

impl Visible for metric_charter::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::KpisRead, metric_charter::Column::RelationshipId)
    }
}

/// One column of the datasets that leadership may read: those with a released revision.
fn released(viewer: &Viewer, column: kpi_dataset::Column) -> SelectStatement {
    Query::select().column(column).from(kpi_dataset::Entity).cond_where(kpi_dataset_released(viewer)).to_owned()
}

fn kpi_dataset_released(viewer: &Viewer) -> Condition {
    of_own_relationships(viewer, kpi_dataset::Column::RelationshipId)
        .add(kpi_dataset::Column::ReleasedRevision.is_not_null())
}

/// Rows that belong to a revision of a dataset: for leadership those of the last released revision alone.
fn of_released_revision(viewer: &Viewer, dataset: impl Iden, revision: impl Iden) -> Condition {
    use kpi_dataset::Column::{Id, ReleasedRevision};
    let released = Query::select()
        .columns([Id, ReleasedRevision])
        .from(kpi_dataset::Entity)
        .cond_where(kpi_dataset_released(viewer))
        .to_owned();
    Condition::all().add(Expr::tuple([Expr::col(dataset), Expr::col(revision)]).in_subquery(released))
}

impl Visible for kpi::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        let own = of_own_relationships(viewer, kpi::Column::RelationshipId);
        match KpiLevel::of(viewer) {
            KpiLevel::Working => own,
            KpiLevel::Leadership => own.add(kpi::Column::Id.in_subquery(released(viewer, kpi_dataset::Column::KpiId))),
            KpiLevel::Collector => own.add(kpi::Column::AgreedNumber.is_not_null()),
            KpiLevel::Nothing => nothing(),
        }
    }
}

impl Visible for kpi_definition::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use kpi_definition::{Column, KpiDefinitionState as State};
        let own = of_own_relationships(viewer, Column::RelationshipId);
        match KpiLevel::of(viewer) {
            KpiLevel::Working => own,
            KpiLevel::Leadership => {
                own.add(Column::Id.in_subquery(released(viewer, kpi_dataset::Column::DefinitionId)))
            }
            KpiLevel::Collector => own.add(Column::State.is_in([State::Agreed, State::Superseded])),
            KpiLevel::Nothing => nothing(),
        }
    }
}

impl Visible for kpi_dataset::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use kpi_dataset::Column;
        let own = of_own_relationships(viewer, Column::RelationshipId);
        let collected_by_own_party = || of_own_party(viewer, Column::CollectingParty, Column::RelationshipId);
        match KpiLevel::of(viewer) {
            // T4: a draft exists for the collecting party alone.
            KpiLevel::Working => {
                own.add(Condition::any().add(Column::Stage.ne(Stage::Draft)).add(collected_by_own_party()))
            }
            // T6: nothing before the release.
            KpiLevel::Leadership => kpi_dataset_released(viewer),
            KpiLevel::Collector => own.add(Column::Stage.eq(Stage::Draft)).add(collected_by_own_party()),
            KpiLevel::Nothing => nothing(),
        }
    }
}

/// Which revision of a dataset a caller reads where it names none: leadership the last released one, as T6 and T8
/// say, everybody else the current one.
#[must_use]
pub const fn revision_read(viewer: &Viewer) -> kpi_dataset::Column {
    match KpiLevel::of(viewer) {
        KpiLevel::Leadership => kpi_dataset::Column::ReleasedRevision,
        KpiLevel::Working | KpiLevel::Collector | KpiLevel::Nothing => kpi_dataset::Column::Revision,
    }
}

impl Visible for kpi_dataset_revision::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use kpi_dataset_revision::Column;
        match KpiLevel::of(viewer) {
            // A revision is a row from sharing on; a draft has none.
            KpiLevel::Working => of_own_relationships(viewer, Column::RelationshipId),
            KpiLevel::Leadership => of_released_revision(viewer, Column::DatasetId, Column::Number),
            KpiLevel::Collector | KpiLevel::Nothing => nothing(),
        }
    }
}

impl Visible for observation::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use observation::Column;
        match KpiLevel::of(viewer) {
            // T5: whoever sees a dataset sees all of its observations.
            KpiLevel::Working | KpiLevel::Collector => {
                let datasets = Query::select()
                    .column(kpi_dataset::Column::Id)
                    .from(kpi_dataset::Entity)
                    .cond_where(kpi_dataset::Entity::seen_by(viewer))
                    .to_owned();
                Condition::all().add(Column::DatasetId.in_subquery(datasets))
            }
            KpiLevel::Leadership => of_released_revision(viewer, Column::DatasetId, Column::Revision),
            KpiLevel::Nothing => nothing(),
        }
    }
}

impl Visible for interpretation::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use interpretation::Column;
        match KpiLevel::of(viewer) {
            KpiLevel::Working => of_own_relationships(viewer, Column::RelationshipId),
            KpiLevel::Leadership => of_released_revision(viewer, Column::DatasetId, Column::Revision),
            KpiLevel::Collector | KpiLevel::Nothing => nothing(),
        }
    }
}

impl Visible for signature::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        use signature::Column;
        match KpiLevel::of(viewer) {
            KpiLevel::Working => of_own_relationships(viewer, Column::RelationshipId),
            // The alignments of what was released; no other signature.
            KpiLevel::Leadership => of_released_revision(viewer, Column::ObjectId, Column::Revision),
            KpiLevel::Collector | KpiLevel::Nothing => nothing(),
        }
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
