//! `ballast-node`: the chain's validator and full node. Service wiring only; the rules are in the runtime.

#![expect(
    clippy::result_large_err,
    reason = "the errors are sc-cli's and sc-service's; they occur once, at start"
)]

mod chain_spec;
mod cli;
mod command;
mod rpc;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
    match command::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        }
    }
}
