//! Requests through the whole router: good ones, and all the ways to be refused.

use std::time::Duration;

use axum::http::Method;

use super::*;

#[tokio::test]
async fn a_good_request_is_answered_in_the_type_that_was_asked_for() {
    let service = Service::start().await;
    for (accept, expected) in [
        ("", "application/json; charset=utf-8"),
        ("*/*;q=0.1", "application/json; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        (
            "text/html;q=0.5, Application/GraphQL-Response+JSON ;q=0.9",
            "application/graphql-response+json; charset=utf-8",
        ),
    ] {
        let answer = service.post(&[("accept", accept)], QUERY).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, expected));
        assert_eq!(answer.json(), json!({ "data": { "viewer": { "subject": "ada" } } }));
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_executed_has_no_data() {
    let service = Service::start().await;
    let typed = ("accept", "application/graphql-response+json");
    for body in ["", "{", "[]", "7", "{}", r#"{"query":7}"#, r#"[{"query":"{ viewer { subject } }"}]"#] {
        let answer = service.post(&[], body).await;
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "BAD_USER_INPUT"), "{body}");
    }
    for document in ["", "{", "{ nothing }", "query A { viewer { subject } } query B { viewer { subject } }"] {
        let body = json!({ "query": document }).to_string();
        for (headers, status) in [(&[][..], 200), (&[typed][..], 400)] {
            let answer = service.post(headers, body.clone()).await;
            assert_eq!((answer.status, answer.error_code().as_str()), (status, "BAD_USER_INPUT"), "{document}");
            assert!(answer.json().get("data").is_none());
        }
    }
}

#[tokio::test]
async fn a_number_that_cannot_be_read_is_told() {
    let answer =
        Service::start().await.post(&[], r#"{"query":"{ viewer { subject } }","variables":{"v":1e999}}"#).await;
    assert_eq!((answer.status, answer.error_code().as_str()), (400, "BAD_USER_INPUT"));
    let message = answer.json()["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(
        message.starts_with("the body has a number out of range: ") && message.contains("(line 1, column "),
        "{message}"
    );
}

#[tokio::test]
async fn only_json_is_taken() {
    let service = Service::start().await;
    for media_type in ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"] {
        let answer = service.post(&[("content-type", media_type)], QUERY).await;
        assert_eq!((answer.status, answer.error_code().as_str()), (415, "BAD_USER_INPUT"), "{media_type}");
    }
    for media_type in ["application/json; charset=utf-8", "APPLICATION/JSON"] {
        assert_eq!(service.post(&[("content-type", media_type)], QUERY).await.status, 200);
    }
}

