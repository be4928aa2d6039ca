//! The style sheet of a picture.
//!
//! The colors are those of Okabe and Ito, which people with any color vision tell apart ("Color universal design",
//! 2008). None of them says anything alone: each meaning has a shape or a dash of its own, too.

use std::fmt::Write as _;

use super::frame::Theme;

/// What differs between light and dark.
struct Colors {
    paper: &'static str,
    text: &'static str,
    soft_text: &'static str,
    grid: &'static str,
    band: &'static str,
    gap: &'static str,
    data: &'static str,
    limit: &'static str,
    target: &'static str,
    better: &'static str,
    worse: &'static str,
    neutral: &'static str,
}

const LIGHT: Colors = Colors {
    paper: "#ffffff",
    text: "#1b1b1b",
    soft_text: "#555555",
    grid: "#e6e6e6",
    band: "#f1f5f8",
    gap: "#e2e2e2",
    data: "#333333",
    limit: "#6b6b6b",
    target: "#009e73",
    better: "#0072b2",
    worse: "#d55e00",
    neutral: "#cc79a7",
};

const DARK: Colors = Colors {
    paper: "#16191d",
    text: "#f0f0f0",
    soft_text: "#b4b8bd",
    grid: "#2b3036",
    band: "#1e242b",
    gap: "#343a41",
    data: "#d6d9dc",
    limit: "#9aa0a6",
    target: "#2fc79a",
    better: "#56b4e9",
    worse: "#e69f00",
    neutral: "#cc79a7",
};

/// What does not. Fonts are named so that the widths that texts were given are about theirs.
const SHAPES: &str = "\
.guidepost text{font-family:Helvetica,Arial,'Liberation Sans','Nimbus Sans',sans-serif}
.guidepost .title{font-weight:bold}
.guidepost .grid,.guidepost .axis,.guidepost .phase,.guidepost .leader{fill:none;stroke-width:1}
.guidepost .line{fill:none;stroke-width:1.5;stroke-linejoin:round}
.guidepost .dense{stroke-width:.7}
.guidepost .run{fill:none;stroke-width:4;stroke-linecap:round;stroke-linejoin:round;stroke-opacity:.55}
.guidepost .centre{fill:none;stroke-width:1.2}
.guidepost .limit{fill:none;stroke-width:1.2;stroke-dasharray:6 3}
.guidepost .trial{fill:none;stroke-width:1.2;stroke-dasharray:1.5 4;stroke-linecap:round}
.guidepost .target{fill:none;stroke-width:1.6;stroke-dasharray:10 3 2 3}
.guidepost .reason{paint-order:stroke;stroke-width:4;stroke-linejoin:round}
.guidepost .phase{stroke-dasharray:2 2}
.guidepost .better,.guidepost .worse,.guidepost .neutral,.guidepost .excluded,.guidepost .corrected{stroke-width:1.2}
";

/// The style sheet for a theme.
pub(super) fn style(theme: Theme) -> String {
    let mut style = SHAPES.to_owned();
    match theme {
        Theme::Light => add(&mut style, &LIGHT),
        Theme::Dark => add(&mut style, &DARK),
        Theme::Auto => {
            add(&mut style, &LIGHT);
            style.push_str("@media screen and (prefers-color-scheme:dark){\n");
            add(&mut style, &DARK);
            style.push_str("}\n");
        }
    }
    style
}

fn add(style: &mut String, colors: &Colors) {
    let Colors { paper, text, soft_text, grid, band, gap, data, limit, target, better, worse, neutral } = colors;
    for (name, declarations) in [
        ("paper", format!("fill:{paper}")),
        ("title", format!("fill:{text}")),
        ("text", format!("fill:{text}")),
        ("reason", format!("fill:{text};stroke:{gap}")),
        ("soft", format!("fill:{soft_text}")),
        ("grid", format!("stroke:{grid}")),
        ("axis", format!("stroke:{limit}")),
        ("leader", format!("stroke:{limit}")),
        ("phase", format!("stroke:{soft_text}")),
        ("band", format!("fill:{band}")),
        ("gap", format!("fill:{gap}")),
        ("line", format!("stroke:{data}")),
        ("run", format!("stroke:{limit}")),
        ("point", format!("fill:{data}")),
        ("corrected", format!("fill:none;stroke:{text}")),
        ("excluded", format!("fill:{paper};stroke:{data}")),
        ("centre", format!("stroke:{data}")),
        ("limit", format!("stroke:{limit}")),
        ("trial", format!("stroke:{limit}")),
        ("target", format!("stroke:{target}")),
        ("better", format!("fill:{better};stroke:{text}")),
        ("worse", format!("fill:{worse};stroke:{text}")),
        ("neutral", format!("fill:{neutral};stroke:{text}")),
    ] {
        _ = writeln!(style, ".guidepost .{name}{{{declarations}}}");
    }
}
