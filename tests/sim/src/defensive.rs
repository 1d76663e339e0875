//! Hears what the pallets' `defensive!` says: without debug assertions it only logs, and here it must fail a run.

use std::{cell::RefCell, sync::Once};

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Most messages kept for one thread.
const HEARD_MAX: usize = 16;

struct Listener;

impl log::Log for Listener {
    fn enabled(&self, metadata: &log::Metadata) -> bool {
        metadata.level() == log::Level::Error
    }

    fn log(&self, record: &log::Record) {
        if record.target() == "runtime::defensive" {
            HEARD.with_borrow_mut(|heard| {
                if heard.len() < HEARD_MAX {
                    heard.push(record.args().to_string());
                }
            });
        }
    }

    fn flush(&self) {}
}

/// Listens from now on, in all threads.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody else's logger would hide what is listened for, so it must be ours.
        log::set_boxed_logger(Box::new(Listener)).expect("the simulator sets the only logger");
        log::set_max_level(log::LevelFilter::Error);
    });
}

/// What was said in this thread since the last call.
pub fn heard() -> Vec<String> {
    HEARD.with_borrow_mut(std::mem::take)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_defensive_failure_is_heard() {
        super::watch();
        super::heard();
        frame_support::defensive!("a test says so");
        assert_eq!(super::heard().len(), 1);
    }
}