#[tokio::test]
async fn a_client_that_accepts_no_answer_gets_none() {
    let service = Service::start().await;
    for accept in ["text/html", "application/json;q=0"] {
        service.post(&[("accept", accept)], QUERY).await.is_problem(406, "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn who_is_not_known_gets_a_challenge() {
    let service = Service::start().await;
    let expired = format!("Bearer {}", service.token(Some("acme"), -TimeDelta::hours(1)));
    let stranger = format!("Bearer {}", service.token(Some("globex"), TimeDelta::hours(1)));
    for (authorization, challenge) in [
        ("", "Bearer"),
        ("Bearer", "Bearer"),
        ("Bearer ", "Bearer"),
        ("Basic YTpi", "Bearer"),
        ("Bearer x", r#"Bearer error="invalid_token", error_description="the token is not a signed JWT""#),
        (&expired, r#"Bearer error="invalid_token", error_description="the token has expired""#),
        (
            &stranger,
            r#"Bearer error="invalid_token", error_description="the token's organization is not registered here""#,
        ),
    ] {
        let answer = service.post(&[("authorization", authorization)], QUERY).await;
        assert_eq!((answer.status, answer.error_code().as_str()), (401, "UNAUTHENTICATED"), "{authorization}");
        assert_eq!(answer.header("www-authenticate"), challenge);
        assert!(answer.json().get("data").is_none());
    }
    let operator = format!("bearer {}", service.token(None, TimeDelta::hours(1)));
    assert_eq!(service.post(&[("authorization", &operator)], QUERY).await.status, 200);
}

#[tokio::test]
async fn a_body_over_its_limit_is_refused() {
    let service = Service::start().await;
    let limit = service.app.config.body_limit;
    let padded = |length: usize| QUERY.to_owned() + &" ".repeat(length - QUERY.len());
    assert_eq!(service.post(&[], padded(limit)).await.status, 200);
    let answer = service.post(&[], padded(limit + 1)).await;
    assert_eq!((answer.status, answer.error_code().as_str()), (413, "LIMIT_EXCEEDED"));
}

#[tokio::test]
async fn other_paths_and_methods_are_problems() {
    let service = Service::start().await;
    service.get("/").await.is_problem(404, "NOT_FOUND");
    let answer = service.send(Request::delete("/livez").body(Body::empty()).unwrap()).await;
    answer.is_problem(405, "BAD_USER_INPUT");
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn readiness_follows_the_migrations_and_the_end() {
    let mut service = Service::with(|_| {}).await;
    let clock = Clock::set_to(service.app.clock.now());
    Arc::get_mut(&mut service.app).unwrap().clock = clock.clone();
    assert_eq!(service.get("/livez").await.status, 200);
    let pending = service.get("/readyz").await;
    pending.is_problem(503, "UNAVAILABLE");
    assert!(pending.text.contains("migrations are pending"));
    service.app.database.migrate().await.unwrap();
    assert_eq!(service.get("/readyz").await.status, 503, "the database is asked once in a second, however many ask");
    clock.move_to(clock.now() + TimeDelta::seconds(1));
    assert_eq!(service.get("/readyz").await.status, 200);
    service.app.stop();
    assert!(service.get("/readyz").await.text.contains("stopping"));
    assert_eq!(service.get("/livez").await.status, 200);
}

#[tokio::test]
async fn a_request_id_is_taken_over_only_if_it_is_plain() {
    let service = Service::start().await;
    let long = "a".repeat(65);
    for (sent, kept) in [
        ("abc-DEF_1.2", true),
        (&long[1..], true),
        (&long, false),
        ("", false),
        ("a b", false),
        ("a\"b", false),
        ("a%0Ab", false),
    ] {
        let request = Request::get("/livez").header("x-request-id", sent).body(Body::empty()).unwrap();
        let id = service.send(request).await.header("x-request-id").to_owned();
        assert_eq!(id == sent, kept, "{sent}");
        assert!(kept || id.starts_with("req_"), "{id}");
    }
}

/// A router whose handlers misbehave, under the same middleware.
async fn misbehave(path: &str, method: Method) -> Answer {
    async fn panics() -> Response {
        panic!("s3cret");
    }
    async fn never_ends() -> Response {
        std::future::pending().await
    }
    let observed = Observed { clock: Clock::system(), timeout: Duration::from_millis(20) };
    let router: Router = Router::new()
        .route("/panic", get(panics))
        .route(GRAPHQL, get(panics).post(never_ends))
        .route("/slow", get(never_ends).post(never_ends))
        .layer(middleware::from_fn_with_state(observed, observe::observe));
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    Answer::of(router.oneshot(request).await.unwrap()).await
}

#[tokio::test]
async fn a_panic_is_an_internal_error_and_says_no_more() {
    let problem = misbehave("/panic", Method::GET).await;
    assert_eq!(problem.header("x-content-type-options"), "nosniff");
    problem.is_problem(500, "INTERNAL");
    let graphql = misbehave(GRAPHQL, Method::GET).await;
    assert_eq!((graphql.status, graphql.error_code().as_str()), (500, "INTERNAL"));
    assert!(!problem.text.contains("s3cret") && !graphql.text.contains("s3cret"));
}

#[tokio::test]
async fn a_panic_in_a_resolver_ends_its_request_alone() {
    let mut service = Service::start_with(|config| config.max_batch = 2).await;
    assert_eq!(service.post(&[], QUERY).await.status, 200);
    // From here on whoever lists revocations panics.
    let observed = &mut Arc::get_mut(&mut service.app).unwrap().database;
    observed.observe(|statement| assert!(!statement.contains("token_revocation"), "s3cret"));
    let panicking = r#"{"query":"{ viewer { subject } tokenRevocations(first: 1) { nodes { id } } }"}"#;
    let neighbour = r#"{"query":"{ viewer { organization { name } } }"}"#;
    let data = json!({ "viewer": { "organization": { "name": "Acme" } } });

    let (panicked, answered) = tokio::join!(service.post(&[], panicking), service.post(&[], neighbour));
    assert_eq!((panicked.status, panicked.error_code().as_str()), (500, "INTERNAL"));
    assert_eq!((answered.status, &answered.json()["data"]), (200, &data));

    let batch = service.post(&[], format!("[{panicking},{neighbour}]")).await;
    assert_eq!(batch.status, 200);
    let answers = batch.json();
    let (first, second) = (&answers[0], &answers[1]);
    assert_eq!(first["errors"][0]["extensions"]["code"], "INTERNAL");
    assert_eq!(first["errors"][0]["extensions"]["requestId"], batch.header("x-request-id"));
    assert_eq!(second["data"], data);
    assert!(!panicked.text.contains("s3cret") && !batch.text.contains("s3cret"));

    let streamed = Request::post(STREAM)
        .header("authorization", format!("Bearer {}", service.token(Some("acme"), TimeDelta::hours(1))))
        .header("content-type", "application/json")
        .header("accept", "text/event-stream");
    let streamed = service.send(streamed.body(Body::from(panicking)).unwrap()).await;
    assert!(streamed.text.contains("INTERNAL") && !streamed.text.contains("s3cret"), "{}", streamed.text);
    assert_eq!(service.post(&[], neighbour).await.json()["data"], data);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_stopped() {
    // What may have written is not to be sent again unseen.
    for (method, retryable) in [(Method::GET, json!(true)), (Method::POST, Value::Null)] {
        let answer = misbehave("/slow", method).await;
        assert_eq!(answer.status, 503);
        assert!(answer.text.contains("longer than 20ms"), "{}", answer.text);
        assert_eq!(answer.headers.contains_key("retry-after"), retryable == json!(true));
    }
    let answer = misbehave(GRAPHQL, Method::POST).await;
    assert_eq!(answer.error_code(), "UNAVAILABLE");
    assert_eq!(answer.json()["errors"][0]["extensions"]["retryable"], Value::Null);
}
