//! Requests that are made to hurt: each is refused with the right code, and the service answers the next one.

pub mod documents;

use serde_json::json;

use crate::harness::{World, on_both_databases};

on_both_databases! {
    async fn hostile_documents_are_refused_and_the_next_request_is_answered(app: App) {
        let world = World::new(&app).await;
        let cases = documents::all();
        assert!(cases.len() >= 40, "{}", cases.len());
        for case in cases {
            let refusals = world.sponsor.send(&case.query, case.variables).await.refusals();
            let codes: Vec<_> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
            assert_eq!(codes.first(), Some(&case.code), "{}: {:?}", case.name, refusals.first());
            assert!(refusals.len() <= 51, "{}", case.name);
        }
        world.sponsor.ok("{ viewer { subject } }", json!({})).await;
    }
}
