//! `POST /v1/embeddings`.

use super::{
    app::{new_id, App, Asked},
    checks::Answered,
    error::ApiError,
    fields::{parse, refuse_unsupported, Rest},
    limits::INPUTS_MAX,
    payment::{in_full, Paid, Payment, JSON},
};
use crate::transcript::{self, vectors_root};
use axum::{
    extract::{Request, State},
    response::Response,
};
use ballast_core::answer::Exchange;
use ballast_engine_protocol::{Input, Order, Task, Vector, Word};
use serde::Deserialize;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::sync::Arc;

#[derive(Deserialize)]
struct Wanted {
    model: String,
    input: Texts,
    #[serde(default)]
    encoding_format: Option<Encoding>,
    dimensions: Option<u32>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    Float,
    Base64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    Tokens(Vec<u32>),
    Several(Vec<Input>),
    One(String),
}

impl Texts {
    fn inputs(self) -> Result<Vec<Input>, ApiError> {
        let inputs = match self {
            Self::One(text) => vec![Input::Text(text)],
            Self::Tokens(tokens) if !tokens.is_empty() => vec![Input::Tokens(tokens)],
            Self::Tokens(_) => Vec::new(),
            Self::Several(inputs) => inputs,
        };
        match inputs.len() {
            0 => Err(ApiError::in_field(
                "input",
                "input is empty; give a text, or several",
            )),
            len if len > INPUTS_MAX => {
                let message = format!("input has {len} texts, {INPUTS_MAX} are the most; send them in several requests");
                Err(ApiError::in_field("input", message))
            }
            _ => Ok(inputs),
        }
    }
}

/// Answers with a vector for each text.
pub async fn create(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let asked = app.take(request).await?;
    let wanted: Wanted = parse(&asked.body)?;
    app.check_model(&wanted.model)?;
    refuse_unsupported(&wanted.rest, "")?;
    check_dimensions(&app, wanted.dimensions)?;
    let inputs = wanted.input.inputs()?;
    let encoding = wanted.encoding_format.unwrap_or(Encoding::Float);
    let payment = match app.pay(&asked, Some(0)).await? {
        Paid::Now(payment) => payment,
        Paid::Again(response) => return Ok(response),
    };
    let is_paid = payment.is_paid();
    in_full(is_paid, answer(app, asked, payment, inputs, encoding)).await
}

async fn answer(
    app: Arc<App>,
    asked: Asked,
    payment: Payment,
    inputs: Vec<Input>,
    encoding: Encoding,
) -> Result<Response, ApiError> {
    // A text has a token at least.
    let least = u32::try_from(inputs.len()).unwrap_or(u32::MAX);
    payment.check_in(least, "input")?;
    let max_input_tokens = payment.most_in();
    let mut job = app.engine.order(|id| Order::Embed {
        id,
        inputs,
        max_input_tokens,
    })?;
    let (vectors, tokens) = match app.word(&mut job, asked.arrived).await? {
        Word::Embedded {
            vectors, tokens, ..
        } => (vectors, tokens),
        Word::Refused { refusal, .. } => return Err(ApiError::refused(&refusal, "input")),
        _ => return Err(ApiError::no_engine(1)),
    };
    payment.check_in(tokens, "input")?;
    let body = body(&vectors, encoding, app.model.name(), tokens)
        .to_string()
        .into_bytes();
    let id = new_id("embd-");
    let response_sha256 = Sha256::digest(&body).into();
    let exchange = Exchange {
        request_sha256: asked.sha256,
        response_sha256,
        tokens_in: tokens,
        tokens_out: 0,
    };
    let answered = Answered {
        activation_root: vectors_root(&vectors),
        ..Answered::new(transcript::Asked::Embeddings, &asked, body.clone())
    };
    let concluded = payment
        .conclude(&app, &id, JSON, exchange, answered, |_| body)
        .await?;
    app.metrics.complete(tokens, 0, asked.arrived.elapsed());
    Ok(concluded.whole(&id))
}

/// What a request comes to.
pub fn inputs_of(body: &[u8]) -> Result<Vec<Input>, ApiError> {
    let wanted: Wanted = parse(body)?;
    refuse_unsupported(&wanted.rest, "")?;
    wanted.input.inputs()
}

/// Vectors are as long as the model makes them: a shortened one would be another model's.
fn check_dimensions(app: &App, wanted: Option<u32>) -> Result<(), ApiError> {
    match (wanted, app.engine.about().task) {
        (Some(wanted), Task::Embed { dimensions }) if wanted != dimensions => {
            let message =
                format!("vectors of this model have {dimensions} numbers, {wanted} were asked for");
            Err(ApiError::in_field("dimensions", message))
        }
        _ => Ok(()),
    }
}

fn body(vectors: &[Vector], encoding: Encoding, model: &str, tokens: u32) -> Value {
    let embedding = |vector: &Vector| match encoding {
        Encoding::Float => json!(vector.0),
        Encoding::Base64 => json!(vector.to_base64()),
    };
    let data: Vec<Value> = vectors
        .iter()
        .enumerate()
        .map(|(index, vector)| json!({ "object": "embedding", "index": index, "embedding": embedding(vector) }))
        .collect();
    json!({
        "object": "list", "data": data, "model": model,
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
    })
}
