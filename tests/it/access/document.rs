//! The matrix as people read it: `docs/access-matrix.md`.

use super::matrix::Matrix;
use super::table::aligned;

const HEAD: &str = "\
# Who may do what: the access matrix

This is what the service answered when every operation of its API was tried by every kind of caller, at every stage of
a relationship and of a dataset. It is not written by hand: a test sends the requests, on SQLite and on PostgreSQL, and
fails when an answer differs from this page, or when the API has an operation, an object or a field that is missing
here. Another test compares the answers with the transparency rules (T1 to T14), written out independently.

In the world that was asked, `acme` is the sponsor and `brightfill` the CDMO of one relationship. The CDMO collects the
data. Where a thing is said to be somebody's own or private, the counterparty has not been told of it. Two other
organizations have a relationship of their own, with all the same in it.

To write this page anew after a change that is meant:

    GUIDEPOST_TEST_UPDATE=1 cargo test --test it access::the_matrix

## The callers

";

const WORDS: &str = "
## The words

| word | meaning |
| --- | --- |
| `yes` | it is done, or there is something to read |
| `yes*` | it is done, and the caller's scopes let it read nothing of it |
| `same` | it was so already: nothing is written, and that is no mistake |
| `–` | as if it were not there: null, missing from the list, or `NOT_FOUND`, just as for an id that was never given out |
| `scope` | `FORBIDDEN`: the token lacks the scope, which the answer names |
| `T1` … `T14` | `FAILED_PRECONDITION`: this rule stands in the way, and the answer says how to go on |
| a number or a word in capitals | that is what is read, where callers read different things; of a list, how many |
| `any` | at every stage |

";

/// The whole page.
pub fn page(matrix: &Matrix) -> String {
    let columns: Vec<&str> = matrix.people.iter().map(|person| person.column.as_str()).collect();
    let mut people = vec![["column", "caller", "scopes"].map(str::to_owned).to_vec()];
    for person in &matrix.people {
        let scopes: Vec<String> = person.scopes.split_whitespace().map(|scope| format!("`{scope}`")).collect();
        people.push(vec![person.column.clone(), person.words.clone(), scopes.join(" ")]);
    }
    let sections = [
        (
            "Who reads a dataset",
            "The stage that it shows, its revision, and of which revisions the caller reads the numbers. All ways that \
             lead to a dataset agree: by id, in every list and its total, in a KPI's datasets and by date.",
            matrix.views.to_markdown("reading", "dataset", &columns),
        ),
        (
            "Who may do what to a dataset",
            "`recordSourceRecords` is tried on a draft and a released dataset that are counted from records, and at the \
             other stages on one that takes observations.",
            matrix.on_datasets.to_markdown("operation", "dataset", &columns),
        ),
        (
            "Who may write, by the state of the relationship",
            "Each operation is tried on something that it is meant for. In a relationship that is only proposed most of \
             that cannot be; it was put there by hand, so that the rule is seen to hold by itself.",
            matrix.writes.to_markdown("operation", "relationship", &columns),
        ),
        ("Who reads what there is", "", matrix.reads.to_markdown("query", "relationship", &columns)),
        (
            "Who reads which field",
            "Of one object of each type. Where an object is not there for a caller, neither are its fields.",
            matrix.parts.to_markdown("fields", "relationship", &columns),
        ),
        (
            "Who reads what the journal records",
            "By what was done: the content of its entries (`yes`), of some of them (`some`), or the frame alone, which is \
             enough to verify the chain (`frame`).",
            matrix.journal.to_markdown("entries", "relationship", &columns),
        ),
    ];
    let sections = sections.map(|(title, words, table)| {
        let words = if words.is_empty() { String::new() } else { format!("{words}\n\n") };
        format!("## {title}\n\n{words}{table}")
    });
    format!("{HEAD}{}{WORDS}{}", aligned(&people), sections.join("\n"))
}
