//! Paths of the API. The constants are templates as the server mounts them; the functions fill them in.

use ballast_core::{BlockIndex, EncodingId, Group, ShardIndex};

/// `GET`: who the worker is, as JSON ([`WorkerIdentity`](crate::WorkerIdentity)).
pub const INFO: &str = "/v1/info";
/// `GET`: 200 if the worker serves.
pub const HEALTH: &str = "/v1/health";
/// `GET`: Prometheus metrics.
pub const METRICS: &str = "/metrics";
/// `GET`, `PUT`: the cell table, 32-byte values in table order.
pub const TABLE: &str = "/v1/encodings/{encoding}/table";
/// `GET`: how far a shard is, as JSON ([`ShardState`](crate::ShardState)).
pub const SHARD_STATE: &str = "/v1/encodings/{encoding}/shards/{shard}/state";
/// `PUT`: one column block behind its proof ([`encode_frame`](crate::encode_frame)).
pub const BLOCK: &str = "/v1/encodings/{encoding}/shards/{shard}/blocks/{block}";
/// `POST`: a receipt for the whole shard, in SCALE.
pub const RECEIPT: &str = "/v1/encodings/{encoding}/shards/{shard}/receipt";
/// `GET`: one group behind its proof.
pub const GROUP: &str = "/v1/encodings/{encoding}/shards/{shard}/groups/{start}/{len}";
/// `GET` with `Range`: raw bytes of the column.
pub const BYTES: &str = "/v1/encodings/{encoding}/shards/{shard}/bytes";

/// Path of [`TABLE`].
pub fn table(encoding: EncodingId) -> String {
    format!("/v1/encodings/{encoding}/table")
}

/// Path of [`SHARD_STATE`].
pub fn shard_state(encoding: EncodingId, shard: ShardIndex) -> String {
    format!("/v1/encodings/{encoding}/shards/{shard}/state")
}

/// Path of [`BLOCK`].
pub fn block(encoding: EncodingId, shard: ShardIndex, block: BlockIndex) -> String {
    format!("/v1/encodings/{encoding}/shards/{shard}/blocks/{block}")
}

/// Path of [`RECEIPT`].
pub fn receipt(encoding: EncodingId, shard: ShardIndex) -> String {
    format!("/v1/encodings/{encoding}/shards/{shard}/receipt")
}

/// Path of [`GROUP`].
pub fn group(encoding: EncodingId, shard: ShardIndex, group: Group) -> String {
    format!(
        "/v1/encodings/{encoding}/shards/{shard}/groups/{}/{}",
        group.start, group.len
    )
}

/// Path of [`BYTES`].
pub fn bytes(encoding: EncodingId, shard: ShardIndex) -> String {
    format!("/v1/encodings/{encoding}/shards/{shard}/bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str) -> String {
        [
            ("{encoding}", "7"),
            ("{shard}", "3"),
            ("{block}", "9"),
            ("{start}", "2048"),
            ("{len}", "1024"),
        ]
        .iter()
        .fold(template.to_string(), |path, (name, value)| {
            path.replace(name, value)
        })
    }

    #[test]
    fn paths_fill_the_templates_the_server_mounts() {
        let (encoding, shard) = (EncodingId(7), ShardIndex(3));
        assert_eq!(table(encoding), fill(TABLE));
        assert_eq!(shard_state(encoding, shard), fill(SHARD_STATE));
        assert_eq!(block(encoding, shard, BlockIndex(9)), fill(BLOCK));
        assert_eq!(receipt(encoding, shard), fill(RECEIPT));
        assert_eq!(
            group(
                encoding,
                shard,
                Group {
                    start: 2048,
                    len: 1024
                }
            ),
            fill(GROUP)
        );
        assert_eq!(bytes(encoding, shard), fill(BYTES));
    }
}
