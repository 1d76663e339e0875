//! A runtime with Ballast's transaction extensions and as much of its pallets as the tests need. Its types are written
//! down again here, so that bytes made by `calls` are compared with what another definition of the call encodes.

use ballast_core::{
    receipt::Receipt, view::EncodingInfo, Address, ChainingValue, Code, EncodingId, LengthProof,
    ShardIndex, WorkerId,
};
use codec::{Compact, Encode};
use scale_info::{
    build::{Fields, Variants},
    meta_type, MetaType, Path, Type, TypeInfo,
};
use subxt::{
    ext::frame_metadata::{v16, RuntimeMetadataPrefixed},
    metadata::Metadata,
    utils::{AccountId32, MultiAddress, MultiSignature},
};

#[derive(Encode, TypeInfo)]
pub enum RuntimeCall {
    #[codec(index = 6)]
    Balances(BalancesCall),
    #[codec(index = 8)]
    Utility(UtilityCall),
    #[codec(index = 21)]
    Blobs(BlobsCall),
}

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types)]
pub enum BalancesCall {
    #[codec(index = 3)]
    transfer_keep_alive {
        dest: MultiAddress<AccountId32, ()>,
        #[codec(compact)]
        value: u128,
    },
}

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types)]
pub enum UtilityCall {
    #[codec(index = 2)]
    batch_all { calls: Vec<RuntimeCall> },
}

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types)]
pub enum BlobsCall {
    #[codec(index = 0)]
    register {
        address: Address,
        len: u64,
        code: Code,
        cell_values: Vec<ChainingValue>,
        length_proof: LengthProof,
        epochs: u32,
    },
    #[codec(index = 3)]
    reassign {
        encoding: EncodingId,
        shards: Vec<ShardIndex>,
    },
    #[codec(index = 4)]
    certify {
        encoding: EncodingId,
        receipts: Vec<Receipt>,
    },
}

#[derive(Encode, TypeInfo)]
pub enum RuntimeEvent {
    #[codec(index = 0)]
    System(SystemEvent),
    #[codec(index = 21)]
    Blobs(BlobsEvent),
}

#[derive(Encode, TypeInfo)]
pub enum SystemEvent {
    #[codec(index = 0)]
    ExtrinsicSuccess {
        weight: (Compact<u64>, Compact<u64>),
    },
    #[codec(index = 1)]
    ExtrinsicFailed {
        dispatch_error: DispatchError,
        weight: (Compact<u64>, Compact<u64>),
    },
}

#[derive(Encode, TypeInfo)]
pub enum BlobsEvent {
    #[codec(index = 0)]
    Registered {
        encoding: EncodingId,
        address: Address,
        publisher: AccountId32,
    },
    #[codec(index = 5)]
    Certified { encoding: EncodingId, receipts: u32 },
}

/// Errors of the pallet: read through metadata only. FRAME keeps their docs there.
#[derive(TypeInfo)]
#[scale_info(capture_docs = "always")]
#[allow(dead_code)]
pub enum BlobsError {
    /// The cell values do not merge into the address. Hash the file again,
    /// and register what comes out.
    #[codec(index = 4)]
    WrongAddress,
    #[codec(index = 7)]
    TooFewReceipts,
}

#[derive(Encode)]
#[allow(dead_code)]
pub enum DispatchError {
    #[codec(index = 2)]
    BadOrigin,
    #[codec(index = 3)]
    Module { index: u8, error: [u8; 4] },
}

/// By hand, because the real one is found by its path.
impl TypeInfo for DispatchError {
    type Identity = Self;

    fn type_info() -> Type {
        let variants = Variants::new()
            .variant("BadOrigin", |variant| variant.index(2))
            .variant("Module", |variant| {
                variant
                    .index(3)
                    .fields(Fields::unnamed().field(|field| field.ty::<ModuleError>()))
            });
        Type::builder()
            .path(Path::new("DispatchError", "sp_runtime"))
            .variant(variants)
    }
}

#[derive(TypeInfo)]
#[allow(dead_code)]
struct ModuleError {
    index: u8,
    error: [u8; 4],
}

