//! Why a model cannot be served.

use std::path::PathBuf;

/// A model that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// A file says something that is not understood.
    #[error("{path} is not understood: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The model asks for something that this engine does not do.
    #[error("this engine does not run {what}; it runs {instead}")]
    Unsupported {
        /// What the model asks for.
        what: String,
        /// What would be possible.
        instead: String,
    },
    /// The weights lack a tensor.
    #[error("the weights have no tensor {name}; is this the folder of a whole model?")]
    NoTensor {
        /// Its name.
        name: String,
    },
    /// A tensor has another shape than the configuration says.
    #[error("tensor {name} has the shape {actual:?}, the configuration says {expected:?}")]
    Shape {
        /// Its name.
        name: String,
        /// What it has.
        actual: Vec<usize>,
        /// What it should have.
        expected: Vec<usize>,
    },
    /// A computation failed.
    #[error("a computation failed: {0}")]
    Compute(#[from] candle_core::Error),
}
