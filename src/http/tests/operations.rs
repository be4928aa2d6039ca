//! Operations by GET and in batches, and the statuses of their answers.

use super::*;
use crate::config::StatusProfile;

const TYPED: (&str, &str) = ("accept", "application/graphql-response+json");

fn subject(answer: &Answer) -> Option<&str> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text.contains("\"ada\"").then_some("ada")
}

#[tokio::test]
async fn a_query_can_be_asked_by_get() {
    let service = Service::start().await;
    let two = "query%20A{viewer{subject}}query%20B{viewer{missing:subject}}";
    assert_eq!(subject(&service.ask(&format!("query={two}&operationName=A"), &[]).await), Some("ada"));
    let variables = "query=query($x:Boolean!){viewer{subject@include(if:$x)}}&variables={%22x%22:true}";
    assert_eq!(subject(&service.ask(variables, &[]).await), Some("ada"));
    for parameters in
        ["", "query=", "query={viewer{subject}}&variables=[]", "query={viewer{subject}}&query={viewer{subject}}"]
    {
        let answer = service.ask(parameters, &[TYPED]).await;
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "BAD_USER_INPUT"), "{parameters}");
    }
}

#[tokio::test]
async fn a_mutation_is_not_run_by_get() {
    let service = Service::start().await;
    let mutation = "mutation%20M{registerOrganization(input:{handle:%22beta%22,name:%22Beta%22}){organizationId}}query%20Q{viewer{subject}}";
    for headers in [&[][..], &[TYPED]] {
        let answer = service.ask(&format!("query={mutation}&operationName=M"), headers).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
        assert_eq!(answer.error_code(), "BAD_USER_INPUT");
    }
    let query = service.ask(&format!("query={mutation}&operationName=Q"), &[]).await;
    assert_eq!(subject(&query), Some("ada"));
}

#[tokio::test]
async fn a_batch_is_answered_in_its_order_where_it_may_be_sent() {
    let batch =
        r#"[{"query":"{ viewer { a: subject } }"},{"query":"{ nothing }"},{"query":"{ viewer { b: subject } }"}]"#;
    let refused = Service::start().await.post(&[], batch).await;
    assert_eq!((refused.status, refused.error_code().as_str()), (400, "BAD_USER_INPUT"));

    let service = Service::start_with(|config| config.max_batch = 3).await;
    let answer = service.post(&[TYPED], batch).await;
    assert_eq!(answer.status, 200);
    let answers = answer.json();
    assert_eq!(answers[0], json!({ "data": { "viewer": { "a": "ada" } } }));
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert!(answers[1].get("data").is_none());
    assert_eq!(answers[2], json!({ "data": { "viewer": { "b": "ada" } } }));
    let four = format!("[{QUERY},{QUERY},{QUERY},{QUERY}]");
    assert_eq!(service.post(&[], four).await.status, 400);
}

#[tokio::test]
async fn the_costs_of_a_batch_are_added_up() {
    let service = Service::start_with(|config| (config.max_batch, config.documents.max_cost) = (3, 5)).await;
    let two = format!("[{QUERY},{QUERY}]");
    assert_eq!(service.post(&[], two).await.status, 200);
    let three = service.post(&[], format!("[{QUERY},{QUERY},{QUERY}]")).await;
    assert_eq!((three.status, three.error_code().as_str()), (400, "LIMIT_EXCEEDED"));
    assert!(three.text.contains("the batch costs 6, which is more than 5"), "{}", three.text);
}

#[tokio::test]
async fn the_edition_of_september_2026_has_statuses_of_its_own() {
    let service = Service::start_with(|config| config.status_profile = StatusProfile::September2026).await;
    let half = r#"{"query":"{ viewer { subject } actionItems { totalCount } }"}"#;
    for (body, status) in [
        (QUERY, 200),
        (half, 294),
        ("{", 400),
        (r#"{"query":"{"}"#, 400),
        ("{}", 422),
        (r#"{"query":"{ nothing }"}"#, 422),
    ] {
        for headers in [&[][..], &[TYPED]] {
            let answer = service.post(headers, body).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.text);
            let is_response = answer.header("content-type").starts_with("application/graphql-response+json");
            assert_eq!(is_response, status >= 400 || !headers.is_empty(), "{body}");
        }
    }
}
