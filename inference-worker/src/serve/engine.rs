//! The engine as a process: started with the model, told what is wanted, started again if it ends.
//!
//! It gets no key, no network and nothing of the environment that begins with `BALLAST`. Words of an order go to whoever
//! waits for it; who stops waiting cancels it.

use super::{
    error::ApiError,
    limits::{ENGINE_STOP_TIMEOUT, LOAD_TIMEOUT, RESTART_PAUSE, RETRY_AFTER_S},
    metrics::Metrics,
};
use ballast_engine_protocol::{read_frame, write_frame, About, Numbers, Order, OrderId, Word};
use std::{
    collections::HashMap,
    io::BufReader,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc as std_mpsc, Arc, Mutex, PoisonError,
    },
    thread,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// How the engine is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineCommand {
    /// The program.
    pub program: PathBuf,
    /// Folder of the model.
    pub model_dir: PathBuf,
    /// Where to compute.
    pub device: String,
    /// The numbers to compute in; those that the engine thinks best for the device without them.
    pub numbers: Option<Numbers>,
    /// Answers under way at a time.
    pub sequences: u16,
    /// Tokens of prompt and answer.
    pub context: u32,
    /// Threads; as many as there are processors without it.
    pub threads: Option<u16>,
}

/// The engine does not serve the model.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The program cannot be started.
    #[error("cannot start {program}: {source}; build it with `cargo build --release --manifest-path inference-engine/Cargo.toml`, or name it with --engine")]
    Start {
        /// The program.
        program: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// The model cannot be served.
    #[error("the model cannot be served: {reason}")]
    Unfit {
        /// Why.
        reason: String,
    },
    /// The worker's offer says something else.
    #[error("this worker offers {model} in {offered}, and its engine computes in {computed}, so others would condemn its answers and it theirs; start it with --numbers {offered}, or change the offer by `ballast offer set {model} .. --numbers {computed}`")]
    OtherNumbers {
        /// What is offered.
        model: String,
        /// In which numbers.
        offered: Numbers,
        /// What the engine computes in.
        computed: Numbers,
    },
    /// There is no key that requests could be sealed to.
    #[error(transparent)]
    Seal(#[from] ballast_inference::seal::SealError),
    /// It ended, or said something else.
    #[error("the engine ended while it loaded the model; its last words are above")]
    Ended,
    /// It takes too long.
    #[error("the model was not loaded within {} s", LOAD_TIMEOUT.as_secs())]
    Slow,
}

/// A model that can be asked.
pub struct Engine {
    shared: Arc<Shared>,
    about: About,
}

struct Shared {
    state: Mutex<State>,
    next: AtomicU64,
    metrics: Arc<Metrics>,
}

#[derive(Default)]
struct State {
    /// Where orders go; none while there is no engine.
    orders: Option<std_mpsc::Sender<Order>>,
    /// Who waits for words. Their number is bounded by the places for requests, the words of each by the model's context.
    waiting: HashMap<OrderId, mpsc::UnboundedSender<Word>>,
    child: Option<Child>,
    stopping: bool,
}

/// An engine that has loaded the model.
struct Loaded {
    child: Child,
    output: BufReader<ChildStdout>,
    about: About,
    orders: std_mpsc::Sender<Order>,
}

impl Engine {
    /// Starts it and waits until the model is loaded. Blocks.
    pub fn start(command: EngineCommand, metrics: Arc<Metrics>) -> Result<Self, EngineError> {
        let loaded = command.load()?;
        let about = loaded.about.clone();
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            next: AtomicU64::new(1),
            metrics,
        });
        let output = shared.up(loaded);
        let supervised = shared.clone();
        thread::spawn(move || supervised.supervise(&command, output));
        Ok(Self { shared, about })
    }

    /// What the model does.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Whether it can be asked now.
    pub fn is_ready(&self) -> bool {
        self.shared.with(|state| state.orders.is_some())
    }

    /// Gives an order, which is cancelled when the job is dropped before its end.
    pub fn order(&self, make: impl FnOnce(OrderId) -> Order) -> Result<Job, ApiError> {
        let id = self.shared.next.fetch_add(1, Ordering::Relaxed);
        let (sender, words) = mpsc::unbounded_channel();
        let order = make(id);
        let sent = self.shared.with(|state| {
            let sent = state
                .orders
                .as_ref()
                .is_some_and(|orders| orders.send(order).is_ok());
            if sent {
                state.waiting.insert(id, sender);
            }
            sent
        });
        if !sent {
            return Err(ApiError::no_engine(RETRY_AFTER_S));
        }
        self.shared.metrics.orders.add(1);
        Ok(Job {
            id,
            words,
            shared: self.shared.clone(),
            over: false,
        })
    }

    /// Ends it: by itself, or by force after a while. Blocks.
    pub fn stop(&self) {
        self.shared.with(|state| {
            state.stopping = true;
            state.orders = None;
        });
        let deadline = Instant::now() + ENGINE_STOP_TIMEOUT;
        while self.shared.with(|state| state.child.is_some()) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        self.shared.with(|state| {
            if let Some(child) = &mut state.child {
                let _ = child.kill();
            }
        });
    }
}

