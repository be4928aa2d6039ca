//! A definition is tried before anyone signs it: the same records by another rule, beside what stands. Nothing is stored.

mod limits;
mod ranges;
mod revisions;
mod sites;

use serde_json::{Value, json};

use crate::harness::{AgreedKpi, App, Caller, World, on_both_databases, text};

/// A definition by an on-time rule, with changes laid over it.
fn on_time(world: &World, code: &str, earliest: Option<i32>, latest: i32, changes: Value) -> Value {
    let rule =
        json!({ "onTime": { "due": "REVISED", "earliestDays": earliest, "latestDays": latest, "inFull": false } });
    let mut definition = world.definition(code, json!({ "validFrom": "2025-01-01", "countingRule": rule }));
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    definition.as_object_mut().expect("an object").extend(changes);
    definition
}

/// Deliveries by the day on which they were due and the one on which they came, named by their place.
fn deliveries(days: &[(&str, Option<&str>)]) -> Vec<Value> {
    let record = |(index, (due, came)): (usize, &(&str, Option<&str>))| json!({ "recordId": format!("{due} #{index}"), "agreedOn": due, "actualOn": came });
    days.iter().enumerate().map(record).collect()
}

/// A draft with these records, as of the end of March.
async fn draft(world: &World, kpi: &AgreedKpi, from: &str, to: &str, records: Vec<Value>) -> String {
    let period = json!({ "kpiId": kpi.id, "periodStart": from, "periodEnd": to });
    let id = text(&world.cdmo.mutate("openKpiDataset", "kpiDatasetId", period).await["kpiDatasetId"]);
    let records = json!({ "kpiDatasetId": id, "dataAsOf": "2026-03-01", "records": records });
    world.cdmo.mutate("recordSourceRecords", "kpiDatasetId", records).await;
    id
}

async fn share(world: &World, dataset: &str) {
    let query = "query($id: ID!) { kpiDataset(id: $id) { version } }";
    let version = world.cdmo.ok(query, json!({ "id": dataset })).await["kpiDataset"]["version"].take();
    let input = json!({ "kpiDatasetId": dataset, "expectedVersion": version });
    world.cdmo.mutate("shareKpiDataset", "kpiDatasetId", input).await;
}

const JANUARY: &[(&str, Option<&str>)] = &[
    ("2026-01-15", Some("2026-01-15")),
    ("2026-01-15", Some("2026-01-14")),
    ("2026-01-15", Some("2026-01-01")),
    ("2026-01-15", Some("2025-12-31")),
    ("2026-01-15", Some("2026-01-22")),
    ("2026-01-15", Some("2026-01-23")),
    ("2026-01-15", None),
];
const FEBRUARY: &[(&str, Option<&str>)] = &[("2026-02-10", Some("2026-02-10")), ("2026-02-28", None)];

fn document(selection: &str) -> String {
    format!("query($input: PreviewKpiDefinitionInput!) {{ previewKpiDefinition(input: $input) {{ {selection} }} }}")
}

async fn preview(caller: &Caller, selection: &str, input: Value) -> Value {
    caller.ok(&document(selection), json!({ "input": input })).await["previewKpiDefinition"].take()
}

const SIDES: &str = "records lacking differences { totalCount } \
     proposed { value numerator denominator unit recordCounts { met missed pending } periods { nodes { periodStart periodEnd value status } } } \
     current { value numerator denominator unit recordCounts { met missed pending } periods { nodes { periodStart periodEnd value status } } }";

/// January and February, shared, by the rule that only the very day is on time.
async fn two_months(app: &App) -> (World, AgreedKpi, [String; 2]) {
    let world = World::new(app).await;
    world.sign_charter().await;
    let kpi = world.agree_definition(on_time(&world, "OTD", Some(0), 0, json!({}))).await;
    let january = draft(&world, &kpi, "2026-01-01", "2026-01-31", deliveries(JANUARY)).await;
    let february = draft(&world, &kpi, "2026-02-01", "2026-02-28", deliveries(FEBRUARY)).await;
    share(&world, &january).await;
    share(&world, &february).await;
    (world, kpi, [january, february])
}

