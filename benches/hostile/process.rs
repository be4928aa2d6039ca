//! The service as a process of its own, and what Linux tells of it in `/proc`.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// No start takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running service; it ends when this is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts it with a database in memory, these settings besides, and an organization `acme`; the folder is its own.
    pub(crate) fn start(settings: &str, folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there are free ports");
        let address = listener.local_addr().expect("it is bound");
        drop(listener);
        let file = folder.join("guidepost.toml");
        fs::write(&file, settings).expect("the folder is ours");
        let mut serve = Command::new(env!("CARGO_BIN_EXE_guidepost"));
        serve.args(["serve", "--development", "--database-url", "sqlite::memory:", "--log-filter", "error"]);
        serve.args(["--subject-rate", "0", "--organization-rate", "0", "--listen", &address.to_string()]);
        serve.arg("--config").arg(file);
        let process = serve.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the binary runs");
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < PATIENCE, "the service does not start");
            sleep(Duration::from_millis(5));
        }
        Self { process, address }
    }

    /// The processor time of all its threads until now, to the nanosecond.
    pub(crate) fn processor_time(&self) -> Duration {
        let threads = fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("the process runs");
        let times = threads.filter_map(|thread| {
            let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
        });
        times.sum()
    }

    /// Begins to watch the memory; what is resident now, in MB.
    pub(crate) fn watch_memory(&self) -> f64 {
        // Resets the peak (see proc(5)).
        fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").expect("the process is ours");
        self.status("VmRSS:")
    }

    /// By how many MB the memory was above that, at most.
    pub(crate) fn peak_since(&self, before: f64) -> f64 {
        (self.status("VmHWM:") - before).max(0.0)
    }

    fn status(&self, field: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the process runs");
        let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("Linux tells it");
        line.trim_end_matches("kB").trim().parse::<f64>().expect("a number") / 1_000.0 * 1.024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing that a kill could lose.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
