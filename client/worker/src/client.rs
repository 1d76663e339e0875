//! The client: one method for each route.
//!
//! Goals: bounded in time and memory whatever the worker does; connections are kept and reused per worker.
//! Non-goals: retries and the choice of workers (the caller plans those), checking bytes (the caller has the hashes).

use crate::{
    decode_frame,
    endpoint::{self, EndpointError, EndpointPolicy},
    frame::Parts,
    http::{innermost, Begun, Timeouts},
    plain::Plain,
    pool::Pool,
    routes, secure, ShardState, WorkerError, WorkerIdentity, MAX_FRAME_LEN, MAX_JSON_LEN,
    MAX_TABLE_BODY_LEN,
};
use ballast_core::{
    receipt::Receipt, BlockIndex, ChainingValue, EncodingId, Group, GroupProof, ShardIndex,
};
use bytes::Bytes;
use codec::DecodeAll;
use hyper::{header, Method, StatusCode};
use std::{ops::Range, sync::Arc};
use url::Url;

/// Makes clients that share TLS roots, limits, connections and the resolver.
#[derive(Clone, Debug)]
pub struct Connector {
    http: reqwest::Client,
    pool: Arc<Pool>,
    policy: EndpointPolicy,
    timeouts: Timeouts,
}

/// A client of one worker. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct WorkerClient {
    pub(crate) http: reqwest::Client,
    /// For endpoints without TLS.
    pub(crate) plain: Option<Arc<Plain>>,
    pub(crate) base: Arc<Url>,
    pub(crate) timeouts: Timeouts,
}

impl Connector {
    /// A connector with these bounds.
    pub fn new(policy: EndpointPolicy, timeouts: Timeouts) -> Result<Self, WorkerError> {
        let http = secure::build(policy, timeouts).map_err(|error| WorkerError::Setup {
            reason: innermost(&error),
        })?;
        Ok(Self {
            http,
            pool: Arc::default(),
            policy,
            timeouts,
        })
    }

    /// A client of the worker at this published endpoint. Connects on the first request.
    pub fn client(&self, endpoint: &[u8]) -> Result<WorkerClient, EndpointError> {
        let base = Arc::new(endpoint::parse(endpoint, self.policy)?);
        let plain = (base.scheme() == "http")
            .then(|| Plain::new(&base, &self.pool, self.policy, self.timeouts.connect));
        Ok(WorkerClient {
            http: self.http.clone(),
            plain: plain.map(Arc::new),
            base,
            timeouts: self.timeouts,
        })
    }
}

/// A group that a worker has begun to send.
pub struct GroupAnswer<'a> {
    client: &'a WorkerClient,
    begun: Begun,
}

impl GroupAnswer<'_> {
    /// The group and its proof. To be checked against the shard root.
    pub async fn read(self) -> Result<(GroupProof, Bytes), WorkerError> {
        let (client, name) = (self.client, self.begun.name);
        let body = client.rest(self.begun, MAX_FRAME_LEN).await?;
        decode_frame(&body).map_err(|error| client.malformed(name, error.to_string()))
    }
}

impl WorkerClient {
    /// A client of its own, with default bounds. For many workers, use one [`Connector`].
    pub fn new(endpoint: &str, policy: EndpointPolicy) -> Result<Self, WorkerError> {
        Ok(Connector::new(policy, Timeouts::default())?.client(endpoint.as_bytes())?)
    }

    /// The worker's endpoint.
    pub fn endpoint(&self) -> &str {
        self.base.as_str()
    }

    /// Who the worker is.
    pub async fn info(&self) -> Result<WorkerIdentity, WorkerError> {
        self.json(self.get("info", routes::INFO, self.timeouts.small))
            .await
    }

    /// Whether it serves.
    pub async fn health(&self) -> Result<(), WorkerError> {
        let request = self.get("health", routes::HEALTH, self.timeouts.small);
        self.body(request, MAX_JSON_LEN).await.map(drop)
    }

