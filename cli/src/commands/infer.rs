//! `infer` and `embed`: one question to a paid worker, checked before it is shown whole.

mod payment;
pub mod proxy;

use crate::{
    amount::Amount,
    args::{EmbedArgs, InferArgs},
    context::Context,
    error::CliError,
    output::{Answer, Report},
};
use ballast_chain::ss58;
use ballast_core::Balance;
use ballast_inference::{wire::SignedAnswer, Answer as Paid, PaidStream, PayError, Payer};
use bytes::Bytes;
use serde::Serialize;
use serde_json::{json, Value};
use std::io::{self, BufRead, Read, Write};

/// Longest text that is read from standard input.
const INPUT_LEN_MAX: u64 = 4 << 20;
/// Longest event of a stream.
const EVENT_LEN_MAX: usize = 1 << 20;

/// What an answer cost, and who stands for it.
#[derive(Debug, Serialize)]
struct Bill {
    worker: String,
    channel: u64,
    number: u64,
    tokens_in: u32,
    tokens_out: u32,
    cost: Amount,
    spent: Amount,
    signed: SignedAnswer,
}

#[derive(Debug, Serialize)]
struct TextReport {
    text: String,
    #[serde(flatten)]
    bill: Bill,
    /// Whether the text was printed while it came.
    #[serde(skip)]
    shown: bool,
}

#[derive(Debug, Serialize)]
struct VectorsReport {
    embeddings: Vec<Vec<f32>>,
    #[serde(flatten)]
    bill: Bill,
}

impl Bill {
    fn new(payer: &Payer, signed: SignedAnswer, cost: Balance) -> Self {
        Self {
            worker: ss58::encode(&payer.worker().0),
            channel: signed.channel,
            number: signed.number,
            tokens_in: signed.tokens_in,
            tokens_out: signed.tokens_out,
            cost: Amount(cost),
            spent: Amount(payer.spent()),
            signed,
        }
    }

    fn told(&self) -> String {
        format!(
            "{} tokens read, {} written: {}; signed by worker {}, request {} of channel {}, {} spent so far",
            self.tokens_in, self.tokens_out, self.cost, self.worker, self.number, self.channel, self.spent
        )
    }
}

/// Asks for text.
pub async fn run(args: &InferArgs, context: &Context) -> Result<Answer, CliError> {
    let prompt = text(&args.prompt)?;
    let payer = payment::open(&args.model, &args.pay, context).await?;
    let served = payment::served(&payer).await?;
    let chat = served["chat"].as_bool().unwrap_or_default();
    if served["task"] != "text" {
        return Err(CliError::usage(format!(
            "{} makes embeddings; ask it by `ballast embed`",
            args.model
        )));
    }
    let path = match chat {
        true => "/v1/chat/completions",
        false => "/v1/completions",
    };
    let body = request(args, &served, chat, &prompt)?.to_string();
    let show = !context.is_json();
    let (text, signed, cost) = match payer.ask(path, body.into()).await? {
        Paid::Stream(stream) => read(stream, show).await?,
        Paid::Whole { .. } => {
            return Err(CliError::fatal(
                "the worker answered in one piece, a stream was asked for",
            ))
        }
        Paid::Refused { status, body, .. } => return Err(payment::refusal(status, &body)),
    };
    let bill = Bill::new(&payer, signed, cost);
    if show {
        context.screen.say(&bill.told());
    }
    Ok(Answer::new(&TextReport {
        text,
        bill,
        shown: show,
    }))
}

fn request(args: &InferArgs, served: &Value, chat: bool, prompt: &str) -> Result<Value, CliError> {
    let mut body = json!({ "model": served["id"], "stream": true });
    let messages = |system: Option<&String>| {
        let system = system.map(|text| json!({ "role": "system", "content": text }));
        let user = json!({ "role": "user", "content": prompt });
        system.into_iter().chain([user]).collect::<Vec<_>>()
    };
    match (chat, &args.system) {
        (true, system) => body["messages"] = json!(messages(system.as_ref())),
        (false, None) => body["prompt"] = json!(prompt),
        (false, Some(_)) => {
            return Err(CliError::usage(format!(
                "{} does not converse, so --system means nothing to it",
                args.model
            )))
        }
    }
    let optional = [
        ("max_tokens", json!(args.max_tokens)),
        ("temperature", json!(args.temperature)),
        ("seed", json!(args.sampling_seed)),
    ];
    for (name, value) in optional {
        if !value.is_null() {
            body[name] = value;
        }
    }
    if !args.stop.is_empty() {
        body["stop"] = json!(args.stop);
    }
    Ok(body)
}

/// Reads a stream to its end, and shows its text as it comes.
async fn read(
    mut stream: PaidStream,
    show: bool,
) -> Result<(String, SignedAnswer, Balance), CliError> {
    let (mut buffer, mut text) = (Vec::new(), String::new());
    while let Some(piece) = stream.next().await {
        buffer.extend_from_slice(&piece?);
        while let Some(end) = buffer.windows(2).position(|two| two == b"\n\n") {
            let rest = buffer.split_off(end.saturating_add(2));
            let event = std::mem::replace(&mut buffer, rest);
            let more = said(&event)?;
            if show {
                print(&more)?;
            }
            text.push_str(&more);
        }
        if buffer.len() > EVENT_LEN_MAX {
            return Err(CliError::fatal(
                "the worker's stream has an event without an end",
            ));
        }
    }
    if show {
        print("\n")?;
    }
    let (signed, cost) = stream.signed().ok_or(PayError::BrokeOff)?;
    Ok((text, signed, cost))
}

