//! Writing SVG: elements, attributes and texts, each escaped.
//!
//! There is no way to write markup past this, so that no name of a KPI can become any.

use std::fmt::{Display, Write as _};

use super::text::plain;

/// A document that is being written.
pub(super) struct Svg {
    text: String,
    open: Vec<&'static str>,
}

/// Name and value of an attribute.
pub(super) type Attribute<'a> = (&'static str, &'a dyn Display);

impl Svg {
    /// A picture of this size, with what it is called and what it shows.
    pub(super) fn new((width, height): (f64, f64), title: &str, description: &str) -> Self {
        let mut svg = Self { text: String::new(), open: Vec::new() };
        let view = format!("0 0 {width} {height}");
        let name: &dyn Display = &"guidepost";
        svg.open(
            "svg",
            &[
                ("xmlns", &"http://www.w3.org/2000/svg"),
                ("class", name),
                ("width", &width),
                ("height", &height),
                ("viewBox", &view),
                ("role", &"img"),
            ],
        );
        svg.holding("title", &[], title);
        svg.holding("desc", &[], description);
        svg
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.begin(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element that holds a text.
    pub(super) fn holding(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.begin(name, attributes);
        self.text.push('>');
        self.escaped(text);
        _ = writeln!(self.text, "</{name}>");
    }

    /// The beginning of an element that holds others.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.begin(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    /// The end of the element that was opened last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            _ = writeln!(self.text, "</{name}>");
        }
    }

    /// The whole document.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    fn begin(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        _ = write!(self.text, "<{name}");
        for (name, value) in attributes {
            _ = write!(self.text, " {name}=\"");
            self.escaped(&value.to_string());
            self.text.push('"');
        }
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars().map(plain) {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\'' => self.text.push_str("&#39;"),
                c => self.text.push(c),
            }
        }
    }
}

/// A coordinate, to a hundredth of a pixel.
pub(super) fn px(coordinate: f64) -> f64 {
    // Adding 0 makes −0 a plain 0.
    (coordinate * 100.0).round() / 100.0 + 0.0
}
