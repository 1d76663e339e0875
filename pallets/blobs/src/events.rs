//! What the pallet tells.

use frame_support::pallet_macros::pallet_section;

/// Imported into [`crate::pallet`].
#[pallet_section]
mod events {
    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An encoding is registered and waits for its workers.
        Registered {
            /// The encoding.
            encoding: EncodingId,
            /// The blob.
            address: Address,
            /// Who registered it.
            publisher: AccountId,
        },
        /// Workers are drawn and wait for their shards.
        Placed {
            /// The encoding.
            encoding: EncodingId,
        },
        /// A draw found too few workers; it is tried again.
        DrawDeferred {
            /// The encoding.
            encoding: EncodingId,
            /// Block of the next attempt.
            retry_at: BlockNumber,
        },
        /// A draw found too few workers too often and is given up. A pending encoding without workers lapses in the next
        /// block; one with workers keeps them, and its reassignment does not count.
        DrawAbandoned {
            /// The encoding.
            encoding: EncodingId,
        },
        /// Other workers are to be drawn for some shards.
        ReassignRequested {
            /// The encoding.
            encoding: EncodingId,
            /// The shards.
            shards: Vec<ShardIndex>,
        },
        /// Another worker is to hold a shard.
        Reassigned {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// The worker until now.
            from: WorkerId,
            /// The worker from now on.
            to: WorkerId,
            /// What its receipt must name.
            generation: u32,
        },
        /// A quorum of receipts is on chain; the blob is available and the lease runs.
        Certified {
            /// The encoding.
            encoding: EncodingId,
            /// Receipts on chain.
            receipts: u32,
        },
        /// More receipts of a certified encoding are on chain.
        ReceiptsAdded {
            /// The encoding.
            encoding: EncodingId,
            /// Receipts on chain, those before among them.
            receipts: u32,
        },
        /// Somebody paid for more epochs.
        Extended {
            /// The encoding.
            encoding: EncodingId,
            /// Who paid.
            funder: AccountId,
            /// How much.
            amount: Balance,
            /// First storage epoch that the lease now does not cover.
            expires: StorageEpoch,
        },
        /// A worker went, or was evicted, before another had this shard: nobody has it until it is repaired.
        ShardLost {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// Who had it.
            worker: WorkerId,
        },
        /// New workers are to be drawn for shards that are lost, move, or whose new workers were silent.
        RepairRequested {
            /// The encoding.
            encoding: EncodingId,
            /// Shards that are held by workers with a receipt.
            held: u32,
        },
        /// A worker is to take a shard over from one that leaves and holds it until then.
        SuccessorDrawn {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// Who holds it.
            from: WorkerId,
            /// Who is to take it.
            to: WorkerId,
            /// What its receipt must name.
            generation: u32,
        },
        /// A worker has rebuilt a shard, or taken it over.
        Repaired {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// Who has it now.
            worker: WorkerId,
            /// What it got for that out of the repair fund.
            reward: Balance,
        },
        /// A funder got back its part of what workers did not earn of a lease.
        LeaseReturned {
            /// The encoding.
            encoding: EncodingId,
            /// The funder.
            funder: AccountId,
            /// How much.
            amount: Balance,
        },
        /// An encoding was shown to be wrong: its lease ends now, and its publisher loses the deposit.
        WrongEncoding {
            /// The encoding.
            encoding: EncodingId,
            /// The blob; others may encode it rightly.
            address: Address,
            /// Who showed it.
            finder: AccountId,
            /// What was burnt of the deposit.
            burned: Balance,
            /// What the finder got of it.
            reward: Balance,
        },
        /// A worker that is drawn for a shard, which its last holder did not show, has rebuilt it and reached another root.
        DisputeOpened {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// Who opened it.
            opener: WorkerId,
            /// The root that it reached.
            root: ChainingValue,
        },
        /// The committee of a dispute is drawn.
        CommitteeSeated {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// Last block that takes its words.
            ends_at: BlockNumber,
        },
        /// A member of the committee said which root it reached.
        RebuildAttested {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// Who.
            worker: WorkerId,
            /// The root.
            root: ChainingValue,
        },
        /// A quorum of seats reached the same root.
        DisputeDecided {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// The root.
            root: ChainingValue,
            /// Last block before it takes effect.
            ends_at: BlockNumber,
        },
        /// A holder of a disputed shard has shown it: the dispute is over, and nobody pays.
        DisputedShardShown {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
        },
        /// A quorum reached the root on chain: the dispute is over, and whoever said otherwise has paid.
        DisputeRefuted {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
            /// What was taken of their stakes.
            slashed: Balance,
        },
        /// The time of a dispute is over without a quorum.
        DisputeLapsed {
            /// The encoding.
            encoding: EncodingId,
            /// The shard.
            shard: ShardIndex,
        },
        /// A quorum reached another root than the chain's: the encoding's lease ends now, and its publisher loses the deposit.
        Disproved {
            /// The encoding.
            encoding: EncodingId,
            /// The blob; others may encode it rightly.
            address: Address,
            /// The shard that is none of the code.
            shard: ShardIndex,
            /// The root that it should have.
            root: ChainingValue,
            /// What was burnt of the deposit.
            burned: Balance,
            /// What those who said so share of it.
            reward: Balance,
        },
        /// The lease has ended; the encoding is gone and its deposit returned.
        Expired {
            /// The encoding.
            encoding: EncodingId,
            /// The blob.
            address: Address,
        },
        /// No certificate came in time; the encoding is gone, and what is left of its lease is returned.
        Lapsed {
            /// The encoding.
            encoding: EncodingId,
            /// The blob.
            address: Address,
            /// What was burnt of the deposit.
            burned: Balance,
            /// What was returned of the deposit.
            returned: Balance,
            /// What was burnt of the lease, for the room that workers had kept free.
            rent: Balance,
        },
        /// A blob is in chain state, and the account holds a deposit for it.
        InlineStored {
            /// The blob.
            address: Address,
            /// Who holds the deposit.
            owner: AccountId,
        },
        /// An account no longer holds a deposit for a blob in chain state.
        InlineRemoved {
            /// The blob.
            address: Address,
            /// Who held the deposit.
            owner: AccountId,
            /// Whether it was the last, so that the bytes are gone.
            gone: bool,
        },
    }
}