/// The text of an event.
fn said(event: &[u8]) -> Result<String, CliError> {
    let data = event.strip_prefix(b"data: ").unwrap_or_default();
    let object: Value = serde_json::from_slice(data).unwrap_or_default();
    if let Some(message) = object["error"]["message"].as_str() {
        return Err(CliError::retryable(format!(
            "the worker broke the answer off: {}",
            crate::output::printable(message.as_bytes())
        )));
    }
    let choice = &object["choices"][0];
    let text = choice["delta"]["content"]
        .as_str()
        .or(choice["text"].as_str());
    Ok(text.unwrap_or_default().to_string())
}

/// Prints at once, without what could steer a terminal. A reader that has gone away is no error.
fn print(text: &str) -> Result<(), CliError> {
    let shown: String = text
        .chars()
        .map(|c| match c.is_control() && c != '\n' && c != '\t' {
            true => '\u{fffd}',
            false => c,
        })
        .collect();
    let mut out = io::stdout().lock();
    match out.write_all(shown.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::output(&error)),
        _ => Ok(()),
    }
}

/// Asks for vectors.
pub async fn embed(args: &EmbedArgs, context: &Context) -> Result<Answer, CliError> {
    let texts = texts(&args.texts)?;
    let payer = payment::open(&args.model, &args.pay, context).await?;
    let served = payment::served(&payer).await?;
    if served["task"] != "embeddings" {
        return Err(CliError::usage(format!(
            "{} writes text; ask it by `ballast infer`",
            args.model
        )));
    }
    let body = json!({ "model": served["id"], "input": texts, "encoding_format": "float" });
    let (body, signed, cost) = match payer.ask("/v1/embeddings", body.to_string().into()).await? {
        Paid::Whole { body, signed, cost } => (body, *signed, cost),
        Paid::Stream(_) => return Err(CliError::fatal("the worker answered with a stream")),
        Paid::Refused { status, body, .. } => return Err(payment::refusal(status, &body)),
    };
    let embeddings = vectors(&body, texts.len())?;
    let bill = Bill::new(&payer, signed, cost);
    if !context.is_json() {
        context.screen.say(&bill.told());
    }
    Ok(Answer::new(&VectorsReport { embeddings, bill }))
}

fn vectors(body: &Bytes, count: usize) -> Result<Vec<Vec<f32>>, CliError> {
    let object: Value = serde_json::from_slice(body).unwrap_or_default();
    let data = object["data"].as_array().cloned().unwrap_or_default();
    let vectors: Option<Vec<Vec<f32>>> = data
        .into_iter()
        .map(|entry| serde_json::from_value(entry["embedding"].clone()).ok())
        .collect();
    vectors
        .filter(|vectors| vectors.len() == count)
        .ok_or_else(|| {
            CliError::fatal(format!("the worker's answer has not {count} vectors, though it is signed; keep the signed answer and ask another worker"))
        })
}

fn text(given: &str) -> Result<String, CliError> {
    if given != "-" {
        return Ok(given.into());
    }
    let mut text = String::new();
    let read = io::stdin()
        .lock()
        .take(INPUT_LEN_MAX)
        .read_to_string(&mut text);
    read.map_err(|error| CliError::usage(format!("standard input is no text: {error}")))?;
    Ok(text)
}

fn texts(given: &[String]) -> Result<Vec<String>, CliError> {
    if given != ["-"] {
        return Ok(given.to_vec());
    }
    let lines = io::stdin().lock().take(INPUT_LEN_MAX).lines();
    let lines: io::Result<Vec<String>> = lines.collect();
    lines.map_err(|error| CliError::usage(format!("standard input is no text: {error}")))
}

impl Report for TextReport {
    fn text(&self) -> String {
        match self.shown {
            true => String::new(),
            false => self.text.clone(),
        }
    }
}

impl Report for VectorsReport {
    fn text(&self) -> String {
        let line = |vector: &Vec<f32>| json!(vector).to_string();
        let lines: Vec<String> = self.embeddings.iter().map(line).collect();
        lines.join("\n")
    }
}

impl From<PayError> for CliError {
    fn from(error: PayError) -> Self {
        Self::new(error.class(), error)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_out_of_both_kinds_of_events() {
        let chat = br#"data: {"choices":[{"delta":{"content":"a"}}]}"#;
        let completion = br#"data: {"choices":[{"text":"b"}]}"#;
        assert_eq!(said(chat).unwrap(), "a");
        assert_eq!(said(completion).unwrap(), "b");
        assert_eq!(said(b"data: [DONE]").unwrap(), "");
        let broken = said(br#"data: {"error":{"message":"it \u001b[2J broke"}}"#).unwrap_err();
        assert_eq!(broken.code(), 3);
        assert!(!broken.to_string().contains('\u{1b}'));
    }

    #[test]
    fn an_answer_with_another_number_of_vectors_is_none() {
        let body = |count: usize| {
            let data = vec![json!({ "embedding": [0.5, 1.0] }); count];
            Bytes::from(json!({ "data": data }).to_string())
        };
        assert_eq!(vectors(&body(1), 1).unwrap(), [[0.5, 1.0]]);
        assert!(vectors(&body(2), 1).is_err());
        assert!(vectors(&Bytes::from_static(b"no json"), 1).is_err());
    }
}
