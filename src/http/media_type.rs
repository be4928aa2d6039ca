//! Media types as they stand in headers (RFC 9110): a name and its parameters.

/// One media type, or a range of them. Names are in lower case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct MediaType {
    /// As `application/json`.
    pub(super) name: String,
    /// In the order that they were sent in.
    pub(super) parameters: Vec<(String, String)>,
}

impl MediaType {
    /// One media type; none if the text is not well-formed.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = split(text, ';').map(str::trim);
        let name = parts.next()?.to_ascii_lowercase();
        let (kind, subtype) = name.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        // A semicolon too many is seen in the wild and leaves nothing in doubt.
        let parameters = parts.filter(|part| !part.is_empty()).map(parameter).collect::<Option<_>>()?;
        Some(Self { name, parameters })
    }

    /// The well-formed ones of a list; others say nothing.
    pub(super) fn list(text: &str) -> impl Iterator<Item = Self> {
        split(text, ',').filter_map(Self::parse)
    }

    /// Whether it speaks of UTF-8: it must not name any other encoding.
    pub(super) fn is_utf8(&self) -> bool {
        let mut charsets = self.parameters.iter().filter(|(name, _)| name == "charset");
        charsets.all(|(_, charset)| charset.eq_ignore_ascii_case("utf-8"))
    }
}

/// The parts of a text between separators that stand outside quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        let after_backslash = std::mem::take(&mut escaped);
        match c {
            _ if after_backslash => false,
            '"' => {
                quoted = !quoted;
                false
            }
            '\\' if quoted => {
                escaped = true;
                false
            }
            _ => c == separator && !quoted,
        }
    })
}

fn parameter(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?.replace('\\', ""),
        None if is_token(value) => value.to_owned(),
        None => return None,
    };
    is_token(name).then(|| (name.to_ascii_lowercase(), value))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_has_a_name_and_parameters() {
        let parsed = MediaType::parse(r#" Application/JSON ; Charset="utf-8";; a="b;c,\"d\"" "#).unwrap();
        assert_eq!(parsed.name, "application/json");
        let parameters = [("charset", "utf-8"), ("a", r#"b;c,"d""#)];
        assert_eq!(parsed.parameters, parameters.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_is_not_well_formed_is_none() {
        for text in
            ["", "json", "/", "application/", "a/b/c", "a b/c", "a/b;c", "a/b;c=", "a/b;=d", "a/b;c=\"d", "a/b;c=d e"]
        {
            assert_eq!(MediaType::parse(text), None, "{text}");
        }
        let names = MediaType::list("a/b, c, \"d/e, f/g\", h/i;j=\"k,l\",, m/n").map(|found| found.name);
        assert_eq!(names.collect::<Vec<_>>(), ["a/b", "h/i", "m/n"]);
    }

    #[test]
    fn only_utf_8_is_utf_8() {
        for (text, expected) in [
            ("a/b", true),
            ("a/b;charset=UTF-8", true),
            ("a/b;charset=\"utf-8\";version=1", true),
            ("a/b;charset=utf-16", false),
            ("a/b;charset=utf-8;charset=latin1", false),
        ] {
            assert_eq!(MediaType::parse(text).unwrap().is_utf8(), expected, "{text}");
        }
    }
}
