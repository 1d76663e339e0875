//! A worker that serves, clients that pay it, and the chain that both ask.

use crate::memory::{self, MemoryChain, GENESIS};
use ballast_chain::Signer;
use ballast_core::{Address, Balance, ChannelId, Numbers, Tier, WorkerId};
use ballast_inference::{Answer, Funding, PayError, Payer, RenewingPayer, Settings, Wanted};
use ballast_inference_worker::{
    pay::{redeem, Open, Till},
    serve::{model::Served, ChecksConfig, Config, EngineCommand, Server},
    transcript::{seal, store::Transcripts},
    verify::{chain::OnChain, journal::Journal},
};
use ballast_worker_api::{Connector, EndpointPolicy, Timeouts};
use serde_json::{json, Value};
use std::{
    path::PathBuf,
    sync::{
        atomic::{AtomicU16, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Ports of the tests, below those that systems give away.
const PORTS: std::ops::Range<u16> = 27_100..27_600;
const TIMEOUT: Duration = Duration::from_secs(30);
/// What a channel holds.
pub const DEPOSIT: Balance = 100_000;

/// A worker's model, account and keys, and the chain.
pub struct Scene {
    pub chain: Arc<MemoryChain>,
    pub port: u16,
    pub worker: Signer,
    pub session: Signer,
    pub client: Signer,
    folder: tempfile::TempDir,
    serving: Option<Serving>,
}

struct Serving {
    till: Till,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

/// A port of one's own.
pub fn listener() -> TcpListener {
    static NEXT: AtomicU16 = AtomicU16::new(PORTS.start);
    let bound = loop {
        let port = NEXT.fetch_add(1, Ordering::SeqCst);
        assert!(PORTS.contains(&port), "no port is free");
        if let Ok(bound) = std::net::TcpListener::bind(("127.0.0.1", port)) {
            break bound;
        }
    };
    bound.set_nonblocking(true).unwrap();
    TcpListener::from_std(bound).unwrap()
}

impl Scene {
    /// A worker whose session key has this tier, and which takes so many milliseconds for a word.
    pub async fn new(task: &str, tier: Tier, pause_ms: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("model");
        std::fs::create_dir(&model).unwrap();
        std::fs::write(model.join("task"), task).unwrap();
        let pause = f64::from(pause_ms) / 1000.0;
        std::fs::write(model.join("pause"), pause.to_string()).unwrap();
        let [worker, session, client] =
            ["Bob", "Ferdie", "Charlie"].map(|name| Signer::from_dev(name).unwrap());
        let listener = listener();
        let port = listener.local_addr().unwrap().port();
        let address = Served::in_folder(&model, None).await.unwrap().address;
        let endpoint = format!("http://127.0.0.1:{port}");
        let chain = Arc::new(MemoryChain::new(&worker, &session, address, &endpoint));
        let mut scene = Self {
            chain,
            port,
            worker,
            session,
            client,
            folder,
            serving: None,
        };
        scene.attest(Some(tier));
        scene.serve(listener).await;
        scene
    }

    /// What the chain says of the session key.
    pub fn attest(&self, tier: Option<Tier>) {
        let key = (self.worker.account(), self.session.account());
        self.chain.with(|state| match tier {
            Some(tier) => drop(state.keys.insert(key, tier)),
            None => drop(state.keys.remove(&key)),
        });
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the worker is started with, its engine told to compute in these numbers.
    async fn config(&self, numbers: Option<Numbers>) -> (Config, Till) {
        let model = Served::in_folder(&self.path("model"), None).await.unwrap();
        let till = self.till_opened(model.address).await;
        let docket = OnChain {
            chain: self.chain.clone(),
            signer: None,
        };
        let secret = seal::fresh().unwrap();
        let checks = ChecksConfig {
            worker: WorkerId(self.worker.account()),
            docket: Arc::new(docket),
            transcripts: Transcripts::open(&self.path("transcripts"), secret).unwrap(),
            journal: Journal::open(&self.path("checks")).unwrap(),
            source: Arc::new(connector()),
        };
        let engine = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/paid/engine.py");
        let config = Config {
            engine: EngineCommand {
                program: engine.into(),
                model_dir: model.dir.clone(),
                device: "cpu".into(),
                numbers,
                sequences: 4,
                context: 4096,
                threads: None,
            },
            model,
            session_key: self.session.clone(),
            checks: Some(checks),
            genesis_hash: GENESIS,
            requests: 16,
            connections: 64,
            timeout: TIMEOUT,
            till: Some(till.clone()),
            reporter: None,
        };
        (config, till)
    }

    /// Tries to start it once more, and gives why it does not.
    pub async fn refused(&self, numbers: Option<Numbers>) -> Option<String> {
        let (config, _) = self.config(numbers).await;
        let opened = Server::open(config).await;
        opened.err().map(|error| error.to_string())
    }

    async fn serve(&mut self, listener: TcpListener) {
        let (config, till) = self.config(None).await;
        let server = Server::open(config).await.unwrap();
        let stop = CancellationToken::new();
        let policy = redeem::Policy {
            claims: 1,
            after: Duration::ZERO,
        };
        let redeeming = redeem::run(till.clone(), policy, stop.clone());
        let tasks = vec![
            tokio::spawn(server.serve(listener, stop.clone())),
            tokio::spawn(redeeming),
        ];
        self.serving = Some(Serving { till, stop, tasks });
    }

    /// Its claims are free once everything of the worker before has ended.
    async fn till_opened(&self, model: Address) -> Till {
        let data = self.path("data");
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let opened = Till::open(Open {
                chain: self.chain.clone(),
                account: self.worker.clone(),
                session_key: self.session.clone(),
                model,
                data_dir: &data,
                timeout: TIMEOUT,
            });
            match opened.await {
                Ok(till) => return till,
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends the worker and starts it again, with what it has on disk.
    pub async fn restart(&mut self) {
        self.stop().await;
        let bound = loop {
            match TcpListener::bind(("127.0.0.1", self.port)).await {
                Ok(bound) => break bound,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        self.serve(bound).await;
    }

    /// Ends the worker.
    pub async fn stop(&mut self) {
        let Some(serving) = self.serving.take() else {
            return;
        };
        serving.stop.cancel();
        for task in serving.tasks {
            task.await.unwrap();
        }
    }

    pub fn till(&self) -> &Till {
        &self.serving.as_ref().unwrap().till
    }

    /// Opens a channel that demands this tier.
    pub fn channel(&self, tier: Tier) -> ChannelId {
        self.chain.open(&self.client, tier, DEPOSIT)
    }

    /// A client that pays from a channel, and reaches the worker at an endpoint.
    pub async fn payer_at(&self, channel: ChannelId, endpoint: &str, sealed: bool) -> Payer {
        self.chain
            .with(|state| state.offers[0].endpoint = endpoint.as_bytes().to_vec());
        self.try_payer(channel, sealed).await.unwrap()
    }

    pub async fn payer(&self, channel: ChannelId, sealed: bool) -> Payer {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        self.payer_at(channel, &endpoint, sealed).await
    }

    pub async fn try_payer(&self, channel: ChannelId, sealed: bool) -> Result<Payer, PayError> {
        let wanted = wanted(Some(channel));
        let settings = self.settings(Funding::default(), sealed);
        Payer::open(self.chain.clone(), self.client.clone(), &wanted, settings).await
    }

    /// A client that goes on from another channel when its own is over, and may put so much into one.
    pub async fn renewing_payer(
        &self,
        channel: Option<ChannelId>,
        deposit: Option<Balance>,
    ) -> RenewingPayer {
        let funding = Funding {
            deposit,
            budget: deposit.unwrap_or_default(),
        };
        let settings = self.settings(funding, false);
        let (chain, client) = (self.chain.clone(), self.client.clone());
        let opened = RenewingPayer::open(chain, client, wanted(channel), settings);
        opened.await.unwrap()
    }

    fn settings(&self, funding: Funding, sealed: bool) -> Settings {
        Settings {
            folder: self.path("channels"),
            connector: connector(),
            timeout: TIMEOUT,
            funding,
            sealed,
        }
    }

    /// The model's address, by which requests name it.
    pub fn model(&self) -> String {
        self.chain.with(|state| state.offers[0].model.to_string())
    }

    /// A request for text.
    pub fn question(&self, prompt: &str, max_tokens: u32, more: Value) -> Value {
        let mut body = json!({ "model": self.model(), "prompt": prompt, "max_tokens": max_tokens });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }

    /// What the engine has computed.
    pub fn computed(&self) -> usize {
        let told = std::fs::read_to_string(self.path("computed")).unwrap_or_default();
        told.lines().count()
    }

    /// Waits until the worker has redeemed all that it claims from a channel, and says how much that was.
    pub async fn redeemed(&self, channel: ChannelId) -> Balance {
        eventually("everything is redeemed", || self.till().unsettled() == 0).await;
        self.chain.with(|state| {
            assert_eq!(state.broken_rules, Vec::<String>::new());
            state.channels[&channel].drawn
        })
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.stop.cancel();
        }
    }
}

fn wanted(channel: Option<ChannelId>) -> Wanted {
    Wanted {
        model: memory::version(),
        tier: Tier::T0,
        numbers: None,
        worker: None,
        channel,
        max_price: None,
    }
}

fn connector() -> Connector {
    Connector::new(EndpointPolicy::AllowPrivate, Timeouts::default()).unwrap()
}

/// Waits until something holds.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// Asks, and reads the answer to its end: its text, and what it cost; or why not.
pub async fn ask(payer: &Payer, path: &str, body: &Value) -> Result<(String, Balance), PayError> {
    match payer.ask(path, body.to_string().into()).await? {
        Answer::Whole { body, cost, .. } => Ok((String::from_utf8(body.to_vec()).unwrap(), cost)),
        Answer::Stream(mut stream) => {
            let mut text = Vec::new();
            while let Some(piece) = stream.next().await {
                text.extend_from_slice(&piece?);
            }
            let (_, cost) = stream.signed().unwrap();
            Ok((String::from_utf8(text).unwrap(), cost))
        }
        Answer::Refused { status, body, .. } => {
            let body = String::from_utf8_lossy(&body).into_owned();
            Ok((format!("{status} {body}"), 0))
        }
    }
}

/// Posts as a client that knows nothing of boxes: status, head and body.
pub async fn post(url: String, body: String, headers: Vec<String>) -> (u16, String, String) {
    let asked = move || {
        let mut curl = std::process::Command::new("curl");
        curl.args(["-sS", "-i", "-m", "60", "-d", &body]);
        for header in &headers {
            curl.args(["-H", header]);
        }
        curl.arg(url).output().unwrap()
    };
    let output = tokio::task::spawn_blocking(asked).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), body.into())
}
