//! Source records as they are sent, checked by themselves: whether the definition's rule can judge them is told when
//! they are counted.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, NaiveDate, Utc};

use super::input::MOST;
use super::target::Target;
use crate::domain::check::{self, Check};
use crate::domain::kpi::definition::checked_code;
use crate::entity::observation::NO_SITE;
use crate::entity::source_record::{Model, RecordVerdict};
use crate::scalar::Date;

/// The longest id of a record in its source system.
const RECORD_ID: usize = 200;

/// What a source system says of one delivery, batch, deviation or the like. Dates are local calendar dates. What the
/// counting rule needs must be there; all else may be left out.
#[derive(Debug, InputObject)]
pub struct SourceRecordInput {
    /// What the source system calls it, up to 200 characters: unique among the records of the KPI.
    pub record_id: String,
    /// The site in play that it is of; needed where the definition is by site, or counts the working days of sites.
    pub site_id: Option<ID>,
    /// What it is about, up to 200 characters: a product, a material, a batch.
    pub item: Option<String>,
    /// When it began or was opened.
    pub opened_on: Option<Date>,
    /// When it was to happen, as first agreed. It never changes.
    pub agreed_on: Option<Date>,
    /// When it was to happen, as agreed later. It needs an agreed date, a reason and a consent.
    pub revised_on: Option<Date>,
    /// The code of the reason for which it was revised: one that allows revision.
    pub revision_reason: Option<String>,
    /// Who consented to that, and where it is written, up to 2,000 characters.
    pub revision_consent: Option<String>,
    /// When it is expected to happen.
    pub estimated_on: Option<Date>,
    /// When it happened: the delivery, disposition, signature or closure.
    pub actual_on: Option<Date>,
    /// When the source system was told.
    pub recorded_on: Option<Date>,
    /// How much was agreed.
    pub agreed_quantity: Option<f64>,
    /// How much it was.
    pub actual_quantity: Option<f64>,
    /// How it ended, as `RELEASED`: up to 40 letters, digits and hyphens, kept in capitals.
    pub outcome: Option<String>,
    /// The code of the reason why it was otherwise than agreed.
    pub reason_code: Option<String>,
    /// Why it is excluded, under the definition's policy, up to 2,000 characters. It is counted where there is none.
    pub excluded_reason: Option<String>,
}

/// Where a record's fields are told from: its place in the list, as `records[3]`.
pub(super) fn path(index: usize) -> String {
    format!("records[{index}]")
}

/// Checks records, each by itself. They are not judged yet.
pub(super) fn rows(
    check: &mut Check,
    target: &Target,
    revision: i32,
    inputs: Vec<SourceRecordInput>,
    recorded_at: DateTime<Utc>,
) -> Vec<Model> {
    check.up_to("records", inputs, MOST, |check, path, input| row(check, path, target, revision, input, recorded_at))
}

fn row(
    check: &mut Check,
    path: &str,
    target: &Target,
    revision: i32,
    input: SourceRecordInput,
    recorded_at: DateTime<Utc>,
) -> Model {
    let field = |name: &str| format!("{path}.{name}");
    let site_id = input.site_id.map_or(Ok(NO_SITE), |id| target.site(&id)).unwrap_or_else(|wrong| {
        check.wrong(&field("siteId"), wrong);
        NO_SITE
    });
    let record_id = check.text(&field("recordId"), &input.record_id, RECORD_ID);
    let mut date = |name: &str, date: Option<Date>| check.optional_date(&field(name), date.map(NaiveDate::from));
    let opened_on = date("openedOn", input.opened_on);
    let agreed_on = date("agreedOn", input.agreed_on);
    let revised_on = date("revisedOn", input.revised_on);
    let estimated_on = date("estimatedOn", input.estimated_on);
    let actual_on = date("actualOn", input.actual_on);
    let recorded_on = date("recordedOn", input.recorded_on);
    let mut number = |name: &str, number| check.optional_number(&field(name), number);
    let agreed_quantity = number("agreedQuantity", input.agreed_quantity);
    let actual_quantity = number("actualQuantity", input.actual_quantity);
    let mut code = |name: &str, code: Option<String>| code.map(|code| checked_code(check, &field(name), &code));
    let outcome = code("outcome", input.outcome);
    let reason_code = code("reasonCode", input.reason_code);
    let revision_reason = code("revisionReason", input.revision_reason);
    let mut text =
        |name: &str, text: Option<String>, longest| check.optional_text(&field(name), text.as_deref(), longest);
    Model {
        dataset_id: target.dataset.id,
        revision,
        record_id,
        site_id,
        item: text("item", input.item, check::NAME),
        opened_on,
        agreed_on,
        revised_on,
        revision_reason,
        revision_consent: text("revisionConsent", input.revision_consent, check::NOTE),
        estimated_on,
        actual_on,
        recorded_on,
        agreed_quantity,
        actual_quantity,
        outcome,
        reason_code,
        excluded_reason: text("excludedReason", input.excluded_reason, check::NOTE),
        // Until it is judged.
        period_start: target.dataset.period_start,
        verdict: RecordVerdict::Pending,
        numerator: None,
        denominator: None,
        recorded_at,
    }
}
