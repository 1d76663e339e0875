//! What the pallet stores, and what its calls take.

use ballast_core::{
    limits::{MAX_LICENCE_LEN, MAX_NAME_LEN, MAX_TAG_LEN},
    name::fold,
    price::BAL,
    Address, Balance, BlockNumber,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Account of an owner.
pub type AccountId = sp_runtime::AccountId32;

/// Name of a namespace or model, as it is spelled.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME_LEN>>;

/// A tag.
pub type Tag = BoundedVec<u8, ConstU32<MAX_TAG_LEN>>;

/// SPDX licence expression.
pub type Licence = BoundedVec<u8, ConstU32<MAX_LICENCE_LEN>>;

/// What hides a namespace in its commitment.
pub type Salt = [u8; 32];

/// Bases that a model may have below it, one under the other.
pub const MAX_LINE_DEPTH: u8 = 4;

/// All of an income, in thousandths.
pub const WHOLE_PERMILLE: u16 = 1_000;

/// Tags that one publication may set.
pub const MAX_PUBLISH_TAGS: u32 = 8;

/// What all spellings of a name that read alike have in common: the key to what it names.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct FoldedName(BoundedVec<u8, ConstU32<MAX_NAME_LEN>>);

impl FoldedName {
    /// The fold of a name. It is never longer than the name.
    pub fn of(name: &Name) -> Self {
        Self(BoundedVec::truncate_from(fold(name)))
    }

    /// The fold of what may be longer than any name.
    pub fn of_any(name: &[u8]) -> Option<Self> {
        BoundedVec::try_from(fold(name)).ok().map(Self)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Which model: folded names of its namespace and its own.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct ModelId {
    /// The namespace.
    pub namespace: FoldedName,
    /// The name in it.
    pub name: FoldedName,
}

impl ModelId {
    /// The model that these names, in any spelling, stand for.
    pub fn of(namespace: &Name, name: &Name) -> Self {
        Self {
            namespace: FoldedName::of(namespace),
            name: FoldedName::of(name),
        }
    }

    /// The same for what may be longer than any name.
    pub fn of_any(namespace: &[u8], name: &[u8]) -> Option<Self> {
        let namespace = FoldedName::of_any(namespace)?;
        Some(Self {
            namespace,
            name: FoldedName::of_any(name)?,
        })
    }
}

/// Which version of which model.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct VersionId {
    /// The model.
    pub model: ModelId,
    /// The number.
    pub number: u32,
}

/// A hash that stands for a namespace until it is revealed.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Commitment {
    /// The hash.
    pub hash: [u8; 32],
    /// Block of the commitment.
    pub committed_at: BlockNumber,
    /// Held for it.
    pub deposit: Balance,
}

/// A namespace.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Namespace {
    /// As its first owner spelled it.
    pub name: Name,
    /// Who may create models in it.
    pub owner: AccountId,
    /// Held for it, on its owner's account.
    pub deposit: Balance,
    /// Models in it.
    pub models: u32,
}

/// Where a model stands in its base line.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Line {
    /// Bases below it.
    pub depth: u8,
    /// Its royalty share and those of all its bases together.
    pub permille: u16,
}

/// A model.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Model {
    /// As it was spelled when it was created.
    pub name: Name,
    /// Who may publish versions.
    pub owner: AccountId,
    /// Under which terms it may be used.
    pub licence: Licence,
    /// What it derives from.
    pub base: Option<ModelId>,
    /// Its owner's share of what it and models derived from it earn, in thousandths.
    pub royalty_permille: u16,
    /// Where it stands in its base line; never changes, because bases and shares never do.
    pub line: Line,
    /// Whether its owner advises against it.
    pub deprecated: bool,
    /// Versions published.
    pub versions: u32,
    /// Held for it, its versions and its tags, on its owner's account.
    pub deposit: Balance,
    /// Block of its creation.
    pub created_at: BlockNumber,
}

/// A version of a model.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Version {
    /// Address of its manifest.
    pub manifest: Address,
    /// Block of its publication.
    pub published_at: BlockNumber,
}

/// A tag and where it points.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TagEntry {
    /// The tag.
    pub tag: Tag,
    /// The version it points to.
    pub version: u32,
    /// Held for it, as part of the model's deposit.
    pub deposit: Balance,
}

/// Ages of commitments, and deposits: stored, so that local networks are quick without a second runtime build.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameters {
    /// Blocks that a commitment must age before it is revealed: longer than a copied reveal could be held back.
    pub min_commit_age_blocks: BlockNumber,
    /// Blocks after which a commitment can no longer be revealed.
    pub max_commit_age_blocks: BlockNumber,
    /// Deposit for a commitment.
    pub commitment_deposit: Balance,
    /// Deposit for a namespace.
    pub namespace_deposit: Balance,
    /// Deposit for a model.
    pub model_deposit: Balance,
    /// Deposit for a version.
    pub version_deposit: Balance,
    /// Deposit for a tag.
    pub tag_deposit: Balance,
}

impl Default for Parameters {
    /// For production, with slots of 3 s: commitments age half a minute and last a day.
    fn default() -> Self {
        Self {
            min_commit_age_blocks: 10,
            max_commit_age_blocks: 28_800,
            commitment_deposit: BAL,
            namespace_deposit: 100 * BAL,
            model_deposit: 10 * BAL,
            version_deposit: BAL,
            tag_deposit: BAL / 10,
        }
    }
}

impl Parameters {
    /// Says what no chain could run with.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.min_commit_age_blocks == 0 {
            return Err("minCommitAgeBlocks must be above zero, or a reveal could be snatched");
        }
        if self.min_commit_age_blocks >= self.max_commit_age_blocks {
            return Err("maxCommitAgeBlocks must exceed minCommitAgeBlocks");
        }
        Ok(())
    }
}
