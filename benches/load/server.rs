//! The service as a process of its own, from the binary that Cargo has just built.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::client::is_ready;
use crate::dataset::shape::Shape;
use crate::workload::{AUDIENCE, ISSUER};

/// The binary.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_guidepost");

/// No start takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running service; it ends when this is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
    /// How long it took from the start of the process until it said that it is ready.
    pub(crate) ready_after: Duration,
    /// Its settings and its log.
    _folder: TempDir,
}

impl Server {
    /// Starts it.
    pub(crate) fn start(database_url: &str, shape: Shape) -> Self {
        let address = free_address();
        let folder = TempDir::new().expect("a temporary folder");
        let (config, log) = (folder.path().join("guidepost.toml"), folder.path().join("guidepost.log"));
        fs::write(&config, settings(address, database_url, shape)).expect("the folder is new");
        let stderr = File::create(&log).expect("the folder is new");
        let started = Instant::now();
        let mut serve = Command::new(BINARY);
        serve.arg("serve").arg("--config").arg(config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
        let process = serve.spawn().expect("the binary runs");
        let mut server = Self { process, address, ready_after: Duration::ZERO, _folder: folder };
        while !is_ready(address) {
            let ended = server.process.try_wait().expect("the process can be asked").is_some();
            let told = || fs::read_to_string(&log).unwrap_or_default();
            assert!(!ended && started.elapsed() < PATIENCE, "the service does not start:\n{}", told());
            sleep(Duration::from_millis(1));
        }
        server.ready_after = started.elapsed();
        server
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing that a kill could lose.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there are free ports");
    listener.local_addr().expect("it is bound")
}

fn settings(listen: SocketAddr, database_url: &str, shape: Shape) -> String {
    let handles = (0..shape.hubs()).map(|hub| shape.handle(hub)).collect::<Vec<_>>();
    format!(
        "listen = \"{listen}\"\n\
         database_url = {database_url:?}\n\
         subject_rate = 0\n\
         organization_rate = 0\n\
         \n\
         [[issuers]]\n\
         issuer = {ISSUER:?}\n\
         audiences = [{AUDIENCE:?}]\n\
         algorithms = [\"EdDSA\"]\n\
         pem_file = {:?}\n\
         organizations = {handles:?}\n",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/ed25519.public.pem"),
    )
}
