//! The demo's world: that it holds what a newcomer is promised, and that the first requests show the rules.

use std::collections::{BTreeMap, BTreeSet};

use guidepost::demo::{self, Ids, TOUR};
use serde_json::{Value, json};

use crate::harness::{App, Caller, Kind};

/// Built once: it is two years of work.
#[tokio::test]
async fn its_world_is_as_promised_and_keeps_the_rules() {
    let app = App::start(Kind::Sqlite).await.expect("SQLite is always there");
    let ids = demo::build(&app.database, app.clock.now()).await.expect("the world is built");
    let callers = callers(&app);
    companies_and_relationships(&app).await;
    action_items(&app).await;
    kpis(&app).await;
    who_sees_what(&callers, &ids).await;
    tour(&callers).await;
    app.expect_verified().await;
}

fn callers(app: &App) -> BTreeMap<String, Caller> {
    let tokens = demo::sign_tokens(app.clock.now());
    tokens.into_iter().map(|token| (token.name, app.bearer(&token.token))).collect()
}

async fn companies_and_relationships(app: &App) {
    assert_eq!(app.count("SELECT COUNT(DISTINCT sponsor_id) FROM relationship").await, 2);
    assert_eq!(app.count("SELECT COUNT(DISTINCT cdmo_id) FROM relationship").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM relationship").await, 4);
    assert_eq!(app.count("SELECT COUNT(*) FROM site WHERE working_hours <> '[]' AND holidays <> '[]'").await, 5);
    for continent in ["Europe", "Asia", "America"] {
        let sites = format!("SELECT COUNT(*) FROM site WHERE time_zone LIKE '{continent}/%'");
        assert!(app.count(&sites).await > 0, "{continent}");
    }
    assert!(app.count("SELECT COUNT(*) FROM relationship_contact").await > 0);
}

async fn action_items(app: &App) {
    assert_eq!(app.count("SELECT COUNT(*) FROM action_item").await, 60);
    assert_eq!(app.count("SELECT COUNT(DISTINCT state) FROM action_item").await, 7, "every state");
    for (what, select) in [
        ("comments", "SELECT COUNT(*) FROM action_item_comment"),
        ("slips", "SELECT COUNT(*) FROM due_date_change WHERE state = 'AGREED'"),
        ("dates that are not agreed yet", "SELECT COUNT(*) FROM due_date_change WHERE state = 'PENDING'"),
    ] {
        assert!(app.count(select).await > 0, "{what}");
    }
}

async fn kpis(app: &App) {
    assert!(app.count("SELECT COUNT(*) FROM source_record WHERE verdict = 'MET'").await > 2_000);
    assert_eq!(app.count("SELECT COUNT(*) FROM kpi_chart_basis WHERE state = 'AGREED'").await, 4);
    assert_eq!(app.count("SELECT COUNT(*) FROM metric_charter WHERE state = 'IN_EFFECT'").await, 4);
    assert_eq!(app.count("SELECT COUNT(*) FROM kpi_definition WHERE state = 'AGREED'").await, 4 * 8);
    let current = "observation o JOIN kpi_dataset d ON d.id = o.dataset_id AND d.revision = o.revision";
    let series =
        format!("SELECT COUNT(*) FROM (SELECT d.kpi_id FROM {current} GROUP BY d.kpi_id HAVING COUNT(*) = 104)");
    assert_eq!(app.count(&series).await, 4 * 8, "each KPI has 104 weeks");
    for stage in ["DRAFT", "SHARED", "ALIGNED", "RELEASED"] {
        let datasets = format!("SELECT COUNT(DISTINCT relationship_id) FROM kpi_dataset WHERE stage = '{stage}'");
        assert_eq!(app.count(&datasets).await, 4, "{stage} in each relationship");
    }
    for status in ["REPORTED", "NO_DATA", "PENDING", "EXCLUDED"] {
        let rows = format!("SELECT COUNT(*) FROM observation WHERE status = '{status}'");
        assert!(app.count(&rows).await > 0, "{status}");
    }
    for (what, condition) in [
        ("corrected and released again", "revision = 2 AND released_revision = 2"),
        ("under correction", "revision = 2 AND released_revision = 1"),
    ] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM kpi_dataset WHERE {condition}")).await, 4, "{what}");
    }
    assert_eq!(app.count("SELECT COUNT(DISTINCT party) FROM interpretation").await, 2, "both parties' readings");
}

async fn who_sees_what(callers: &BTreeMap<String, Caller>, ids: &Ids) {
    let stages = async |caller: &str| -> BTreeSet<String> {
        let query = "{ kpiDatasets(first: 100) { nodes { stage } pageInfo { hasNextPage } } }";
        let data = callers[caller].ok(query, json!({})).await;
        let nodes = data["kpiDatasets"]["nodes"].as_array().expect("a list").clone();
        nodes.iter().filter_map(|node| node["stage"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(stages("sponsorLeadership").await, ["RELEASED".to_owned()].into());
    assert_eq!(stages("cdmoLeadership").await, ["RELEASED".to_owned()].into());
    assert_eq!(stages("sponsorRobot").await, ["DRAFT".to_owned()].into());
    assert_eq!(stages("outsider").await, BTreeSet::new());

    let query = "query($id: ID!) { kpiDataset(id: $id) { id } }";
    for (draft, readers) in [
        ("sponsorDraft", ["sponsor", "sponsorApprover", "sponsorRobot"]),
        ("cdmoDraft", ["cdmo", "cdmoApprover", "cdmoRobot"]),
    ] {
        for (name, caller) in callers.iter().filter(|(name, _)| *name != "operator") {
            let seen = caller.ok(query, json!({ "id": ids.datasets[draft] })).await;
            assert_eq!(!seen["kpiDataset"].is_null(), readers.contains(&name.as_str()), "{draft} for {name}");
        }
    }
}

async fn tour(callers: &BTreeMap<String, Caller>) {
    let mut answers = Vec::new();
    for stop in &TOUR {
        let line = stop.curl("http://127.0.0.1:4000", "t");
        let (_, body) = line.split_once("-d '").expect("a body");
        let body = body.strip_suffix('\'').expect("in single quotes");
        assert!(!body.contains('\''), "a shell would end the text there: {body}");
        let body: Value = serde_json::from_str(body).expect("JSON");
        answers.push(callers[stop.token].ok(body["query"].as_str().expect("a document"), json!({})).await);
    }
    let board = &answers[0]["relationships"]["nodes"];
    assert_eq!(board.as_array().map(Vec::len), Some(2));
    assert!(board[0]["actionItems"]["nodes"][0]["title"].is_string());
    assert!(board[0]["kpiDatasets"]["nodes"][0]["observations"]["nodes"][0]["periodStart"].is_string());
    for dataset in answers[1]["kpiDatasets"]["nodes"].as_array().expect("a list") {
        assert_eq!(dataset["stage"], "RELEASED");
    }
    let counted = &answers[2]["kpis"]["nodes"][0];
    assert_eq!(counted["controlChart"]["phases"][0]["reason"], "Electronic batch records are in use.");
    let behind = &counted["datasets"]["nodes"][0]["observations"]["nodes"][0];
    let missed = behind["denominator"].as_f64().zip(behind["numerator"].as_f64()).map(|(of, met)| of - met);
    assert_eq!(behind["records"]["totalCount"].as_f64(), missed, "{behind}");
    for (list, found) in answers[3].as_object().expect("lists") {
        assert_eq!(found["totalCount"], 0, "{list} for the outsider");
    }
}