#[derive(TypeInfo)]
struct BlakeTwo256;

/// What an era's two bytes look like to metadata; subxt writes it by its own rule.
#[derive(TypeInfo)]
#[allow(dead_code)]
struct Era(u8);

#[derive(TypeInfo)]
#[allow(dead_code)]
enum Mode {
    Disabled,
    Enabled,
}

#[derive(TypeInfo)]
struct Nothing;

#[derive(TypeInfo)]
#[allow(dead_code)]
struct ChargeTransactionPayment(Compact<u128>);

pub const ENCODING_VIEW: [u8; 32] = [0xe1; 32];
pub const ENCODINGS_VIEW: [u8; 32] = [0xe2; 32];
pub const NEXT_ID_VIEW: [u8; 32] = [0xe4; 32];
pub const BY_WORKER_VIEW: [u8; 32] = [0xe3; 32];

fn extension(
    identifier: &'static str,
    ty: MetaType,
    implicit: MetaType,
) -> v16::TransactionExtensionMetadata {
    v16::TransactionExtensionMetadata {
        identifier,
        ty,
        implicit,
    }
}

/// In the runtime's order.
fn extensions() -> Vec<v16::TransactionExtensionMetadata> {
    let nothing = meta_type::<Nothing>;
    vec![
        extension("AuthorizeCall", nothing(), meta_type::<()>()),
        extension("CheckNonZeroSender", nothing(), meta_type::<()>()),
        extension("CheckSpecVersion", nothing(), meta_type::<u32>()),
        extension("CheckTxVersion", nothing(), meta_type::<u32>()),
        extension("CheckGenesis", nothing(), meta_type::<[u8; 32]>()),
        extension(
            "CheckMortality",
            meta_type::<Era>(),
            meta_type::<[u8; 32]>(),
        ),
        extension("CheckNonce", meta_type::<Compact<u32>>(), meta_type::<()>()),
        extension("CheckWeight", nothing(), meta_type::<()>()),
        extension(
            "ChargeTransactionPayment",
            meta_type::<ChargeTransactionPayment>(),
            meta_type::<()>(),
        ),
        extension(
            "CheckMetadataHash",
            meta_type::<Mode>(),
            meta_type::<Option<[u8; 32]>>(),
        ),
        extension("WeightReclaim", nothing(), meta_type::<()>()),
    ]
}

fn pallet(name: &'static str, index: u8) -> v16::PalletMetadata {
    v16::PalletMetadata {
        name,
        storage: None,
        calls: None,
        event: None,
        constants: Vec::new(),
        error: None,
        associated_types: Vec::new(),
        view_functions: Vec::new(),
        index,
        docs: Vec::new(),
        deprecation_info: v16::ItemDeprecationInfo::NotDeprecated,
    }
}

fn calls<T: TypeInfo + 'static>() -> Option<v16::PalletCallMetadata> {
    Some(v16::PalletCallMetadata {
        ty: meta_type::<T>(),
        deprecation_info: v16::EnumDeprecationInfo::nothing_deprecated(),
    })
}

fn event<T: TypeInfo + 'static>() -> Option<v16::PalletEventMetadata> {
    Some(v16::PalletEventMetadata {
        ty: meta_type::<T>(),
        deprecation_info: v16::EnumDeprecationInfo::nothing_deprecated(),
    })
}

fn view<O: TypeInfo + 'static>(
    name: &'static str,
    id: [u8; 32],
    inputs: Vec<(&'static str, MetaType)>,
) -> v16::PalletViewFunctionMetadata {
    v16::PalletViewFunctionMetadata {
        id,
        name,
        inputs: inputs
            .into_iter()
            .map(|(name, ty)| v16::FunctionParamMetadata { name, ty })
            .collect(),
        output: meta_type::<O>(),
        docs: Vec::new(),
        deprecation_info: v16::ItemDeprecationInfo::NotDeprecated,
    }
}

