//! Who sees what of KPIs: each level of caller its part of them (T4 to T6, T8).

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, Iden};

use super::{Visible, nothing, of_own_party, of_own_relationships, shared_by_parties};
use crate::access::scope::Scope;
use crate::access::viewer::Viewer;
use crate::entity::kpi_dataset::KpiDatasetStage as Stage;
use crate::entity::{
    interpretation, kpi, kpi_chart_basis, kpi_dataset, kpi_dataset_revision, kpi_definition, kpi_signal,
    metric_charter, observation, signature, source_record,
};

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

/// A caller as one of its party's leadership, who reads what is released and nothing else of KPIs.
#[must_use]
pub fn as_leadership(viewer: &Viewer) -> Viewer {
    let scopes = viewer.scopes.without(Scope::KpisRead).union([Scope::KpisReadReleased].into());
    Viewer { scopes, ..viewer.clone() }
}

/// Which revision of each dataset a caller reads where it names none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RevisionRead {
    /// The current one.
    Current,
    /// The last released one.
    Released,
}

impl RevisionRead {
    /// Leadership reads the last released revision, as T6 and T8 say, everybody else the current one.
    #[must_use]
    pub const fn by(viewer: &Viewer) -> Self {
        match KpiLevel::of(viewer) {
            KpiLevel::Leadership => Self::Released,
            KpiLevel::Working | KpiLevel::Collector | KpiLevel::Nothing => Self::Current,
        }
    }

    /// The column with its number.
    #[must_use]
    pub const fn column(self) -> kpi_dataset::Column {
        match self {
            Self::Current => kpi_dataset::Column::Revision,
            Self::Released => kpi_dataset::Column::ReleasedRevision,
        }
    }

    /// The datasets of which the revision with this number may be read: with the current one every earlier one, too.
    #[must_use]
    pub fn reaches(self, number: i32) -> Expr {
        match self {
            Self::Current => kpi_dataset::Column::Revision.gte(number),
            Self::Released => kpi_dataset::Column::ReleasedRevision.eq(number),
        }
    }
}

/// A dataset as a caller is shown it: to leadership nothing tells of what came after the last release, save that a
/// correction is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DatasetShown {
    /// The number of the revision that the caller reads.
    pub revision: i32,
    /// The stage, of that revision.
    pub stage: Stage,
    /// Whether a later revision is shared and not released yet.
    pub under_correction: bool,
    /// The version to expect in an update; none for leadership, which never writes.
    pub version: Option<i32>,
    /// When it last moved; none for leadership.
    pub updated_at: Option<DateTime<Utc>>,
}

impl DatasetShown {
    /// What this caller is shown of a dataset that it sees.
    #[must_use]
    pub fn to(viewer: &Viewer, dataset: &kpi_dataset::Model) -> Self {
        let under_correction = dataset.released_revision.is_some_and(|released| released < dataset.revision);
        match RevisionRead::by(viewer) {
            RevisionRead::Current => Self {
                revision: dataset.revision,
                stage: dataset.stage,
                under_correction,
                version: Some(dataset.version),
                updated_at: Some(dataset.updated_at),
            },
            RevisionRead::Released => Self {
                // No revision has the number 0; but what was never released is not seen by leadership.
                revision: dataset.released_revision.unwrap_or_default(),
                stage: Stage::Released,
                under_correction,
                version: None,
                updated_at: None,
            },
        }
    }
}

/// The stages that a caller's filter by stage stands for; none where it narrows nothing. Leadership knows one stage
/// only: by filtering it must not learn another.
#[must_use]
pub fn stages_meant(viewer: &Viewer, stages: Vec<Stage>) -> Option<Vec<Stage>> {
    match RevisionRead::by(viewer) {
        RevisionRead::Current => Some(stages),
        RevisionRead::Released if stages.contains(&Stage::Released) => None,
        RevisionRead::Released => Some(Vec::new()),
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

impl Visible for kpi_chart_basis::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::KpisRead, kpi_chart_basis::Column::RelationshipId)
    }
}

/// The agreed bases of the charts that the viewer sees. Leadership sees none by itself: a chart shows of its basis what
/// concerns the released points that it is of.
#[must_use]
pub fn bases_of_charts(viewer: &Viewer) -> Condition {
    use kpi_chart_basis::Column::{KpiId, State};
    let seen =
        Query::select().column(kpi::Column::Id).from(kpi::Entity).cond_where(kpi::Entity::seen_by(viewer)).to_owned();
    Condition::all().add(State.eq(kpi_definition::KpiDefinitionState::Agreed)).add(KpiId.in_subquery(seen))
}

impl Visible for kpi_signal::Entity {
    /// Of what is shared and not released yet, leadership hears by no signal either.
    fn seen_by(viewer: &Viewer) -> Condition {
        shared_by_parties(viewer, Scope::KpisRead, kpi_signal::Column::RelationshipId)
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

    fn shared_with_both() -> Condition {
        Condition::all().add(kpi_dataset::Column::Stage.ne(Stage::Draft))
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

/// T5: whoever sees a dataset sees all that its numbers are made of, in each revision that it reads.
fn of_revision_read<C: ColumnTrait>(viewer: &Viewer, dataset: C, revision: C) -> Condition {
    match KpiLevel::of(viewer) {
        KpiLevel::Working | KpiLevel::Collector => {
            let datasets = Query::select()
                .column(kpi_dataset::Column::Id)
                .from(kpi_dataset::Entity)
                .cond_where(kpi_dataset::Entity::seen_by(viewer))
                .to_owned();
            Condition::all().add(dataset.in_subquery(datasets))
        }
        KpiLevel::Leadership => of_released_revision(viewer, dataset, revision),
        KpiLevel::Nothing => nothing(),
    }
}

impl Visible for observation::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        of_revision_read(viewer, observation::Column::DatasetId, observation::Column::Revision)
    }
}

impl Visible for source_record::Entity {
    fn seen_by(viewer: &Viewer) -> Condition {
        of_revision_read(viewer, source_record::Column::DatasetId, source_record::Column::Revision)
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
