//! What callers may ask for, what browsers may, and how answers are packed.

use std::io::Read as _;

use axum::http::Method;
use flate2::read::GzDecoder;

use super::*;
use crate::config::Rate;

fn rate(per_second: u32, burst: u32) -> Rate {
    Rate { per_second: per_second.try_into().unwrap(), burst: burst.try_into().unwrap() }
}

#[tokio::test]
async fn who_asks_for_too_much_is_told_when_to_come_back() {
    let mut service = Service::start_with(|config| config.load.subject_rate = Some(rate(10, 250))).await;
    // Time stands still, so nothing comes back.
    let clock = Clock::set_to(service.app.clock.now());
    let app = Arc::get_mut(&mut service.app).unwrap();
    app.rates = rates::Rates::new(&app.config, &clock);
    let first = service.post(&[], QUERY).await;
    assert_eq!(
        (first.status, first.header("ratelimit")),
        (200, r#""subject";r=148;t=11, "organization";r=3999898;t=1"#)
    );
    assert!(first.header("ratelimit-policy").starts_with(r#""subject";q=250;w=25;qu="cost", "organization";"#));
    // A request that is refused was looked at too.
    assert_eq!(service.post(&[], "{").await.status, 400);
    for headers in [&[][..], &[("accept", "application/graphql-response+json")]] {
        let refused = service.post(headers, QUERY).await;
        assert_eq!((refused.status, refused.error_code().as_str()), (429, "RATE_LIMITED"));
        assert_eq!(
            (refused.header("retry-after"), refused.header("ratelimit").split(',').next()),
            ("6", Some(r#""subject";r=0;t=6"#))
        );
        assert_eq!(refused.json()["errors"][0]["extensions"]["retryAfterSeconds"], 6);
    }
    clock.move_to(clock.now() + TimeDelta::seconds(5));
    assert_eq!(service.post(&[], QUERY).await.status, 429);
    clock.move_to(clock.now() + TimeDelta::seconds(1));
    assert_eq!(service.post(&[], QUERY).await.status, 200);
}

#[tokio::test]
async fn a_document_that_costs_more_than_a_full_bucket_is_over_a_limit() {
    let service = Service::start_with(|config| config.load.subject_rate = Some(rate(1, 102))).await;
    let fields =
        (0..26).map(|number| format!(" f{number}: viewer {{ subject issuer scopes }}")).collect::<Vec<_>>().concat();
    let answer = service.post(&[], format!(r#"{{"query":"{{ {fields} }}"}}"#)).await;
    assert_eq!((answer.status, answer.error_code().as_str()), (400, "LIMIT_EXCEEDED"), "{}", answer.text);
    assert!(answer.text.contains("this costs 104, and your subject may ask for 102 at once"), "{}", answer.text);
}

#[tokio::test]
async fn a_page_of_an_allowed_site_may_call() {
    const PORTAL: &str = "https://portal.example";
    let service = Service::start_with(|config| config.cors_origins = vec![PORTAL.parse().unwrap()]).await;
    let preflight = |origin: &str| {
        let request = Request::builder().method(Method::OPTIONS).uri(GRAPHQL).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "authorization,content-type").body(Body::empty()).unwrap()
    };
    let allowed = service.send(preflight(PORTAL)).await;
    assert_eq!(allowed.status, 200);
    assert_eq!(allowed.header("access-control-allow-origin"), PORTAL);
    assert_eq!(allowed.header("access-control-allow-methods"), "GET,POST");
    assert_eq!(allowed.header("access-control-allow-headers"), "authorization,content-type");
    assert_eq!(allowed.header("access-control-allow-credentials"), "");
    let refused = service.send(preflight("https://portal.example.evil")).await;
    assert_eq!(refused.header("access-control-allow-origin"), "");

    let failed = service.post(&[("origin", PORTAL), ("authorization", "")], QUERY).await;
    assert_eq!((failed.status, failed.header("access-control-allow-origin")), (401, PORTAL));
    let exposed = failed.header("access-control-expose-headers");
    assert_eq!(exposed, "x-request-id,retry-after,www-authenticate,ratelimit,ratelimit-policy");
}

#[tokio::test]
async fn by_default_no_page_may_call() {
    let service = Service::start().await;
    let answer = service.post(&[("origin", "https://portal.example")], QUERY).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""));
}

#[tokio::test]
async fn a_long_answer_is_packed_for_who_can_unpack_it() {
    let service = Service::start().await;
    let long = json!({ "query": "{ __schema { types { name description } } }" }).to_string();
    let plain = service.post(&[("accept-encoding", "identity")], long.clone()).await;
    assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
    let short = service.post(&[("accept-encoding", "gzip, zstd")], QUERY).await;
    assert_eq!(short.header("content-encoding"), "");
    for (accepted, expected) in [("gzip", "gzip"), ("zstd, gzip;q=0.5", "zstd")] {
        let bearer = format!("Bearer {}", service.token(Some("acme"), TimeDelta::hours(1)));
        let request = Request::post(GRAPHQL)
            .header("authorization", bearer)
            .header("content-type", "application/json")
            .header("accept-encoding", accepted);
        let request = request.body(Body::from(long.clone())).unwrap();
        let response = router(Arc::clone(&service.app)).oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], expected);
        let packed = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let mut text = String::new();
        match expected {
            "gzip" => GzDecoder::new(&*packed).read_to_string(&mut text).unwrap(),
            _ => zstd::Decoder::new(&*packed).unwrap().read_to_string(&mut text).unwrap(),
        };
        assert_eq!(text, plain.text);
    }
}
