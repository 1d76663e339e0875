//! A publisher in league with workers certifies parity that does not fit the data.

use crate::net::*;
use ballast_blobs::FetchError;
use ballast_chain::{calls, Chain};
use ballast_core::{BlockIndex, CellTable, Code, Layout, LengthProof, ShardIndex, ShardValues};
use ballast_erasure::Encoder;
use ballast_worker_api::{Connector, EndpointPolicy, Timeouts};

/// Registers, uploads and certifies `content`, with noise in place of these columns.
pub async fn certify_noise(
    net: &Net,
    content: &[u8],
    code: Code,
    noisy: &[u8],
) -> ballast_core::Address {
    let layout = Layout::new(content.len() as u64, code).unwrap();
    let columns = columns(&layout, content, noisy);
    let values: Vec<ShardValues> = layout
        .shard_indices()
        .zip(&columns)
        .map(|(shard, bytes)| {
            let mut units = Vec::new();
            ShardValues::hash_units(&layout, shard, 0, bytes, &mut units).unwrap();
            ShardValues::new(&layout, shard, units).unwrap()
        })
        .collect();
    let table = CellTable::from_shards(&layout, &values).unwrap();
    let last = usize::from(layout.last_data_cell().1 .0);
    let last_block = columns[last].chunks(1 << 20).last().unwrap();
    let proof = LengthProof::new(&values[last], last_block).unwrap();
    let call = calls::blobs::register(
        table.address(),
        layout.len(),
        code,
        table.values(),
        &proof,
        24,
    );
    let id = net
        .chain
        .submit(&[call], &net.signer)
        .await
        .unwrap()
        .registered()[0];
    for _ in 0..4 {
        net.chain
            .wait_finalized(net.chain.finalized().await.unwrap().number)
            .await
            .unwrap();
    }
    let connector = Connector::new(EndpointPolicy::AllowPrivate, Timeouts::default()).unwrap();
    let mut receipts = Vec::new();
    for shard in layout.shard_indices() {
        let worker = net.holder(table.address(), shard.0).id;
        let endpoint = net.chain.worker(worker).await.unwrap().unwrap().endpoint;
        let client = connector.client(&endpoint).unwrap();
        client.put_table(id, table.values()).await.unwrap();
        let column = &columns[usize::from(shard.0)];
        for (block, bytes) in (0..).map(BlockIndex).zip(column.chunks(1 << 20)) {
            let proof = values[usize::from(shard.0)].prove_block(block).unwrap();
            client
                .put_block(id, shard, block, &proof, bytes.to_vec().into())
                .await
                .unwrap();
        }
        receipts.push(client.receipt(id, shard).await.unwrap());
    }
    net.chain.read(|state| state.checks_fingerprints = false);
    net.chain
        .submit_feeless(&calls::blobs::certify(id, &receipts))
        .await
        .unwrap();
    table.address()
}

fn columns(layout: &Layout, content: &[u8], noisy: &[u8]) -> Vec<Vec<u8>> {
    let coded_len = layout.coded_shard_len() as usize;
    let code = layout.code();
    let mut columns = vec![vec![0; coded_len]; usize::from(code.total_shards())];
    for shard in layout.shard_indices() {
        for run in layout.segments(shard, 0..layout.shard_len(shard)) {
            let (to, from, len) = (
                run.column_offset as usize,
                run.blob_offset as usize,
                run.len as usize,
            );
            columns[usize::from(shard.0)][to..to + len].copy_from_slice(&content[from..from + len]);
        }
    }
    let (data, parity) = columns.split_at_mut(code.data_shards().into());
    let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
    let mut parity: Vec<&mut [u8]> = parity.iter_mut().map(Vec::as_mut_slice).collect();
    Encoder::new(code).encode(&data, &mut parity).unwrap();
    noisy.iter().for_each(|shard| {
        columns[usize::from(*shard)] = bytes(4000 + u64::from(*shard), coded_len)
    });
    for shard in layout.shard_indices() {
        columns[usize::from(shard.0)].truncate(layout.shard_len(shard) as usize);
    }
    columns
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_refused_by_the_chain_unless_workers_lie_too_and_found_by_every_reader() {
    let net = Net::start(4).await;
    let content = bytes(9, 50_000);
    let address = certify_noise(&net, &content, Code::new(2, 4).unwrap(), &[2, 3]).await;
    assert!(
        net.fetch(address).await.unwrap() == content,
        "the data shards are the file all the same"
    );
    net.stop(address, [1]).await;
    match net.fetch(address).await {
        Err(FetchError::WrongParity { shard, missing, .. }) => {
            assert_eq!(shard, ShardIndex(1));
            assert_eq!(shards(&missing), [ShardIndex(1)]);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_refuses_noise_when_workers_are_honest() {
    let net = Net::start(4).await;
    let content = bytes(9, 50_000);
    let address = certify_noise(&net, &content, Code::new(2, 4).unwrap(), &[2, 3]).await;
    net.chain.read(|state| state.checks_fingerprints = true);
    let info = net.encoding(address);
    let mut receipts = Vec::new();
    let connector = Connector::new(EndpointPolicy::AllowPrivate, Timeouts::default()).unwrap();
    for shard in 0..4 {
        let worker = net
            .chain
            .worker(net.holder(address, shard).id)
            .await
            .unwrap()
            .unwrap();
        let client = connector.client(&worker.endpoint).unwrap();
        receipts.push(client.receipt(info.id, ShardIndex(shard)).await.unwrap());
    }
    net.chain.read(|state| {
        let stored = state.encodings.get_mut(&info.id).unwrap();
        stored
            .info
            .assignments
            .iter_mut()
            .for_each(|assignment| assignment.receipted = false);
    });
    let refused = net
        .chain
        .submit_feeless(&calls::blobs::certify(info.id, &receipts))
        .await
        .unwrap_err();
    assert!(refused.is_error("Blobs", "NotACodeword"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_parity_shard_among_right_ones_is_read_around() {
    for noisy in [2, 3] {
        let net = Net::start(4).await;
        let content = bytes(10, 50_000);
        let address = certify_noise(&net, &content, Code::new(2, 4).unwrap(), &[noisy]).await;
        net.stop(address, [0]).await;
        assert!(
            net.fetch(address).await.unwrap() == content,
            "noise in {noisy}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_is_read_around_wrong_parity_or_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    // Cells of 1 KiB, and of 2 MiB, which are two units each.
    for (len, range) in [
        (50_000, 1_100..40_003),
        (140_000_000, 3_000_000..19_000_001),
    ] {
        for noisy in [&[2][..], &[3], &[2, 3]] {
            let net = Net::start(4).await;
            let content = bytes(11, len);
            let address = certify_noise(&net, &content, Code::new(2, 4).unwrap(), noisy).await;
            net.stop(address, [0]).await;
            let file = folder.path().join(format!("{len}-{noisy:?}"));
            let blob = net.client.open(address).await.unwrap();
            let fetched = net
                .client
                .fetch_range(&blob, range.clone(), &file, false)
                .await;
            match noisy.len() {
                1 => {
                    fetched.unwrap();
                    let right = &content[range.start as usize..range.end as usize];
                    assert!(std::fs::read(&file).unwrap() == right, "noise in {noisy:?}");
                }
                _ => {
                    let refused = matches!(fetched, Err(FetchError::WrongParity { .. }));
                    assert!(refused, "{fetched:?}");
                    assert!(!file.exists());
                }
            }
        }
    }
}
