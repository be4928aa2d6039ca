//! The order of the modules: each is built on those below it, and on nothing beside or above it.

use std::path::{Path, PathBuf};

/// The modules, each level built on those above it in this list.
const LEVELS: &[&[&str]] = &[
    &["error", "id", "scalar"],
    &["clock"],
    &["entity"],
    &["db"],
    &["access"],
    &["domain"],
    &["picture"],
    &["demo", "graphql"],
    &["http"],
    &["cli"],
    &["main"],
];

/// Modules outside the order: what they may use themselves, and who reads them.
const SETTINGS: &[(&str, &[&str], &[&str])] =
    &[("config", &["access"], &["cli", "demo", "http", "telemetry"]), ("telemetry", &["config"], &["cli", "http"])];

/// The features inside `domain`, each level built on those above it in this list.
const FEATURES: &[&[&str]] =
    &[&["check", "journal"], &["organization", "revocation"], &["relationship"], &["kpi"], &["action_item"]];

/// Features all of whose transparency rules are decided in `access`.
const WITHOUT_RULES: &[&str] = &["organization", "relationship", "action_item"];

/// One place where a module names another.
struct Use {
    place: String,
    from: String,
    to: String,
}

#[test]
fn modules_use_only_those_below_them() {
    let uses = uses();
    assert!(uses.len() > 300, "only {} uses of other modules were found: is this the place of the source?", uses.len());
    let wrong: Vec<String> = uses
        .iter()
        .filter(|found| !is_allowed(&found.from, &found.to))
        .map(|found| format!("{}: `{}` must not use `{}`", found.place, found.from, found.to))
        .collect();
    assert!(wrong.is_empty(), "the order of the modules is broken:\n{}", wrong.join("\n"));
}

#[test]
fn features_use_only_those_below_them() {
    let uses = uses_of_features();
    assert!(uses.len() > 25, "only {} uses of other features were found: is this the place of the source?", uses.len());
    let wrong: Vec<String> = uses
        .iter()
        .filter(|found| found.from != found.to && !is_below(FEATURES, &found.from, &found.to))
        .map(|found| format!("{}: `domain::{}` must not use `domain::{}`", found.place, found.from, found.to))
        .collect();
    assert!(wrong.is_empty(), "the order of the features is broken:\n{}", wrong.join("\n"));
}

#[test]
fn the_rules_are_decided_in_access() {
    for (file, path) in files_of_features() {
        if WITHOUT_RULES.contains(&path[0].as_str()) {
            let text = std::fs::read_to_string(&file).expect("the source can be read");
            assert!(!text.contains("Rule::"), "{}: decide it in src/access/permit", file.display());
        }
    }
}

#[test]
fn every_module_has_its_place() {
    for (file, path) in files_of_features() {
        let known = level(FEATURES, &path[0]).is_some();
        assert!(known, "{}: say in tests/it/layers.rs where `domain::{}` stands", file.display(), path[0]);
    }
    for (file, module) in files() {
        let known = level(LEVELS, &module).is_some() || settings(&module).is_some() || module == "lib";
        assert!(known, "{}: say in tests/it/layers.rs where `{module}` stands", file.display());
    }
}

#[test]
fn a_wrong_use_is_noticed() {
    assert!(is_allowed("domain", "access") && is_allowed("http", "config") && is_allowed("clock", "id"));
    for (from, to) in
        [("db", "domain"), ("access", "graphql"), ("graphql", "demo"), ("domain", "config"), ("id", "clock")]
    {
        assert!(!is_allowed(from, to), "{from} uses {to}");
    }
    assert!(is_below(FEATURES, "action_item", "kpi") && is_below(FEATURES, "relationship", "check"));
    for (from, to) in [("organization", "relationship"), ("kpi", "action_item"), ("check", "kpi"), ("kpi", "unknown")] {
        assert!(!is_below(FEATURES, from, to), "{from} uses {to}");
    }
    for (code, depth, expected) in [
        ("use crate::domain::kpi::charter; use super::period;", 2, vec!["kpi"]),
        ("use super::check::Check;", 1, vec!["check"]),
        ("use super::super::relationship::named;", 2, vec!["relationship"]),
        ("use super::super::aggregate::total;", 3, vec![]),
    ] {
        assert_eq!(features_named_in(code, depth), expected, "{code}");
    }
}

