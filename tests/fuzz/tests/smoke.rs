//! A bounded run of every target on stable Rust: genuine files, damaged in ways a seed decides. A failure names its seed.
#![allow(clippy::unwrap_used)]

/// Inputs for each target. The run takes seconds.
const RUNS: u64 = 40_000;

/// Small deterministic generator (xorshift), so that a failing seed replays.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// Flips, overwrites, cuts, repeats or inserts, a few times.
fn damage(good: &[u8], seed: u64) -> Vec<u8> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut bytes = good.to_vec();
    for _ in 0..1 + random.below(4) {
        let at = random.below(bytes.len());
        match random.below(5) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            1 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)],
            2 => bytes.truncate(at),
            3 => {
                let end = (at + random.below(64)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            _ => bytes.insert(at, random.below(256) as u8),
        }
    }
    bytes
}

fn run(target: fn(&[u8]), corpus: &[Vec<u8>], runs: u64) {
    for seed in 0..runs {
        let good = &corpus[seed as usize % corpus.len()];
        let bytes = damage(good, seed);
        let outcome = std::panic::catch_unwind(|| target(&bytes));
        assert!(outcome.is_ok(), "seed {seed}");
    }
    corpus.iter().for_each(|good| target(good));
}

fn vector(name: &str) -> Vec<u8> {
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../vectors/attestation/nvidia/"
    );
    std::fs::read(format!("{root}{name}")).unwrap()
}

fn report(name: &str) -> Vec<u8> {
    hex::decode(vector(name).trim_ascii()).unwrap()
}

fn chain(name: &str) -> Vec<Vec<u8>> {
    let blocks = pem::parse_many(vector(name)).unwrap();
    blocks.into_iter().map(pem::Pem::into_contents).collect()
}

#[test]
fn reports() {
    let corpus = [
        report("attestationReport.txt"),
        report("hopperAttestationReport.txt"),
    ];
    run(ballast_fuzz::report, &corpus, RUNS);
}

#[test]
fn chains() {
    let chain = chain("hopperCertChain.txt");
    let mut joined = Vec::new();
    for certificate in &chain {
        joined.extend((certificate.len() as u16).to_le_bytes());
        joined.extend(certificate);
    }
    let corpus: Vec<Vec<u8>> = chain.into_iter().chain([joined]).collect();
    run(ballast_fuzz::chain, &corpus, RUNS);
}

/// NVIDIA publishes its lists on the net alone, so the corpus is the generator's.
#[test]
fn lists() {
    let network = ballast_attestation::dev::TestNetwork::default();
    let crl =
        |serials: &[&[u8]]| network.crl(ballast_attestation::Role::Root, 7, 1_700_000_000, serials);
    let corpus = [crl(&[]), crl(&[&[1]]), crl(&[&[9, 1], &[2; 20], &[0x80]])];
    run(ballast_fuzz::crl, &corpus, RUNS);
}

#[test]
fn manifests() {
    let corpus = [
        vector("Driver_RIM_test_no_gpu.swidtag"),
        vector("1010_0200_882_96005E0001_test_no_gpu.swidtag"),
    ];
    // Each is parsed and digested whole.
    run(ballast_fuzz::rim, &corpus, RUNS / 8);
}
