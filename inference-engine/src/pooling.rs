//! From hidden states to one vector, as the model's sentence-transformers files say.

use crate::{error::LoadError, folder::Folder};
use candle_core::{Result, Tensor};
use serde::Deserialize;
use std::collections::HashMap;

/// Norms below this are not divided by.
const NORM_MIN: f32 = 1e-12;

/// How a text's hidden states become one vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// Their mean.
    Mean,
    /// The first.
    First,
    /// The greatest number in each place.
    Max,
    /// The last.
    Last,
}

/// What `modules.json` and the files it names say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pooling {
    /// How states become a vector.
    pub pool: Pool,
    /// Whether the vector is brought to length 1.
    pub normalise: bool,
    /// Tokens of a text.
    pub max_tokens: Option<usize>,
    /// What stands before every text.
    pub prefix: String,
}

#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize, Default)]
struct Sentence {
    max_seq_length: Option<usize>,
}

#[derive(Deserialize, Default)]
struct Prompts {
    #[serde(default)]
    prompts: HashMap<String, String>,
    default_prompt_name: Option<String>,
}

impl Pooling {
    /// What the folder says. A model without these files has the mean, not normalised, as sentence-transformers does it.
    pub fn load(folder: &Folder) -> std::result::Result<Self, LoadError> {
        let mut pooling = Self {
            pool: Pool::Mean,
            normalise: false,
            max_tokens: None,
            prefix: String::new(),
        };
        let modules: Vec<Module> = folder.json("modules.json")?.unwrap_or_default();
        for module in &modules {
            let kind = module.kind.rsplit('.').next().unwrap_or_default();
            match kind {
                "Transformer" => {}
                "Pooling" => pooling.pool = pool(folder, &module.path)?,
                "Normalize" => pooling.normalise = true,
                other => {
                    return Err(LoadError::Unsupported {
                        what: format!("the module {other} of modules.json"),
                        instead: "Transformer, Pooling and Normalize".into(),
                    })
                }
            }
        }
        let sentence: Sentence = folder
            .json("sentence_bert_config.json")?
            .unwrap_or_default();
        pooling.max_tokens = sentence.max_seq_length;
        let prompts: Prompts = folder
            .json("config_sentence_transformers.json")?
            .unwrap_or_default();
        if let Some(name) = prompts.default_prompt_name {
            pooling.prefix = prompts.prompts.get(&name).cloned().unwrap_or_default();
        }
        Ok(pooling)
    }

    /// The vector of a text with these hidden states, one row a token.
    pub fn vector(&self, hidden: &Tensor) -> Result<Vec<f32>> {
        let last = hidden.dim(0)?.saturating_sub(1);
        let pooled = match self.pool {
            Pool::Mean => hidden.mean(0)?,
            Pool::First => hidden.get(0)?,
            Pool::Max => hidden.max(0)?,
            Pool::Last => hidden.get(last)?,
        };
        let mut numbers: Vec<f32> = pooled.to_dtype(candle_core::DType::F32)?.to_vec1()?;
        if self.normalise {
            let norm = numbers
                .iter()
                .map(|x| x * x)
                .sum::<f32>()
                .sqrt()
                .max(NORM_MIN);
            numbers.iter_mut().for_each(|x| *x /= norm);
        }
        Ok(numbers)
    }
}

/// Exactly one mode is on in the files there are.
fn pool(folder: &Folder, path: &str) -> std::result::Result<Pool, LoadError> {
    const MODE: &str = "pooling_mode_";
    let fields: HashMap<String, serde_json::Value> =
        folder.needed_json(&format!("{path}/config.json"))?;
    let on = |(name, value): (&String, &serde_json::Value)| {
        let mode = name.strip_prefix(MODE)?;
        (value == &serde_json::Value::Bool(true)).then(|| mode.to_string())
    };
    let modes: Vec<String> = fields.iter().filter_map(on).collect();
    let named = fields.get("pooling_mode").and_then(|mode| mode.as_str());
    let mode = match (modes.as_slice(), named) {
        ([mode], _) => mode.as_str(),
        ([], Some(mode)) => mode,
        _ => "several modes at once",
    };
    match mode {
        "mean_tokens" | "mean" => Ok(Pool::Mean),
        "cls_token" | "cls" => Ok(Pool::First),
        "max_tokens" | "max" => Ok(Pool::Max),
        "lasttoken" => Ok(Pool::Last),
        other => Err(LoadError::Unsupported {
            what: format!("pooling by {other}"),
            instead: "mean_tokens, cls_token, max_tokens and lasttoken".into(),
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use candle_core::Device;
    use std::fs;

    fn folder(modules: &str, pooling: &str) -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("1_Pooling")).unwrap();
        fs::write(dir.path().join("modules.json"), modules).unwrap();
        fs::write(dir.path().join("1_Pooling/config.json"), pooling).unwrap();
        let folder = Folder::new(dir.path());
        (dir, folder)
    }

    const POOLED: &str =
        r#"[{"path":"","type":"s.Transformer"},{"path":"1_Pooling","type":"s.Pooling"}]"#;

    #[test]
    fn the_models_files_choose_the_pooling() {
        for (mode, expected) in [
            ("mean_tokens", Pool::Mean),
            ("cls_token", Pool::First),
            ("max_tokens", Pool::Max),
        ] {
            let config = format!(
                r#"{{"word_embedding_dimension":2,"pooling_mode_{mode}":true,"pooling_mode_x":false}}"#
            );
            let (_dir, folder) = folder(POOLED, &config);
            let pooling = Pooling::load(&folder).unwrap();
            assert_eq!((pooling.pool, pooling.normalise), (expected, false));
        }
    }

    #[test]
    fn what_is_not_done_is_refused_rather_than_left_out() {
        let (_dir, dense) = folder(r#"[{"path":"2_Dense","type":"s.Dense"}]"#, "{}");
        assert!(Pooling::load(&dense)
            .unwrap_err()
            .to_string()
            .contains("Dense"));
        let (_dir, two) = folder(
            POOLED,
            r#"{"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":true}"#,
        );
        assert!(Pooling::load(&two)
            .unwrap_err()
            .to_string()
            .contains("several"));
    }

    #[test]
    fn each_pooling_gives_its_vector() {
        let hidden = Tensor::new(&[[3f32, 0.0], [0.0, 4.0], [3.0, 8.0]], &Device::Cpu).unwrap();
        let of = |pool, normalise| {
            Pooling {
                pool,
                normalise,
                max_tokens: None,
                prefix: String::new(),
            }
            .vector(&hidden)
            .unwrap()
        };
        assert_eq!(of(Pool::Mean, false), [2.0, 4.0]);
        assert_eq!(of(Pool::First, false), [3.0, 0.0]);
        assert_eq!(of(Pool::Max, false), [3.0, 8.0]);
        assert_eq!(of(Pool::Last, false), [3.0, 8.0]);
        assert_eq!(of(Pool::First, true), [1.0, 0.0]);
    }
}
