//! Every call has a weight and a benchmark, every error says what to do.

use crate::{mock::Test, Call, Error};
use frame_support::traits::GetCallName;
use scale_info::TypeInfo;

const WEIGHTS: &str = include_str!("../weights.rs");
const BENCHMARKS: &str = include_str!("../benchmarking.rs");

#[test]
fn every_call_has_a_weight_and_a_benchmark() {
    for call in Call::<Test>::get_call_names() {
        let function = format!("fn {call}(");
        // In the trait and in both of its implementations.
        assert_eq!(WEIGHTS.matches(&function).count(), 3, "weights of {call}");
        assert_eq!(
            BENCHMARKS.matches(&function).count(),
            1,
            "benchmark of {call}"
        );
    }
}

#[test]
fn every_error_says_what_is_wrong_and_what_to_do() {
    let scale_info::TypeDef::Variant(errors) = Error::<Test>::type_info().type_def else {
        panic!("errors are an enum")
    };
    for error in errors.variants {
        let text = error.docs.join(" ");
        assert!(text.len() > 40, "{}: {text}", error.name);
    }
}
