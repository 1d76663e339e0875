//! What an executor says that it answered, read out of the bytes that it signed.

use crate::transcript::Asked;
use ballast_engine_protocol::Vector;
use serde::Deserialize;
use serde_json::Number;

/// An answer in text.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimedText {
    /// All of it.
    pub text: String,
    /// What ended it: `stop` or `length`.
    pub finish: String,
}

#[derive(Deserialize)]
struct Object {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    text: Option<String>,
    message: Option<Content>,
    delta: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Embeddings {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    index: usize,
    embedding: Numbers,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Numbers {
    Base64(Vector),
    /// By their text, so that they are the same bit by bit.
    Floats(Vec<Number>),
}

/// The text of a response, whole or as a stream. `None` if it is no such response.
pub fn text(asked: Asked, response: &[u8]) -> Option<ClaimedText> {
    match response.starts_with(b"data: ") {
        true => streamed(asked, std::str::from_utf8(response).ok()?),
        false => {
            let object: Object = serde_json::from_slice(response).ok()?;
            let [choice] = <[Choice; 1]>::try_from(object.choices).ok()?;
            let (finish, text) = (choice.finish_reason.clone()?, piece(asked, choice, false)?);
            Some(ClaimedText { text, finish })
        }
    }
}

fn streamed(asked: Asked, response: &str) -> Option<ClaimedText> {
    let (mut text, mut finish) = (String::new(), None);
    let events = response.strip_suffix("data: [DONE]\n\n")?;
    for event in events.split_terminator("\n\n") {
        let object: Object = serde_json::from_str(event.strip_prefix("data: ")?).ok()?;
        for choice in object.choices {
            // Nothing may come after the end.
            if finish.is_some() {
                return None;
            }
            finish = choice.finish_reason.clone();
            text.push_str(&piece(asked, choice, true)?);
        }
    }
    finish.map(|finish| ClaimedText { text, finish })
}

fn piece(asked: Asked, choice: Choice, is_streamed: bool) -> Option<String> {
    match (asked, is_streamed) {
        (Asked::Completion, _) => choice.text,
        (Asked::Chat, false) => choice.message?.content,
        (Asked::Chat, true) => Some(choice.delta?.content.unwrap_or_default()),
        (Asked::Embeddings, _) => None,
    }
}

/// The vectors of a response, in their order. `None` if it is no such response.
pub fn vectors(response: &[u8]) -> Option<Vec<Vector>> {
    let object: Embeddings = serde_json::from_slice(response).ok()?;
    let vector = |(at, one): (usize, Embedding)| {
        let vector = match one.embedding {
            Numbers::Base64(vector) => vector,
            Numbers::Floats(numbers) => {
                let numbers = numbers.iter().map(|number| number.to_string().parse().ok());
                Vector(numbers.collect::<Option<_>>()?)
            }
        };
        (one.index == at).then_some(vector)
    };
    object.data.into_iter().enumerate().map(vector).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(asked: Asked, response: &str) -> Option<(String, String)> {
        text(asked, response.as_bytes()).map(|claimed| (claimed.text, claimed.finish))
    }

    fn stream(objects: &[serde_json::Value]) -> String {
        let events: String = objects
            .iter()
            .map(|one| format!("data: {one}\n\n"))
            .collect();
        format!("{events}data: [DONE]\n\n")
    }

    #[test]
    fn whole_answers_and_streams_say_the_same() {
        let expected = Some(("ab".to_string(), "stop".to_string()));
        let whole = json!({ "choices": [{ "text": "ab", "finish_reason": "stop" }] });
        assert_eq!(of(Asked::Completion, &whole.to_string()), expected);
        let whole =
            json!({ "choices": [{ "message": { "content": "ab" }, "finish_reason": "stop" }] });
        assert_eq!(of(Asked::Chat, &whole.to_string()), expected);
        let text =
            |text: &str, finish| json!({ "choices": [{ "text": text, "finish_reason": finish }] });
        let events = [
            text("a", None),
            text("b", None),
            text("", Some("stop")),
            json!({ "choices": [] }),
        ];
        assert_eq!(of(Asked::Completion, &stream(&events)), expected);
        let delta = |delta, finish: Option<&str>| json!({ "choices": [{ "delta": delta, "finish_reason": finish }] });
        let events = [
            delta(json!({ "role": "assistant", "content": "" }), None),
            delta(json!({ "content": "ab" }), None),
            delta(json!({}), Some("stop")),
        ];
        assert_eq!(of(Asked::Chat, &stream(&events)), expected);
    }

    #[test]
    fn what_is_no_complete_answer_says_nothing() {
        let text =
            |text: &str, finish| json!({ "choices": [{ "text": text, "finish_reason": finish }] });
        let cut = stream(&[text("a", None)]);
        let more = stream(&[text("a", Some("stop")), text("b", None)]);
        for response in ["", "{}", "data: x", &cut, &more, &cut[..20]] {
            assert_eq!(of(Asked::Completion, response), None, "{response}");
        }
        let two = json!({ "choices": [{ "text": "a", "finish_reason": "stop" }, { "text": "b", "finish_reason": "stop" }] });
        assert_eq!(of(Asked::Completion, &two.to_string()), None);
        assert_eq!(
            of(Asked::Embeddings, &text("a", Some("stop")).to_string()),
            None
        );
        assert_eq!(of(Asked::Chat, &text("a", Some("stop")).to_string()), None);
    }

    #[test]
    fn vectors_come_as_numbers_or_in_base64_and_bit_by_bit() {
        let vector = Vector(vec![0.1, -1.0 / 3.0, 1e-38]);
        for embedding in [json!(vector.0), json!(vector.to_base64())] {
            let body = json!({ "data": [{ "index": 0, "embedding": embedding }] }).to_string();
            let found = vectors(body.as_bytes()).unwrap();
            assert!(found == [vector.clone()]);
        }
        let swapped = json!({ "data": [{ "index": 1, "embedding": [1.0] }] }).to_string();
        assert!(vectors(swapped.as_bytes()).is_none());
        assert!(vectors(b"{}").is_none());
    }
}