on_both_databases! {
    async fn the_same_deliveries_are_judged_by_three_rules(app: App) {
        let (world, kpi, datasets) = two_months(&app).await;
        for (earliest, latest, met, judged, differences) in [(Some(0), 0, 2, 9, 0), (None, 0, 5, 9, 3), (Some(14), 7, 5, 8, 4)] {
            let definition = on_time(&world, "OTD", earliest, latest, json!({}));
            let range = json!({ "definition": definition, "from": "2026-01-01", "to": "2026-02-28" });
            app.statements();
            let seen = preview(&world.sponsor, SIDES, range).await;
            assert_eq!(app.statements(), 4, "the KPI, datasets, definitions and records");
            let named = preview(&world.cdmo, SIDES, json!({ "definition": definition, "kpiDatasetIds": datasets })).await;
            assert_eq!(named, seen, "both parties, and both ways to name the datasets");
            let made = |side: &str| (seen[side]["numerator"].as_f64(), seen[side]["denominator"].as_f64());
            assert_eq!(made("proposed"), (Some(f64::from(met)), Some(f64::from(judged))), "{earliest:?} to {latest}");
            assert_eq!(seen["proposed"]["value"], json!(100.0 * f64::from(met) / f64::from(judged)));
            assert_eq!(seen["proposed"]["recordCounts"]["pending"], 9 - judged);
            assert_eq!(made("current"), (Some(2.0), Some(9.0)), "what stands is what it was");
            assert_eq!((&seen["records"], &seen["lacking"], &seen["differences"]["totalCount"]), (&json!(9), &json!(0), &json!(differences)));
        }
        // What stands is what the observations say.
        let series = format!(r#"{{ kpi(id: "{}") {{ series {{ nodes {{ periodStart periodEnd value status }} }} total {{ value numerator denominator unit }} }} }}"#, kpi.id);
        let standing = world.sponsor.ok(&series, Value::Null).await["kpi"].take();
        let definition = on_time(&world, "OTD", Some(14), 7, json!({}));
        let seen = preview(&world.sponsor, SIDES, json!({ "definition": definition, "from": "2026-01-01" })).await;
        assert_eq!(seen["current"]["periods"]["nodes"], standing["series"]["nodes"]);
        for field in ["value", "numerator", "denominator", "unit"] {
            assert_eq!(seen["current"][field], standing["total"][field], "{field}");
        }
        assert_eq!(seen["proposed"]["periods"]["nodes"], json!([
            { "periodStart": "2026-01-01", "periodEnd": "2026-01-31", "value": 100.0 * 4.0 / 7.0, "status": "REPORTED" },
            { "periodStart": "2026-02-01", "periodEnd": "2026-02-28", "value": 100.0, "status": "REPORTED" },
        ]));
    }

    async fn each_difference_says_why(app: App) {
        let (world, _, [january, _]) = two_months(&app).await;
        let input = json!({ "definition": on_time(&world, "OTD", Some(14), 7, json!({})), "from": "2026-01-01" });
        let difference = "record { recordId dataset { id } verdict why periodStart } proposedVerdict proposedWhy proposedPeriodStart";
        let page = format!("differences(first: 2) {{ nodes {{ {difference} }} totalCount pageInfo {{ endCursor hasNextPage }} }}");
        let seen = preview(&world.cdmo, &page, input.clone()).await["differences"].take();
        assert_eq!((&seen["totalCount"], &seen["pageInfo"]["hasNextPage"]), (&json!(4), &json!(true)));
        let first = &seen["nodes"][0];
        assert_eq!((&first["record"]["recordId"], &first["record"]["dataset"]["id"]), (&json!("2026-01-15 #1"), &json!(january)));
        assert_eq!((&first["record"]["verdict"], &first["proposedVerdict"]), (&json!("MISSED"), &json!("MET")));
        assert_eq!((&first["record"]["periodStart"], &first["proposedPeriodStart"]), (&json!("2026-01-01"), &json!("2026-01-01")));
        for (why, words) in [(&first["record"]["why"], "1 day before"), (&first["proposedWhy"], "14")] {
            let why = why.as_str().expect("a sentence");
            assert!(why.contains("delivered on 2026-01-14") && why.contains(words), "{why}");
        }
        let rest = format!("differences(first: 9, after: {}) {{ nodes {{ record {{ recordId }} proposedVerdict }} }}", seen["pageInfo"]["endCursor"]);
        let rest = preview(&world.cdmo, &rest, input).await["differences"]["nodes"].take();
        assert_eq!(rest, json!([
            { "record": { "recordId": "2026-01-15 #4" }, "proposedVerdict": "MET" },
            { "record": { "recordId": "2026-02-28 #1" }, "proposedVerdict": "PENDING" },
        ]));
    }

    async fn what_a_rule_needs_and_records_lack_is_told(app: App) {
        let (world, _, datasets) = two_months(&app).await;
        let rule = json!({ "share": { "outcomes": ["DAMAGED"], "periodBy": "ACTUAL" } });
        let quarterly = json!({ "countingRule": rule, "frequency": "QUARTER", "unit": "share", "scale": 1.0 });
        let input = json!({ "definition": on_time(&world, "DMG", None, 0, quarterly), "kpiDatasetIds": datasets });
        let selection = format!("{SIDES} lacks: differences(last: 1) {{ nodes {{ record {{ recordId verdict }} proposedVerdict proposedWhy }} }}");
        let seen = preview(&world.sponsor, &selection, input).await;
        assert_eq!((&seen["records"], &seen["lacking"], &seen["differences"]["totalCount"]), (&json!(9), &json!(2), &json!(9)));
        assert_eq!(seen["proposed"]["periods"]["nodes"], json!([
            { "periodStart": "2025-10-01", "periodEnd": "2025-12-31", "value": null, "status": "PENDING" },
            { "periodStart": "2026-01-01", "periodEnd": "2026-03-31", "value": null, "status": "PENDING" },
        ]));
        let last = &seen["lacks"]["nodes"][0];
        assert_eq!((&last["record"]["recordId"], &last["record"]["verdict"], &last["proposedVerdict"]), (&json!("2026-02-28 #1"), &json!("MISSED"), &Value::Null));
        assert!(last["proposedWhy"].as_str().is_some_and(|why| why.starts_with("actualOn is missing")), "{last}");
    }

    async fn a_preview_is_of_what_the_caller_reads(app: App) {
        let (world, kpi, [january, _]) = two_months(&app).await;
        let march = draft(&world, &kpi, "2026-03-01", "2026-03-31", deliveries(&[("2026-03-01", Some("2026-03-01"))])).await;
        let definition = on_time(&world, "OTD", Some(14), 7, json!({}));
        let by_range = json!({ "definition": definition, "from": "2026-01-01" });
        for caller in [&world.sponsor, &world.cdmo] {
            assert_eq!(preview(caller, "records", by_range.clone()).await["records"], 9, "a range is of what is shared");
        }
        let of_draft = json!({ "definition": definition, "kpiDatasetIds": [january, march] });
        assert_eq!(preview(&world.cdmo, "records", of_draft.clone()).await["records"], 8);
        let hidden = world.sponsor.refused(&document("records"), json!({ "input": of_draft })).await;
        assert_eq!(hidden.code, "NOT_FOUND");
        for input in [&by_range, &json!({ "definition": definition, "kpiDatasetIds": [january] })] {
            assert_eq!(world.stranger.refused(&document("records"), json!({ "input": input })).await.code, "NOT_FOUND");
            for scopes in ["kpis:read-released", "kpis:collect"] {
                let refusal = app.caller("brightfill", "lea", scopes).refused(&document("records"), json!({ "input": input })).await;
                assert_eq!(refusal.scope.as_deref(), Some("kpis:read"), "{scopes}");
            }
        }
    }

    async fn nothing_of_a_preview_is_stored(app: App) {
        let (world, kpi, datasets) = two_months(&app).await;
        let tables = ["journal_entry", "kpi", "kpi_definition", "kpi_dataset", "observation", "source_record"];
        let counts = async || {
            let mut counts = Vec::new();
            for table in tables {
                counts.push(app.count(&format!("SELECT COUNT(*) FROM {table}")).await);
            }
            counts
        };
        let before = counts().await;
        let input = json!({ "definition": on_time(&world, "NEW", Some(14), 7, json!({})), "kpiDatasetIds": datasets });
        preview(&world.sponsor, SIDES, input).await;
        assert_eq!(counts().await, before);
        let proposals = format!(r#"{{ kpi(id: "{}") {{ proposal {{ id }} }} }}"#, kpi.id);
        assert!(world.sponsor.ok(&proposals, Value::Null).await["kpi"]["proposal"].is_null());
    }

    async fn what_cannot_be_tried_is_refused_at_once(app: App) {
        let (world, _, [january, _]) = two_months(&app).await;
        let refused = async |input: Value| {
            let refusals = world.sponsor.send(&document("records"), json!({ "input": input })).await.refusals();
            refusals.into_iter().map(|refusal| (refusal.code, refusal.field.unwrap_or_default())).collect::<Vec<_>>()
        };
        let bad = |field: &str| ("BAD_USER_INPUT".to_owned(), format!("input.{field}"));
        let ready_made = on_time(&world, "OTD", None, 0, json!({ "countingRule": null, "noticeDays": 100 }));
        let wrong = json!({ "definition": ready_made, "kpiDatasetIds": ["kpi"], "from": "2026-02-01", "to": "2026-01-01" });
        let fields = ["definition.noticeDays", "definition.countingRule", "to", "kpiDatasetIds", "kpiDatasetIds[0]"];
        assert_eq!(refused(wrong).await, fields.map(bad));
        let definition = on_time(&world, "OTD", None, 0, json!({}));
        assert_eq!(refused(json!({ "definition": definition })).await, [bad("kpiDatasetIds")]);
        assert_eq!(refused(json!({ "definition": definition, "kpiDatasetIds": [] })).await, [bad("kpiDatasetIds")]);
        let unknown = on_time(&world, "OTHER", None, 0, json!({}));
        assert_eq!(refused(json!({ "definition": unknown, "from": "2026-01-01" })).await[0].0, "NOT_FOUND");
        let other = world.agree_definition(on_time(&world, "SECOND", None, 0, json!({}))).await;
        let second = draft(&world, &other, "2026-01-01", "2026-01-31", Vec::new()).await;
        share(&world, &second).await;
        let mixed = json!({ "definition": definition, "kpiDatasetIds": [january, second] });
        assert_eq!(refused(mixed).await, [bad("kpiDatasetIds")]);
    }
}
