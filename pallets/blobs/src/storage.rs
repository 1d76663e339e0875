//! What is kept in chain state. Records are in [`crate::types`], invariants over them in `invariants`.

use frame_support::pallet_macros::pallet_section;

/// Imported into [`crate::pallet`].
#[pallet_section]
mod storage {
    /// Durations, deposits and limits, set at genesis.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, StorageParameters, ValueQuery>;

    /// The id of the next encoding. Ids are never used again.
    #[pallet::storage]
    pub type NextEncodingId<T: Config> = StorageValue<_, EncodingId, ValueQuery>;

    /// Every encoding, pending or certified.
    #[pallet::storage]
    pub type Encodings<T: Config> = StorageMap<_, Twox64Concat, EncodingId, Encoding, OptionQuery>;

    /// Shard roots of every encoding.
    #[pallet::storage]
    pub type Roots<T: Config> = StorageMap<_, Twox64Concat, EncodingId, RootList, OptionQuery>;

    /// Who holds the shards of every placed encoding.
    #[pallet::storage]
    pub type Placements<T: Config> =
        StorageMap<_, Twox64Concat, EncodingId, Placement, OptionQuery>;

    /// Shards by worker, with their generation.
    #[pallet::storage]
    pub type WorkerShards<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        WorkerId,
        Twox64Concat,
        (EncodingId, ShardIndex),
        u32,
        OptionQuery,
    >;

    /// Pending encodings by address. A map, so that their number hinders nobody.
    #[pallet::storage]
    pub type PendingOf<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, Address, Twox64Concat, EncodingId, (), OptionQuery>;

    /// Certified encodings by address.
    #[pallet::storage]
    pub type CertifiedOf<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, Address, Twox64Concat, EncodingId, (), OptionQuery>;

    /// How many certified encodings an address has. Above zero, the blob is available.
    #[pallet::storage]
    pub type CertifiedCount<T: Config> = StorageMap<_, Blake2_128Concat, Address, u32, ValueQuery>;

    /// How many certified encodings commit to the same shards: what stops one from being paid for twice.
    #[pallet::storage]
    pub type CertifiedCommitments<T: Config> =
        StorageMap<_, Blake2_128Concat, Commitment, u32, ValueQuery>;

    /// Pending encodings by publisher, address and commitment.
    #[pallet::storage]
    pub type PendingBy<T: Config> = StorageNMap<
        _,
        (
            NMapKey<Blake2_128Concat, AccountId>,
            NMapKey<Blake2_128Concat, Address>,
            NMapKey<Blake2_128Concat, Commitment>,
        ),
        EncodingId,
        OptionQuery,
    >;

    /// Encodings that wait for a draw.
    #[pallet::storage]
    pub type DrawRequests<T: Config> =
        CountedStorageMap<_, Twox64Concat, EncodingId, DrawRequest, OptionQuery>;

    /// The same by the first block that may draw.
    #[pallet::storage]
    pub type DrawsDue<T: Config> =
        StorageDoubleMap<_, Twox64Concat, BlockNumber, Twox64Concat, EncodingId, (), OptionQuery>;

    /// First block whose draws may not be done.
    #[pallet::storage]
    pub type DrawCursor<T: Config> = StorageValue<_, BlockNumber, ValueQuery>;

    /// Pending encodings by the block from which they lapse.
    #[pallet::storage]
    pub type LapsesDue<T: Config> =
        StorageDoubleMap<_, Twox64Concat, BlockNumber, Twox64Concat, EncodingId, (), OptionQuery>;

    /// First block whose lapses may not be done.
    #[pallet::storage]
    pub type LapseCursor<T: Config> = StorageValue<_, BlockNumber, ValueQuery>;

    /// Certified encodings by the first storage epoch their lease does not cover.
    #[pallet::storage]
    pub type ExpiriesDue<T: Config> =
        StorageDoubleMap<_, Twox64Concat, StorageEpoch, Twox64Concat, EncodingId, (), OptionQuery>;

    /// First storage epoch whose expiries may not be done.
    #[pallet::storage]
    pub type ExpiryCursor<T: Config> = StorageValue<_, StorageEpoch, ValueQuery>;

    /// Encodings whose shards the chain looks at again, by that block.
    #[pallet::storage]
    pub type Repairs<T: Config> = StorageMap<_, Twox64Concat, EncodingId, BlockNumber, OptionQuery>;

    /// The same by block.
    #[pallet::storage]
    pub type RepairsDue<T: Config> =
        StorageDoubleMap<_, Twox64Concat, BlockNumber, Twox64Concat, EncodingId, (), OptionQuery>;

    /// First block whose repairs may not be looked at.
    #[pallet::storage]
    pub type RepairCursor<T: Config> = StorageValue<_, BlockNumber, ValueQuery>;

    /// Workers whose shards are to move, with the last of them that was looked at.
    #[pallet::storage]
    pub type Departing<T: Config> =
        StorageMap<_, Blake2_128Concat, WorkerId, Option<(EncodingId, ShardIndex)>, OptionQuery>;

    /// Disputes that are open, at most one for each encoding.
    #[pallet::storage]
    pub type Disputes<T: Config> =
        CountedStorageMap<_, Twox64Concat, EncodingId, Dispute, OptionQuery>;

    /// What each funder gave for the lease of an encoding.
    #[pallet::storage]
    pub type Funding<T: Config> = StorageDoubleMap<
        _,
        Twox64Concat,
        EncodingId,
        Blake2_128Concat,
        AccountId,
        Balance,
        OptionQuery,
    >;

    /// Blobs of at most 1,024 bytes.
    #[pallet::storage]
    pub type InlineBlobs<T: Config> =
        StorageMap<_, Blake2_128Concat, Address, InlineBlob, OptionQuery>;

    /// Who holds which deposit for a blob in chain state. The blob stays until the last of them removes it.
    #[pallet::storage]
    pub type InlineOwners<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        Address,
        Blake2_128Concat,
        AccountId,
        Balance,
        OptionQuery,
    >;

    /// Weight of this block's certificates. Gone at the block's end, so the pool starts from zero.
    #[pallet::storage]
    pub type FeelessWeight<T: Config> = StorageValue<_, Weight, ValueQuery>;
}
