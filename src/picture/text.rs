//! Texts in a picture: how wide they are, where they break, and how numbers are written.
//!
//! Nobody knows which font a text will be drawn in. Widths are those of Helvetica and of what stands in for it
//! (Arial, Liberation Sans), with some room to spare.

/// Advance widths of the printable ASCII characters in Helvetica, in thousandths of the font's size.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
/// Of other scripts: Latin letters with accents, Greek and Cyrillic are narrower than this, ideographs as wide.
const OTHER: u16 = 700;
const WIDE: u16 = 1_000;
/// The room to spare for other fonts; bold type is wider, too.
const SPARE: f64 = 1.06;

/// What is put in the place of what is cut off.
const ELLIPSIS: char = '…';

/// A character as it may stand in XML: what may not, and what turns the direction of a text around, is replaced.
pub(super) const fn plain(c: char) -> char {
    match c {
        '\n' => '\n',
        '\t' | '\r' => ' ',
        '\0'..='\x1f'
        | '\x7f'..='\u{9f}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    }
}

/// How wide a text is at a font size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let thousandths: u32 = text.chars().map(|c| u32::from(advance(c))).sum();
    f64::from(thousandths) / 1_000.0 * size * SPARE
}

fn advance(c: char) -> u16 {
    let ascii = (c as usize).checked_sub(0x20).and_then(|index| WIDTHS.get(index));
    ascii.copied().unwrap_or(if ('\u{1100}'..'\u{fb00}').contains(&c) && c > '\u{2e7f}' || c > '\u{ffff}' {
        WIDE
    } else {
        OTHER
    })
}

/// The text, cut off where it is wider than this.
pub(super) fn cut(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        kept.push(ELLIPSIS);
        let fits = width(&kept, size) <= most;
        kept.pop();
        if !fits {
            kept.pop();
            break;
        }
    }
    let mut kept = kept.trim_end().to_owned();
    if !kept.is_empty() {
        kept.push(ELLIPSIS);
    }
    kept
}

/// Parts on as many lines as they need, with the separator between those on one line. A part that is wider than a line
/// is broken between its words, and a word that is wider is cut off.
pub(super) fn wrapped(parts: &[String], separator: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if width(&format!("{line}{separator}{part}"), size) <= most => {
                line.push_str(separator);
                line.push_str(part);
            }
            _ if separator == " " || width(part, size) <= most => lines.push(cut(part, size, most)),
            _ => {
                let words: Vec<String> = part.split_whitespace().map(str::to_owned).collect();
                lines.extend(wrapped(&words, " ", size, most));
            }
        }
    }
    lines
}

/// A value in a few digits: as many as tell it from its neighbors on a scale with this step.
pub(super) fn number(value: f64, step: f64) -> String {
    let largest = value.abs().max(step);
    if !(1e-6..1e9).contains(&step) && step != 0.0 || largest >= 1e12 {
        return format!("{value:.3e}").replace('-', "−");
    }
    let decimals = if step >= 1.0 || step == 0.0 { 0.0 } else { (-step.log10()).ceil().clamp(0.0, 9.0) };
    // Of steps such as 2.5 and 0.25 the next digit counts, too.
    let next = 10.0_f64.powf(decimals) * step;
    let decimals = decimals + if step != 0.0 && (next - next.round()).abs() > 1e-6 { 1.0 } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10")]
    let text = format!("{value:.*}", decimals as usize);
    grouped(&text)
}

/// With commas between thousands, and a minus that is as wide as a plus.
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_zero = !digits.contains(|c: char| c.is_ascii_digit() && c != '0');
    let mut grouped = String::from(if is_zero { "" } else { sign });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_tell_them_apart() {
        for (value, step, text) in [
            (95.0, 5.0, "95"),
            (97.5, 2.5, "97.5"),
            (0.25, 0.25, "0.25"),
            (0.3, 0.1, "0.3"),
            (-0.04, 0.1, "0.0"),
            (-3.0, 1.0, "−3"),
            (1_234_567.0, 1.0, "1,234,567"),
            (123.0, 1.0, "123"),
            (0.000_02, 0.000_01, "0.00002"),
            (1e300, 1e299, "1.000e300"),
            (3e-9, 1e-9, "3.000e−9"),
        ] {
            assert_eq!(number(value, step), text, "{value} by {step}");
        }
    }

    #[test]
    fn texts_are_cut_and_wrapped() {
        assert_eq!(cut("On-time delivery", 10.0, 1_000.0), "On-time delivery");
        let cut_off = cut("On-time delivery", 10.0, 50.0);
        assert!(cut_off.ends_with('…') && width(&cut_off, 10.0) <= 50.0, "{cut_off}");
        assert_eq!(cut("W", 10.0, 3.0), "");
        let parts = ["aaaa", "bbbb", "cccc cccc cccc"].map(str::to_owned);
        assert_eq!(wrapped(&parts, " · ", 10.0, 65.0), ["aaaa · bbbb", "cccc cccc", "cccc"]);
        assert_eq!(wrapped(&parts, " · ", 10.0, 1_000.0), ["aaaa · bbbb · cccc cccc cccc"]);
    }
}
