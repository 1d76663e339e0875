//! Why calls are refused.

use frame_support::pallet_macros::pallet_section;

/// Imported into [`crate::pallet`].
#[pallet_section]
mod errors {
    /// Why a call was refused, and what to do. The order is part of the interface, see "Feeless certificates": new
    /// ones go to the end.
    #[pallet::error]
    pub enum Error<T> {
        /// A blob of at most 1,024 bytes cannot be sharded. Store it with `store_inline`.
        BlobTooShort,
        /// The blob is longer than 1 TiB. Split the file.
        BlobTooLong,
        /// The lease is shorter than `min_lease_epochs` of the parameters. Pay for more epochs.
        LeaseTooShort,
        /// The lease would run past `max_lease_epochs` of the parameters. Ask for fewer epochs, and extend later.
        BeyondHorizon,
        /// Fewer workers take new shards than this code has. Choose a code with fewer shards, or wait for workers.
        NotEnoughWorkers,
        /// This length and code have another number of cells than values were given. Check both, encode again.
        WrongTableLen,
        /// The last chunk is not as long as the length says. Register the blob's true length.
        WrongLastChunkLen,
        /// The path of the last chunk is not as deep as the length says. Register the blob's true length.
        WrongProofLen,
        /// The last chunk does not lead to the last data cell. Check length and last chunk, encode again.
        WrongLastCell,
        /// The data cells do not merge into this address: they are not the file's. Encode the file again.
        WrongAddress,
        /// You registered just this and it is pending. Go on with that encoding, or wait until it has lapsed.
        AlreadyPending,
        /// An encoding with these very shards is certified. Extend that one; nothing needs to be uploaded.
        AlreadyCertified,
        /// You have too many pending encodings of this address. Certify one, or wait until one has lapsed.
        TooManyPending,
        /// Too many encodings wait for workers. Try again in some minutes.
        DrawQueueFull,
        /// The account's free balance does not cover the deposit, lease or fee. Fund it first.
        Unaffordable,
        /// The deposit or lease exceeds the range of a balance. Ask for fewer epochs.
        CostOverflow,
        /// There is no such encoding: it never was, lapsed or expired. Check the id, or register the blob again.
        UnknownEncoding,
        /// Only the publisher of an encoding may reassign its shards. Sign with its key.
        NotPublisher,
        /// No workers are drawn yet. Wait for the `Placed` event.
        NotPlaced,
        /// Only a certified lease can be extended. Wait for the certificate.
        NotCertified,
        /// The lease has ended and the encoding is being removed. Register the blob again.
        LeaseEnded,
        /// No shard was named. Name at least one whose worker is silent.
        NothingToReassign,
        /// Shards must be named in ascending order, each once. Sort them.
        ShardsNotAscending,
        /// The encoding has no such shard, or it is empty and nobody's. Check the layout.
        UnknownShard,
        /// This shard's receipt is on chain. Leave it out.
        AlreadyReceipted,
        /// The worker still has time for its receipt. Wait for `reassign_grace_blocks` after the draw.
        GracePeriod,
        /// A quarter of the shards was reassigned already, which is the limit. Certify with the others.
        ReassignLimit,
        /// A draw for this encoding is due already. Wait for it.
        DrawPending,
        /// The certificate has no receipt. Collect receipts first.
        NoReceipts,
        /// Receipts must be in ascending order of shards, one each. Sort them and drop doubled ones.
        ReceiptsNotAscending,
        /// A receipt is for another assignment of its shard. Ask the worker that has it now.
        WrongGeneration,
        /// A receipt has expired. Ask its worker for a fresh one.
        ReceiptExpired,
        /// A receipt is valid for longer than `receipt_max_age_blocks` from now. Ask its worker for a shorter one.
        ReceiptTooLong,
        /// The first certificate needs receipts for k and half of the other shards, rounded up. Collect more.
        TooFewReceipts,
        /// The worker that a shard is assigned to is no worker any more, or was evicted. Leave its receipt out; reassign the
        /// shard while the encoding is pending, afterwards the chain draws another worker by itself.
        UnknownWorker,
        /// A receipt is not signed by the worker its shard is assigned to, for this encoding and chain: it is a stranger's, or
        /// another encoding's. Ask the worker that has the shard now.
        BadSignature,
        /// The fingerprints are not those of one codeword: parity or a receipt is wrong. Find out which; encode again.
        NotACodeword,
        /// The empty blob is always available and needs no storing. Leave it out.
        EmptyBlob,
        /// You hold a deposit for this blob already. Nothing more needs to be stored.
        AlreadyStored,
        /// You hold no deposit for a blob of this address. Check address and account.
        NotOwner,
        /// Zero epochs extend nothing. Ask for at least one.
        NothingToExtend,
        /// Nobody has this shard at present; the chain draws a worker for it by itself. Wait for the `Reassigned` event.
        ShardLost,
        /// The lease has too many parts of different prices. Extend it when the price is that of its last part, or after its
        /// first part has ended.
        TooManyLeaseParts,
        /// Fewer chunks than one more than the data shards, those of shards that end before them counted, always lie on a
        /// codeword. Give chunks of more shards.
        TooFewChunks,
        /// A chunk does not lead to the root of its shard. Read the chunk and its path again.
        WrongChunk,
        /// These chunks are those of a codeword: the encoding is right here. Look for the offset at which it is wrong.
        RightlyEncoded,
        /// Nobody missed a retrieval challenge for this shard since it was held last, or its dispute is over. Ask for the shard
        /// on chain first.
        NotUnshown,
        /// This worker is neither drawn for the shard nor on the committee that was drawn for its dispute. Leave it to those
        /// who are.
        NotOnCommittee,
        /// This worker has said which root it reached. Nothing more needs to be done.
        AlreadyAttested,
        /// The rebuild reached the root on chain, so there is nothing to dispute. Keep the shard, and sign a receipt.
        RootReached,
        /// Too many disputes are open. Try again when one has ended.
        TooManyDisputes,
        /// Another shard, or another assignment of it, is disputed in this encoding. Read `disputes`; wait until that one has
        /// ended.
        OtherDispute,
        /// The dispute is decided, or its time is over. Nothing more is taken.
        DisputeOver,
        /// The attestation is not signed by this worker's receipt key for this dispute and chain. Sign it again.
        BadAttestation,
        /// Nothing is disputed in this encoding. It may have ended; read `disputes`.
        NoDispute,
        /// Nobody holds the disputed shard with a receipt, or the chunks to show are not drawn yet. Read `disputes`.
        NothingToShow,
    }
}
