//! An engine that serves another model than it is told to, for tests of checks: `CHEAT_MODEL_DIR` names its folder. The
//! ordinary engine knows nothing of it; a worker that is to cheat is started with `--engine` and this program.
//!
//! It starts the ordinary engine, which lies in the folder above, with another folder.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{os::unix::process::CommandExt, process::Command};

fn main() {
    let other = std::env::var_os("CHEAT_MODEL_DIR")
        .expect("CHEAT_MODEL_DIR names the model to serve instead");
    let own = std::env::current_exe().unwrap();
    let engine = own
        .parent()
        .unwrap()
        .with_file_name("ballast-inference-engine");
    let mut args: Vec<_> = std::env::args_os().skip(1).collect();
    let at = args.iter().position(|arg| arg == "--model-dir").unwrap() + 1;
    args[at] = other;
    panic!("{}", Command::new(engine).args(args).exec());
}
