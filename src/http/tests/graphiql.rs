//! The page to try the API with.

use super::*;

/// What a browser sends.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn browse(service: &Service, path: &str) -> Response {
    let request = Request::get(path).header("accept", BROWSER).body(Body::empty()).unwrap();
    router(Arc::clone(&service.app)).oneshot(request).await.unwrap()
}

#[tokio::test]
async fn a_browser_gets_the_page_and_all_that_it_loads() {
    let service = Service::start().await;
    let page = Answer::of(browse(&service, GRAPHQL).await).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    let loaded: Vec<_> = page.text.split('"').filter(|text| text.contains("/assets/")).collect();
    assert_eq!(loaded.len(), 2, "{}", page.text);
    for (path, media_type) in loaded.into_iter().zip(["text/css; charset=utf-8", "text/javascript; charset=utf-8"]) {
        let asset = browse(&service, path).await;
        assert_eq!((asset.status().as_u16(), asset.headers()["content-type"].to_str().unwrap()), (200, media_type));
        assert_eq!(asset.headers()["content-encoding"], "gzip");
    }
    Answer::of(browse(&service, "/graphql/assets/graphiql.js").await).await.is_problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_page_is_told_the_schema() {
    let service = Service::start().await;
    let page = Answer::of(browse(&service, GRAPHQL).await).await;
    let (_, token) = page.text.split_once("data-authorization=\"").unwrap();
    let token = token.split('"').next().unwrap();
    let introspection = include_str!("../../../tests/documents/introspection.graphql");
    let answer = service.post(&[("authorization", token)], json!({ "query": introspection }).to_string()).await;
    assert_eq!(answer.json()["data"]["__schema"]["queryType"]["name"], "Query", "{}", answer.text);
}

#[tokio::test]
async fn who_does_not_ask_for_a_page_gets_a_graphql_answer() {
    let service = Service::start().await;
    let answer = service.ask("query={viewer{subject}}", &[("accept", "*/*")]).await;
    assert_eq!((answer.status, answer.json()["data"]["viewer"]["subject"].as_str()), (200, Some("ada")));
}

#[tokio::test]
async fn the_page_is_for_development() {
    let service = Service::with(|config| config.development = false).await;
    let refused = Answer::of(browse(&service, GRAPHQL).await).await;
    assert_eq!((refused.status, refused.error_code().as_str()), (401, "UNAUTHENTICATED"));
    Answer::of(browse(&service, "/graphql/assets/graphiql.js").await).await.is_problem(404, "NOT_FOUND");
}
