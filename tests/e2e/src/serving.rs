//! Processes that serve, and what they say.

use serde_json::Value;
use std::{
    process::{Child, Command},
    time::Duration,
};

const START_TIMEOUT: Duration = Duration::from_secs(180);

/// A process that ends with the test.
pub struct Running(Child);

impl Running {
    /// Takes care of a process.
    pub fn new(child: Child) -> Self {
        Self(child)
    }

    /// Ends it at once.
    pub fn kill(mut self) {
        self.0.kill().expect("it is our child");
        self.0.wait().expect("it is our child");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a URL answers.
pub fn wait_for(url: &str) {
    crate::eventually(url, START_TIMEOUT, || {
        let mut curl = Command::new("curl");
        let asked = curl.args(["-sf", "-m", "5", url]).output();
        asked
            .expect("curl is installed by scripts/setup.sh")
            .status
            .success()
    });
}

/// An amount as the command line prints it in JSON.
pub fn planck(amount: &Value) -> u128 {
    let text = amount.as_str();
    let parsed = text.and_then(|text| text.parse().ok());
    parsed.unwrap_or_else(|| panic!("{amount} is no amount"))
}
