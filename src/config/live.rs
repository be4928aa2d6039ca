//! The settings of live connections: event streams and sockets.

use std::time::Duration;

use super::check::Check;
use super::settings::Raw;

/// The settings of live connections.
#[derive(Clone, Debug)]
pub struct Live {
    /// How many there may be at once.
    pub max: usize,
    /// How many of them may be one caller's.
    pub max_per_caller: usize,
    /// How many operations may run at once on one socket.
    pub max_operations_per_socket: usize,
    /// How long a socket may take to begin.
    pub socket_init_timeout: Duration,
}

/// The same as they are given.
pub(super) struct Given {
    pub(super) max_live: Option<Raw>,
    pub(super) max_live_per_caller: Option<Raw>,
    pub(super) max_operations_per_socket: Option<Raw>,
    pub(super) socket_init_timeout: Option<Raw>,
}

pub(super) fn check(given: Given, check: &mut Check) -> Live {
    let Given { max_live, max_live_per_caller, max_operations_per_socket, socket_init_timeout } = given;
    Live {
        max: check.number("max_live", max_live, 5_000, 0..=1_000_000),
        max_per_caller: check.number("max_live_per_caller", max_live_per_caller, 50, 0..=1_000_000),
        max_operations_per_socket: check.number("max_operations_per_socket", max_operations_per_socket, 50, 1..=10_000),
        socket_init_timeout: check.duration(
            "socket_init_timeout",
            socket_init_timeout,
            Duration::from_secs(3),
            Duration::from_millis(1)..=Duration::from_mins(5),
        ),
    }
}
