//! Who may do what to a dataset, and at which stages: the table of the same name in the transparency rules.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Permit;
use crate::access::permit;
use crate::entity::counting_rule::CountingRule;
use crate::entity::kpi_dataset::{self, KpiDatasetStage as Stage};
use crate::entity::party::Party;
use crate::entity::{interpretation, kpi_definition};
use crate::error::{Error, Result, Rule};

/// Which party an operation on a dataset is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// The party that the agreed definition names as the collector (T7).
    Collecting,
    /// The other one.
    Counterparty,
    /// Each for itself.
    Either,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct DatasetRule {
    /// The operation and its scopes.
    pub permit: Permit,
    /// For which party.
    pub who: Who,
    /// At which stages.
    pub stages: &'static [Stage],
}

const SHARED_ON: &[Stage] = &[Stage::Shared, Stage::Aligned, Stage::Released];

/// Record observations.
pub const RECORD: DatasetRule = rule(permit::RECORD_OBSERVATIONS, Who::Collecting, &[Stage::Draft]);
/// Record what observations are counted from.
pub const RECORD_SOURCE: DatasetRule = rule(permit::RECORD_SOURCE_RECORDS, Who::Collecting, &[Stage::Draft]);
/// Throw a draft away.
pub const DISCARD: DatasetRule = rule(permit::DISCARD_KPI_DATASET, Who::Collecting, &[Stage::Draft]);
/// Share a draft.
pub const SHARE: DatasetRule = rule(permit::SHARE_KPI_DATASET, Who::Collecting, &[Stage::Draft]);
/// Say that it was seen.
pub const ACKNOWLEDGE: DatasetRule = rule(permit::ACKNOWLEDGE_KPI_DATASET, Who::Counterparty, &[Stage::Shared]);
/// Attach the own reading.
pub const INTERPRET: DatasetRule = rule(permit::INTERPRET_KPI_DATASET, Who::Either, SHARED_ON);
/// Sign that these are the numbers.
pub const ALIGN: DatasetRule = rule(permit::ALIGN_KPI_DATASET, Who::Either, &[Stage::Shared]);
/// Take such a signature back.
pub const WITHDRAW: DatasetRule = rule(permit::WITHDRAW_KPI_ALIGNMENT, Who::Either, &[Stage::Shared, Stage::Aligned]);
/// Release to leadership; from `SHARED` by T6's second way alone.
pub const RELEASE: DatasetRule = rule(permit::RELEASE_KPI_DATASET, Who::Either, &[Stage::Shared, Stage::Aligned]);
/// Correct in a new revision.
pub const CORRECT: DatasetRule = rule(permit::CORRECT_KPI_DATASET, Who::Collecting, SHARED_ON);

const fn rule(permit: Permit, who: Who, stages: &'static [Stage]) -> DatasetRule {
    DatasetRule { permit, who, stages }
}

/// T6's second way: without both parties' alignment a revision is released when the notice period of the definition
/// has passed since it was shared, by a party that has given its reading of it. Silence delays, it is no veto.
pub fn release_without_both_alignments(
    definition: &kpi_definition::Model,
    shared_at: DateTime<Utc>,
    now: DateTime<Utc>,
    own_reading: Option<&interpretation::Model>,
) -> Result<()> {
    let notice_days = definition.notice_days;
    let from = shared_at + TimeDelta::days(i64::from(notice_days));
    if now < from {
        let message = format!(
            "both parties have not aligned on this revision; without that it can be released from {}, {notice_days} days after it was shared",
            from.format("%Y-%m-%d %H:%M UTC")
        );
        return Err(Error::precondition(Rule::T6, message));
    }
    if own_reading.is_none() {
        let message =
            "to release without both parties' alignment, give your party's interpretation of this revision first";
        return Err(Error::precondition(Rule::T6, message));
    }
    Ok(())
}

/// T3: a version that another one followed measures what ends before the first day of the other, and nothing later.
/// What was shared by it stays.
pub fn measured_by_what_stood(dataset: &kpi_dataset::Model, next_from: Option<NaiveDate>) -> Result<()> {
    match next_from {
        Some(from) if from <= dataset.period_end => {
            let message = format!(
                "both parties agreed a new version of the definition, which is valid from {from}, before this period ends: discard this draft; the party that the new version names opens the period anew"
            );
            Err(Error::precondition(Rule::T3, message))
        }
        _ => Ok(()),
    }
}

/// T3: where the parties have signed a rule that counts source records, nobody brings the numbers ready-made.
pub fn takes_observations(definition: &kpi_definition::Model) -> Result<()> {
    match definition.counting_rule {
        None => Ok(()),
        Some(_) => Err(Error::precondition(
            Rule::T3,
            "both parties have signed a rule that counts source records: send these, and the observations are counted from them",
        )),
    }
}

/// T3: where the parties have signed no such rule, there is nothing to count source records by.
pub fn takes_records(definition: &kpi_definition::Model) -> Result<&CountingRule> {
    definition.counting_rule.as_ref().ok_or_else(|| {
        Error::precondition(
            Rule::T3,
            "the agreed definition has no rule that counts source records: send observations, or agree on a version with a counting rule",
        )
    })
}

impl DatasetRule {
    /// Refuses the wrong party and the wrong stage.
    pub fn check(&self, dataset: &kpi_dataset::Model, party: Party) -> Result<()> {
        let allowed = match self.who {
            Who::Collecting => party == dataset.collecting_party,
            Who::Counterparty => party != dataset.collecting_party,
            Who::Either => true,
        };
        if !allowed {
            return Err(Error::precondition(Rule::T7, self.who.in_words()));
        }
        if self.stages.contains(&dataset.stage) {
            return Ok(());
        }
        let (rule, message) = why_not(self, dataset.stage);
        Err(Error::precondition(rule, message))
    }
}

impl Who {
    const fn in_words(self) -> &'static str {
        match self {
            Self::Collecting => "the collecting party alone does this; the agreed definition names it",
            Self::Counterparty => "your own party collected this dataset: the counterparty says that it has seen it",
            Self::Either => "either party does this for itself",
        }
    }
}

/// What stands in the way at this stage, and how to go on.
const fn why_not(rule: &DatasetRule, stage: Stage) -> (Rule, &'static str) {
    let for_drafts = matches!(rule.stages, [Stage::Draft]);
    match stage {
        _ if for_drafts => (
            Rule::T8,
            "this dataset has been shared: its observations never change in place; correct it in a new revision",
        ),
        Stage::Draft => (Rule::T4, "this dataset is a draft: share it first"),
        Stage::Shared => (Rule::T6, "this dataset is shared: that is no stage for this"),
        Stage::Aligned => {
            (Rule::T6, "both parties have aligned on this revision already: release it, or withdraw an alignment first")
        }
        Stage::Released => (
            Rule::T8,
            "this revision has been released: what comes after is a correction, with a reason, in a new revision",
        ),
    }
}
