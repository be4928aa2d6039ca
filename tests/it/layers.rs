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
    &["demo", "graphql"],
    &["http"],
    &["cli"],
    &["main"],
];

/// Modules outside the order: what they may use themselves, and who reads them.
const SETTINGS: &[(&str, &[&str], &[&str])] =
    &[("config", &["access"], &["cli", "demo", "http", "telemetry"]), ("telemetry", &["config"], &["cli", "http"])];

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
fn every_module_has_its_place() {
    for (file, module) in files() {
        let known = level(&module).is_some() || settings(&module).is_some() || module == "lib";
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
}

fn is_allowed(from: &str, to: &str) -> bool {
    if from == to {
        return true;
    }
    match (settings(from), settings(to)) {
        (Some((_, used, _)), _) => used.contains(&to),
        (None, Some((.., readers))) => readers.contains(&from),
        (None, None) => matches!((level(from), level(to)), (Some(from), Some(to)) if to < from),
    }
}

fn level(module: &str) -> Option<usize> {
    LEVELS.iter().position(|level| level.contains(&module))
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
                let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                assert!(!name.is_empty(), "{}:{}: name the module after {root}", file.display(), number + 1);
                found.push(Use { place: format!("{}:{}", file.display(), number + 1), from: module.clone(), to: name });
            }
        }
    }
    found
}

/// The source files, each with the module at the top that it belongs to.
fn files() -> Vec<(PathBuf, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
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