fn system() -> v16::PalletMetadata {
    let entry = |name, ty| v16::StorageEntryMetadata {
        name,
        modifier: v16::StorageEntryModifier::Default,
        ty,
        default: Vec::new(),
        docs: Vec::new(),
        deprecation_info: v16::ItemDeprecationInfo::NotDeprecated,
    };
    let account = v16::StorageEntryType::Map {
        hashers: vec![v16::StorageHasher::Blake2_128Concat],
        key: meta_type::<AccountId32>(),
        value: meta_type::<[u8; 80]>(),
    };
    let events = v16::StorageEntryType::Plain(meta_type::<Vec<u8>>());
    let entries = vec![entry("Account", account), entry("Events", events)];
    v16::PalletMetadata {
        storage: Some(v16::PalletStorageMetadata {
            prefix: "System",
            entries,
        }),
        event: event::<SystemEvent>(),
        associated_types: vec![v16::PalletAssociatedTypeMetadata {
            name: "Hashing",
            ty: meta_type::<BlakeTwo256>(),
            docs: Vec::new(),
        }],
        ..pallet("System", 0)
    }
}

fn blobs() -> v16::PalletMetadata {
    let list = |first, after| vec![first, ("after", after), ("limit", meta_type::<u32>())];
    v16::PalletMetadata {
        calls: calls::<BlobsCall>(),
        event: event::<BlobsEvent>(),
        error: Some(v16::PalletErrorMetadata {
            ty: meta_type::<BlobsError>(),
            deprecation_info: v16::EnumDeprecationInfo::nothing_deprecated(),
        }),
        view_functions: vec![
            view::<Option<EncodingInfo>>(
                "encoding",
                ENCODING_VIEW,
                vec![("id", meta_type::<EncodingId>())],
            ),
            view::<EncodingId>("next_encoding_id", NEXT_ID_VIEW, Vec::new()),
            view::<Vec<EncodingInfo>>(
                "encodings",
                ENCODINGS_VIEW,
                list(
                    ("address", meta_type::<Address>()),
                    meta_type::<Option<EncodingId>>(),
                ),
            ),
            view::<Vec<(EncodingId, ShardIndex, u32)>>(
                "encodings_by_worker",
                BY_WORKER_VIEW,
                list(
                    ("worker", meta_type::<WorkerId>()),
                    meta_type::<Option<(EncodingId, ShardIndex)>>(),
                ),
            ),
        ],
        ..pallet("Blobs", 21)
    }
}

fn v16_with(extensions: Vec<v16::TransactionExtensionMetadata>) -> v16::RuntimeMetadataV16 {
    let indices = (0..extensions.len() as u32).map(Compact).collect();
    v16::RuntimeMetadataV16::new(
        vec![
            system(),
            v16::PalletMetadata {
                calls: calls::<BalancesCall>(),
                ..pallet("Balances", 6)
            },
            v16::PalletMetadata {
                calls: calls::<UtilityCall>(),
                ..pallet("Utility", 8)
            },
            blobs(),
        ],
        v16::ExtrinsicMetadata {
            versions: vec![4, 5],
            address_ty: meta_type::<MultiAddress<AccountId32, ()>>(),
            call_ty: meta_type::<RuntimeCall>(),
            signature_ty: meta_type::<MultiSignature>(),
            transaction_extensions_by_version: [(0u8, indices)].into_iter().collect(),
            transaction_extensions: extensions,
        },
        Vec::new(),
        v16::OuterEnums {
            call_enum_ty: meta_type::<RuntimeCall>(),
            event_enum_ty: meta_type::<RuntimeEvent>(),
            error_enum_ty: meta_type::<()>(),
        },
        v16::CustomMetadata {
            map: Default::default(),
        },
    )
}

/// The runtime's metadata as a node sends it.
pub fn metadata_bytes() -> Vec<u8> {
    RuntimeMetadataPrefixed::from(v16_with(extensions())).encode()
}

pub fn metadata() -> Metadata {
    v16_with(extensions()).try_into().unwrap()
}

/// The same runtime with one more transaction extension.
pub fn metadata_with_extension(identifier: &'static str) -> Metadata {
    let mut extensions = extensions();
    extensions.push(extension(identifier, meta_type::<u32>(), meta_type::<()>()));
    v16_with(extensions).try_into().unwrap()
}
