//! Attempts on what is measured, and on datasets of it. The CDMO collects.

use serde_json::{Value, json};

use super::{Aim, Attempt, with};
use crate::harness::days_of;

pub const ATTEMPTS: &[Attempt] = &[
    Attempt {
        mutation: "proposeMetricCharter",
        on: "the relationship",
        input: |aim| json!({ "relationshipId": aim.id("relationship"), "purpose": "Another one" }),
    },
    Attempt {
        mutation: "signMetricCharter",
        on: "a proposed one",
        input: |aim| signature(aim, "metricCharterId", "charter, proposed"),
    },
    Attempt {
        mutation: "proposeKpiDefinition",
        on: "the relationship",
        input: |aim| aim.world.parties.definition("NEW", "A new one"),
    },
    Attempt {
        mutation: "agreeKpiDefinition",
        on: "a proposed one",
        input: |aim| signature(aim, "kpiDefinitionId", "definition, proposed"),
    },
    Attempt {
        mutation: "rejectKpiDefinition",
        on: "what the sponsor proposed",
        input: |aim| json!({ "kpiDefinitionId": aim.id("definition, proposed"), "reason": "Too narrow" }),
    },
    Attempt {
        mutation: "withdrawKpiDefinition",
        on: "what the sponsor proposed",
        input: |aim| json!({ "kpiDefinitionId": aim.id("definition, proposed"), "reason": "Said in haste" }),
    },
    Attempt {
        mutation: "proposeKpiChartBasis",
        on: "a measured KPI",
        input: |aim| json!({ "kpiId": aim.id("KPI, measured"), "ruleSet": "NHS" }),
    },
    Attempt {
        mutation: "agreeKpiChartBasis",
        on: "a proposed one",
        input: |aim| signature(aim, "kpiChartBasisId", "chart basis, proposed"),
    },
    Attempt {
        mutation: "rejectKpiChartBasis",
        on: "what the sponsor proposed",
        input: |aim| json!({ "kpiChartBasisId": aim.id("chart basis, proposed"), "reason": "Too narrow" }),
    },
    Attempt {
        mutation: "withdrawKpiChartBasis",
        on: "what the sponsor proposed",
        input: |aim| json!({ "kpiChartBasisId": aim.id("chart basis, proposed"), "reason": "Said in haste" }),
    },
    Attempt {
        mutation: "openKpiDataset",
        on: "a period that has none",
        input: |aim| {
            let (start, end) = days_of(12);
            json!({ "kpiId": aim.id("KPI, measured"), "periodStart": start, "periodEnd": end })
        },
    },
    Attempt { mutation: "recordObservations", on: "a draft", input: |aim| record(aim, "dataset, DRAFT") },
    Attempt {
        mutation: "recordSourceRecords",
        on: "a draft that is counted",
        input: |aim| record_source(aim, "dataset, DRAFT"),
    },
    Attempt { mutation: "shareKpiDataset", on: "a draft", input: |aim| aim.at("kpiDatasetId", "dataset, DRAFT") },
    Attempt { mutation: "acknowledgeKpiDataset", on: "a shared one", input: |aim| revision(aim, "dataset, SHARED") },
    Attempt { mutation: "interpretKpiDataset", on: "a shared one", input: |aim| interpret(aim, "dataset, SHARED") },
    Attempt {
        mutation: "alignKpiDataset",
        on: "a shared one, which the sponsor has aligned on",
        input: |aim| align(aim, "dataset, SHARED"),
    },
    Attempt { mutation: "withdrawKpiAlignment", on: "an aligned one", input: |aim| withdraw(aim, "dataset, ALIGNED") },
    Attempt {
        mutation: "releaseKpiDataset",
        on: "an aligned one",
        input: |aim| aim.at("kpiDatasetId", "dataset, ALIGNED"),
    },
    Attempt { mutation: "correctKpiDataset", on: "a released one", input: |aim| correct(aim, "dataset, RELEASED") },
    Attempt { mutation: "discardKpiDataset", on: "a draft", input: |aim| aim.at("kpiDatasetId", "dataset, DRAFT") },
];

/// The stages of a dataset in the tables, and the dataset that is at each.
pub const STAGES: &[(&str, &str)] = &[
    ("DRAFT", "dataset, DRAFT"),
    ("DRAFT, empty", "dataset, DRAFT, empty"),
    ("SHARED", "dataset, SHARED"),
    ("SHARED, notice over", "dataset, notice over"),
    ("ALIGNED", "dataset, ALIGNED"),
    ("RELEASED", "dataset, RELEASED"),
    ("corrected", "dataset, corrected"),
];

