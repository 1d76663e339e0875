//! The `ballast` command: publish, fetch, verify and manage models.
//!
//! Goals: every verb gives one answer, as text or JSON, and one exit code; errors say what to do; secrets come from a
//! keystore, the environment or a prompt.
//! Non-goals: how blobs are coded and moved (`ballast-blobs`), how the chain is asked (`ballast-chain`).
//!
//! `args` says what can be asked, `commands` has one file for each group of verbs, `context` what they share.

mod amount;
mod args;
mod claim;
mod commands;
mod config;
mod context;
mod durability;
mod error;
mod fetched;
mod files;
mod keys;
mod keystore;
mod output;
mod pace;
mod password;
mod range;
mod screen;
mod target;

use args::Cli;
use clap::Parser;
use context::Context;
use error::CliError;
use output::Answer;
use screen::Screen;
use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refused) => return end_unparsed(&refused),
    };
    let (json, quiet) = (cli.global.json, cli.global.quiet);
    let screen = Screen::new(quiet);
    let told = screen.take_log(quiet).map_err(CliError::usage);
    let answer = told
        .and_then(|()| run(cli, screen))
        .and_then(|answer| match answer.print(json) {
            Ok(()) => Ok(answer),
            Err(error) => Err(CliError::output(&error)),
        });
    match answer {
        Ok(answer) => answer.exit_code(),
        Err(error) => {
            report(&error, json);
            error.exit_code()
        }
    }
}

/// Help, the version, or what is wrong with the call: as JSON too where that is asked for.
fn end_unparsed(refused: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|argument| argument == "--json");
    if json && refused.use_stderr() {
        let text = refused.render().to_string();
        let error = CliError::usage(text.trim_start_matches("error: ").trim_end());
        report(&error, json);
        return error.exit_code();
    }
    // Nothing is left to tell if even this cannot be written.
    let _ = refused.print();
    u8::try_from(refused.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn run(cli: Cli, screen: Screen) -> Result<Answer, CliError> {
    let context = Context::new(cli.global, screen);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::fatal(format!("the program cannot start its threads: {error}")))?
        .block_on(commands::run(cli.verb, &context))
}

/// Nothing is left to tell if even this cannot be written.
fn report(error: &CliError, json: bool) {
    if json {
        let text = serde_json::to_string_pretty(&error.report())
            .expect("strings and numbers serialise; qed");
        let _ = output::print_line(&text);
    } else {
        let _ = writeln!(std::io::stderr(), "error: {error}");
    }
}
