//! What a request costs, told beside its answer or in the place of it: what is only asked for its cost is not run.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::{World, mutation_document, on_both_databases};

const DRY_RUN: (&str, &str) = ("x-guidepost-dry-run", "cost");
const REPORT: (&str, &str) = ("x-guidepost-cost", "report");

/// The request of README's example, and the answer that it says.
fn documented() -> (String, Value) {
    let readme = include_str!("../../README.md");
    let (_, example) = readme.split_once("-H 'X-Guidepost-Dry-Run: cost' -d '").expect("an example");
    let (request, rest) = example.split_once("'\n```\n\nanswers `").expect("its answer");
    let (answer, _) = rest.split_once('`').expect("the answer ends");
    (request.to_owned(), serde_json::from_str(answer).expect("the answer is JSON"))
}

on_both_databases! {
    async fn a_dry_run_writes_nothing_and_tells_the_cost(app: App) {
        let world = World::new(&app).await;
        let batching = guidepost::http::router(app.with_settings(|config| config.max_batch = 2).await);
        let sponsor = world.sponsor.at(&batching);
        let item = json!({ "relationshipId": world.relationship, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01" });
        let mutation = mutation_document("createActionItem", "actionItem { id }");
        let mutation = json!({ "query": mutation, "variables": { "input": item } });
        let query = json!({ "query": "{ viewer { subject } }" });
        let before = app.written().await;

        let alone = sponsor.post(&[DRY_RUN], mutation.to_string()).await;
        let cost = alone.body["extensions"]["cost"]["requested"].as_u64().expect("a cost");
        assert!(cost > 10, "a mutation costs more than that: {cost}");
        let told = |cost: u64| json!({ "extensions": { "cost": { "requested": cost, "limit": 50_000 } } });
        assert_eq!((alone.status, alone.body), (StatusCode::OK, told(cost)));
        // Who asks for both is told the cost and gets no answer.
        assert_eq!(sponsor.post(&[REPORT, DRY_RUN], mutation.to_string()).await.body, told(cost));
        let batch = json!([mutation, query]).to_string();
        assert_eq!(sponsor.post(&[DRY_RUN], batch.clone()).await.body, json!([told(cost), told(2)]));
        assert_eq!(app.written().await, before);

        // The same is done where it is no dry run.
        let done = sponsor.post(&[REPORT], batch).await.body;
        assert!(done[0]["data"]["createActionItem"]["actionItem"]["id"].is_string(), "{done:#}");
        assert_eq!(done[0]["extensions"]["cost"]["requested"], cost);
        assert_eq!(done[1], json!({ "data": { "viewer": { "subject": "anna" } }, "extensions": told(2)["extensions"] }));
        assert_eq!(app.written().await, before.map(|count| count + 1));
    }

    async fn the_documented_request_costs_what_is_documented(app: App) {
        let world = World::new(&app).await;
        let (request, told) = documented();
        assert_eq!(told["extensions"]["cost"]["requested"], 102);
        assert_eq!(world.sponsor.post(&[DRY_RUN], request.clone()).await.body, told);
        let answer = world.sponsor.post(&[REPORT], request.clone()).await.body;
        assert_eq!(answer["extensions"], told["extensions"]);
        assert_eq!(answer["data"]["relationships"]["nodes"][0]["id"], world.relationship);
        // Who does not ask is not told.
        assert_eq!(world.sponsor.post(&[], request).await.body.get("extensions"), None);
    }

    async fn what_can_be_long_costs_by_its_length(app: App) {
        let world = World::new(&app).await;
        let cost = async |selection: &str| {
            let request = json!({ "query": format!(r#"{{ kpi(id: "kpi_1") {{ {selection} }} }}"#) }).to_string();
            let told = world.sponsor.post(&[DRY_RUN], request).await.body;
            told["extensions"]["cost"]["requested"].as_u64().expect("a cost") - 1
        };
        // A cost of 1 stands for some 250 characters: 10,000 points of a column have up to 25 each.
        assert_eq!(cost("seriesColumns { value }").await - cost("seriesColumns { unit }").await, 10_000 * 25 / 250 - 1);
        assert_eq!(cost("siteComparison { siteId }").await - cost("total { value }").await, 200 - 1);
        assert_eq!(cost("nextReview { table { readiness datasetId } }").await - cost("nextReview { on }").await, 200);
    }

    async fn what_is_not_understood_of_the_cost_is_refused(app: App) {
        let world = World::new(&app).await;
        let item = json!({ "relationshipId": world.relationship, "title": "Send the forecast", "owner": "CDMO", "dueOn": "2026-04-01" });
        let mutation = mutation_document("createActionItem", "actionItem { id }");
        let mutation = json!({ "query": mutation, "variables": { "input": item } }).to_string();
        let before = app.written().await;
        for (name, value) in [
            (DRY_RUN.0, ""), (DRY_RUN.0, "true"), (DRY_RUN.0, "Cost"), (DRY_RUN.0, "cost, cost"), (DRY_RUN.0, REPORT.1),
            (REPORT.0, ""), (REPORT.0, "true"), (REPORT.0, DRY_RUN.1),
        ] {
            let answer = world.sponsor.post(&[(name, value)], mutation.clone()).await;
            let [refusal] = &answer.refusals()[..] else { panic!("one error of {name}: {value}") };
            assert_eq!((answer.status, refusal.code.as_str()), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"));
            assert!(refusal.message.contains(name), "{}", refusal.message);
        }
        assert_eq!(app.written().await, before);
    }
}
