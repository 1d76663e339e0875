//! Against metadata made here and a node that is a data structure: no network, no codegen.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod metadata;
mod node;
mod reads;
mod reference;
mod runtime;
mod submit;
mod validators;
