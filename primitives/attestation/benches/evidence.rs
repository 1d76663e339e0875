//! What evidence costs natively: checks without signatures, with the authorities known, a whole chain, and a quote.
#![allow(missing_docs, clippy::unwrap_used)]

use ballast_attestation::{
    authority::admit,
    dev::{golden_sets, TestNetwork, TEST_ROOT},
    Authority, AuthorityId, Chain, DeviceId, Evidence, GoldenId, GoldenStatus, Reference, Report,
    Serial,
};
use criterion::{criterion_group, criterion_main, Criterion};
use std::hint::black_box;

struct Known {
    authorities: [(AuthorityId, Authority); 3],
    golden: [(GoldenId, GoldenStatus); 2],
}

impl Reference for Known {
    fn golden(&self, id: &GoldenId) -> Option<GoldenStatus> {
        let mut all = self.golden.iter();
        all.find(|(known, _)| known == id)
            .map(|(_, set)| set.clone())
    }

    fn authority(&self, id: &AuthorityId) -> Option<Authority> {
        let mut all = self.authorities.iter();
        all.find(|(known, _)| known == id)
            .map(|(_, authority)| authority.clone())
    }

    fn is_revoked(&self, _: &AuthorityId, _: &Serial) -> bool {
        false
    }

    fn is_blocked(&self, _: &DeviceId) -> bool {
        false
    }
}

fn evidence(criterion: &mut Criterion) {
    let network = TestNetwork::default();
    let gpu = network.gpu(0);
    let chain = gpu.chain();
    let report = gpu.report(&[7; 32]);
    let known = Known {
        authorities: admit(network.authorities(), &[TEST_ROOT]).unwrap(),
        golden: golden_sets().map(|(id, set)| (id, GoldenStatus::Active(set))),
    };
    let evidence = Evidence {
        report: &report,
        chain: &chain,
    };
    criterion.bench_function("report, parsed", |bench| {
        bench.iter(|| Report::parse(black_box(&report)).unwrap());
    });
    criterion.bench_function("evidence, all but signatures", |bench| {
        bench.iter(|| evidence.check(&[7; 32], &known).unwrap());
    });
    criterion.bench_function("evidence, authorities known", |bench| {
        bench.iter(|| evidence.check(&[7; 32], &known).unwrap().verify().unwrap());
    });
    criterion.bench_function("whole chain", |bench| {
        bench.iter(|| Chain::parse(&chain).unwrap().verify(&[TEST_ROOT]).unwrap());
    });
}

#[cfg(feature = "tdx")]
fn quote(criterion: &mut Criterion) {
    let quote = include_bytes!("../../../tests/vectors/attestation/tdx/tdx_quote");
    let collateral =
        include_bytes!("../../../tests/vectors/attestation/tdx/tdx_quote_collateral.scale");
    criterion.bench_function("TDX quote", |bench| {
        bench.iter(|| {
            ballast_attestation::tdx::verify(quote, black_box(collateral), 1_750_414_563).unwrap()
        });
    });
}

#[cfg(not(feature = "tdx"))]
fn quote(_: &mut Criterion) {}

criterion_group!(benches, evidence, quote);
criterion_main!(benches);
