//! The program `ballast-inference-engine`: loads a model, then reads orders from its standard input and answers on its
//! standard output until the input ends. The inference worker starts it; people have no use for it by itself.

use ballast_engine_protocol::{read_frame, write_frame, Numbers, Order, Word};
use ballast_inference_engine::{device, folder::Folder, generator::Bounds, serve::Model};
use clap::Parser;
use std::{io, path::PathBuf, process::ExitCode, sync::mpsc, thread};

/// Runs one model for `ballast-inference-worker`, which starts it
#[derive(Parser)]
#[command(name = "ballast-inference-engine", version)]
struct Args {
    /// Folder of the model: safetensors with the files beside them, or one GGUF file
    #[arg(long, value_name = "DIR")]
    model_dir: PathBuf,
    /// Where to compute: cpu, or cuda:N if it was built with the feature `cuda`
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: String,
    /// Numbers to compute in, float32 or bfloat16 [default: float32]
    #[arg(long, value_name = "NUMBERS")]
    numbers: Option<Numbers>,
    /// Answers under way at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1024))]
    sequences: u16,
    /// Tokens of prompt and answer; the model may take less
    #[arg(long, value_name = "TOKENS", default_value_t = 8192, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    context: u32,
}

/// Tokens of prompts that are read beside the answers in one step.
const STEP_TOKENS: usize = 256;

fn main() -> ExitCode {
    let args = Args::parse();
    let (say, words) = mpsc::channel();
    let mut model = match load(&args) {
        Ok(model) => model,
        Err(reason) => {
            eprintln!("error: {reason}");
            let _ = write_frame(&mut io::stdout().lock(), &Word::Unfit { reason });
            return ExitCode::from(2);
        }
    };
    let _ = say.send(Word::Ready(model.about(args.device)));
    let writer = thread::spawn(move || write(words));
    let (orders, ordered) = mpsc::channel();
    // Ends with the input; the program does not wait for it, since a broken output ends it too.
    thread::spawn(move || read(&orders));
    model.serve(&ordered, &say);
    drop(say);
    match writer.join() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn load(args: &Args) -> Result<Model, String> {
    let device = device::open(&args.device)?;
    let bounds = Bounds {
        sequences: args.sequences.into(),
        context: args.context as usize,
        step_tokens: STEP_TOKENS,
    };
    let folder = Folder::open(&args.model_dir).map_err(|error| error.to_string())?;
    Model::load(&folder, &device, args.numbers, bounds).map_err(|error| error.to_string())
}

fn read(orders: &mpsc::Sender<Order>) {
    let mut input = io::stdin().lock();
    loop {
        match read_frame(&mut input) {
            Ok(Some(order)) => {
                if orders.send(order).is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => return eprintln!("error: {error}"),
        }
    }
}

/// A worker that is gone ends the engine at once: nobody wants what is under way.
fn write(words: mpsc::Receiver<Word>) {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for word in words {
        if write_frame(&mut output, &word).is_err() {
            std::process::exit(1);
        }
    }
}
