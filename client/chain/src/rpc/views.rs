//! The view functions that clients read, by name. A test compares them with the runtime's reference.

/// A view function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// Name of the pallet.
    pub pallet: &'static str,
    /// Name of the function.
    pub function: &'static str,
}

macro_rules! views {
    ($($name:ident = $pallet:literal . $function:literal;)*) => {
        $(pub(super) const $name: View = View { pallet: $pallet, function: $function };)*
        #[cfg(test)]
        pub(super) const ALL: &[View] = &[$($name,)*];
    };
}

views! {
    WORKERS_WORKER = "Workers"."worker";
    WORKERS_WORKERS = "Workers"."workers";
    WORKERS_HAS_CONSENT = "Workers"."has_consent";
    BLOBS_PARAMS = "Blobs"."params";
    BLOBS_ENCODING = "Blobs"."encoding";
    BLOBS_NEXT_ENCODING_ID = "Blobs"."next_encoding_id";
    BLOBS_ENCODINGS = "Blobs"."encodings";
    BLOBS_BLOB = "Blobs"."blob";
    BLOBS_IS_AVAILABLE = "Blobs"."is_available";
    BLOBS_ENCODINGS_BY_WORKER = "Blobs"."encodings_by_worker";
    BLOBS_REPAIR_PARAMS = "Blobs"."repair_params";
    BLOBS_DISPUTES = "Blobs"."disputes";
    BLOBS_UNSHOWN = "Blobs"."unshown";
    POSSESSION_WINDOW = "Possession"."window";
    POSSESSION_STANDING = "Possession"."standing";
    POSSESSION_PARAMS = "Possession"."params";
    RETRIEVAL_PARAMS = "Retrieval"."params";
    RETRIEVAL_LEAST_BOND = "Retrieval"."least_bond";
    RETRIEVAL_OPEN = "Retrieval"."open";
    RETRIEVAL_CHALLENGE = "Retrieval"."challenge_info";
    MODELS_PARAMETERS = "Models"."parameters";
    MODELS_NAMESPACE = "Models"."namespace";
    MODELS_MODEL = "Models"."model";
    MODELS_VERSIONS = "Models"."versions";
    MODELS_RESOLVE = "Models"."resolve";
    MODELS_MODELS = "Models"."models";
    MODELS_MODELS_IN = "Models"."models_in";
    MODELS_VERSIONS_OF_MANIFEST = "Models"."versions_of_manifest";
    MODELS_COMMITMENT = "Models"."commitment";
    ATTESTATION_KEY = "Attestation"."key";
    ATTESTATION_KEYS = "Attestation"."keys";
    ATTESTATION_DEVICE = "Attestation"."device";
    ATTESTATION_GOLDEN = "Attestation"."golden";
    ATTESTATION_GOLDEN_SETS = "Attestation"."golden_sets";
    ATTESTATION_TRUST = "Attestation"."trust";
    INFERENCE_PARAMETERS = "Inference"."parameters";
    INFERENCE_OFFER = "Inference"."offer";
    INFERENCE_OFFERS = "Inference"."offers";
    INFERENCE_OFFERS_OF = "Inference"."offers_of";
    INFERENCE_CHANNEL = "Inference"."channel";
    INFERENCE_CHANNELS_OF = "Inference"."channels_of";
    INFERENCE_CHANNELS_TO = "Inference"."channels_to";
    INFERENCE_SETTLEMENT = "Inference"."settlement";
    INFERENCE_SETTLEMENTS_OF = "Inference"."settlements_of";
    INFERENCE_CHECK = "Inference"."check";
    INFERENCE_CHECKS = "Inference"."checks";
    INFERENCE_RECORD = "Inference"."record";
    INFERENCE_TOTALS = "Inference"."totals";
    INFERENCE_TREASURY = "Inference"."treasury";
    VALIDATORS_VALIDATOR = "Validators"."validator";
    PROFILES_PROFILE = "Profiles"."profile";
}
