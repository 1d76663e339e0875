//! `gateway`: serves models to Hugging Face clients, and the tokens that uploads to it need.

use super::{blobs::client, publish::durability};
use crate::{
    args::{GatewayArgs, GatewayServeArgs, GatewayVerb, TokenVerb},
    claim,
    context::Context,
    error::CliError,
    files,
    output::{table, Answer, Report},
};
use async_trait::async_trait;
use ballast_blobs::PublishOptions;
use ballast_chain::{Chain, ErrorClass, Signer};
use ballast_gateway::{
    Config, Gateway, Limits, Namespaces, StartError, Token, TokenError, TokenFile, WriteConfig,
};
use serde::Serialize;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tokio::{
    net::TcpListener,
    signal::unix::{signal, SignalKind},
};
use tokio_util::sync::CancellationToken;

/// Serves, or does what the verb says.
pub async fn run(args: &GatewayArgs, context: &Context) -> Result<Answer, CliError> {
    match &args.verb {
        Some(GatewayVerb::Token(verb)) => token(verb),
        None => serve(&args.serve, context).await,
    }
}

#[derive(Debug, Serialize)]
struct ServedReport {
    listen: SocketAddr,
}

async fn serve(args: &GatewayServeArgs, context: &Context) -> Result<Answer, CliError> {
    if args.write && !args.listen.ip().is_loopback() && !args.allow_remote_write {
        return Err(CliError::usage(format!(
            "{} is reachable from other machines, and --write lets whoever has a token spend from your key; \
             listen on 127.0.0.1, or say --allow-remote-write and put TLS in front",
            args.listen
        )));
    }
    let chain = context.chain().await?;
    let write = match args.write {
        true => Some(write_config(args, context, &chain)?),
        false => None,
    };
    let is_writable = write.is_some();
    let client = client(context, &chain)?.with_progress(Arc::new(()));
    let gateway = Gateway::open(client, config(args, write)?)?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        CliError::usage(format!(
            "cannot listen on {}: {error}; choose another --listen",
            args.listen
        ))
    })?;
    let listen = listener.local_addr().unwrap_or(args.listen);
    let stop = stop_on_signal()?;
    context.screen.say(&announcement(listen, is_writable));
    gateway.serve(listener, stop).await;
    Ok(Answer::new(&ServedReport { listen }))
}

fn announcement(listen: SocketAddr, is_writable: bool) -> String {
    let how = match is_writable {
        true => "reads, and uploads for tokens that you made",
        false => "reads",
    };
    format!("serving {how} at http://{listen}: set HF_ENDPOINT=http://{listen}")
}

fn config(args: &GatewayServeArgs, write: Option<WriteConfig>) -> Result<Config, CliError> {
    let cache_dir = match &args.cache_dir {
        Some(folder) => folder.clone(),
        None => files::cache_dir()?.join("gateway"),
    };
    Ok(Config {
        cache_dir,
        cache_size: args.cache_size.0,
        limits: Limits {
            connections: args.max_connections,
            streams: args.max_streams,
            requests_per_second: args.max_rate,
            ..Limits::default()
        },
        public_url: args.public_url.clone(),
        write,
    })
}

fn write_config(
    args: &GatewayServeArgs,
    context: &Context,
    chain: &Arc<dyn Chain>,
) -> Result<WriteConfig, CliError> {
    let signer = context.signer()?;
    let spool = match &args.spool_dir {
        Some(folder) => folder.clone(),
        None => data_dir()?.join("spool"),
    };
    Ok(WriteConfig {
        spool,
        spool_size: args.spool_size.0,
        tokens: tokens_path()?,
        options: PublishOptions {
            code: args.code,
            durability: durability(args.durability),
            epochs: args.epochs,
            ..PublishOptions::default()
        },
        licence: args.licence.clone(),
        namespaces: Arc::new(Claims {
            chain: chain.clone(),
            signer: signer.clone(),
        }),
        signer,
    })
}

