//! What a portal, an analyst and an ERP send all day: each document of `*.graphql`, beside it in `*.json` what it is
//! answered and how many SQL statements that takes, for a little and for a lot. One statement too many is seen here.

mod stage;

use serde_json::{Value, json};

use self::stage::{RELATIONSHIPS, Stage};
use crate::harness::{Caller, expect_file, on_both_databases};

/// One document.
struct Case {
    name: &'static str,
    document: &'static str,
    /// Who sends it.
    caller: fn(&Stage) -> &Caller,
    /// Its variables for a little, which is what the answer is kept of, and for a lot.
    variables: fn(&Stage) -> [Value; 2],
    /// The most statements that it may take.
    most: usize,
}

const CASES: &[Case] = &[
    Case {
        name: "point",
        document: include_str!("point.graphql"),
        caller: |stage| &stage.world.sponsor,
        variables: |stage| [json!({ "id": stage.items[0] }), json!({ "id": stage.items[1] })],
        most: 2,
    },
    Case {
        name: "board",
        document: include_str!("board.graphql"),
        caller: |stage| &stage.world.sponsor,
        variables: |_| [json!({ "first": 1 }), json!({ "first": RELATIONSHIPS })],
        most: 5,
    },
    Case {
        name: "page",
        document: include_str!("page.graphql"),
        caller: |stage| &stage.world.sponsor,
        variables: |stage| [3, 1_000].map(|first| json!({ "id": stage.world.relationship, "first": first })),
        most: 1,
    },
    Case {
        name: "push",
        document: include_str!("push.graphql"),
        caller: |stage| &stage.world.cdmo,
        variables: |stage| [1, 500].map(|days| json!({ "input": stage.observations(days) })),
        most: 6,
    },
    Case {
        name: "count",
        document: include_str!("count.graphql"),
        caller: |stage| &stage.world.cdmo,
        variables: |stage| [1, 1_000].map(|number| json!({ "input": stage.records(number) })),
        most: 10,
    },
    Case {
        name: "explain",
        document: include_str!("explain.graphql"),
        caller: |stage| &stage.world.cdmo,
        variables: |stage| [1, 24].map(|first| json!({ "id": stage.counted, "first": first })),
        most: 8,
    },
    Case {
        name: "create",
        document: include_str!("create.graphql"),
        caller: |stage| &stage.world.sponsor,
        variables: |stage| [0, 20].map(|labels| json!({ "input": stage.item(labels) })),
        most: 6,
    },
    Case {
        name: "history",
        document: include_str!("history.graphql"),
        caller: |stage| &stage.world.sponsor,
        variables: |stage| [2, 100].map(|first| json!({ "id": stage.world.relationship, "first": first })),
        most: 12,
    },
    Case {
        name: "chart",
        document: include_str!("chart.graphql"),
        caller: |stage| &stage.world.cdmo,
        variables: |stage| [3, 1_000].map(|last| json!({ "id": stage.charted, "last": last })),
        most: 7,
    },
    Case {
        name: "signals",
        document: include_str!("signals.graphql"),
        caller: |stage| &stage.world.cdmo,
        variables: |_| [json!({ "first": 1 }), json!({ "first": 10 })],
        most: 8,
    },
];

on_both_databases! {
    async fn answers_and_statements_are_what_they_were(app: App) {
        let stage = Stage::set(&app).await;
        for Case { name, document, caller, variables, most } in CASES {
            let [little, lot] = variables(&stage);
            app.statements();
            let answer = caller(&stage).ok(document, little).await;
            let for_a_little = app.statements();
            caller(&stage).ok(document, lot).await;
            let for_a_lot = app.statements();
            assert!(for_a_little <= *most && for_a_lot <= *most, "{name}: {for_a_little} and {for_a_lot} of {most}");
            let statements = json!({ "forALittle": for_a_little, "forALot": for_a_lot });
            let expected = json!({ "statements": statements, "answer": stage::without_ids(answer) });
            let text = serde_json::to_string_pretty(&expected).expect("JSON") + "\n";
            let again = "GUIDEPOST_TEST_UPDATE=1 cargo test --test it cases::";
            expect_file(&format!("tests/it/cases/{name}.json"), &text, again);
        }
    }
}
