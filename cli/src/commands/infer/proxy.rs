//! `infer-proxy`: lets a program that speaks OpenAI's API, and knows nothing of vouchers, talk to paid workers.
//!
//! Goals: requests go on byte by byte, answers come back checked; a program of this machine alone can spend, and no page
//! in a browser. Non-goals: TLS and tokens; keep it on loopback.

use super::payment;
use crate::{
    args::InferProxyArgs,
    context::Context,
    error::CliError,
    output::{Answer, Report},
};
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{header, HeaderMap, HeaderValue, StatusCode},
    middleware::{from_fn, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
    Router,
};
use ballast_chain::ErrorClass;
use ballast_http_server::{Limits, Observer, Service};
use ballast_inference::{wire::ANSWER_HEADER, Answer as Paid, PaidStream, PayError, RenewingPayer};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};

/// Bytes of a request.
const BODY_LEN_MAX: usize = 8 << 20;
/// How long a request may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// Requests under way.
const REQUESTS_MAX: usize = 64;
/// JSON for a connection that is one too many.
const REFUSAL: &str = "{\"error\":{\"message\":\"too many connections are open; try again\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"overloaded\"}}";

#[derive(Debug, Serialize)]
struct ServedReport {
    listen: SocketAddr,
}

impl Report for ServedReport {
    fn text(&self) -> String {
        String::new()
    }
}

/// A model with who is paid for it.
struct Backend {
    payer: RenewingPayer,
    name: String,
}

struct Proxy {
    backends: Vec<Backend>,
    places: Semaphore,
}

struct NoObserver;

impl Observer for NoObserver {
    fn opened(&self) {}
    fn closed(&self) {}
    fn refused(&self) {}
}

/// Serves until it is told to stop.
pub async fn run(args: &InferProxyArgs, context: &Context) -> Result<Answer, CliError> {
    if !args.listen.ip().is_loopback() && !args.allow_remote {
        return Err(CliError::usage(format!(
            "{} is reachable from other machines, and whoever reaches the proxy spends from your channels; listen on \
             127.0.0.1, or say --allow-remote and put something in front that asks who it is",
            args.listen
        )));
    }
    let mut backends = Vec::new();
    for model in &args.model {
        let payer = payment::open_renewing(model, &args.pay, context).await?;
        let name = format!("{}/{}", model.namespace, model.name);
        let current = payer.current();
        let channel = current.channel().0;
        tracing::info!(%model, channel, worker = current.endpoint(), "paying");
        backends.push(Backend { payer, name });
    }
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        CliError::usage(format!(
            "cannot listen on {}: {error}; choose another --listen",
            args.listen
        ))
    })?;
    let listen = listener.local_addr().unwrap_or(args.listen);
    let stop = crate::commands::gateway::stop_on_signal()?;
    let proxy = Arc::new(Proxy {
        backends,
        places: Semaphore::new(REQUESTS_MAX),
    });
    context.screen.say(&format!(
        "serving at http://{listen}/v1: set OPENAI_BASE_URL"
    ));
    let service = Service {
        router: router(proxy, args.allow_remote),
        limits: Limits {
            connections: args.max_connections,
            connections_per_peer: args.max_connections,
        },
        refusal: REFUSAL,
        observer: Arc::new(NoObserver),
    };
    ballast_http_server::serve(listener, service, stop).await;
    Ok(Answer::new(&ServedReport { listen }))
}

fn router(proxy: Arc<Proxy>, allow_remote: bool) -> Router {
    let router = Router::new()
        .route("/v1/models", get(models))
        .route("/v1/models/{*id}", get(model))
        .route("/v1/embeddings", post(ask))
        .route("/v1/completions", post(ask))
        .route("/v1/chat/completions", post(ask))
        .fallback(nothing)
        .layer(DefaultBodyLimit::disable())
        .with_state(proxy);
    match allow_remote {
        true => router,
        false => router.layer(from_fn(own_programs_only)),
    }
}

