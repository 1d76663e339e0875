//! Rotary positions: the angles by which queries and keys are turned.

use crate::error::LoadError;
use candle_core::{DType, Device, Result, Tensor};
use serde::Deserialize;
use std::f64::consts::PI;

/// What `config.json` says about them, in the old place (`rope_theta`, `rope_scaling`) or the new (`rope_parameters`).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RopeParameters {
    /// Base of the frequencies.
    pub rope_theta: Option<f64>,
    #[serde(alias = "type")]
    rope_type: Option<String>,
    factor: Option<f64>,
    low_freq_factor: Option<f64>,
    high_freq_factor: Option<f64>,
    original_max_position_embeddings: Option<f64>,
    /// By what each frequency is divided, where a file has them worked out.
    factors: Option<Vec<f64>>,
}

/// Tables of sines and cosines, a row a position.
pub struct Rope {
    cos: Tensor,
    sin: Tensor,
}

impl Rope {
    /// Tables for `positions` positions and heads of `width` numbers.
    pub fn new(
        parameters: &RopeParameters,
        theta: f64,
        width: usize,
        positions: usize,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        let steps: Vec<f32> = frequencies(parameters, theta, width)?
            .iter()
            .map(|step| *step as f32)
            .collect();
        let steps = Tensor::new(steps, device)?.reshape((1, width / 2))?;
        let places = Tensor::arange(0u32, positions as u32, device)?
            .to_dtype(DType::F32)?
            .reshape((positions, 1))?;
        let angles = places.matmul(&steps)?;
        Ok(Self {
            cos: angles.cos()?,
            sin: angles.sin()?,
        })
    }

    /// The rows of these positions.
    pub fn at(&self, positions: &Tensor) -> Result<(Tensor, Tensor)> {
        Ok((
            self.cos.index_select(positions, 0)?,
            self.sin.index_select(positions, 0)?,
        ))
    }
}

fn frequencies(
    parameters: &RopeParameters,
    theta: f64,
    width: usize,
) -> std::result::Result<Vec<f64>, LoadError> {
    let plain = (0..width / 2).map(|at| theta.powf(-((2 * at) as f64) / width as f64));
    let factor = parameters.factor.unwrap_or(1.0);
    match parameters.rope_type.as_deref() {
        None | Some("default") => Ok(plain.collect()),
        Some("linear") => Ok(plain.map(|step| step / factor).collect()),
        Some("factors") => {
            let factors = parameters.factors.as_deref().unwrap_or_default();
            match factors.len() == width / 2 {
                true => Ok(plain
                    .zip(factors)
                    .map(|(step, of)| step / of / factor)
                    .collect()),
                false => Err(LoadError::Malformed {
                    path: "rope_freqs.weight".into(),
                    reason: format!(
                        "it has {} factors, a head has {} frequencies",
                        factors.len(),
                        width / 2
                    ),
                }),
            }
        }
        Some("llama3") => {
            let low = parameters.low_freq_factor.unwrap_or(1.0);
            let high = parameters.high_freq_factor.unwrap_or(4.0);
            let context = parameters
                .original_max_position_embeddings
                .unwrap_or(8192.0);
            Ok(plain
                .map(|step| stretched(step, factor, low, high, context))
                .collect())
        }
        Some(other) => Err(LoadError::Unsupported {
            what: format!("rotary positions of the type {other:?}"),
            instead: "default, linear and llama3".into(),
        }),
    }
}

/// Llama 3's rule: slow frequencies are divided by `factor`, fast ones stay, between them it goes over smoothly.
fn stretched(step: f64, factor: f64, low: f64, high: f64, context: f64) -> f64 {
    let wavelength = 2.0 * PI / step;
    if wavelength < context / high {
        step
    } else if wavelength > context / low {
        step / factor
    } else {
        let smooth = (context / wavelength - low) / (high - low);
        (1.0 - smooth) * step / factor + smooth * step
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn llama3_keeps_fast_frequencies_and_stretches_slow_ones() {
        let parameters: RopeParameters = serde_json::from_str(
            r#"{"factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192,"rope_type":"llama3"}"#,
        )
        .unwrap();
        let (new, old) = (
            frequencies(&parameters, 500_000.0, 128).unwrap(),
            frequencies(&RopeParameters::default(), 500_000.0, 128).unwrap(),
        );
        assert_eq!(new[0], old[0]);
        assert_eq!(new[63], old[63] / 8.0);
        assert!(new.windows(2).all(|pair| pair[0] > pair[1]));
    }

    #[test]
    fn another_type_is_refused_by_its_name() {
        let parameters: RopeParameters = serde_json::from_str(r#"{"type":"yarn"}"#).unwrap();
        assert!(frequencies(&parameters, 1e4, 8)
            .unwrap_err()
            .to_string()
            .contains("yarn"));
    }
}
