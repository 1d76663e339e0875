//! `POST /v1/chat/completions` and `POST /v1/completions`: what is asked for.

use super::{
    app::{new_id, now, App},
    error::ApiError,
    fields::{max_tokens, parse, refuse_unsupported, Choice, Rest, Stop, Streaming},
    generation::{Generation, Wish},
    limits::{COMPLETION_TOKENS, MESSAGES_MAX},
    payment::{in_full, Paid},
    shape::{Kind, Shape},
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use ballast_engine_protocol::{ChatMessage, Input, Prompt};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

#[derive(Deserialize)]
struct Wanted {
    model: String,
    messages: Option<Vec<Message>>,
    prompt: Option<Prompts>,
    max_tokens: Option<u32>,
    max_completion_tokens: Option<u32>,
    #[serde(default)]
    stop: Stop,
    #[serde(flatten)]
    choice: Choice,
    #[serde(flatten)]
    streaming: Streaming,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    #[serde(default)]
    content: Content,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Content {
    #[default]
    None,
    Text(String),
    Parts(Vec<Map<String, Value>>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Prompts {
    Tokens(Vec<u32>),
    Several(Vec<Input>),
    One(String),
}

/// Answers in a conversation.
pub async fn chat(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    create(app, request, Kind::Chat).await
}

/// Goes on from a prompt.
pub async fn completion(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    create(app, request, Kind::Completion).await
}

async fn create(app: Arc<App>, request: Request, kind: Kind) -> Result<Response, ApiError> {
    let asked = app.take(request).await?;
    let wanted: Wanted = parse(&asked.body)?;
    app.check_model(&wanted.model)?;
    let usage_event = wanted.streaming.usage_event()?;
    let wish = wanted.wish(kind)?;
    let id = new_id(kind.prefix());
    let shape = Shape {
        kind,
        id,
        created: now(),
        model: app.model.name().to_string(),
    };
    let payment = match app.pay(&asked, wish.max_tokens).await? {
        Paid::Now(payment) => payment,
        Paid::Again(response) => return Ok(response),
    };
    let is_paid = payment.is_paid();
    let answer = async move {
        let generation = Generation::begin(app, asked, shape, wish, payment).await?;
        match usage_event {
            None => generation.whole().await,
            Some(with_usage) => Ok(generation.stream(with_usage)),
        }
    };
    in_full(is_paid, answer).await
}

/// What a request comes to, with this seed if it has none of its own.
pub fn wish_of(kind: Kind, body: &[u8], seed: Option<u64>) -> Result<Wish, ApiError> {
    let wanted: Wanted = parse(body)?;
    let seed = seed.filter(|_| !wanted.choice.has_seed());
    let mut wish = wanted.wish(kind)?;
    wish.sampling.seed = seed.unwrap_or(wish.sampling.seed);
    Ok(wish)
}

impl Wanted {
    fn wish(self, kind: Kind) -> Result<Wish, ApiError> {
        refuse_unsupported(&self.rest, "")?;
        let sampling = self.choice.sampling()?;
        let (prompt, max) = match kind {
            Kind::Chat => {
                if self.prompt.is_some() {
                    return Err(ApiError::unsupported("prompt"));
                }
                let wanted = max_tokens("max_completion_tokens", self.max_completion_tokens)?;
                (
                    chat_prompt(self.messages)?,
                    wanted.or(max_tokens("max_tokens", self.max_tokens)?),
                )
            }
            Kind::Completion => {
                if self.messages.is_some() {
                    return Err(ApiError::unsupported("messages"));
                }
                let wanted = max_tokens("max_tokens", self.max_tokens)?;
                (
                    text_prompt(self.prompt)?,
                    Some(wanted.unwrap_or(COMPLETION_TOKENS)),
                )
            }
        };
        Ok(Wish {
            prompt,
            sampling,
            max_tokens: max,
            stop: self.stop.texts()?,
        })
    }
}

fn chat_prompt(messages: Option<Vec<Message>>) -> Result<Prompt, ApiError> {
    let messages = messages.unwrap_or_default();
    match messages.len() {
        0 => {
            return Err(ApiError::in_field(
                "messages",
                "messages is missing or empty",
            ))
        }
        len if len > MESSAGES_MAX => {
            let told = format!("there are {len} messages, {MESSAGES_MAX} are the most");
            return Err(ApiError::in_field("messages", told));
        }
        _ => {}
    }
    let messages: Vec<ChatMessage> = (0..)
        .zip(messages)
        .map(|(at, message)| message.taken(at))
        .collect::<Result<_, _>>()?;
    Ok(Prompt::Chat(messages))
}

impl Message {
    fn taken(self, at: usize) -> Result<ChatMessage, ApiError> {
        let place = format!("messages[{at}].");
        refuse_unsupported(&self.rest, &place)?;
        let role = match self.role.as_str() {
            // The newer name of the same.
            "developer" => "system".to_string(),
            "system" | "user" | "assistant" => self.role,
            _ => {
                return Err(ApiError::in_field(
                    format!("{place}role"),
                    "a role is system, developer, user or assistant",
                ))
            }
        };
        let content = match self.content {
            Content::Text(text) => text,
            Content::Parts(parts) => parts
                .iter()
                .map(text_part)
                .collect::<Option<String>>()
                .ok_or_else(|| {
                    ApiError::in_field(
                        format!("{place}content"),
                        "a content is a text, or parts of the type text",
                    )
                })?,
            Content::None => {
                return Err(ApiError::in_field(
                    format!("{place}content"),
                    "a message has a content",
                ))
            }
        };
        Ok(ChatMessage { role, content })
    }
}

fn text_part(part: &Map<String, Value>) -> Option<&str> {
    match part.get("type")?.as_str()? {
        "text" => part.get("text")?.as_str(),
        _ => None,
    }
}

fn text_prompt(prompt: Option<Prompts>) -> Result<Prompt, ApiError> {
    let input = match prompt {
        None => return Err(ApiError::in_field("prompt", "prompt is missing")),
        Some(Prompts::One(text)) => Input::Text(text),
        Some(Prompts::Tokens(tokens)) => Input::Tokens(tokens),
        Some(Prompts::Several(mut prompts)) => match (prompts.pop(), prompts.is_empty()) {
            (Some(only), true) => only,
            _ => {
                return Err(ApiError::in_field(
                    "prompt",
                    "a request has one prompt; send one for each",
                ))
            }
        },
    };
    Ok(Prompt::Text(input))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wish(kind: Kind, body: Value) -> Result<Wish, Value> {
        let mut body = body;
        body["model"] = json!("m");
        let wanted = parse::<Wanted>(body.to_string().as_bytes()).map_err(|error| error.json())?;
        wanted.wish(kind).map_err(|error| error.json())
    }

    fn param(kind: Kind, body: Value) -> Value {
        wish(kind, body).err().unwrap()["error"]["param"].clone()
    }

    #[test]
    fn a_conversation_is_taken_in_both_its_forms() {
        let parts = json!([{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }]);
        let body = json!({ "messages": [{ "role": "developer", "content": "be" }, { "role": "user", "content": parts }],
            "temperature": 0, "seed": 3, "max_completion_tokens": 5, "stop": "x", "stream": true });
        let wish = wish(Kind::Chat, body).ok().unwrap();
        let Prompt::Chat(messages) = wish.prompt else {
            panic!("another prompt")
        };
        let said: Vec<_> = messages
            .iter()
            .map(|one| (one.role.as_str(), one.content.as_str()))
            .collect();
        assert_eq!(said, [("system", "be"), ("user", "ab")]);
        assert_eq!(
            (wish.max_tokens, wish.sampling.seed, wish.stop),
            (Some(5), 3, vec!["x".to_string()])
        );
    }

    #[test]
    fn what_is_wrong_with_a_conversation_is_told_by_its_place() {
        let user = json!({ "role": "user", "content": "x" });
        for (messages, place) in [
            (json!([]), "messages"),
            (
                json!([user, { "role": "robot", "content": "x" }]),
                "messages[1].role",
            ),
            (json!([{ "role": "user" }]), "messages[0].content"),
            (
                json!([{ "role": "user", "content": [{ "type": "image_url" }] }]),
                "messages[0].content",
            ),
            (
                json!([{ "role": "assistant", "content": "x", "tool_calls": [{}] }]),
                "messages[0].tool_calls",
            ),
        ] {
            assert_eq!(param(Kind::Chat, json!({ "messages": messages })), place);
        }
        assert_eq!(
            param(Kind::Chat, json!({ "messages": [user], "tools": [{}] })),
            "tools"
        );
        assert_eq!(
            param(Kind::Chat, json!({ "messages": [user], "max_tokens": 0 })),
            "max_tokens"
        );
        assert_eq!(
            param(Kind::Chat, json!({ "messages": [user], "prompt": "x" })),
            "prompt"
        );
    }

    #[test]
    fn a_prompt_is_a_text_or_tokens_and_only_one() {
        assert!(matches!(
            wish(Kind::Completion, json!({ "prompt": ["a"] }))
                .ok()
                .unwrap()
                .prompt,
            Prompt::Text(Input::Text(_))
        ));
        assert!(matches!(
            wish(Kind::Completion, json!({ "prompt": [[1, 2]] }))
                .ok()
                .unwrap()
                .prompt,
            Prompt::Text(Input::Tokens(_))
        ));
        let wish_of_tokens = wish(Kind::Completion, json!({ "prompt": [1, 2] }))
            .ok()
            .unwrap();
        assert_eq!(wish_of_tokens.max_tokens, Some(COMPLETION_TOKENS));
        assert_eq!(
            param(Kind::Completion, json!({ "prompt": ["a", "b"] })),
            "prompt"
        );
        assert_eq!(param(Kind::Completion, json!({})), "prompt");
        assert_eq!(
            param(Kind::Completion, json!({ "prompt": "x", "suffix": "y" })),
            "suffix"
        );
    }
}