/// A mutation on a dataset, which is tried at every stage of one.
pub struct OnDataset {
    pub mutation: &'static str,
    pub input: fn(&Aim, &str) -> Value,
}

/// Every mutation on a dataset.
pub const ON_DATASETS: &[OnDataset] = &[
    OnDataset { mutation: "openKpiDataset", input: open },
    OnDataset { mutation: "recordObservations", input: record },
    OnDataset { mutation: "recordSourceRecords", input: record_source },
    OnDataset { mutation: "shareKpiDataset", input: |aim, dataset| aim.at("kpiDatasetId", dataset) },
    OnDataset { mutation: "acknowledgeKpiDataset", input: revision },
    OnDataset { mutation: "interpretKpiDataset", input: interpret },
    OnDataset { mutation: "alignKpiDataset", input: align },
    OnDataset { mutation: "withdrawKpiAlignment", input: withdraw },
    OnDataset { mutation: "releaseKpiDataset", input: |aim, dataset| aim.at("kpiDatasetId", dataset) },
    OnDataset { mutation: "correctKpiDataset", input: correct },
    OnDataset { mutation: "discardKpiDataset", input: |aim, dataset| aim.at("kpiDatasetId", dataset) },
];

fn signature(aim: &Aim, field: &str, name: &str) -> Value {
    json!({ field: aim.id(name), "digest": aim.digest(aim.id(name)) })
}

/// The period of a dataset anew.
fn open(aim: &Aim, dataset: &str) -> Value {
    let (start, end) = days_of(month_of(dataset));
    json!({ "kpiId": aim.id("KPI, measured"), "periodStart": start, "periodEnd": end })
}

fn observation(aim: &Aim, dataset: &str) -> Value {
    json!({ "periodStart": days_of(month_of(dataset)).0, "siteId": aim.id("CDMO's site"), "numerator": 70, "denominator": 100 })
}

fn record(aim: &Aim, dataset: &str) -> Value {
    json!({ "kpiDatasetId": aim.id(dataset), "observations": [observation(aim, dataset)] })
}

/// A record for the counted dataset at the same stage, where there is one. The others take observations.
fn record_source(aim: &Aim, dataset: &str) -> Value {
    let (dataset, month) = match dataset {
        "dataset, DRAFT" => ("dataset, counted, DRAFT", 2),
        "dataset, RELEASED" => ("dataset, counted", 1),
        other => (other, month_of(other)),
    };
    let record = json!({ "recordId": "New", "siteId": aim.id("CDMO's site"), "agreedOn": days_of(month).0 });
    json!({ "kpiDatasetId": aim.id(dataset), "records": [record] })
}

fn correct(aim: &Aim, dataset: &str) -> Value {
    with(aim.at("kpiDatasetId", dataset), json!({ "reason": "Late news", "observations": [observation(aim, dataset)] }))
}

/// The current revision of a dataset.
fn revision(aim: &Aim, dataset: &str) -> Value {
    json!({ "kpiDatasetId": aim.id(dataset), "revision": if dataset == "dataset, corrected" { 2 } else { 1 } })
}

fn interpret(aim: &Aim, dataset: &str) -> Value {
    with(revision(aim, dataset), json!({ "text": "Our own reading", "expectedVersion": 1 }))
}

fn align(aim: &Aim, dataset: &str) -> Value {
    let digest = aim.world.parties.revision_of(dataset).map_or_else(|| "0".repeat(64), |id| aim.digest(id).to_owned());
    with(revision(aim, dataset), json!({ "digest": digest }))
}

fn withdraw(aim: &Aim, dataset: &str) -> Value {
    with(revision(aim, dataset), json!({ "reason": "Wrong after all" }))
}

/// The month that the whole world has given a dataset.
fn month_of(dataset: &str) -> u32 {
    match dataset {
        "dataset, RELEASED" => 1,
        "dataset, corrected" => 2,
        "dataset, ALIGNED" => 3,
        "dataset, SHARED" => 4,
        "dataset, DRAFT" => 5,
        "dataset, DRAFT, empty" => 6,
        "dataset, notice over" => 7,
        other => panic!("{other} has no month"),
    }
}
