//! The definitions of the whole world: agreed, valid later, proposed, rejected, and one for each way to count records.

use serde_json::{Value, json};

use super::Shared;

/// What signing and naming a version needs.
const SELECTION: &str = "kpiDefinition { id digest kpi { id } }";

/// A definition for each rule by which records are counted, of a KPI on which the parties have not agreed: the name of
/// the version, its aggregation, and the rule. Each takes the place of the one before, and the last one is open.
const COUNTED: &[(&str, &str, &str)] = &[
    (
        "definition by a share",
        "RATIO_OF_SUMS",
        r#"{ "share": { "outcomes": ["PASSED"], "among": ["PASSED", "FAILED"], "periodBy": "ACTUAL" } }"#,
    ),
    (
        "definition by quantities",
        "RATIO_OF_SUMS",
        r#"{ "quantity": { "measure": "ATTAINMENT", "periodBy": "AGREED" } }"#,
    ),
    ("definition by a count", "SUM", r#"{ "count": { "among": ["OPEN"], "periodBy": "OPENED" } }"#),
    (
        "definition by a rate",
        "RATIO_OF_SUMS",
        r#"{ "rate": { "events": ["COMPLAINT"], "opportunities": ["SHIPMENT"], "periodBy": "ACTUAL" } }"#,
    ),
    (
        "definition by durations",
        "RATIO_OF_SUMS",
        r#"{ "duration": { "from": "OPENED", "to": "ACTUAL", "days": "WORKING", "total": "MEAN" } }"#,
    ),
    (
        "definition of a new KPI, proposed",
        "RATIO_OF_SUMS",
        r#"{ "onTime": { "due": "REVISED", "earliestDays": 14, "latestDays": 7, "inFull": true } }"#,
    ),
];

impl Shared {
    /// The definition of a monthly ratio that the CDMO collects by site.
    pub fn definition(&self, code: &str, words: &str) -> Value {
        json!({
            "relationshipId": self.id("relationship"), "code": code, "name": words, "purpose": words,
            "numerator": words, "denominator": words, "unit": "%", "aggregation": "RATIO_OF_SUMS", "direction": "UP",
            "target": 95.0, "frequency": "MONTH", "bySite": true, "collectingParty": "CDMO", "sourceSystem": words,
        })
    }

    /// The same with all that a definition can say, save how records are counted.
    fn full_definition(&self, code: &str, words: &str) -> Value {
        let mut full = self.definition(code, words);
        let more = json!({
            "template": "OTD", "formula": words, "dataKind": "SHARE", "aggregationOverTime": "LAST",
            "attentionThreshold": 93.0, "criticalThreshold": 90.0, "calendar": "SPONSOR_FISCAL", "yearStartMonth": 4,
            "collectionMethod": words, "exclusions": words, "noticeDays": 7,
            "reasonCodes": [
                { "code": "RAIN", "name": words, "family": "NOBODY", "allowsRevision": true, "retired": true, "mergedInto": "STORM" },
                { "code": "STORM", "name": words, "family": "NOBODY", "allowsRevision": true, "retired": false },
            ],
            "review": {
                "recurrence": "FREQ=MONTHLY;BYDAY=1TU", "startsOn": "2026-04-07", "startsAt": "09:00",
                "timeZone": "Europe/Zurich",
                "reviewers": [
                    { "party": "SPONSOR", "name": words, "role": words },
                    { "party": "CDMO", "name": words, "role": words },
                ],
            },
        });
        let Value::Object(more) = more else { unreachable!() };
        full.as_object_mut().expect("an object").extend(more);
        full
    }

    pub(super) async fn definitions(&mut self, mark: &str) {
        let (released, hidden) = (format!("agreed {mark}"), format!("unreleased {mark}"));
        self.propose("KPI, measured", "definition, agreed", self.full_definition("OTD", &released)).await;
        self.agree("definition, agreed").await;
        let mut later = self.full_definition("OTD", &hidden);
        later["validFrom"] = "2030-01-01".into();
        self.propose("KPI, measured", "definition, valid later", later.clone()).await;
        self.agree("definition, valid later").await;
        later["target"] = 97.0.into();
        self.propose("KPI, measured", "definition, proposed", later).await;
        let mut counted = self.full_definition("CNT", &released);
        counted["countingRule"] =
            json!({ "onTime": { "due": "REVISED", "earliestDays": 14, "latestDays": 7, "inFull": false } });
        self.propose("KPI, counted", "definition, counted", counted).await;
        self.agree("definition, counted").await;
        self.propose("KPI, not released", "definition, not released", self.definition("DEV", &hidden)).await;
        self.agree("definition, not released").await;

        self.propose("KPI, proposed", "definition, rejected", self.definition("LAR", &hidden)).await;
        let rejection = json!({ "kpiDefinitionId": self.id("definition, rejected"), "reason": hidden });
        self.cdmo.author.mutate("rejectKpiDefinition", "kpiDefinitionId", rejection).await;
        for (name, aggregation, rule) in COUNTED {
            let mut counted = self.definition("LAR", &hidden);
            counted["aggregation"] = (*aggregation).into();
            counted["countingRule"] = serde_json::from_str(rule).expect("JSON");
            self.propose("KPI, proposed", name, counted).await;
        }
    }

    /// The sponsor proposes.
    async fn propose(&mut self, kpi: &'static str, name: &'static str, input: Value) {
        let author = self.sponsor.author.clone();
        let proposed = author.mutate("proposeKpiDefinition", SELECTION, input).await["kpiDefinition"].take();
        self.keep(name, &proposed);
        self.keep(kpi, &proposed["kpi"]);
    }

    /// Both parties sign.
    async fn agree(&self, name: &str) {
        let id = self.id(name);
        for approver in [&self.sponsor.approver, &self.cdmo.approver] {
            let agreement = json!({ "kpiDefinitionId": id, "digest": self.digests[id] });
            approver.mutate("agreeKpiDefinition", "kpiDefinition { id }", agreement).await;
        }
    }
}
