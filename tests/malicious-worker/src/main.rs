//! `ballast-malicious-worker`: a storage worker that lies, so that end-to-end tests see what a network does about it.
//!
//! Goals: everything but its lies is the real worker's code, on the real worker's data directory; each lie is a line of its
//! log that begins with `lie:`, so that a test knows it was told.
//! Non-goals: use outside tests. It is a program of its own: no feature of the real worker turns it into this one.

mod chain;
mod front;
mod mode;
mod receipts;

use ballast_storage_worker::{
    config::{Config, RunArgs},
    serve,
    worker::{RpcConnect, Worker},
};
use clap::Parser;
use mode::Mode;
use std::{
    error::Error,
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
    sync::Arc,
};
use tokio::signal::unix::{signal, SignalKind};

/// A storage worker that lies, for tests
#[derive(Parser)]
#[command(name = "ballast-malicious-worker", version)]
struct Cli {
    /// How it lies
    #[arg(long, value_enum)]
    mode: Mode,
    #[command(flatten)]
    run: RunArgs,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
    let (mode, public) = (cli.mode, cli.run.resolve()?);
    tracing_subscriber::fmt()
        .with_env_filter(&public.log)
        .with_writer(std::io::stderr)
        .init();
    let connect = RpcConnect {
        url: public.chain_url.clone(),
        allow_insecure: public.allow_insecure_chain,
    };
    // The real routes are behind an address that nobody knows; readers are answered by those with lies in between.
    let hidden = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        ..public.clone()
    };
    let connect = Arc::new(chain::LyingConnect { connect, mode });
    let worker = Worker::start(&hidden, connect).await?;
    let (app, stop) = (worker.app().clone(), worker.stop_token());
    let mut service = serve::service(app.clone(), &public.limits);
    service.router = front::lying(service.router, mode);
    let listener = ballast_http_server::bind(public.listen).await?;
    let front = tokio::spawn(ballast_http_server::serve(listener, service, stop.clone()));
    let replay = (mode == Mode::Replaying).then(|| tokio::spawn(receipts::replay(app)));
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        terminate.recv().await;
        stop.cancel();
    });
    worker.join().await?;
    if let Some(replay) = replay {
        replay.abort();
    }
    Ok(front.await?)
}
