//! The cell table of an encoding, from whichever worker has the right one.

use super::{
    gather::{gather, Goal, Leave},
    holders::Holders,
    FetchError,
};
use crate::limits::Limits;
use ballast_core::{view::EncodingInfo, CellTable, Layout, ShardIndex};
use std::{collections::BTreeMap, time::Instant};

/// Fetches the table and checks it against the address and the chain's shard roots.
pub(crate) async fn fetch(
    holders: &Holders,
    layout: &Layout,
    info: &EncodingInfo,
    limits: &Limits,
) -> Result<CellTable, FetchError> {
    for attempt in 0..limits.fetch_attempts.max(1) {
        if attempt > 0 {
            tokio::time::sleep(limits.retry_pause).await;
        }
        let goal = Goal {
            free: &[],
            is_met: Box::new(|got: &BTreeMap<ShardIndex, CellTable>| !got.is_empty()),
            at_best: 1,
            otherwise: 1,
            hedge_delay: holders.hedge_delay(limits.hedge_delay),
        };
        let order = holders.order(holders.shards());
        let mut gathered = gather(order, goal, &mut Leave::Free, |shard| {
            ask(holders, layout, info, shard)
        })
        .await;
        if let Some((_, table)) = gathered.got.pop_first() {
            return Ok(table);
        }
    }
    let (address, encoding) = (info.address, info.id);
    Err(FetchError::NoTable {
        address,
        encoding,
        missing: holders.failures(),
    })
}

async fn ask(
    holders: &Holders,
    layout: &Layout,
    info: &EncodingInfo,
    shard: ShardIndex,
) -> Option<CellTable> {
    let start = Instant::now();
    let answer = match holders.client(shard) {
        Ok(client) => client
            .table(info.id)
            .await
            .map_err(|error| error.to_string()),
        Err(reason) => Err(reason),
    };
    let values = answer
        .map_err(|reason| holders.failed(shard, reason))
        .ok()?;
    let table = CellTable::new(*layout, values)
        .ok()
        .filter(|table| is_right(table, info));
    match table {
        Some(table) => {
            holders.answered(shard, start.elapsed());
            Some(table)
        }
        None => {
            holders.lied(shard, "its cell table is not that of the address".into());
            None
        }
    }
}

/// Whether a table is that of the address and the shard roots on chain.
pub(crate) fn is_right(table: &CellTable, info: &EncodingInfo) -> bool {
    table.address() == info.address && table.shard_roots() == info.roots
}
