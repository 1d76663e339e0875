//! Fields of requests: what is understood, what changes nothing, and what is refused rather than left out.

use super::{
    error::ApiError,
    limits::{STOPS_MAX, STOP_LEN_MAX},
};
use ballast_engine_protocol::Sampling;
use serde::{
    de::{DeserializeOwned, Error as _},
    Deserialize, Deserializer,
};
use serde_json::{Map, Number, Value};

/// Fields that no struct names.
pub type Rest = Map<String, Value>;

/// A body as `T`.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() {
            "the request has the wrong form"
        } else {
            "the request is no JSON"
        };
        ApiError::invalid(format!("{what}: {error}"))
    })
}

/// Refuses what would change the answer if it were understood. `at` stands before the fields' names.
pub fn refuse_unsupported(rest: &Rest, at: &str) -> Result<(), ApiError> {
    match rest.iter().find(|(name, value)| !is_harmless(name, value)) {
        Some((name, _)) => Err(ApiError::unsupported(format!("{at}{name}"))),
        None => Ok(()),
    }
}

/// Whether the answer is the same without this field: it is about something else, or asks for what is done anyway.
fn is_harmless(name: &str, value: &Value) -> bool {
    if value.is_null() {
        return true;
    }
    let empty =
        value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
    match name {
        "user"
        | "metadata"
        | "safety_identifier"
        | "prompt_cache_key"
        | "service_tier"
        | "parallel_tool_calls" => true,
        "store" | "logprobs" | "echo" => value == &Value::Bool(false),
        "n" | "best_of" => value == 1,
        "tools" | "functions" | "logit_bias" | "tool_calls" => empty,
        "tool_choice" => value == "none" || value == "auto",
        "response_format" => value.get("type").is_some_and(|kind| kind == "text"),
        "modalities" => value
            .as_array()
            .is_some_and(|all| all.iter().all(|one| one == "text")),
        _ => false,
    }
}

/// One text, or several.
#[derive(Deserialize, Default)]
#[serde(untagged)]
pub enum Stop {
    /// None.
    #[default]
    None,
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Stop {
    /// The texts, within their bounds.
    pub fn texts(self) -> Result<Vec<String>, ApiError> {
        let texts = match self {
            Self::None => Vec::new(),
            Self::One(text) => vec![text],
            Self::Several(texts) => texts,
        };
        if texts.len() > STOPS_MAX {
            let message = format!("there may be {STOPS_MAX} stop texts, {} came", texts.len());
            return Err(ApiError::in_field("stop", message));
        }
        match texts.iter().any(|text| text.len() > STOP_LEN_MAX) {
            true => Err(ApiError::in_field(
                "stop",
                format!("a stop text may have {STOP_LEN_MAX} bytes"),
            )),
            false => Ok(texts),
        }
    }
}

/// The fields that say how tokens are chosen, the same in all requests for text.
#[derive(Deserialize, Default)]
pub struct Choice {
    #[serde(default, deserialize_with = "number")]
    temperature: Option<f32>,
    #[serde(default, deserialize_with = "number")]
    top_p: Option<f32>,
    seed: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    frequency_penalty: Option<f32>,
    #[serde(default, deserialize_with = "number")]
    presence_penalty: Option<f32>,
}

/// A number with a fraction, also inside of a flattened struct: there serde_json hands it over as a map when any crate of the
/// program has turned on its feature `arbitrary_precision`, as the SDK does.
fn number<'de, D: Deserializer<'de>>(value: D) -> Result<Option<f32>, D::Error> {
    let number = Option::<Number>::deserialize(value)?;
    let parse = |number: Number| number.to_string().parse().map_err(D::Error::custom);
    number.map(parse).transpose()
}

impl Choice {
    /// Whether the request says what the choices hang on.
    pub fn has_seed(&self) -> bool {
        self.seed.is_some()
    }