/// Refuses what a page in a browser sends: it could spend without anybody knowing.
async fn own_programs_only(request: Request, next: Next) -> Response {
    match is_own(request.headers()) {
        true => next.run(request).await,
        false => error(
            StatusCode::FORBIDDEN,
            "invalid_request_error",
            "forbidden",
            "the proxy answers programs of this machine, and no pages; ask it as 127.0.0.1 or localhost",
        ),
    }
}

fn is_own(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    // A page's own name that leads here is no name of this machine.
    let is_here = host.is_none_or(|host| {
        let bare = host
            .parse::<SocketAddr>()
            .map(|address| address.ip().is_loopback());
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        bare.unwrap_or(name == "localhost" || name == "127.0.0.1" || host == "[::1]")
    });
    is_here && !headers.contains_key(header::ORIGIN)
}

async fn models(State(proxy): State<Arc<Proxy>>) -> Response {
    let mut data = Vec::new();
    for backend in &proxy.backends {
        match payment::served(&backend.payer.current()).await {
            Ok(model) => data.push(model),
            Err(failure) => return unavailable(&failure),
        }
    }
    axum::Json(json!({ "object": "list", "data": data })).into_response()
}

async fn model(State(proxy): State<Arc<Proxy>>, Path(id): Path<String>) -> Response {
    let Some(backend) = proxy.backend(&id) else {
        return proxy.unknown(&id);
    };
    match payment::served(&backend.payer.current()).await {
        Ok(model) => axum::Json(model).into_response(),
        Err(failure) => unavailable(&failure),
    }
}

#[derive(Deserialize)]
struct Asked {
    model: String,
}

async fn ask(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let Ok(_place) = proxy.places.try_acquire() else {
        return error(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_error",
            "overloaded",
            &format!("{REQUESTS_MAX} requests are under way, which is the most; try again"),
        );
    };
    let path = request.uri().path().to_string();
    let body = axum::body::to_bytes(request.into_body(), BODY_LEN_MAX);
    let body = match tokio::time::timeout(BODY_TIMEOUT, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let told = format!("a request may have {BODY_LEN_MAX} bytes; send less");
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return error(status, "invalid_request_error", "too_large", &told);
        }
        Err(_) => {
            let told = "the request did not arrive in time; send it again";
            return error(
                StatusCode::REQUEST_TIMEOUT,
                "timeout_error",
                "timeout",
                told,
            );
        }
    };
    let asked: Asked = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(reason) => {
            let told = format!("the request names no model: {reason}");
            return error(
                StatusCode::BAD_REQUEST,
                "invalid_request_error",
                "malformed",
                &told,
            );
        }
    };
    let Some(backend) = proxy.backend(&asked.model) else {
        return proxy.unknown(&asked.model);
    };
    match backend.payer.ask(&path, body).await {
        Ok(Paid::Whole { body, signed, .. }) => {
            let signed = serde_json::to_string(&signed).unwrap_or_default();
            let headers = [
                ("content-type", value("application/json")),
                (ANSWER_HEADER, value(&signed)),
            ];
            (headers, body).into_response()
        }
        Ok(Paid::Stream(stream)) => streamed(stream),
        Ok(Paid::Refused {
            status,
            retry_after,
            body,
        }) => refused(status, retry_after, body),
        Err(failure) => failed(&failure),
    }
}

