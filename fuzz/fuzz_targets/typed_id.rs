//! Typed ids: each has one text, and only that text is read as the id.

#![no_main]

use guidepost::id::{format_any, parse_any};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some((prefix, uuid)) = parse_any(text) {
        assert_eq!(format_any(&prefix, uuid), text);
    }
});
