//! Where a setting comes from, and what is said of a wrong one.

use std::fmt::Write as _;
use std::process::Command as Process;

use clap::{ArgMatches, Command, FromArgMatches};

use super::*;

fn command() -> Command {
    ConfigArgs::augment_args(Command::new("guidepost"))
}

/// Arguments of a command line whose configuration file holds `file`.
fn load(file: &str, flags: &[&str]) -> Result<Config, ConfigError> {
    let path = tempfile::NamedTempFile::new().unwrap();
    fs::write(path.path(), file).unwrap();
    let path = path.path().to_str().unwrap();
    let line = ["guidepost", "--config", path].into_iter().chain(flags.iter().copied());
    let matches: ArgMatches = command().try_get_matches_from(line).unwrap();
    ConfigArgs::from_arg_matches(&matches).unwrap().load()
}

/// What is said of a file; its own path is left out.
fn problems(file: &str) -> Vec<String> {
    let error = load(file, &[]).unwrap_err().to_string();
    error.lines().skip(1).map(|line| line.trim_start_matches("  - ").to_owned()).collect()
}

#[test]
fn a_flag_goes_before_the_file_and_the_file_before_the_default() {
    let file = "listen = \"0.0.0.0:80\"\nmax_depth = 7\ndevelopment = true\nrequest_timeout = \"1m 30s\"";
    let config = load(file, &["--max-depth", "8", "--development=false"]).unwrap();
    assert_eq!(config.listen.to_string(), "0.0.0.0:80");
    assert_eq!(config.documents.max_depth, 8);
    assert_eq!(config.documents.max_aliases, 30);
    assert_eq!(config.request_timeout, Duration::from_secs(90));
    assert!(!config.development && config.migrate);
    assert!(load("", &["--development"]).unwrap().development);
    assert!(!load("no_migrate = true", &[]).unwrap().migrate);
}

/// The environment belongs to the whole process, so another one is asked: this test binary, with
/// variables set, running the ignored test below.
#[test]
fn a_variable_goes_between_the_flag_and_the_file() {
    let output = Process::new(std::env::current_exe().unwrap())
        .args(["config::tests::with_variables_set", "--exact", "--ignored"])
        .env("GUIDEPOST_LISTEN", "127.0.0.1:1")
        .env("GUIDEPOST_MAX_DEPTH", "2")
        .env("GUIDEPOST_DEVELOPMENT", "true")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "run by the test above, with variables set"]
fn with_variables_set() {
    let config = load("listen = \"127.0.0.1:9\"\nmax_depth = 9\nmax_cost = 9", &["--max-depth", "3"]).unwrap();
    assert_eq!((config.listen.port(), config.documents.max_depth, config.documents.max_cost), (1, 3, 9));
    assert!(config.development);
}

#[test]
fn every_setting_has_a_flag_a_variable_and_its_true_default_in_the_help() {
    let mut file = String::new();
    for arg in command().get_arguments() {
        let setting = arg.get_id().as_str();
        assert_eq!(arg.get_long().unwrap(), setting.replace('_', "-"));
        assert_eq!(arg.get_env().unwrap(), format!("GUIDEPOST_{}", setting.to_uppercase()).as_str());
        assert!(arg.is_hide_env_values_set(), "{setting}: a value in the environment may be secret");
        let help = arg.get_help().unwrap().to_string();
        let (_, default) = help.split_once("[default: ").expect(setting);
        if !["config", "trusted_documents"].contains(&setting) {
            writeln!(file, "{setting} = {:?}", default.trim_end_matches(']').trim_matches('`')).unwrap();
        }
    }
    assert_eq!(format!("{:?}", load(&file, &[]).unwrap()), format!("{:?}", Config::default()));
}

