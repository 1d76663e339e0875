//! What a person sees while the program works: bars on a terminal, log lines elsewhere. All of it on standard error.

use crate::pace::Pace;
use ballast_blobs::{Phase, Progress};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    collections::HashMap,
    ffi::OsString,
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tracing::subscriber::set_global_default;
use tracing_subscriber::{fmt::MakeWriter, EnvFilter};

/// Environment variable with a filter for log lines.
const LOG_VARIABLE: &str = "BALLAST_LOG";
/// Environment variable with the form of log lines: `text` or `json`.
const LOG_FORMAT_VARIABLE: &str = "BALLAST_LOG_FORMAT";
/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// Standard error, shared by bars and log lines.
#[derive(Clone)]
pub struct Screen {
    bars: MultiProgress,
    live: bool,
}

impl Screen {
    /// Bars if standard error is a terminal and nobody asked for quiet.
    pub fn new(quiet: bool) -> Self {
        let live = !quiet && io::stderr().is_terminal();
        let target = match live {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        Self {
            bars: MultiProgress::with_draw_target(target),
            live,
        }
    }

    /// Sends log lines here: warnings where there are bars, each step where there are none.
    pub fn take_log(&self, quiet: bool) -> Result<(), String> {
        let json = is_json(std::env::var_os(LOG_FORMAT_VARIABLE))?;
        let level = match (quiet, self.live) {
            (true, _) => "error",
            (false, true) => "warn",
            (false, false) => {
                "warn,ballast=info,ballast_blobs=info,ballast_chain=info,ballast_gateway=info,ballast_inference=info"
            }
        };
        let filter =
            EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new(level));
        let lines = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(self.clone())
            .with_target(json)
            .with_ansi(self.live && !json);
        // Fails only if there is one already, which then serves.
        let _ = match json {
            true => set_global_default(lines.json().flatten_event(true).finish()),
            false => set_global_default(lines.finish()),
        };
        Ok(())
    }

    /// Tells something that a person waits for, unless nobody wants to hear anything.
    pub fn say(&self, what: &str) {
        match self.live {
            // Nothing is left to tell if even this cannot be written.
            true => drop(self.bars.println(what)),
            false => tracing::info!("{what}"),
        }
    }

    /// Something that takes a while, of unknown length; shown until it is dropped.
    pub fn step(&self, what: &str) -> Step {
        if !self.live {
            tracing::info!("{what}");
        }
        let bar = self.bars.add(ProgressBar::new_spinner());
        bar.set_message(what.to_string());
        bar.enable_steady_tick(TICK);
        Step(bar)
    }

    /// A listener for the progress of publishing, fetching and comparing.
    pub fn progress(&self) -> Arc<dyn Progress> {
        Arc::new(Phases {
            screen: self.clone(),
            shown: Mutex::default(),
        })
    }

    /// A bar over bytes.
    fn bytes(&self, what: &str, total: u64) -> Step {
        let bar = self.bars.add(ProgressBar::new(total));
        bar.set_style(bytes_style());
        bar.set_message(what.to_string());
        Step(bar)
    }
}

/// Whether log lines are JSON, by the variable's value.
fn is_json(value: Option<OsString>) -> Result<bool, String> {
    match value.as_ref().map(|value| value.to_str()) {
        None | Some(Some("" | "text")) => Ok(false),
        Some(Some("json")) => Ok(true),
        Some(_) => Err(format!(
            "{LOG_FORMAT_VARIABLE} is {:?}; it takes text or json",
            value.unwrap_or_default()
        )),
    }
}

fn bytes_style() -> ProgressStyle {
    let template = "{msg:10} {wide_bar} {bytes:>11} of {total_bytes:>11} {prefix:>28}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// How often a phase is worth a log line where there are no bars.
const LOG_PAUSE: Duration = Duration::from_secs(10);

/// Progress by phase.
struct Phases {
    screen: Screen,
    shown: Mutex<HashMap<Phase, Shown>>,
}

struct Shown {
    step: Step,
    pace: Pace,
    logged: Instant,
    finished: bool,
}

impl Phases {
    fn with(&self, phase: Phase, show: impl FnOnce(&mut Shown)) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        show(shown.entry(phase).or_insert_with(|| Shown {
            step: self.screen.bytes(phase_text(phase), 0),
            pace: Pace::new(Instant::now()),
            logged: Instant::now(),
            finished: false,
        }));
    }
}

impl Progress for Phases {
    fn advance(&self, phase: Phase, done: u64, total: u64) {
        let now = Instant::now();
        self.with(phase, |entry| {
            entry.pace.reach(now, done);
            let ends = done >= total && total > 0 && !entry.finished;
            entry.finished = done >= total;
            let pace = || entry.pace.text(now, total.saturating_sub(done));
            if self.screen.live {
                entry.step.0.set_prefix(pace());
                entry.step.0.set_length(total);
                entry.step.0.set_position(done);
            } else if ends || entry.logged.elapsed() >= LOG_PAUSE {
                entry.logged = now;
                tracing::info!(done, total, pace = pace(), "{}", phase_text(phase));
            }
        });
    }

    fn skip(&self, phase: Phase, bytes: u64) {
        self.with(phase, |entry| entry.pace.skip(bytes));
    }
}

fn phase_text(phase: Phase) -> &'static str {
    match phase {
        Phase::Scan => "reading",
        Phase::Encode => "encoding",
        Phase::Upload => "uploading",
        Phase::Fetch => "fetching",
        Phase::Verify => "comparing",
    }
}

/// A bar or spinner that goes away when it is dropped.
pub struct Step(ProgressBar);

impl Drop for Step {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Writes a log line above the bars.
pub struct LogWriter(MultiProgress);

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write_all(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl<'a> MakeWriter<'a> for Screen {
    type Writer = LogWriter;

    fn make_writer(&'a self) -> Self::Writer {
        LogWriter(self.bars.clone())
    }
}
