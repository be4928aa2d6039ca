//! That README and the documents beside it say what the program does: their tables are written from the code.

use std::fmt::Write as _;
use std::path::Path;

use clap::CommandFactory as _;
use guidepost::access::scope::Scope;
use guidepost::cli::Cli;
use guidepost::demo;
use guidepost::domain::kpi::catalog;
use guidepost::error::{Error, Rule};
use sea_orm::ActiveEnum as _;
use serde_json::{Value, json};

use crate::harness::{App, Kind, World, expect_file, text};

const REGENERATE: &str = "GUIDEPOST_TEST_UPDATE=1 cargo test --test it docs";

/// One test, since both tables are in one file, which it may write.
#[test]
fn readme_has_the_scopes_and_the_demo_s_tokens() {
    let mut table =
        "| scope | lets its caller, within the relationships of its own organization |\n| --- | --- |\n".to_owned();
    for scope in Scope::ALL {
        _ = writeln!(table, "| `{scope}` | {} |", scope.description().trim_end_matches('.'));
    }
    expect_section("README.md", "scopes", &table);
    let mut table = "| token | whose |\n| --- | --- |\n".to_owned();
    for token in demo::sign_tokens(chrono::DateTime::UNIX_EPOCH) {
        _ = writeln!(table, "| `{}` | {} |", token.name, token.holder);
    }
    expect_section("README.md", "tokens", &table);
}

#[test]
fn readme_has_every_error_code() {
    let errors = [
        Error::Unauthenticated(String::new()),
        Error::Forbidden { scopes: Vec::new(), message: String::new() },
        Error::not_found("thing"),
        Error::field("field", "message"),
        Error::version_conflict("thing", 1, 2),
        Error::precondition(Rule::T1, ""),
        Error::LimitExceeded(String::new()),
        Error::Unavailable(std::sync::Arc::from(Box::from(""))),
        Error::internal(""),
    ];
    let readme = read("README.md");
    for error in errors {
        assert!(readme.contains(&format!("\n| `{}` |", error.code())), "{}", error.code());
    }
}

#[test]
fn configuration_has_every_setting() {
    let command = Cli::command();
    let serve = command.find_subcommand("serve").expect("a command");
    let mut tables = String::new();
    let mut heading = None;
    for argument in serve.get_arguments().filter(|argument| argument.get_env().is_some()) {
        if heading != argument.get_help_heading() {
            heading = argument.get_help_heading();
            let title = heading.unwrap_or("Other");
            let space = if tables.is_empty() { "" } else { "\n" };
            _ = write!(tables, "{space}### {title}\n\n| flag | variable | meaning |\n| --- | --- | --- |\n");
        }
        let flag = argument.get_long().expect("settings have a flag");
        let variable = argument.get_env().expect("filtered for it").to_string_lossy();
        let help = argument.get_help().expect("settings are described");
        _ = writeln!(tables, "| `--{flag}` | `{variable}` | {help} |");
    }
    expect_section("docs/configuration.md", "settings", &tables);
}

#[test]
fn kpis_has_the_catalog() {
    let mut table = "| code | KPI | unit | direction | usual target | frequency | source |\n".to_owned();
    table.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for template in catalog::templates() {
        let catalog::KpiTemplate { code, name, unit, direction, usual_target, frequency, source, .. } = template;
        let (direction, frequency) = (direction.to_value(), frequency.to_value());
        let target = usual_target.as_deref().unwrap_or("–");
        _ = writeln!(table, "| `{code}` | {name} | {unit} | `{direction}` | {target} | `{frequency}` | {source} |");
    }
    expect_section("docs/kpis.md", "catalog", &table);
}

/// A reader who sends the examples one after the other, with what was answered in the place of the words in capitals,
/// is not refused.
#[tokio::test]
async fn the_examples_of_kpis_are_answered() {
    let app = App::start(Kind::Sqlite).await.expect("SQLite is always there");
    let world = World::new(&app).await;
    world.sign_charter().await;
    let document = read("docs/kpis.md");
    let blocks = |language: &str| -> Vec<String> {
        let begin = format!("```{language}\n");
        document.split(&begin).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
    };
    let (operations, variables) = (blocks("graphql"), blocks("json"));
    assert!(operations.len() > 1, "the examples were not found");
    assert_eq!(operations.len(), variables.len(), "each has its variables");
    let mut known = vec![("RELATIONSHIP", world.relationship.clone())];
    for (operation, variables) in operations.iter().zip(variables) {
        let variables = known
            .iter()
            .fold(variables, |text, (name, value)| text.replace(&format!("{name:?}"), &format!("{value:?}")));
        let variables: Value = serde_json::from_str(&variables).expect("JSON");
        let collects = operation.contains("recordSourceRecords");
        let caller = if collects { &world.cdmo } else { &world.sponsor };
        let answer = caller.ok(operation, variables.clone()).await;
        let proposed = &answer["proposeKpiDefinition"]["kpiDefinition"];
        if !proposed.is_null() {
            let query = "query($id: ID!) { kpiDefinition(id: $id) { kpi { id } } }";
            let kpi = &world.sponsor.ok(query, json!({ "id": proposed["id"] })).await["kpiDefinition"]["kpi"];
            known.extend(
                [("DEFINITION", &proposed["id"]), ("DIGEST", &proposed["digest"]), ("KPI", &kpi["id"])]
                    .map(|(name, value)| (name, text(value))),
            );
        } else if operation.contains("agreeKpiDefinition") {
            // The counterparty agrees, too, and opens a dataset.
            let agreed = world.cdmo.ok(operation, variables).await;
            assert_eq!(agreed["agreeKpiDefinition"]["kpiDefinition"]["state"], "AGREED");
            let kpi = world.cdmo.ok("{ kpis { nodes { id } } }", Value::Null).await["kpis"]["nodes"][0]["id"].take();
            let input = json!({ "kpiId": kpi, "periodStart": "2026-01-01", "periodEnd": "2026-03-31" });
            let opened = world.cdmo.mutate("openKpiDataset", "kpiDatasetId", input).await;
            known.push(("DATASET", text(&opened["kpiDatasetId"])));
        }
    }
}

/// Commands and files that a reader is sent to exist.
#[test]
fn what_is_linked_is_there() {
    for document in [
        "README.md",
        "docs/configuration.md",
        "docs/identity-providers.md",
        "docs/journal.md",
        "docs/kpis.md",
        "docs/transparency.md",
    ] {
        let folder = Path::new(document).parent().expect("a file's folder");
        for link in read(document).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(file);
                assert!(path.exists(), "{document} links to {link}");
            }
        }
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of the repository")
}

/// Compares a part of a document, between its marks, with what the code gives.
fn expect_section(path: &str, name: &str, text: &str) {
    let document = read(path);
    let (begin, end) = (format!("<!-- {name}: written by a test -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = document.split_once(&begin).unwrap_or_else(|| panic!("{path} lacks {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{path} lacks {end}"));
    expect_file(path, &format!("{before}{begin}\n{text}\n{end}{after}"), REGENERATE);
}