#[test]
fn every_wrong_setting_is_named_at_once() {
    let file = r#"
        listen = "localhost"
        development = "yes"
        cors_origins = "https://portal.example/, *"
        status_profile = "draft"
        resource_url = "guidepost.example"
        request_timeout = "0s"
        shutdown_grace = 30
        database_url = "mysql://ada:s3cret@db/guidepost"
        database_pool = 0
        no_migrate = 2
        body_limit = "2MB"
        max_depth = -1
        max_cost = ""
        max_aliases = 10001
        max_batch = 0
        max_concurrent_requests = 0
        max_connections = 0
        subject_rate = -1
        subject_burst = 10
        organization_rate = "fast"
        organization_burst = 2000000000
        log_format = "xml"
        log_filter = "guidepost=loud"
    "#;
    let expected = r#"
listen (--listen, GUIDEPOST_LISTEN): found "localhost"; give an IP address and a port, such as 127.0.0.1:4000 or [::]:4000
development (--development, GUIDEPOST_DEVELOPMENT): found "yes"; give true or false
cors_origins (--cors-origins, GUIDEPOST_CORS_ORIGINS): found "https://portal.example/, *"; give none, or origins as browsers send them, such as https://portal.example,https://portal.example:8443
status_profile (--status-profile, GUIDEPOST_STATUS_PROFILE): found "draft"; give compatible or september-2026
resource_url (--resource-url, GUIDEPOST_RESOURCE_URL): found "guidepost.example"; give the https:// URL of the API as clients reach it, such as https://guidepost.example/graphql, or none
request_timeout (--request-timeout, GUIDEPOST_REQUEST_TIMEOUT): found "0s"; give a duration from 1ms to 1h, such as 30s
shutdown_grace (--shutdown-grace, GUIDEPOST_SHUTDOWN_GRACE): found "30"; give a duration from 0s to 1h, such as 30s
database_url (--database-url, GUIDEPOST_DATABASE_URL): found "mysql://ada:…@db/guidepost"; give sqlite://<file>, sqlite::memory: or postgres://<user>:<password>@<host>/<name>
database_pool (--database-pool, GUIDEPOST_DATABASE_POOL): found "0"; give a whole number from 1 to 1000, such as 10
no_migrate (--no-migrate, GUIDEPOST_NO_MIGRATE): found "2"; give true or false
body_limit (--body-limit, GUIDEPOST_BODY_LIMIT): found "2MB"; give a whole number from 1024 to 1073741824, such as 2097152
max_depth (--max-depth, GUIDEPOST_MAX_DEPTH): found "-1"; give a whole number from 1 to 50, such as 16
max_cost (--max-cost, GUIDEPOST_MAX_COST): found ""; give a whole number from 1 to 1000000000, such as 50000
max_aliases (--max-aliases, GUIDEPOST_MAX_ALIASES): found "10001"; give a whole number from 0 to 10000, such as 30
max_batch (--max-batch, GUIDEPOST_MAX_BATCH): found "0"; give a whole number from 1 to 1000, such as 1
max_concurrent_requests (--max-concurrent-requests, GUIDEPOST_MAX_CONCURRENT_REQUESTS): found "0"; give a whole number from 1 to 100000, such as 256
max_connections (--max-connections, GUIDEPOST_MAX_CONNECTIONS): found "0"; give a whole number from 1 to 1000000, such as 10000
subject_rate (--subject-rate, GUIDEPOST_SUBJECT_RATE): found "-1"; give a whole number from 0 to 1000000000, such as 100000
subject_burst (--subject-burst, GUIDEPOST_SUBJECT_BURST): found "10"; give a whole number from 1000 to 1000000000, such as 1000000
organization_rate (--organization-rate, GUIDEPOST_ORGANIZATION_RATE): found "fast"; give a whole number from 0 to 1000000000, such as 400000
organization_burst (--organization-burst, GUIDEPOST_ORGANIZATION_BURST): found "2000000000"; give a whole number from 1000 to 1000000000, such as 4000000
log_format (--log-format, GUIDEPOST_LOG_FORMAT): found "xml"; give text or json
log_filter (--log-filter, GUIDEPOST_LOG_FILTER): found "guidepost=loud"; give a level (error, warn, info, debug, trace) or levels by module, such as info,guidepost=debug
"#;
    assert_eq!(problems(file), expected.trim().lines().collect::<Vec<_>>());
}

