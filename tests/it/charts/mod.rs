//! Control charts: what is a signal and what is noise, on limits that both parties agreed (T3 to T7, T10, T11).

mod basis;
mod drawing;
mod seen;
mod signals;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::harness::Seen::{Missing, Share, Value as Measured};
use crate::harness::{AgreedKpi, Caller, Refusal, Seed, Seen, World, text};

/// What most tests look at.
const CHART: &str = "chartType ruleSet ruleSetVersion misfit unit target stage underCorrection dataAsOf variation assurance \
     points { periodStart phase status definitionNumber underCorrection releasedWithoutAlignmentOf value centre lower upper movingRange movingRangeCentre movingRangeUpper excludedReason } \
     phases { startsOn reason countedAnewByNumber baseline { from to } pointsBehindLimits trial sigmaZ } \
     signals { rule part side points pointCount firstPoint lastPoint current }";

/// The chart of a KPI, as a caller reads it with these arguments; null where there is none.
async fn chart(caller: &Caller, kpi: &AgreedKpi, arguments: &str) -> Value {
    let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
    let query = format!("query($id: ID!) {{ kpi(id: $id) {{ controlChart{arguments} {{ {CHART} }} }} }}");
    caller.ok(&query, json!({ "id": kpi.id })).await["kpi"]["controlChart"].take()
}

/// How a chart with these arguments is refused: the field, and what is said of it.
async fn chart_refused(caller: &Caller, kpi: &AgreedKpi, arguments: &str) -> Vec<(String, String)> {
    let query = format!("query($id: ID!) {{ kpi(id: $id) {{ controlChart({arguments}) {{ chartType }} }} }}");
    named(caller.send(&query, json!({ "id": kpi.id })).await.refusals())
}

fn named(refusals: Vec<Refusal>) -> Vec<(String, String)> {
    let named = |Refusal { code, field, message, .. }: Refusal| {
        assert_eq!(code, "BAD_USER_INPUT", "{message}");
        (field.expect("a field"), message)
    };
    refusals.into_iter().map(named).collect()
}

/// One column of the points of a chart.
fn column(chart: &Value, field: &str) -> Vec<Value> {
    chart["points"].as_array().expect("points").iter().map(|point| point[field].clone()).collect()
}

/// A shared dataset of so many days from the first of 2025 on, as its values say; the days that have none are left out.
async fn days(world: &World, kpi: &AgreedKpi, values: &[Option<Seen>]) -> String {
    by_day(values).put(world, kpi).await
}

fn by_day(values: &[Option<Seen>]) -> Seed {
    let first = NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day");
    let day = |index: usize| first + Days::new(index as u64);
    let last = day(values.len() - 1).to_string();
    let seen = values.iter().enumerate().filter_map(|(index, seen)| Some((day(index).to_string(), (*seen)?)));
    seen.fold(Seed::shared("2025-01-01", last.leak()), |seed, (start, seen)| seed.with(&start, seen))
}

/// A daily KPI of plain values.
async fn measured_daily(world: &World, code: &str) -> AgreedKpi {
    let changes = json!({ "frequency": "DAY", "aggregation": "MEAN", "denominator": null, "unit": "days", "target": null, "dataKind": "MEASUREMENT" });
    world.agree_definition(world.definition(code, changes)).await
}

/// A daily KPI of shares.
async fn shares_daily(world: &World, code: &str) -> AgreedKpi {
    let changes = json!({ "frequency": "DAY", "dataKind": "SHARE" });
    world.agree_definition(world.definition(code, changes)).await
}

/// NIST's example of an XmR chart.
const NIST: [f64; 10] = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];

fn nist() -> Vec<Option<Seen>> {
    NIST.iter().map(|value| Some(Measured(*value))).collect()
}

/// The input of a basis.
fn basis(kpi: &AgreedKpi, changes: Value) -> Value {
    let mut input = json!({ "kpiId": kpi.id });
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    input.as_object_mut().expect("an object").extend(changes);
    input
}

const BASIS: &str = "kpiChartBasis { id number state digest chartType ruleSet closedReason proposedBy agreedAt \
     changes { field before after } signatures { nodes { party meaning } } }";

async fn propose(caller: &Caller, input: Value) -> Value {
    caller.mutate("proposeKpiChartBasis", BASIS, input).await["kpiChartBasis"].take()
}

fn agreement(basis: &Value) -> Value {
    json!({ "kpiChartBasisId": basis["id"], "digest": basis["digest"] })
}

/// Proposes a basis and agrees to it for both parties.
async fn agree(world: &World, input: Value) -> Value {
    let proposed = propose(&world.sponsor, input).await;
    world.sponsor.mutate("agreeKpiChartBasis", BASIS, agreement(&proposed)).await;
    world.cdmo.mutate("agreeKpiChartBasis", BASIS, agreement(&proposed)).await["kpiChartBasis"].take()
}
