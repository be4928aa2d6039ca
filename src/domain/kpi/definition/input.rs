//! A definition as it is proposed.

use async_graphql::{ID, InputObject};

use crate::entity::counting_rule::CountingRule;
use crate::entity::kpi_definition::{
    KpiAggregation, KpiAggregationOverTime, KpiCalendar, KpiDataKind, KpiDirection, KpiFrequency,
};
use crate::entity::kpi_review::KpiReview;
use crate::entity::party::Party;
use crate::entity::reason_code::ReasonCode;
use crate::scalar::Date;

/// A proposed definition. With the code of a KPI that the relationship has, it is a new version of that. Where a template
/// of the catalog is named, what that says may be left out, save what the parties choose themselves: target, source
/// system and counting rule.
#[derive(Debug, InputObject)]
pub struct ProposeKpiDefinitionInput {
    /// The relationship.
    pub(super) relationship_id: ID,
    /// The code of the catalog's template that it starts from, as `OTD`.
    pub(super) template: Option<String>,
    /// The KPI's short name, unique in the relationship, as `OTD` or `LAR-D`: up to 40 letters, digits and
    /// hyphens, beginning with a letter. It is kept in capitals. Left out, the template's.
    pub(super) code: Option<String>,
    /// The KPI's name, for people, up to 200 characters. Left out, the template's.
    pub(super) name: Option<String>,
    /// What the parties want to improve by it; both sign that. Up to 2,000 characters.
    pub(super) purpose: String,
    /// How the value is made, in words, up to 2,000 characters. Left out, the template's, as the numerator, and
    /// where the scale is the template's, too.
    pub(super) formula: Option<String>,
    /// What is counted or summed, up to 2,000 characters. Left out, the template's, where the aggregation is the
    /// template's, too, and so is the counting rule, or none is sent.
    pub(super) numerator: Option<String>,
    /// What it is divided by, up to 2,000 characters. A ratio of sums needs one. Left out, the template's, as
    /// the numerator.
    pub(super) denominator: Option<String>,
    /// The unit of the value, as `%`, `days` or `batches`, up to 40 characters. Left out, the template's.
    pub(super) unit: Option<String>,
    /// What the numerator divided by the denominator is multiplied by, greater than 0. Left out, the template's, or else
    /// 100 where the unit is `%`, and 1 elsewhere.
    pub(super) scale: Option<f64>,
    /// What kind of data it is: it decides which control chart fits. Left out, what the counting rule makes, or else the
    /// template's, where the aggregation is the template's, too.
    pub(super) data_kind: Option<KpiDataKind>,
    /// How values of several sites make one, and of several periods unless that is said apart. Left out, the template's.
    pub(super) aggregation: Option<KpiAggregation>,
    /// How values of several periods make one, where that is otherwise. Left out, the template's.
    pub(super) aggregation_over_time: Option<KpiAggregationOverTime>,
    /// Which way is better. Left out, the template's.
    pub(super) direction: Option<KpiDirection>,
    /// The value that the parties aim at, in the unit. `NEAR_TARGET` needs one.
    pub(super) target: Option<f64>,
    /// The value from which on the parties look into it; with `NEAR_TARGET`, the distance from the target.
    pub(super) attention_threshold: Option<f64>,
    /// The value from which on they act at once; with `NEAR_TARGET`, the distance from the target.
    pub(super) critical_threshold: Option<f64>,
    /// The period of one observation. Left out, the template's.
    pub(super) frequency: Option<KpiFrequency>,
    /// Whose calendar quarters and years are of. Left out, the Gregorian one.
    pub(super) calendar: Option<KpiCalendar>,
    /// The month in which a fiscal year begins, from 1 to 12; needed with a fiscal calendar, and only there.
    pub(super) year_start_month: Option<i32>,
    /// Whether each site in play has observations of its own. Left out: one observation for the whole
    /// relationship in each period.
    #[graphql(default)]
    pub(super) by_site: bool,
    /// The party that collects the data. Left out, the template's, where it names one.
    pub(super) collecting_party: Option<Party>,
    /// The system that the data comes from, as `SAP EWM`, up to 200 characters.
    pub(super) source_system: Option<String>,
    /// How the data is collected, up to 2,000 characters.
    pub(super) collection_method: Option<String>,
    /// How source records are counted. Left out, observations are recorded ready-made: a template's rule is not taken
    /// unasked.
    pub(super) counting_rule: Option<CountingRule>,
    /// The policy by which records are excluded, up to 2,000 characters.
    pub(super) exclusions: Option<String>,
    /// The reasons that records name: up to 200 that are not retired, and up to 1,000 with those that are. None that an
    /// agreed version has may be gone.
    #[graphql(default)]
    pub(super) reason_codes: Vec<ReasonCode>,
    /// When it is reviewed, and by whom.
    pub(super) review: Option<KpiReview>,
    /// The days after sharing from which a party may release a dataset without the other's alignment: 0 to 90.
    /// Left out, 7.
    pub(super) notice_days: Option<i32>,
    /// The first day of its validity: datasets that end on that day or later are measured by it. Never before that of the
    /// version that is agreed. Left out, the day on which both parties have agreed.
    pub(super) valid_from: Option<Date>,
}
