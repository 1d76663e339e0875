//! What clients rely on does not change unnoticed: indices of pallets and calls, ids of view functions, extensions.

use super::*;
use crate::genesis_presets::DEVELOPMENT_PRESET;
use frame_support::{
    __private::metadata_ir::{MetadataIR, PalletMetadataIR},
    view_functions::{ViewFunctionDispatchError, ViewFunctionId},
};
use scale_info::{form::MetaForm, TypeDef, Variant};
use std::{fmt::Write, fs, path::Path};

const REFERENCE: &str = "docs/reference/calls.txt";

/// Writes the reference as it should be.
fn reference() -> String {
    let metadata: MetadataIR = Runtime::metadata_ir();
    let mut text = format!(
        "# Pallets, calls and view functions of the runtime, with what their encoding depends on.\n\
         # Generated; after a change on purpose: UPDATE=1 cargo nextest run --release --workspace -E 'package(ballast-runtime)'\n\
         spec_version {} transaction_version {}\n",
        crate::VERSION.spec_version,
        crate::VERSION.transaction_version,
    );
    for pallet in &metadata.pallets {
        writeln!(text, "\n{} {}", pallet.index, pallet.name).unwrap();
        for call in calls(pallet) {
            writeln!(
                text,
                "  call {} {}({})",
                call.index,
                call.name,
                arguments(&call)
            )
            .unwrap();
        }
        for view in &pallet.view_functions {
            let inputs: Vec<_> = view.inputs.iter().map(|input| input.name).collect();
            let id = hex(&view.id);
            writeln!(text, "  view {id} {}({})", view.name, inputs.join(", ")).unwrap();
        }
    }
    text.push_str("\ntransaction extensions\n");
    for extension in &metadata.extrinsic.extensions_in_versions {
        writeln!(text, "  {}", extension.identifier).unwrap();
    }
    text
}

fn calls(pallet: &PalletMetadataIR) -> Vec<Variant<MetaForm>> {
    let Some(calls) = &pallet.calls else {
        return Vec::new();
    };
    match calls.ty.type_info().type_def {
        TypeDef::Variant(variants) => variants.variants,
        other => panic!("calls of {} are no enum: {other:?}", pallet.name),
    }
}

fn arguments(call: &Variant<MetaForm>) -> String {
    let arguments = call.fields.iter().map(|field| {
        format!(
            "{}: {}",
            field.name.unwrap_or_default(),
            field.type_name.unwrap_or_default()
        )
    });
    arguments.collect::<Vec<_>>().join(", ")
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold("0x".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn the_reference_is_up_to_date() {
    // Constants of some pallets are in the state of a network.
    ext(DEVELOPMENT_PRESET).execute_with(check_reference);
}

fn check_reference() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join(REFERENCE);
    let expected = reference();
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let differing = expected
        .lines()
        .zip(found.lines())
        .find(|(new, old)| new != old);
    assert!(
        found == expected,
        "{REFERENCE} differs, first at {differing:?} (new, old). If clients may see the change, raise spec_version or \
         transaction_version as it needs, and write the file with UPDATE=1.",
    );
}

#[test]
fn pallets_have_the_indices_that_clients_know() {
    let metadata = ext(DEVELOPMENT_PRESET).execute_with(Runtime::metadata_ir);
    let indices: Vec<_> = metadata
        .pallets
        .iter()
        .map(|pallet| (pallet.index, pallet.name))
        .filter(|(index, _)| (20..40).contains(index))
        .collect();
    assert_eq!(
        indices,
        vec![
            (20, "Workers"),
            (21, "Blobs"),
            (22, "Models"),
            (23, "Attestation"),
            (24, "Possession"),
            (25, "Inference"),
            (26, "Retrieval")
        ]
    );
}

#[test]
fn every_view_function_is_found_by_its_id() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let mut found = 0;
        for pallet in Runtime::metadata_ir().pallets {
            for view in pallet.view_functions {
                let id = ViewFunctionId {
                    prefix: view.id[..16].try_into().unwrap(),
                    suffix: view.id[16..].try_into().unwrap(),
                };
                // With no input a function without arguments answers and any other asks for its arguments.
                let answer = Runtime::execute_view_function(id, vec![]);
                let known = matches!(answer, Ok(_) | Err(ViewFunctionDispatchError::Codec));
                assert!(known, "{}::{}", pallet.name, view.name);
                assert_eq!(
                    answer.is_ok(),
                    view.inputs.is_empty(),
                    "{}::{}",
                    pallet.name,
                    view.name
                );
                found += 1;
            }
        }
        assert!(found > 20, "{found} view functions");
    });
}

#[test]
fn an_unknown_view_function_is_refused() {
    let id = ViewFunctionId {
        prefix: [0; 16],
        suffix: [0; 16],
    };
    let answer = Runtime::execute_view_function(id, vec![]);
    assert!(matches!(
        answer,
        Err(ViewFunctionDispatchError::NotFound(_))
    ));
}

#[test]
fn metadata_is_offered_in_the_versions_that_clients_read() {
    let versions = Runtime::metadata_versions();
    assert!(versions.contains(&14) && versions.contains(&15) && versions.contains(&16));
    ext(DEVELOPMENT_PRESET).execute_with(|| assert!(Runtime::metadata_at_version(16).is_some()));
}
