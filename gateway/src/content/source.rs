//! Where bytes come from that are not in the cache: a blob that is opened once and read from anywhere.

use async_trait::async_trait;
use ballast_blobs::{BlobReader, Client, FetchError};
use ballast_core::Address;
use bytes::Bytes;
use std::{ops::Range, sync::Arc};

/// Opens blobs.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Opens a blob; no byte of it is fetched yet.
    async fn open(&self, address: Address) -> Result<Arc<dyn OpenBlob>, FetchError>;
}

/// A blob that can be read from anywhere.
#[async_trait]
pub trait OpenBlob: Send + Sync {
    /// Its length.
    fn len(&self) -> u64;

    /// The bytes of a short range within it, proven to be the blob's.
    async fn read(&self, range: Range<u64>) -> Result<Bytes, FetchError>;
}

#[async_trait]
impl Blobs for Client {
    async fn open(&self, address: Address) -> Result<Arc<dyn OpenBlob>, FetchError> {
        Ok(Arc::new(Client::open(self, address).await?))
    }
}

#[async_trait]
impl OpenBlob for BlobReader {
    fn len(&self) -> u64 {
        BlobReader::len(self)
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, FetchError> {
        BlobReader::read(self, range).await
    }
}
