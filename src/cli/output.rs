//! The one place that prints: results go to standard output, complaints to standard error.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};

/// Prints one result. Who stops reading early (`guidepost schema | head`) has seen enough.
pub(super) fn print(text: impl Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Tells why a command failed.
pub fn complain(error: &impl Display) {
    // Where even this cannot be written, the exit code still tells.
    _ = writeln!(io::stderr(), "guidepost: {error}");
}
