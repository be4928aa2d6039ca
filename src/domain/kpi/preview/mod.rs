//! Trying a definition before it is agreed: what it would give on the records that the caller reads, beside what stands.
//! Nothing is stored.

mod compare;
mod read;

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;

use self::compare::compare;
pub use self::compare::{Comparison, Difference, Made, MadePeriod, Measure};
use self::read::Which;
use super::definition::content::Content;
use super::definition::content_of;
use super::definition::input::ProposeKpiDefinitionInput;
use crate::access::reader::Reader;
use crate::domain::check::Check;
use crate::domain::kpi::dataset::work_weeks::work_weeks;
use crate::error::{Error, Result};
use crate::scalar::Date;

/// The most datasets that a definition is tried on at once.
const MOST_DATASETS: usize = 100;

/// A definition to try, and the records to try it on: those of some datasets, or those of the KPI with the definition's
/// code in a range.
#[derive(Debug, InputObject)]
pub struct PreviewKpiDefinitionInput {
    /// The definition, as it would be proposed. It needs a counting rule.
    definition: ProposeKpiDefinitionInput,
    /// The datasets, up to 100 of one KPI of the relationship, whatever the definition's code: what the caller reads of
    /// them, its own party's drafts too. Each must hold records.
    kpi_dataset_ids: Option<Vec<ID>>,
    /// Instead of datasets: those that are shared and cover this day or a later one, up to 100 in the range.
    from: Option<Date>,
    /// Those that are shared and cover this day or an earlier one.
    to: Option<Date>,
}

/// A definition that was tried.
#[derive(Debug)]
pub struct Preview {
    /// What it says of how values are made.
    pub measure: Measure,
    /// What it would make, and what stands.
    pub comparison: Comparison,
    /// How many datasets of the range have no records.
    pub datasets_without_records: usize,
}

/// Tries a definition.
pub async fn preview(reader: &Reader, input: PreviewKpiDefinitionInput) -> Result<Preview> {
    let PreviewKpiDefinitionInput { definition, kpi_dataset_ids, from, to } = input;
    let mut check = Check::new();
    let content = check.inside("definition", |check| {
        let content = content_of(check, definition);
        let message = "is missing: a preview counts source records by it";
        check.that(content.counting_rule.is_some(), "countingRule", message);
        content
    });
    let which = which(&mut check, &content, kpi_dataset_ids, from.map(NaiveDate::from), to.map(NaiveDate::from));
    check.finish()?;
    let Some(measure) = Measure::of(content) else {
        return Err(Error::internal("a definition that was checked for its rule has one"));
    };
    let (datasets, datasets_without_records) = read::datasets(reader, which).await?;
    let records = datasets.iter().flat_map(|dataset| &dataset.records);
    let counting = measure.counting(NaiveDate::default());
    let work_weeks = work_weeks(reader.connection(), &counting, records).await?;
    let comparison = compare(&measure, datasets, &work_weeks)?;
    Ok(Preview { measure, comparison, datasets_without_records })
}

/// Which datasets are asked for.
fn which(
    check: &mut Check,
    content: &Content,
    ids: Option<Vec<ID>>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Which {
    check.open_range(("from", from), ("to", to));
    let ranged = from.is_some() || to.is_some();
    check.that(
        ids.is_some() != ranged,
        "kpiDatasetIds",
        "or a range is needed, and not both: name datasets here, or give from, to or both",
    );
    let named = ids.map(|ids| {
        check.that(!ids.is_empty(), "kpiDatasetIds", "is empty: name one dataset at least");
        check.up_to("kpiDatasetIds", ids, MOST_DATASETS, |check, field, id| check.id(field, &id))
    });
    Which { relationship: content.relationship_id, code: content.code.clone(), named, from, to }
}