#[test]
fn a_secret_that_can_be_guessed_is_refused_and_none_is_shown() {
    let file = |secret: &str| format!("link_secret = {secret:?}");
    let (short, enough) = ("ä".repeat(31), "ä".repeat(32));
    let expected = "link_secret (--link-secret, GUIDEPOST_LINK_SECRET): found 31 characters; give 32 random characters or more, such as `openssl rand -base64 32` prints, or none";
    assert_eq!(problems(&file(&short)), [expected]);
    assert_eq!(problems(&file("")).len(), 1);
    let config = load(&file(&enough), &[]).unwrap();
    assert_eq!(config.link_secret.as_ref().unwrap().expose(), enough);
    assert!(!format!("{config:?}").contains('ä'));
    assert!(load(&file("none"), &[]).unwrap().link_secret.is_none());
}

#[test]
fn a_file_that_cannot_be_read_is_told_without_its_text() {
    let error = |file: &str| load(file, &[]).unwrap_err().to_string();
    let broken = error("max_depth = 3\ndatabase_url = \"postgres://ada:s3cret@db/g\nlisten = 1");
    assert!(broken.contains(", line 2: ") && !broken.contains("s3cret"), "{broken}");
    let unknown = error("listen_on = \"127.0.0.1:4000\"");
    assert!(unknown.contains(", line 1: unknown field `listen_on`, expected one of `listen`"), "{unknown}");
    let wrong = error("\n\nlisten = [4000]");
    assert!(wrong.contains(", line 3: ") && wrong.contains("a text, a number or a boolean"), "{wrong}");

    let matches = command().try_get_matches_from(["guidepost", "--config", "missing.toml"]).unwrap();
    let missing = ConfigArgs::from_arg_matches(&matches).unwrap().load().unwrap_err().to_string();
    assert!(missing.contains("missing.toml: cannot be read") && missing.contains("give --config"), "{missing}");
}

#[test]
fn the_example_of_the_help_is_a_good_one() {
    let config = load(issuer::EXAMPLE, &[]).unwrap();
    let [issuer] = &config.issuers[..] else { panic!("one issuer") };
    assert_eq!(issuer.issuer, "https://id.acme.example");
    assert_eq!(issuer.organizations["tenant-4711"], "acme");
    assert_eq!(issuer.organizations["acme"], "acme");

    let defaults = r#"
        [[issuers]]
        issuer = "https://id.acme.example"
        audiences = ["https://guidepost.example"]
        algorithms = ["EdDSA", "ES256"]
        discovery = true
        organizations = ["acme"]
        [issuers.organization_values]
        "tenant-4711" = "acme"
    "#;
    let same = load(defaults, &[]).unwrap().issuers.remove(0);
    assert_eq!(same.keys, issuer.keys);
    assert_eq!(same.refresh_after, issuer.refresh_after);
    assert_eq!(same.scope_claims, issuer.scope_claims);
    assert_eq!(same.accepted_types, issuer.accepted_types);
    assert_eq!(same.organization_claim, issuer.organization_claim);
    assert_eq!(same.subject_claim, issuer.subject_claim);
    assert_eq!(issuer.scope_values["Guidepost KPI reader"].to_string(), "relationships:read kpis:read");
    assert_eq!((same.operator, same.listed), (issuer.operator, issuer.listed));
}

#[test]
fn keys_are_fetched_with_tls_unless_it_is_said_otherwise() {
    let problems = |issuer: &str, keys: &str, more: &str| {
        let file = format!(
            "{more}\n[[issuers]]\nissuer = {issuer:?}\n{keys}\naudiences = [\"g\"]\nalgorithms = [\"ES256\"]\norganizations = [\"acme\"]"
        );
        load(&file, &[]).err().map(|error| error.to_string()).unwrap_or_default()
    };
    let development = "development = true";
    for (issuer, keys, more, accepted) in [
        ("https://id.example", "discovery = true", "", true),
        ("https://id.example", "jwks_url = \"https://keys.example/set\"", "", true),
        ("http://id.example", "discovery = true", "", false),
        ("http://id.example", "discovery = true", development, false),
        ("http://id.example", "discovery = true\nallow_http = true", "", true),
        ("http://localhost:9000/realm", "discovery = true", "", false),
        ("http://localhost:9000/realm", "discovery = true", development, true),
        ("http://127.0.0.1", "discovery = true", development, true),
        ("http://[::1]:80", "discovery = true", development, true),
        ("http://localhost.evil.example", "discovery = true", development, false),
        ("acme", "discovery = true", "", false),
        ("acme", "jwks_url = \"http://keys.example\"", "", false),
        ("acme", "jwks_url = \"file:///etc/passwd\"", "", false),
        ("acme", "jwks_url = \"file:///etc/passwd\"\nallow_http = true", "", false),
        ("acme", "jwks_url = \"https://ada:s3cret@keys.example\"", "", false),
        ("acme", "jwks_url = \"https:///set\"", "", false),
    ] {
        let problems = problems(issuer, keys, more);
        assert_eq!(problems.is_empty(), accepted, "{issuer} {keys} {more}: {problems}");
        assert!(!problems.contains("s3cret"), "{problems}");
    }
}

