//! KPIs to begin a test with: what both parties have opted in to and agreed.

use serde_json::{Value, json};

use super::World;

/// Reads what a signature needs.
const CHARTER: &str = "metricCharter { id digest state }";
const DEFINITION: &str = "kpiDefinition { id digest state number kpi { id } }";

/// A KPI with an agreed definition.
#[derive(Debug)]
pub struct AgreedKpi {
    pub id: String,
    pub definition: String,
}

impl World {
    /// Opts in to KPIs for both parties; the charter's id.
    pub async fn sign_charter(&self) -> String {
        let proposal =
            json!({ "relationshipId": self.relationship, "purpose": "To see together where we can improve." });
        let proposed = self.sponsor.mutate("proposeMetricCharter", CHARTER, proposal).await["metricCharter"].clone();
        let signature = json!({ "metricCharterId": proposed["id"], "digest": proposed["digest"] });
        self.sponsor.mutate("signMetricCharter", CHARTER, signature.clone()).await;
        let signed = self.cdmo.mutate("signMetricCharter", CHARTER, signature).await;
        assert_eq!(signed["metricCharter"]["state"], "IN_EFFECT");
        text(&signed["metricCharter"]["id"])
    }

    /// The input of a plain definition: a monthly ratio of sums that the CDMO collects. `changes` are laid over it.
    pub fn definition(&self, code: &str, changes: Value) -> Value {
        let mut input = json!({
            "relationshipId": self.relationship, "code": code, "name": "On-time delivery",
            "purpose": "To find what makes deliveries late.",
            "numerator": "lines delivered in the window", "denominator": "lines whose window has closed",
            "unit": "%", "aggregation": "RATIO_OF_SUMS", "direction": "UP", "target": 95.0,
            "frequency": "MONTH", "collectingParty": "CDMO", "sourceSystem": "SAP",
        });
        let Value::Object(changes) = changes else { panic!("changes are an object") };
        input.as_object_mut().expect("an object").extend(changes);
        input
    }

    /// Proposes a definition and agrees to it for both parties. A charter must be in effect.
    pub async fn agree_definition(&self, input: Value) -> AgreedKpi {
        let proposed = self.sponsor.mutate("proposeKpiDefinition", DEFINITION, input).await["kpiDefinition"].clone();
        let agreement = json!({ "kpiDefinitionId": proposed["id"], "digest": proposed["digest"] });
        self.sponsor.mutate("agreeKpiDefinition", DEFINITION, agreement.clone()).await;
        let agreed = self.cdmo.mutate("agreeKpiDefinition", DEFINITION, agreement).await;
        assert_eq!(agreed["kpiDefinition"]["state"], "AGREED");
        AgreedKpi { id: text(&proposed["kpi"]["id"]), definition: text(&proposed["id"]) }
    }

    /// A charter and one agreed KPI, `OTD`, with `changes` laid over its definition.
    pub async fn agreed_kpi(&self, changes: Value) -> AgreedKpi {
        self.sign_charter().await;
        self.agree_definition(self.definition("OTD", changes)).await
    }
}

/// An id, or another text, of an answer.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