/// A stream as it comes. What breaks it is its last event, in the form that clients know.
fn streamed(stream: PaidStream) -> Response {
    let events = futures::stream::unfold(Some(stream), |stream| async move {
        let mut stream = stream?;
        match stream.next().await? {
            Ok(bytes) => Some((Ok::<_, Infallible>(bytes), Some(stream))),
            Err(failure) => {
                let object = object("server_error", failure.code(), &failure.to_string());
                Some((Ok(Bytes::from(format!("data: {object}\n\n"))), None))
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, value("text/event-stream")),
        (header::CACHE_CONTROL, value("no-cache")),
    ];
    (headers, Body::from_stream(events)).into_response()
}

impl Proxy {
    fn backend(&self, asked: &str) -> Option<&Backend> {
        let bare = asked.split('@').next().unwrap_or(asked);
        self.backends.iter().find(|backend| {
            backend.name.eq_ignore_ascii_case(bare) || asked.parse() == Ok(backend.payer.model())
        })
    }

    fn unknown(&self, asked: &str) -> Response {
        let names: Vec<&str> = self.backends.iter().map(|one| one.name.as_str()).collect();
        let told = format!(
            "there is no model {asked:?} here; this proxy pays for {}",
            names.join(", ")
        );
        let mut object = object("invalid_request_error", "model_not_found", &told);
        object["error"]["param"] = json!("model");
        refused(404, None, object.to_string().into())
    }
}

fn refused(status: u16, retry_after: Option<String>, body: Bytes) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, value("application/json"));
    if let Some(after) = retry_after {
        headers.insert(header::RETRY_AFTER, value(&after));
    }
    response
}

fn failed(failure: &PayError) -> Response {
    let (status, kind) = match failure.class() {
        ErrorClass::Usage => (StatusCode::PAYMENT_REQUIRED, "payment_error"),
        // Clients try again by themselves, with the same request, which is then paid once.
        ErrorClass::Retryable => (StatusCode::SERVICE_UNAVAILABLE, "server_error"),
        ErrorClass::Fatal => (StatusCode::BAD_GATEWAY, "server_error"),
    };
    let mut response = error(status, kind, failure.code(), &failure.to_string());
    if failure.class() == ErrorClass::Fatal {
        response
            .headers_mut()
            .insert("x-should-retry", value("false"));
    }
    response
}

fn unavailable(failure: &CliError) -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    error(
        status,
        "server_error",
        "worker_unavailable",
        &failure.to_string(),
    )
}

async fn nothing() -> Response {
    let told = "there is nothing under this address; the proxy has /v1/models, /v1/embeddings, /v1/completions and /v1/chat/completions";
    error(
        StatusCode::NOT_FOUND,
        "invalid_request_error",
        "not_found",
        told,
    )
}

fn error(status: StatusCode, kind: &str, code: &str, message: &str) -> Response {
    let json = [(header::CONTENT_TYPE, value("application/json"))];
    (status, json, object(kind, code, message).to_string()).into_response()
}

fn object(kind: &str, code: &str, message: &str) -> Value {
    json!({ "error": { "message": message, "type": kind, "param": null, "code": code } })
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_programs() {
        let of = |pairs: &[(header::HeaderName, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, text) in pairs {
                headers.insert(name, value(text));
            }
            is_own(&headers)
        };
        for host in [
            "127.0.0.1:8686",
            "localhost:8686",
            "[::1]:8686",
            "localhost",
        ] {
            assert!(of(&[(header::HOST, host)]), "{host}");
        }
        for host in ["evil.example", "evil.example:8686", "192.0.2.1:8686"] {
            assert!(!of(&[(header::HOST, host)]), "{host}");
        }
        let page = [
            (header::HOST, "localhost:8686"),
            (header::ORIGIN, "https://evil.example"),
        ];
        assert!(!of(&page));
    }

    #[test]
    fn what_can_be_repaired_by_asking_again_is_said_so() {
        let broken = failed(&PayError::BrokeOff);
        assert_eq!(broken.status(), StatusCode::SERVICE_UNAVAILABLE);
        let poor = failed(&PayError::NoChannel("none".into()));
        assert_eq!(poor.status(), StatusCode::PAYMENT_REQUIRED);
        let lied = failed(&PayError::Distrust(
            ballast_inference::answer::Distrust::Unsigned,
        ));
        assert_eq!(lied.status(), StatusCode::BAD_GATEWAY);
        assert_eq!(lied.headers()["x-should-retry"], "false");
    }
}