#[test]
fn every_problem_of_an_issuer_is_named_at_once() {
    let file = r#"
        [[issuers]]

        [[issuers]]
        issuer = "guidepost-development"
        audiences = [""]
        algorithms = ["HS256", "ES256", "none"]
        jwks_file = "a"
        pem_file = "b"
        organizations = ["Acme", "beta"]
        accepted_types = []
        [issuers.organization_values]
        x = "-"
        beta = "gamma"

        [[issuers]]
        issuer = "https://id.acme.example"
        audiences = ["g"]
        algorithms = ["PS256"]
        jwks_file = "a"
        kid = "1"
        organizations = ["acme"]
        refresh = "9m"
        organization_claim = []
        scope_claims = ["", ["realm_access", ""]]
        scope_values = { reader = "kpis:read kpis:look" }

        [[issuers]]
        issuer = "https://id.acme.example"
        audiences = ["g"]
        algorithms = ["RS256"]
        pem_file = "a"
        kid = "1"
        operator = true
        accepted_types = ["application/at+jwt", "JWT"]
    "#;
    let expected = r#"
issuers[0]: issuer: is missing; give the iss of its tokens
issuers[0]: audiences: found none or an empty one; list what its tokens have in aud
issuers[0]: discovery, jwks_url, jwks_file, pem_file: found none; give one, the place of its public keys
issuers[0]: algorithms: found none; list what its tokens are signed with, of EdDSA, ES256, PS256, RS256
issuers[0]: organizations: found none; list the handles of the organizations it may speak for
issuers[1] (guidepost-development): issuer: this name is kept for development tokens; --development trusts them
issuers[1] (guidepost-development): audiences: found none or an empty one; list what its tokens have in aud
issuers[1] (guidepost-development): discovery, jwks_url, jwks_file, pem_file: found more than one; give one, the place of its public keys
issuers[1] (guidepost-development): algorithms: found "HS256"; use EdDSA, ES256, PS256, RS256
issuers[1] (guidepost-development): algorithms: found "none"; use EdDSA, ES256, PS256, RS256
issuers[1] (guidepost-development): accepted_types: found none or an empty one; leave it out for "at+jwt"
issuers[1] (guidepost-development): organizations: found "Acme"; a handle is 2 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen, as in "acme-biologics"
issuers[1] (guidepost-development): organizations: found "-"; a handle is 2 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen, as in "acme-biologics"
issuers[1] (guidepost-development): organization_values: "beta" stands for "gamma", but organizations lists it too; remove one
issuers[2] (https://id.acme.example): kid: belongs to a pem_file; a JWK set has its own
issuers[2] (https://id.acme.example): refresh: found "9m"; give a duration from 10m to 1h, such as 15m
issuers[2] (https://id.acme.example): organization_claim: found an empty name; give a claim's name, or for one inside others the list of names that lead to it
issuers[2] (https://id.acme.example): scope_claims: found an empty name; give a claim's name, or for one inside others the list of names that lead to it
issuers[2] (https://id.acme.example): scope_claims: found an empty name; give a claim's name, or for one inside others the list of names that lead to it
issuers[2] (https://id.acme.example): scope_values: "reader" stands for "kpis:look", which is no scope; use relationships:read, relationships:write, relationships:approve, actions:read, actions:write, kpis:read, kpis:read-released, kpis:collect, kpis:write, kpis:approve, journal:read, schema:read, admin
issuers[3] (https://id.acme.example): issuer: is configured twice; put all its settings into one table
"#;
    assert_eq!(problems(file), expected.trim().lines().collect::<Vec<_>>());
}
