//! Pages of every list in the schema: what is refused, and that pages in either direction tile the list.

mod lists;

use serde_json::{Value, json};

use self::lists::{Pages, all_lists};
use crate::harness::{Caller, Whole, on_both_databases};

/// As many fields as one document asks at once.
const AT_ONCE: usize = 20;

on_both_databases! {
    async fn wrong_arguments_are_named(app: App) {
        let world = Whole::new(&app).await;
        let caller = &world.parties.sponsor.author;
        for list in all_lists(&world.parties) {
            let largest = list.largest;
            let wrong = [
                (format!("first: {}", largest + 1), vec!["first"]),
                ("first: -1".to_owned(), vec!["first"]),
                (format!("last: {}", largest + 1), vec!["last"]),
                ("first: 1, last: 1".to_owned(), vec!["last"]),
                ("first: 1, after: \"no cursor\"".to_owned(), vec!["after"]),
                ("last: 1, before: \"W10\"".to_owned(), vec!["before"]),
                (format!("first: {}, after: \"\"", largest + 1), vec!["after", "first"]),
            ];
            let arguments: Vec<&str> = wrong.iter().map(|(arguments, _)| arguments.as_str()).collect();
            let found = refused_fields(caller, &list, &arguments).await;
            for ((arguments, expected), found) in wrong.iter().zip(found) {
                assert_eq!(found, *expected, "{} with {arguments}", list.name);
            }
            let pages = list.page(caller, &format!("first: {largest}")).await;
            assert!(pages.cursors.len() <= usize::try_from(largest).expect("positive"), "{}", list.name);
        }
    }

    async fn a_cursor_leads_through_its_own_list_and_order_alone(app: App) {
        let world = Whole::new(&app).await;
        let caller = &world.parties.sponsor.author;
        let lists = all_lists(&world.parties);
        let mut cursors: Vec<(String, String)> = Vec::new();
        for list in &lists {
            let page = list.page(caller, "first: 1").await;
            if let Some(cursor) = page.cursors.first()
                && !cursors.iter().any(|(kind, _)| *kind == list.kind())
            {
                cursors.push((list.kind(), cursor.clone()));
            }
        }
        assert!(cursors.len() > 15, "only these lists have an element: {cursors:?}");
        for list in &lists {
            // A list that takes no order has the usual one of its elements.
            let own = list.kind();
            let is_foreign = |kind: &str| kind != own && element(kind) != own.trim() && element(&own) != kind.trim();
            let foreign: Vec<_> = cursors.iter().filter(|(kind, _)| is_foreign(kind)).collect();
            for some in foreign.chunks(AT_ONCE) {
                let arguments: Vec<String> =
                    some.iter().map(|(_, cursor)| format!("first: 1, after: {cursor:?}")).collect();
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                for (found, (kind, _)) in refused_fields(caller, list, &arguments).await.iter().zip(some) {
                    assert_eq!(*found, ["after"], "{} takes a cursor of {kind}", list.name);
                }
            }
        }
    }

    /// As the specification says: a variable without a value is as if its argument was not there.
    async fn variables_may_be_left_out(app: App) {
        let world = Whole::new(&app).await;
        let caller = &world.parties.sponsor.author;
        for list in all_lists(&world.parties) {
            let left_out = list.page_by_variables(caller, json!({})).await.cursors;
            assert_eq!(left_out, list.usual_page(caller).await.cursors, "{} with nothing", list.name);
            let given = json!({ "orderBy": list.order.as_ref().map(|(order, _)| order), "last": 3 });
            let given = list.page_by_variables(caller, given).await.cursors;
            assert_eq!(given, list.page(caller, "last: 3").await.cursors, "{}", list.name);
        }
    }

    async fn pages_tile_a_list_in_both_directions(app: App) {
        let world = Whole::new(&app).await;
        let caller = &world.parties.sponsor.author;
        let mut long = 0;
        for list in all_lists(&world.parties) {
            let whole = list.page(caller, "first: 100").await;
            assert_eq!(whole.total, whole.cursors.len(), "the total of {}", list.name);
            assert_eq!((whole.has_previous, whole.has_next), (false, false), "{}", list.name);
            // Three pages, of which the last is shorter where that is possible.
            let size = whole.total.div_ceil(3).max(1);
            assert_eq!(forward(&list, caller, size).await, whole.cursors, "{} forward by {size}", list.name);
            assert_eq!(backward(&list, caller, size).await, whole.cursors, "{} backward by {size}", list.name);
            long += usize::from(whole.total > 2);
        }
        assert!(long >= 10, "only {long} lists of the world have more than two elements");
    }
}

/// All cursors of a list, read page by page from its beginning.
async fn forward(list: &lists::List, caller: &Caller, size: usize) -> Vec<String> {
    let mut cursors: Vec<String> = Vec::new();
    let mut after = String::new();
    loop {
        let page = list.page(caller, &format!("first: {size}{after}")).await;
        assert_eq!(page.has_previous, !cursors.is_empty(), "{}", list.name);
        cursors.extend(page.cursors);
        if !page.has_next {
            return cursors;
        }
        after = format!(", after: {:?}", cursors.last().expect("a list that goes on has a page"));
    }
}

/// All cursors of a list, read page by page from its end.
async fn backward(list: &lists::List, caller: &Caller, size: usize) -> Vec<String> {
    let mut cursors: Vec<String> = Vec::new();
    let mut before = String::new();
    loop {
        let Pages { cursors: page, has_previous, has_next, .. } =
            list.page(caller, &format!("last: {size}{before}")).await;
        assert_eq!(has_next, !cursors.is_empty(), "{}", list.name);
        cursors.splice(..0, page);
        if !has_previous {
            return cursors;
        }
        before = format!(", before: {:?}", cursors.first().expect("a list that goes on has a page"));
    }
}

/// Asks for a list once with each of these arguments, all of which must be refused; the fields that are named, for each.
async fn refused_fields(caller: &Caller, list: &lists::List, arguments: &[&str]) -> Vec<Vec<String>> {
    let asked: Vec<String> = arguments
        .iter()
        .enumerate()
        .map(|(n, arguments)| list.call(&format!("a{n}"), arguments, "nodes { __typename }"))
        .collect();
    let answer = caller.send(&format!("{{ {} }}", asked.join(" ")), json!({})).await;
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    let of = |n: usize| {
        let alias = Value::from(format!("a{n}"));
        let mut fields: Vec<String> = errors
            .iter()
            .filter(|error| error["path"][0] == alias)
            .inspect(|error| assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{}: {error}", list.name))
            .map(|error| error["extensions"]["field"].as_str().unwrap_or_default().to_owned())
            .collect();
        fields.sort_unstable();
        fields
    };
    (0..arguments.len()).map(of).collect()
}

/// The type of a kind of list's elements.
fn element(kind: &str) -> &str {
    kind.split(' ').next().unwrap_or(kind)
}
