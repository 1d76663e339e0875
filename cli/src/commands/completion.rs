//! `completion`.

use crate::{
    args::{Cli, CompletionArgs},
    output::Answer,
};
use clap::CommandFactory;

/// A shell's completion script.
pub fn run(args: &CompletionArgs) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ballast", &mut script);
    Answer::raw(String::from_utf8_lossy(&script).into_owned())
}
