//! Text search: what an item is found by, and what is looked for in it. Both sides are put in lower case here,
//! character by character, since the two databases disagree on what that means beyond ASCII.

use sea_orm::sea_query::LikeExpr;

/// Everything that an item is found by.
pub(super) fn searchable(title: &str, description: &str, labels: &[String]) -> String {
    let parts = [title, description].into_iter().chain(labels.iter().map(String::as_str));
    // No word spans two parts.
    parts.map(lower_case).collect::<Vec<_>>().join("\n")
}

/// The words of a text that is looked for.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(lower_case).collect()
}

/// The pattern of texts in which a word occurs. What the word says is looked for as it is: it has no wildcards.
pub(super) fn containing(word: &str) -> LikeExpr {
    let literal = word.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    LikeExpr::new(format!("%{literal}%")).escape('\\')
}

/// Each character by itself: a whole word's lower case would give a Greek sigma at its end another form than
/// inside, and a part of a word would not be found in it.
fn lower_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_in_the_same_case() {
        let text = searchable("ÉTUDE of 100 %", "ΟΔΟΣΑ", &["Über_Flow".to_owned()]);
        assert_eq!(text, "étude of 100 %\nοδοσα\nüber_flow");
        for word in ["étude", "100", "%", "ΟΔΟΣ", "ÜBER_"] {
            assert!(words(word).iter().all(|word| text.contains(word.as_str())), "{word}");
        }
        assert_eq!(words("  two \n words "), ["two", "words"]);
        assert!(words(" ").is_empty());
    }
}
