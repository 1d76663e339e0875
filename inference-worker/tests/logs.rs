//! What is logged, as lines and as JSON.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use serde_json::Value;
use support::{Worker, QUICK};

#[test]
fn log_events_are_json_objects_where_that_is_asked_for() {
    let worker = Worker::generator(28_190, QUICK, &["--log-format", "json"]);
    let log = worker.log();
    let events: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let serving = events.iter().find(|event| event["message"] == "serving");
    let serving = serving.unwrap_or_else(|| panic!("{log}"));
    assert_eq!(serving["level"], "INFO");
    assert!(serving["at"].is_string() && serving["timestamp"].is_string());
}