    /// How tokens are chosen. Without a seed it is another one each time.
    pub fn sampling(&self) -> Result<Sampling, ApiError> {
        let within =
            |name: &str, value: Option<f32>, default: f32, least: f32, most: f32| match value
                .unwrap_or(default)
            {
                value if (least..=most).contains(&value) => Ok(value),
                value => Err(ApiError::in_field(
                    name,
                    format!("{name} is from {least} to {most}, {value} came"),
                )),
            };
        Ok(Sampling {
            temperature: within("temperature", self.temperature, 1.0, 0.0, 2.0)?,
            top_p: within("top_p", self.top_p, 1.0, 0.0, 1.0)?,
            seed: self.seed.map_or_else(rand::random, i64::cast_unsigned),
            frequency_penalty: within("frequency_penalty", self.frequency_penalty, 0.0, -2.0, 2.0)?,
            presence_penalty: within("presence_penalty", self.presence_penalty, 0.0, -2.0, 2.0)?,
        })
    }
}

/// Whether the answer is streamed, and how.
#[derive(Deserialize, Default)]
pub struct Streaming {
    /// Whether it is.
    #[serde(default)]
    pub stream: Option<bool>,
    stream_options: Option<StreamOptions>,
}

#[derive(Deserialize, Default)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
    #[serde(flatten)]
    rest: Rest,
}

impl Streaming {
    /// `None` if the answer comes whole; else whether the counts come in an event of their own.
    pub fn usage_event(&self) -> Result<Option<bool>, ApiError> {
        let streamed = self.stream.unwrap_or_default();
        match &self.stream_options {
            Some(_) if !streamed => Err(ApiError::in_field(
                "stream_options",
                "stream_options needs \"stream\": true",
            )),
            Some(options) => {
                refuse_unsupported(&options.rest, "stream_options.")?;
                Ok(Some(options.include_usage))
            }
            None => Ok(streamed.then_some(false)),
        }
    }
}

/// The tokens an answer may have: at least one, if it says.
pub fn max_tokens(name: &str, wanted: Option<u32>) -> Result<Option<u32>, ApiError> {
    match wanted {
        Some(0) => Err(ApiError::in_field(name, format!("{name} is at least 1"))),
        other => Ok(other),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_that_would_change_the_answer_is_refused_by_name() {
        let rest = |value: Value| value.as_object().unwrap().clone();
        let harmless = json!({ "user": "me", "n": 1, "logprobs": false, "tools": [], "response_format": { "type": "text" },
            "logit_bias": null, "anything": null, "store": false, "tool_choice": "none" });
        assert!(refuse_unsupported(&rest(harmless), "").is_ok());
        for changing in [
            json!({ "n": 2 }),
            json!({ "tools": [{}] }),
            json!({ "logprobs": true }),
            json!({ "response_format": { "type": "json_object" } }),
            json!({ "top_k": 4 }),
            json!({ "tool_choice": "required" }),
        ] {
            let name = changing.as_object().unwrap().keys().next().unwrap().clone();
            let error = refuse_unsupported(&rest(changing), "").unwrap_err().json();
            assert_eq!(
                (&error["error"]["param"], &error["error"]["code"]),
                (&json!(name), &json!("unsupported_parameter"))
            );
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for (name, value) in [
            ("temperature", 2.1),
            ("top_p", -0.1),
            ("presence_penalty", 3.0),
        ] {
            let choice: Choice = serde_json::from_value(json!({ name: value })).unwrap();
            assert_eq!(
                choice.sampling().unwrap_err().json()["error"]["param"],
                name
            );
        }
        let choice: Choice =
            serde_json::from_value(json!({ "seed": -1, "temperature": 0 })).unwrap();
        let sampling = choice.sampling().unwrap();
        assert_eq!(
            (sampling.seed, sampling.temperature, sampling.top_p),
            (u64::MAX, 0.0, 1.0)
        );
    }

    #[test]
    fn stop_texts_have_their_bounds() {
        let stop = |value: Value| serde_json::from_value::<Stop>(value).unwrap().texts();
        assert_eq!(stop(json!("a")).unwrap(), ["a"]);
        assert_eq!(stop(json!(["a", "b"])).unwrap(), ["a", "b"]);
        assert!(stop(json!(null)).unwrap().is_empty());
        assert!(stop(json!(["a", "b", "c", "d", "e"])).is_err());
        assert!(stop(json!("x".repeat(257))).is_err());
    }
}
