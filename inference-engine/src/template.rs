//! A conversation to a prompt, by the model's own template.
//!
//! Templates are programs from strangers: they get the messages and nothing else, no file, no clock, and a bound on what
//! they may do. Without a clock the same messages make the same prompt on every day and machine.

use crate::{
    error::LoadError,
    folder::{Folder, CONFIG_LEN_MAX},
};
use ballast_engine_protocol::{ChatMessage, Refusal};
use minijinja::{context, Environment, Error, ErrorKind};
use serde::Deserialize;
use serde_json::Value;

/// Steps of a template.
const FUEL: u64 = 5_000_000;
const NAME: &str = "chat";
/// Characters of a template's own words that are told.
const REASON_LEN: usize = 300;

/// A model's chat template.
pub struct Template {
    environment: Environment<'static>,
    begin: String,
    end: String,
}

/// The part of `tokenizer_config.json` that is read.
#[derive(Deserialize, Default)]
pub struct TokenizerConfig {
    chat_template: Option<Value>,
    bos_token: Option<Value>,
    eos_token: Option<Value>,
}

impl TokenizerConfig {
    /// What the folder has.
    pub fn load(folder: &Folder) -> Result<Self, LoadError> {
        Ok(folder.json("tokenizer_config.json")?.unwrap_or_default())
    }

    /// The text of the token that ends an answer.
    pub fn end(&self) -> Option<String> {
        self.eos_token.as_ref().and_then(content)
    }

    /// The default one of several templates, or the only one.
    fn template(&self) -> Option<String> {
        match self.chat_template.as_ref()? {
            Value::String(text) => Some(text.clone()),
            Value::Array(named) => {
                let default = named
                    .iter()
                    .find(|one| one.get("name").is_some_and(|name| name == "default"))?;
                content_at(default, "template")
            }
            _ => None,
        }
    }
}

impl Template {
    /// The folder's template; `None` if it has none.
    pub fn load(folder: &Folder, config: &TokenizerConfig) -> Result<Option<Self>, LoadError> {
        let file = folder.text("chat_template.jinja", CONFIG_LEN_MAX)?;
        let Some(source) = file.or_else(|| config.template()) else {
            return Ok(None);
        };
        let begin = config
            .bos_token
            .as_ref()
            .and_then(content)
            .unwrap_or_default();
        Self::new(source, begin, config.end().unwrap_or_default()).map(Some)
    }

    fn new(source: String, begin: String, end: String) -> Result<Self, LoadError> {
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function(
            "raise_exception",
            |reason: String| -> Result<String, Error> {
                Err(Error::new(ErrorKind::InvalidOperation, reason))
            },
        );
        environment
            .add_template_owned(NAME, source)
            .map_err(|error| LoadError::Malformed {
                path: "chat template".into(),
                reason: error.to_string(),
            })?;
        Ok(Self {
            environment,
            begin,
            end,
        })
    }

    /// The prompt of a conversation, at the point where the model answers.
    pub fn render(&self, messages: &[ChatMessage]) -> Result<String, Refusal> {
        let refused = |error: Error| Refusal::Template {
            reason: reason(&error),
        };
        let template = self.environment.get_template(NAME).map_err(refused)?;
        let context = context! {
            messages => messages,
            add_generation_prompt => true,
            bos_token => self.begin,
            eos_token => self.end,
        };
        template.render(context).map_err(refused)
    }
}

/// What the template says, and not what it was given.
fn reason(error: &Error) -> String {
    let told = error
        .detail()
        .map(str::to_string)
        .unwrap_or_else(|| error.kind().to_string());
    told.chars().take(REASON_LEN).collect()
}

/// A token is given by its text, or as an object with it.
fn content(token: &Value) -> Option<String> {
    token
        .as_str()
        .map(str::to_string)
        .or_else(|| content_at(token, "content"))
}

fn content_at(value: &Value, field: &str) -> Option<String> {
    value.get(field)?.as_str().map(str::to_string)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const QWEN: &str = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    fn template(source: &str) -> Template {
        Template::new(source.into(), "<s>".into(), "</s>".into()).unwrap()
    }

    fn say(role: &str, content: &str) -> ChatMessage {
        ChatMessage {
            role: role.into(),
            content: content.into(),
        }
    }

    #[test]
    fn qwens_template_gives_its_prompt() {
        let prompt = template(QWEN).render(&[say("user", "Hi <b>")]).unwrap();
        assert_eq!(prompt, "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nHi <b><|im_end|>\n<|im_start|>assistant\n");
    }

    #[test]
    fn methods_of_python_and_marks_of_ends_are_known() {
        let source = "{{ bos_token }}\n{%- for m in messages %}\n  {%- if m.content.startswith('a') %}{{ m.content.strip() | upper }}{{ eos_token }}{% endif %}\n{%- endfor %}";
        assert_eq!(
            template(source)
                .render(&[say("user", "ab "), say("user", "b")])
                .unwrap(),
            "<s>AB</s>"
        );
    }

    #[test]
    fn a_template_may_refuse_with_its_own_words() {
        let error = template("{{ raise_exception('roles must alternate') }}")
            .render(&[say("user", "x")])
            .unwrap_err();
        assert_eq!(
            error,
            Refusal::Template {
                reason: "roles must alternate".into()
            }
        );
    }

    #[test]
    fn a_template_without_end_is_stopped() {
        let endless = template(
            "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}",
        );
        assert!(matches!(endless.render(&[]), Err(Refusal::Template { .. })));
    }

    #[test]
    fn there_is_no_clock() {
        let source = "{% if strftime_now is defined %}clock{% else %}none{% endif %}";
        assert_eq!(template(source).render(&[]).unwrap(), "none");
    }

    #[test]
    fn the_default_one_of_several_is_taken() {
        let config: TokenizerConfig = serde_json::from_str(
            r#"{"chat_template":[{"name":"tools","template":"t"},{"name":"default","template":"d"}],"eos_token":{"content":"</s>"}}"#,
        )
        .unwrap();
        assert_eq!(config.template().unwrap(), "d");
        assert_eq!(config.end().unwrap(), "</s>");
    }
}
