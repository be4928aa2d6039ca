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
    assert_eq!(config.max_depth, 8);
    assert_eq!(config.max_aliases, 30);
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
    assert_eq!((config.listen.port(), config.max_depth, config.max_cost), (1, 3, 9));
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
        if setting != "config" {
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
        request_timeout = "0s"
        shutdown_grace = 30
        database_url = "mysql://ada:s3cret@db/guidepost"
        database_pool = 0
        no_migrate = 2
        body_limit = "2MB"
        max_depth = -1
        max_cost = ""
        max_aliases = 10001
        log_format = "xml"
        log_filter = "guidepost=loud"
    "#;
    let expected = r#"
listen (--listen, GUIDEPOST_LISTEN): found "localhost"; give an IP address and a port, such as 127.0.0.1:4000 or [::]:4000
development (--development, GUIDEPOST_DEVELOPMENT): found "yes"; give true or false
request_timeout (--request-timeout, GUIDEPOST_REQUEST_TIMEOUT): found "0s"; give a duration from 1ms to 1h, such as 30s
shutdown_grace (--shutdown-grace, GUIDEPOST_SHUTDOWN_GRACE): found "30"; give a duration from 0s to 1h, such as 30s
database_url (--database-url, GUIDEPOST_DATABASE_URL): found "mysql://ada:…@db/guidepost"; give sqlite://<file>, sqlite::memory: or postgres://<user>:<password>@<host>/<name>
database_pool (--database-pool, GUIDEPOST_DATABASE_POOL): found "0"; give a whole number from 1 to 1000, such as 10
no_migrate (--no-migrate, GUIDEPOST_NO_MIGRATE): found "2"; give true or false
body_limit (--body-limit, GUIDEPOST_BODY_LIMIT): found "2MB"; give a whole number from 1024 to 1073741824, such as 2097152
max_depth (--max-depth, GUIDEPOST_MAX_DEPTH): found "-1"; give a whole number from 1 to 100, such as 16
max_cost (--max-cost, GUIDEPOST_MAX_COST): found ""; give a whole number from 1 to 1000000000, such as 50000
max_aliases (--max-aliases, GUIDEPOST_MAX_ALIASES): found "10001"; give a whole number from 0 to 10000, such as 30
log_format (--log-format, GUIDEPOST_LOG_FORMAT): found "xml"; give text or json
log_filter (--log-filter, GUIDEPOST_LOG_FILTER): found "guidepost=loud"; give a level (error, warn, info, debug, trace) or levels by module, such as info,guidepost=debug
"#;
    assert_eq!(problems(file), expected.trim().lines().collect::<Vec<_>>());
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
        jwks_file = "acme.jwks.json"
        organizations = ["acme"]
        [issuers.organization_values]
        "tenant-4711" = "acme"
    "#;
    let same = load(defaults, &[]).unwrap().issuers.remove(0);
    let folder = |keys: &crate::access::token::KeySource| format!("{keys:?}").contains("acme.jwks.json");
    assert!(folder(&issuer.keys) && folder(&same.keys));
    assert_eq!(same.scope_claims, issuer.scope_claims);
    assert_eq!(same.accepted_types, issuer.accepted_types);
    assert_eq!(same.organization_claim, issuer.organization_claim);
    assert_eq!(same.operator, issuer.operator);
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
issuers[0]: jwks_file, pem_file: found neither; give one, the file with its public keys
issuers[0]: algorithms: found none; list what its tokens are signed with, of EdDSA, ES256, PS256, RS256
issuers[0]: organizations: found none; list the handles of the organizations it may speak for
issuers[1] (guidepost-development): issuer: this name is kept for development tokens; --development trusts them
issuers[1] (guidepost-development): audiences: found none or an empty one; list what its tokens have in aud
issuers[1] (guidepost-development): jwks_file, pem_file: found both; give one, the file with its public keys
issuers[1] (guidepost-development): algorithms: found "HS256"; use EdDSA, ES256, PS256, RS256
issuers[1] (guidepost-development): algorithms: found "none"; use EdDSA, ES256, PS256, RS256
issuers[1] (guidepost-development): accepted_types: found none or an empty one; leave it out for "at+jwt"
issuers[1] (guidepost-development): organizations: found "Acme"; a handle is 2 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen, as in "acme-biologics"
issuers[1] (guidepost-development): organizations: found "-"; a handle is 2 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen, as in "acme-biologics"
issuers[1] (guidepost-development): organization_values: "beta" stands for "gamma", but organizations lists it too; remove one
issuers[2] (https://id.acme.example): kid: belongs to a pem_file; a JWK set has its own
issuers[3] (https://id.acme.example): issuer: is configured twice; put all its settings into one table
"#;
    assert_eq!(problems(file), expected.trim().lines().collect::<Vec<_>>());
}
