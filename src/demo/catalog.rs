//! The KPIs that the demo's relationships measure: eight of the standard definitions for making drug substance,
//! eight for filling, with the level at which each process runs.

use serde_json::{Value, json};

use super::series::Process;
use crate::entity::party::Party;

/// A definition, and the process that it measures.
pub(super) struct Kpi {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) purpose: &'static str,
    pub(super) numerator: &'static str,
    /// None where the KPI is no ratio.
    pub(super) denominator: Option<&'static str>,
    pub(super) unit: &'static str,
    pub(super) direction: &'static str,
    pub(super) target: f64,
    pub(super) collector: Party,
    pub(super) system: &'static str,
    pub(super) process: Process,
    /// Where it is counted from source records: what can come of each.
    pub(super) outcomes: Option<Outcomes>,
}

/// What can come of a record.
pub(super) struct Outcomes {
    /// In the numerator.
    pub(super) met: &'static str,
    /// In the denominator alone.
    pub(super) missed: [&'static str; 3],
}

impl Kpi {
    /// The proposal of its definition, as the API takes it.
    pub(super) fn proposal(&self, relationship: &str) -> Value {
        json!({
            "relationshipId": relationship,
            "code": self.code,
            "name": self.name,
            "purpose": self.purpose,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "unit": self.unit,
            "aggregation": if self.denominator.is_some() { "RATIO_OF_SUMS" } else { "MEAN" },
            "direction": self.direction,
            "target": self.target,
            "frequency": "WEEK",
            "collectingParty": if self.collector == Party::Sponsor { "SPONSOR" } else { "CDMO" },
            "sourceSystem": self.system,
            "countingRule": self.outcomes.as_ref().map(|Outcomes { met, missed }| {
                let among = [&[*met], missed.as_slice()].concat();
                json!({ "share": { "outcomes": [met], "among": among, "periodBy": "ACTUAL" } })
            }),
        })
    }
}

static RIGHT_FIRST_TIME: Kpi = Kpi {
    code: "RFT",
    name: "Right first time",
    purpose: "Find the steps where we lose time together, before they cost a batch.",
    numerator: "batches with no deviation, rework or rejection",
    denominator: Some("batches produced"),
    unit: "%",
    direction: "UP",
    target: 90.0,
    collector: Party::Cdmo,
    system: "MES",
    process: Process::Share { of: (6, 14), level: 0.84, drift: 0.07 },
    outcomes: Some(Outcomes { met: "RIGHT", missed: ["DEVIATION", "REWORK", "REJECTION"] }),
};

static BATCH_RECORD_REVIEW: Kpi = Kpi {
    code: "BRR",
    name: "Batch record review time",
    purpose: "Release sooner by finding what sends records back and forth. The sponsor's own review counts in full.",
    numerator: "sum of working days from receipt to sign-off",
    denominator: Some("batch records signed"),
    unit: "working days",
    direction: "DOWN",
    target: 5.0,
    collector: Party::Sponsor,
    system: "QMS",
    process: Process::Duration { of: (4, 12), level: 7.4, drift: -1.6 },
    outcomes: None,
};

static FORECAST_ERROR: Kpi = Kpi {
    code: "WAPE",
    name: "Forecast error, weighted",
    purpose: "Give the plant a forecast that it can plan by: this one is the sponsor's to improve.",
    numerator: "sum of absolute (actual - forecast) units, at a lag of 12 weeks",
    denominator: Some("sum of actual units"),
    unit: "%",
    direction: "DOWN",
    target: 15.0,
    collector: Party::Sponsor,
    system: "ERP",
    process: Process::Share { of: (900, 1600), level: 0.23, drift: -0.05 },
    outcomes: None,
};

static CAPA_ON_TIME: Kpi = Kpi {
    code: "CAPA-OT",
    name: "CAPA on time",
    purpose: "See early when improvement work is crowded out, and decide together what waits.",
    numerator: "CAPAs closed by their due date",
    denominator: Some("CAPAs due"),
    unit: "%",
    direction: "UP",
    target: 95.0,
    collector: Party::Cdmo,
    system: "QMS",
    process: Process::Share { of: (2, 9), level: 0.86, drift: -0.04 },
    outcomes: None,
};

static DEVIATIONS_ON_TIME: Kpi = Kpi {
    code: "DEV-OT",
    name: "Deviations closed on time",
    purpose: "Keep release from waiting for investigations.",
    numerator: "deviations closed within the agreed 30 days",
    denominator: Some("deviations due in the week"),
    unit: "%",
    direction: "UP",
    target: 95.0,
    collector: Party::Cdmo,
    system: "QMS",
    process: Process::Share { of: (3, 11), level: 0.88, drift: 0.05 },
    outcomes: None,
};

static SCHEDULE_ADHERENCE: Kpi = Kpi {
    code: "SCHED",
    name: "Schedule adherence",
    purpose: "Tell apart what the plant moves and what late inputs move, and settle both.",
    numerator: "operations completed as scheduled",
    denominator: Some("operations scheduled"),
    unit: "%",
    direction: "UP",
    target: 95.0,
    collector: Party::Cdmo,
    system: "MES",
    process: Process::Share { of: (38, 64), level: 0.93, drift: -0.03 },
    outcomes: None,
};

static REJECTION_RATE: Kpi = Kpi {
    code: "REJ",
    name: "Batch rejection rate",
    purpose: "Learn from each lost batch once.",
    numerator: "batches rejected",
    denominator: Some("batches dispositioned"),
    unit: "%",
    direction: "DOWN",
    target: 2.0,
    collector: Party::Cdmo,
    system: "QMS",
    process: Process::Share { of: (5, 12), level: 0.03, drift: -0.01 },
    outcomes: None,
};

static LOTS_PENDING: Kpi = Kpi {
    code: "LOTS-30",
    name: "Lots pending more than 30 days",
    purpose: "Keep lots from being forgotten between two quality units.",
    numerator: "lots attempted and undecided after 30 days",
    denominator: None,
    unit: "lots",
    direction: "DOWN",
    target: 0.0,
    collector: Party::Cdmo,
    system: "QMS",
    process: Process::Count { level: 1.9 },
    outcomes: None,
};

static ON_TIME_DELIVERY: Kpi = Kpi {
    code: "OTD",
    name: "On-time delivery, windowed",
    purpose: "Find the causes of late and of early deliveries together; no order depends on it.",
    numerator: "lines delivered within -14 to +7 days of the agreed date",
    denominator: Some("lines whose window has closed and that are not excluded"),
    unit: "%",
    direction: "UP",
    target: 95.0,
    collector: Party::Cdmo,
    system: "ERP",
    process: Process::Share { of: (12, 30), level: 0.91, drift: 0.03 },
    outcomes: None,
};

static DISPOSITION_LEAD_TIME: Kpi = Kpi {
    code: "DISPO",
    name: "Disposition lead time",
    purpose: "Shorten the wait between the end of manufacture and the decision, on both sides of the fence.",
    numerator: "sum of days from the end of manufacture to disposition",
    denominator: Some("batches dispositioned"),
    unit: "days",
    direction: "DOWN",
    target: 21.0,
    collector: Party::Cdmo,
    system: "QMS",
    process: Process::Duration { of: (5, 12), level: 26.0, drift: -3.0 },
    outcomes: None,
};

static YIELD: Kpi = Kpi {
    code: "YIELD",
    name: "Saleable yield",
    purpose: "See slow losses that no deviation report shows.",
    numerator: "saleable units",
    denominator: Some("theoretical units"),
    unit: "%",
    direction: "UP",
    target: 97.0,
    collector: Party::Cdmo,
    system: "MES",
    process: Process::Share { of: (4000, 7600), level: 0.962, drift: 0.008 },
    outcomes: None,
};

/// What is measured where drug substance is made.
pub(super) static DRUG_SUBSTANCE: [&Kpi; 8] = [
    &RIGHT_FIRST_TIME,
    &SCHEDULE_ADHERENCE,
    &DEVIATIONS_ON_TIME,
    &BATCH_RECORD_REVIEW,
    &FORECAST_ERROR,
    &REJECTION_RATE,
    &CAPA_ON_TIME,
    &LOTS_PENDING,
];

/// What is measured where it is filled.
pub(super) static FILLING: [&Kpi; 8] = [
    &ON_TIME_DELIVERY,
    &RIGHT_FIRST_TIME,
    &YIELD,
    &BATCH_RECORD_REVIEW,
    &FORECAST_ERROR,
    &DISPOSITION_LEAD_TIME,
    &CAPA_ON_TIME,
    &LOTS_PENDING,
];