fn is_allowed(from: &str, to: &str) -> bool {
    if from == to {
        return true;
    }
    match (settings(from), settings(to)) {
        (Some((_, used, _)), _) => used.contains(&to),
        (None, Some((.., readers))) => readers.contains(&from),
        (None, None) => is_below(LEVELS, from, to),
    }
}

fn is_below(levels: &[&[&str]], from: &str, to: &str) -> bool {
    matches!((level(levels, from), level(levels, to)), (Some(from), Some(to)) if to < from)
}

fn level(levels: &[&[&str]], module: &str) -> Option<usize> {
    levels.iter().position(|level| level.contains(&module))
}

fn settings(module: &str) -> Option<&'static (&'static str, &'static [&'static str], &'static [&'static str])> {
    SETTINGS.iter().find(|(name, ..)| *name == module)
}

/// All that the code names by `crate::…`, and by `guidepost::…` in the program.
fn uses() -> Vec<Use> {
    let mut found = Vec::new();
    for (file, module) in files() {
        let text = std::fs::read_to_string(&file).expect("the source can be read");
        let root = if module == "main" { "guidepost::" } else { "crate::" };
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for rest in code.split(root).skip(1) {
                let (place, to) = (format!("{}:{}", file.display(), number + 1), first_name(rest).to_owned());
                assert!(!to.is_empty(), "{place}: name the module after {root}");
                found.push(Use { place, from: module.clone(), to });
            }
        }
    }
    found
}

/// All that the features in `domain` name of each other, and of themselves.
fn uses_of_features() -> Vec<Use> {
    let mut found = Vec::new();
    for (file, path) in files_of_features() {
        let text = std::fs::read_to_string(&file).expect("the source can be read");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for to in features_named_in(code, path.len()) {
                let (place, from) = (format!("{}:{}", file.display(), number + 1), path[0].clone());
                assert!(!to.is_empty(), "{place}: name the feature after `domain`");
                // Inside a module of unit tests, `super` leads to the feature itself.
                if level(FEATURES, to).is_some() {
                    found.push(Use { place, from, to: to.to_owned() });
                }
            }
        }
    }
    found
}

/// The features that a line of code names by `crate::domain::…`, and by as many `super::` as lead to `domain`.
fn features_named_in(code: &str, depth: usize) -> Vec<&str> {
    let by_crate = code.split("crate::domain::").skip(1);
    let chains = code.match_indices("super::").filter(|(at, _)| !code[..*at].ends_with("super::"));
    let by_super = chains.filter_map(|(at, word)| {
        let rest = code[at..].trim_start_matches(word);
        ((code.len() - at - rest.len()) / word.len() == depth).then_some(rest)
    });
    by_crate.chain(by_super).map(first_name).collect()
}

/// The name that a path goes on with; empty for a list of names.
fn first_name(path: &str) -> &str {
    let end = path.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(path.len());
    &path[..end]
}

/// The source files of the features, each with its module path inside `domain`.
fn files_of_features() -> Vec<(PathBuf, Vec<String>)> {
    let domain = source().join("domain");
    let inside = files().into_iter().filter_map(|(file, _)| {
        let path = file.strip_prefix(&domain).ok()?.with_extension("");
        let names = path.iter().map(|name| name.to_string_lossy().into_owned()).filter(|name| name != "mod");
        Some((file, names.collect::<Vec<_>>()))
    });
    inside.filter(|(_, path)| !path.is_empty()).collect()
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The source files, each with the module at the top that it belongs to.
fn files() -> Vec<(PathBuf, String)> {
    let source = source();
    let mut folders = vec![source.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the source is there") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let top = path.strip_prefix(&source).expect("it is inside").components().next().expect("a name");
                let top = top.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
                files.push((path, top));
            }
        }
    }
    files.sort();
    files
}
