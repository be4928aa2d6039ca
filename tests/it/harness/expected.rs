//! Files with what is expected, checked in beside the tests: compared, or written anew when that is asked for.

use std::path::Path;

use super::settings;

/// Compares a text with a file of the repository. `GUIDEPOST_TEST_UPDATE=1` writes the file instead.
pub fn expect_file(path: &str, actual: &str, regenerate: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if settings::update_expected_files() {
        std::fs::write(&file, actual).expect("the file can be written");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == actual,
        "{path} is not what the code gives:\n{}\nIf that is meant, write it anew and look at the difference:\n\n    {regenerate}\n",
        difference(&expected, actual)
    );
}

/// The lines around the first that differs.
fn difference(expected: &str, actual: &str) -> String {
    let (expected, actual): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let same = expected.iter().zip(&actual).take_while(|(expected, actual)| expected == actual).count();
    let part = |sign: char, lines: &[&str]| -> String {
        lines.iter().map(|line| format!("{sign} {line}\n")).collect::<Vec<_>>().concat()
    };
    let after = |lines: &[&str]| same..lines.len().min(same + 8);
    let before = part(' ', &expected[same.saturating_sub(3)..same]);
    let (removed, added) = (part('-', &expected[after(&expected)]), part('+', &actual[after(&actual)]));
    format!("line {}:\n{before}{removed}{added}", same + 1)
}