    /// The cell table of an encoding. To be checked against the address.
    pub async fn table(&self, encoding: EncodingId) -> Result<Vec<ChainingValue>, WorkerError> {
        let request = self.get(
            "a cell table",
            &routes::table(encoding),
            self.timeouts.transfer,
        );
        let name = request.name;
        let body = self.body(request, MAX_TABLE_BODY_LEN).await?;
        let (values, rest) = body.as_chunks::<{ ChainingValue::LEN }>();
        match rest {
            [] => Ok(values.iter().copied().map(ChainingValue).collect()),
            _ => Err(self.malformed(
                name,
                format!("{} bytes are no list of 32-byte values", body.len()),
            )),
        }
    }

    /// Gives the worker the cell table of an encoding.
    pub async fn put_table(
        &self,
        encoding: EncodingId,
        values: &[ChainingValue],
    ) -> Result<(), WorkerError> {
        let body: Vec<u8> = values.iter().flat_map(|value| value.0).collect();
        let path = routes::table(encoding);
        let request = self.put("storing a cell table", &path, Bytes::from(body));
        self.body(request, MAX_JSON_LEN).await.map(drop)
    }

    /// How far a shard is.
    pub async fn shard_state(
        &self,
        encoding: EncodingId,
        shard: ShardIndex,
    ) -> Result<ShardState, WorkerError> {
        let path = routes::shard_state(encoding, shard);
        self.json(self.get("a shard's state", &path, self.timeouts.small))
            .await
    }

    /// Uploads one column block with its proof.
    pub async fn put_block(
        &self,
        encoding: EncodingId,
        shard: ShardIndex,
        block: BlockIndex,
        proof: &GroupProof,
        bytes: Bytes,
    ) -> Result<(), WorkerError> {
        let path = routes::block(encoding, shard, block);
        let request = self.put("storing a block", &path, Parts::new(proof, bytes));
        self.body(request, MAX_JSON_LEN).await.map(drop)
    }

    /// Asks for a receipt of a whole shard. To be checked against the worker's receipt key.
    pub async fn receipt(
        &self,
        encoding: EncodingId,
        shard: ShardIndex,
    ) -> Result<Receipt, WorkerError> {
        let path = routes::receipt(encoding, shard);
        let request = self.request("a receipt", Method::POST, &path, self.timeouts.receipt);
        let name = request.name;
        let body = self.body(request, MAX_JSON_LEN).await?;
        Receipt::decode_all(&mut body.as_ref())
            .map_err(|error| self.malformed(name, error.to_string()))
    }

    /// One group and its proof. To be checked against the shard root.
    pub async fn group(
        &self,
        encoding: EncodingId,
        shard: ShardIndex,
        group: Group,
    ) -> Result<(GroupProof, Bytes), WorkerError> {
        let answer = self.begin_group(encoding, shard, group).await?;
        answer.read().await
    }

    /// Asks for a group. It is read when the caller has room for it; no later than
    /// [`transfer`](Timeouts::transfer) after this was called.
    pub async fn begin_group(
        &self,
        encoding: EncodingId,
        shard: ShardIndex,
        group: Group,
    ) -> Result<GroupAnswer<'_>, WorkerError> {
        let path = routes::group(encoding, shard, group);
        let request = self.get("a group", &path, self.timeouts.transfer);
        let begun = self.begin(request, MAX_FRAME_LEN).await?;
        Ok(GroupAnswer {
            client: self,
            begun,
        })
    }

    /// Raw bytes of a column: exactly the range asked for, which must not be empty.
    pub async fn bytes(
        &self,
        encoding: EncodingId,
        shard: ShardIndex,
        range: Range<u64>,
    ) -> Result<Bytes, WorkerError> {
        let mut request = self.get(
            "bytes",
            &routes::bytes(encoding, shard),
            self.timeouts.transfer,
        );
        let name = request.name;
        let len = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        let last = range.end.saturating_sub(1);
        request.header = Some((header::RANGE, format!("bytes={}-{last}", range.start)));
        let (status, body) = self.answer(request, len).await?;
        if status != StatusCode::PARTIAL_CONTENT || body.len() != len {
            let reason = format!(
                "{len} bytes were asked for as a range, {} came with status {status}",
                body.len()
            );
            return Err(self.malformed(name, reason));
        }
        Ok(body)
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