impl EngineCommand {
    fn spawn(&self) -> Result<Child, EngineError> {
        let mut command = Command::new(&self.program);
        command
            .arg("--model-dir")
            .arg(&self.model_dir)
            .args(["--device", &self.device]);
        command.args([
            "--sequences",
            &self.sequences.to_string(),
            "--context",
            &self.context.to_string(),
        ]);
        if let Some(numbers) = self.numbers {
            command.args(["--numbers", numbers.name()]);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BALLAST") {
                command.env_remove(name);
            }
        }
        if let Some(threads) = self.threads {
            command.env("RAYON_NUM_THREADS", threads.to_string());
        }
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        spawned.map_err(|source| EngineError::Start {
            program: self.program.clone(),
            source,
        })
    }

    fn load(&self) -> Result<Loaded, EngineError> {
        let mut child = self.spawn()?;
        let loaded = first_word(&mut child);
        let (output, word) = match loaded {
            Ok(first) => first,
            Err(error) => {
                end(&mut child);
                return Err(error);
            }
        };
        let (Word::Ready(about), Some(mut input)) = (word, child.stdin.take()) else {
            end(&mut child);
            return Err(EngineError::Ended);
        };
        let (orders, ordered) = std_mpsc::channel::<Order>();
        // Ends when nobody can order any more, or when the engine is gone.
        thread::spawn(move || {
            ordered
                .iter()
                .all(|order| write_frame(&mut input, &order).is_ok())
        });
        Ok(Loaded {
            child,
            output,
            about,
            orders,
        })
    }
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits for what an engine says first.
fn first_word(child: &mut Child) -> Result<(BufReader<ChildStdout>, Word), EngineError> {
    let Some(output) = child.stdout.take() else {
        return Err(EngineError::Ended);
    };
    let (sender, first) = std_mpsc::channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        let word = read_frame::<Word>(&mut output);
        let _ = sender.send((output, word));
    });
    match first.recv_timeout(LOAD_TIMEOUT) {
        Ok((_, Ok(Some(Word::Unfit { reason })))) => Err(EngineError::Unfit { reason }),
        Ok((output, Ok(Some(word)))) => Ok((output, word)),
        Ok(_) | Err(std_mpsc::RecvTimeoutError::Disconnected) => Err(EngineError::Ended),
        Err(std_mpsc::RecvTimeoutError::Timeout) => Err(EngineError::Slow),
    }
}

impl Shared {
    fn with<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn up(&self, loaded: Loaded) -> BufReader<ChildStdout> {
        self.with(|state| {
            state.orders = Some(loaded.orders);
            state.child = Some(loaded.child);
        });
        self.metrics.ready.add(1);
        loaded.output
    }

    /// Passes words on as long as the engine runs, and starts it again unless it was told to end.
    fn supervise(&self, command: &EngineCommand, mut output: BufReader<ChildStdout>) {
        loop {
            self.pass_on(&mut output);
            self.down();
            output = loop {
                if self.with(|state| state.stopping) {
                    return;
                }
                tracing::error!("the engine ended; it is started again");
                thread::sleep(RESTART_PAUSE);
                match command.load() {
                    Ok(loaded) => break self.up(loaded),
                    Err(error) => tracing::error!(%error, "the engine does not start"),
                }
            };
            self.metrics.restarts.increment();
        }
    }

    fn pass_on(&self, output: &mut BufReader<ChildStdout>) {
        loop {
            let word = match read_frame::<Word>(output) {
                Ok(Some(word)) => word,
                Ok(None) => return,
                Err(error) => return tracing::error!(%error, "the engine is not understood"),
            };
            if let Some(id) = id_of(&word) {
                self.with(|state| state.waiting.get(&id).map(|waiting| waiting.send(word)));
            }
        }
    }

    /// Whoever waits learns that nothing more comes.
    fn down(&self) {
        let child = self.with(|state| {
            state.orders = None;
            state.waiting.clear();
            if let Some(child) = &mut state.child {
                let _ = child.kill();
            }
            state.child.take()
        });
        if let Some(mut child) = child {
            let _ = child.wait();
        }
        self.metrics.ready.add(-1);
    }
}

fn id_of(word: &Word) -> Option<OrderId> {
    match word {
        Word::Ready(_) | Word::Unfit { .. } => None,
        Word::Refused { id, .. }
        | Word::Embedded { id, .. }
        | Word::Started { id, .. }
        | Word::Delta { id, .. }
        | Word::Finished { id, .. }
        | Word::Verified { id, .. } => Some(*id),
    }
}

/// An order under way.
pub struct Job {
    id: OrderId,
    words: mpsc::UnboundedReceiver<Word>,
    shared: Arc<Shared>,
    over: bool,
}

impl Job {
    /// The next word; an error when the engine is gone.
    pub async fn word(&mut self) -> Result<Word, ApiError> {
        let word = self.words.recv().await;
        self.over = match &word {
            None
            | Some(
                Word::Refused { .. }
                | Word::Embedded { .. }
                | Word::Finished { .. }
                | Word::Verified { .. },
            ) => true,
            Some(_) => false,
        };
        word.ok_or_else(|| ApiError::no_engine(RETRY_AFTER_S))
    }
}

impl Job {
    /// Has the answer end where it is. The next word on the way there; none if it takes longer than `bound`.
    pub async fn cut(&mut self, bound: Duration) -> Option<Word> {
        let id = self.id;
        self.shared.with(|state| {
            if let Some(orders) = state.orders.as_ref() {
                let _ = orders.send(Order::Cancel { id });
            }
        });
        tokio::time::timeout(bound, self.word()).await.ok()?.ok()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let (id, over) = (self.id, self.over);
        self.shared.with(|state| {
            state.waiting.remove(&id);
            if let Some(orders) = state.orders.as_ref().filter(|_| !over) {
                let _ = orders.send(Order::Cancel { id });
            }
        });
        self.shared.metrics.orders.add(-1);
        if !over {
            self.shared.metrics.cancelled.increment();
        }
    }
}