/// Takes namespaces as `publish` does, with the same files.
struct Claims {
    chain: Arc<dyn Chain>,
    signer: Signer,
}

#[async_trait]
impl Namespaces for Claims {
    async fn ensure(&self, namespace: &str) -> Result<(), String> {
        let taken = claim::ensure(self.chain.as_ref(), &self.signer, namespace).await;
        taken.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// A token that ends with the first SIGTERM or SIGINT.
pub(super) fn stop_on_signal() -> Result<CancellationToken, CliError> {
    let listen = |kind| {
        signal(kind).map_err(|error| CliError::fatal(format!("signals cannot be heard: {error}")))
    };
    let (mut terminate, mut interrupt) = (
        listen(SignalKind::terminate())?,
        listen(SignalKind::interrupt())?,
    );
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: downloads under way may end, commits are published");
        told.cancel();
    });
    Ok(stop)
}

#[derive(Debug, Serialize)]
struct NewTokenReport {
    id: String,
    name: String,
    token: String,
}

#[derive(Debug, Serialize)]
struct TokensReport {
    tokens: Vec<TokenReport>,
}

#[derive(Debug, Serialize)]
struct TokenReport {
    id: String,
    name: String,
    /// Seconds since 1970.
    created: u64,
}

#[derive(Debug, Serialize)]
struct RevokedReport {
    revoked: String,
}

fn token(verb: &TokenVerb) -> Result<Answer, CliError> {
    let file = TokenFile::new(tokens_path()?);
    match verb {
        TokenVerb::New { name } => {
            let made = file.create(name)?;
            Ok(Answer::new(&NewTokenReport {
                id: made.token.id,
                name: made.token.name,
                token: made.secret,
            }))
        }
        TokenVerb::List => Ok(Answer::new(&TokensReport {
            tokens: file.list()?.into_iter().map(TokenReport::from).collect(),
        })),
        TokenVerb::Revoke { id } => Ok(Answer::new(&RevokedReport {
            revoked: file.revoke(id)?.id,
        })),
    }
}

fn data_dir() -> Result<PathBuf, CliError> {
    Ok(files::data_dir()?.join("gateway"))
}

fn tokens_path() -> Result<PathBuf, CliError> {
    Ok(data_dir()?.join("tokens.json"))
}

impl From<Token> for TokenReport {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            created: token.created,
        }
    }
}

impl Report for ServedReport {
    fn text(&self) -> String {
        String::new()
    }
}

impl Report for NewTokenReport {
    fn text(&self) -> String {
        format!(
            "{}\nThis is the only copy. Give it to clients as HF_TOKEN; revoke it with: ballast gateway token revoke {}",
            self.token, self.id
        )
    }
}

impl Report for TokensReport {
    fn text(&self) -> String {
        let row = |token: &TokenReport| {
            vec![
                token.id.clone(),
                token.name.clone(),
                token.created.to_string(),
            ]
        };
        let rows: Vec<_> = self.tokens.iter().map(row).collect();
        table(&["id", "name", "created"], &rows)
    }
}

impl Report for RevokedReport {
    fn text(&self) -> String {
        format!("{} is revoked", self.revoked)
    }
}

impl From<StartError> for CliError {
    fn from(error: StartError) -> Self {
        Self::new(ErrorClass::Usage, error)
    }
}

impl From<TokenError> for CliError {
    fn from(error: TokenError) -> Self {
        Self::new(ErrorClass::Usage, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_tokens_shows_no_secret_and_no_hash() {
        let report = TokensReport {
            tokens: vec![TokenReport {
                id: "ab12".into(),
                name: "laptop".into(),
                created: 7,
            }],
        };
        assert_eq!(report.text(), "id    name    created\nab12  laptop  7");
        let json = serde_json::to_value(&report).unwrap_or_default();
        let expected =
            serde_json::json!({ "tokens": [{ "id": "ab12", "name": "laptop", "created": 7 }] });
        assert_eq!(json, expected);
    }
}
