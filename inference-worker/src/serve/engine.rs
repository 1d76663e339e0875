//! The engine as a process: started with the model, told what is wanted, started again if it ends.
//!
//! It gets no key, no network and nothing of the environment that begins with `BALLAST`. Words of an order go to whoever
//! waits for it; who stops waiting cancels it. An engine that says nothing while answer after answer takes too long is ended, and
//! then started again like one that ended by itself.

use super::{
    error::ApiError,
    limits::{
        ENGINE_STOP_TIMEOUT, LOAD_TIMEOUT, RESTART_PAUSE, RETRY_AFTER_S, SILENT_TIMEOUTS_MAX,
    },
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
    /// The numbers to compute in; float32 without them.
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
    silence: Silence,
    stopping: bool,
}

/// Whether an engine hangs.
#[derive(Default)]
struct Silence {
    /// Words that were heard so far.
    words: u64,
    /// Answers in a row that took too long without a word.
    timeouts: u32,
}

impl Silence {
    fn heard(&mut self) {
        self.words = self.words.wrapping_add(1);
        self.timeouts = 0;
    }

    /// An answer took too long that was ordered after so many words. Whether that was once too often.
    fn timed_out(&mut self, words: u64) -> bool {
        if self.words != words {
            return false;
        }
        self.timeouts = self.timeouts.saturating_add(1);
        self.timeouts >= SILENT_TIMEOUTS_MAX
    }
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
            sent.then_some(state.silence.words)
        });
        let Some(words_before) = sent else {
            return Err(ApiError::no_engine(RETRY_AFTER_S));
        };
        self.shared.metrics.orders.add(1);
        Ok(Job {
            id,
            words,
            words_before,
            ordered_at: Instant::now(),
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
            state.silence = Silence::default();
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
            self.with(|state| {
                state.silence.heard();
                let waiting = id_of(&word).and_then(|id| state.waiting.get(&id));
                waiting.map(|waiting| waiting.send(word))
            });
        }
    }

    /// Ends an engine that says nothing while answers take too long. What follows is as when it ends by itself.
    fn timed_out(&self, words_before: u64) {
        self.with(|state| {
            if !state.silence.timed_out(words_before) {
                return;
            }
            if let Some(child) = &mut state.child {
                tracing::error!(
                    timeouts = SILENT_TIMEOUTS_MAX,
                    "the engine has said nothing while answers took too long; it is ended"
                );
                let _ = child.kill();
            }
        });
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
    /// Words that the engine had said before it was ordered.
    words_before: u64,
    ordered_at: Instant,
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
    /// The answer was not complete within `bound`. That the request itself came late is not the engine's fault, so an order that
    /// it had for less than half of that does not count.
    pub fn timed_out(&self, bound: Duration) {
        if self.ordered_at.elapsed() >= bound / 2 {
            self.shared.timed_out(self.words_before);
        }
    }

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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_engine_protocol::{Input, Task};
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    /// An engine that says that it is ready, and then nothing any more.
    fn mute(folder: &Path) -> EngineCommand {
        let ready = Word::Ready(About {
            task: Task::Embed { dimensions: 1 },
            context_tokens: 8,
            device: "none".into(),
            numbers: Numbers::Float32,
        });
        let mut frame = Vec::new();
        write_frame(&mut frame, &ready).unwrap();
        fs::write(folder.join("ready"), frame).unwrap();
        let program = folder.join("engine");
        // The output stays open, as that of a program which hangs.
        let script = format!(
            "#!/bin/sh\ncat {}/ready\nexec 3>&1\nexec cat > /dev/null\n",
            folder.display()
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        EngineCommand {
            program,
            model_dir: folder.into(),
            device: "cpu".into(),
            numbers: None,
            sequences: 1,
            context: 8,
            threads: None,
        }
    }

    fn ask(engine: &Engine) -> Job {
        let order = |id| Order::Embed {
            id,
            inputs: vec![Input::Text("x".into())],
            max_input_tokens: None,
        };
        engine.order(order).ok().unwrap()
    }

    #[tokio::test]
    async fn an_engine_that_hangs_is_ended_and_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let command = mute(folder.path());
        let metrics = Arc::new(Metrics::default());
        let counted = metrics.clone();
        let started = tokio::task::spawn_blocking(move || Engine::start(command, counted));
        let engine = started.await.unwrap().unwrap();
        for _ in 1..SILENT_TIMEOUTS_MAX {
            ask(&engine).timed_out(Duration::ZERO);
        }
        // A request that came late does not count.
        ask(&engine).timed_out(Duration::from_secs(3600));
        let mut last = ask(&engine);
        let early = tokio::time::timeout(Duration::from_millis(300), last.word()).await;
        assert!(early.is_err(), "it was ended too early");
        last.timed_out(Duration::ZERO);
        // Who waits learns that it is gone.
        let gone = tokio::time::timeout(Duration::from_secs(20), last.word()).await;
        assert!(gone.unwrap().is_err());
        let deadline = Instant::now() + Duration::from_secs(20);
        while metrics.restarts.get() == 0 {
            assert!(Instant::now() < deadline, "it is not started again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(engine.is_ready());
        tokio::task::spawn_blocking(move || engine.stop())
            .await
            .unwrap();
    }

    #[test]
    fn any_word_since_the_order_shows_that_it_does_not_hang() {
        let mut silence = Silence::default();
        for _ in 0..10 * SILENT_TIMEOUTS_MAX {
            let before = silence.words;
            silence.heard();
            assert!(!silence.timed_out(before));
        }
        let before = silence.words;
        for _ in 1..SILENT_TIMEOUTS_MAX {
            assert!(!silence.timed_out(before));
        }
        assert!(silence.timed_out(before));
        silence.heard();
        assert!(!silence.timed_out(silence.words));
    }
}
