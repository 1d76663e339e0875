//! The tables of docs/performance.md: our kernels beside other implementations. Each has its turn in every round, and its
//! fastest turn counts, so that a busy machine disturbs all of them alike and little.
//!
//! `cargo bench -p ballast-erasure --bench ratios [--features isal,simd-accel] [-- whole]`; `isal` needs Debian's
//! libisal-dev. Columns are gigabytes of data (k blocks) per second, on one core; the whole pass also on two.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use ballast_core::{Code, ShardIndex};
use ballast_erasure::{Decoder, Encoder, Fingerprinter, Kernel, Point};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const CODES: [(u8, u8); 5] = [(4, 8), (8, 16), (16, 32), (32, 64), (16, 48)];
const ROUNDS: usize = 60;
const TURN: Duration = Duration::from_millis(1);
/// All blocks together stay in the second level cache.
const IN_CACHE: usize = 256 << 10;
const FROM_MEMORY: usize = 1 << 20;

type Blocks = Vec<Block>;
type Subject<'a> = (String, Box<dyn FnMut() + 'a>);

/// Bytes that begin at a cache line, each block eight lines further within its page than the one before, as the client's
/// buffers do: rows that begin at the same place of a page, or across lines, cost every kernel up to half of its speed.
/// `BALLAST_BENCH_LAYOUT=malloc` takes what the allocator gives, 16 bytes past a line.
struct Block {
    bytes: Vec<u8>,
    range: std::ops::Range<usize>,
}

const PAGE: usize = 4096;

impl Block {
    fn new(number: usize, len: usize, byte: impl Fn(usize) -> u8) -> Self {
        if std::env::var("BALLAST_BENCH_LAYOUT").is_ok_and(|layout| layout == "malloc") {
            let bytes: Vec<u8> = (0..len).map(byte).collect();
            return Self {
                bytes,
                range: 0..len,
            };
        }
        let mut bytes = vec![0; len + 2 * PAGE];
        let start = PAGE - bytes.as_ptr().addr() % PAGE + number * 512 % PAGE;
        let range = start..start + len;
        bytes[range.clone()]
            .iter_mut()
            .enumerate()
            .for_each(|(at, to)| *to = byte(at));
        Self { bytes, range }
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[self.range.clone()]
    }

    fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.bytes[self.range.clone()]
    }
}

impl AsRef<[u8]> for Block {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl AsMut<[u8]> for Block {
    fn as_mut(&mut self) -> &mut [u8] {
        self.as_mut_slice()
    }
}

fn blocks(count: usize, len: usize) -> Blocks {
    let byte = |i: usize, j: usize| (i * 31 + j * 7 + j / 251 + (j * j) / 7919) as u8;
    (0..count)
        .map(|i| Block::new(i, len, |j| byte(i, j)))
        .collect()
}

fn shards(range: std::ops::Range<u8>) -> Vec<ShardIndex> {
    range.map(ShardIndex).collect()
}

/// Seconds of one run of each subject, the fastest of all rounds.
fn fastest(subjects: &mut [Subject<'_>]) -> Vec<f64> {
    let mut best = vec![f64::MAX; subjects.len()];
    for _ in 0..ROUNDS {
        for ((_, run), best) in subjects.iter_mut().zip(&mut best) {
            let (start, mut runs) = (Instant::now(), 0u32);
            while runs == 0 || start.elapsed() < TURN {
                run();
                runs += 1;
            }
            *best = best.min(start.elapsed().as_secs_f64() / f64::from(runs));
        }
    }
    best
}

fn report(title: &str, bytes: usize, mut subjects: Vec<Subject<'_>>) {
    let seconds = fastest(&mut subjects);
    let base = seconds.last().unwrap();
    let last = &subjects.last().unwrap().0;
    println!("\n{title}\n| | GB/s | times the speed of {last} |\n|---|---|---|");
    for ((name, _), seconds) in subjects.iter().zip(&seconds) {
        println!(
            "| {name} | {:.2} | {:.2} |",
            bytes as f64 / seconds / 1e9,
            base / seconds
        );
    }
}

fn encoders(code: Code, len: usize) {
    let (k, n) = (code.data_shards(), code.total_shards());
    let data = blocks(k.into(), len);
    let inputs: Vec<&[u8]> = data.iter().map(Block::as_slice).collect();
    let inputs = inputs.as_slice();
    let parity = || blocks(code.parity_shards().into(), len);
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    for kernel in Kernel::available() {
        let (encoder, mut out) = (Encoder::with_kernel(code, kernel), parity());
        subjects.push((
            format!("encode, {kernel}"),
            Box::new(move || {
                let mut outputs: Vec<&mut [u8]> = out.iter_mut().map(Block::as_mut_slice).collect();
                encoder.encode(inputs, &mut outputs).unwrap();
            }),
        ));
    }
    let patterns = [
        ("decode all data from parity", k..2 * k, 0..k),
        ("decode all data but one shard", k - 1..2 * k - 1, 0..k - 1),
        ("decode half of the data", k / 2..k + k / 2, 0..k / 2),
        ("decode one shard", 1..k + 1, 0..1),
    ];
    for (name, present, wanted) in patterns {
        let decoder = Decoder::new(code, &shards(present)).unwrap();
        let (wanted, mut out) = (shards(wanted), blocks(k.into(), len));
        subjects.push((
            name.into(),
            Box::new(move || {
                let outputs = out.iter_mut().map(Block::as_mut_slice);
                let mut outputs: Vec<&mut [u8]> = outputs.take(wanted.len()).collect();
                decoder.rebuild(inputs, &wanted, &mut outputs).unwrap();
            }),
        ));
    }
    let m = usize::from(n - k);
    let reference = reed_solomon_erasure::galois_8::ReedSolomon::new(k.into(), m).unwrap();
    let name = if cfg!(feature = "simd-accel") {
        " with simd-accel"
    } else {
        ""
    };
    let mut out = parity();
    subjects.push((
        format!("reed-solomon-erasure{name}"),
        Box::new(move || {
            reference.encode_sep(inputs, &mut out).unwrap();
        }),
    ));
    let mut encoder = reed_solomon_simd::ReedSolomonEncoder::new(k.into(), m, len).unwrap();
    subjects.push((
        "reed-solomon-simd (another code)".into(),
        Box::new(move || {
            inputs
                .iter()
                .for_each(|input| encoder.add_original_shard(input).unwrap());
            black_box(encoder.encode().unwrap());
        }),
    ));
    let mut copies = blocks(k.into(), len);
    subjects.push((
        "memcpy of the data".into(),
        Box::new(move || {
            copies
                .iter_mut()
                .zip(inputs)
                .for_each(|(copy, input)| copy.as_mut().copy_from_slice(input));
            black_box(&mut copies);
        }),
    ));
    #[cfg(feature = "isal")]
    subjects.push(("ISA-L".into(), isal::encode(code, inputs, parity())));
    let place = if len == FROM_MEMORY {
        "blocks of 1 MiB"
    } else {
        "in cache"
    };
    report(&format!("{code}, {place}"), usize::from(k) * len, subjects);
}

/// Hashes as a subtree of something longer, as cells are.
fn hash(bytes: &[u8]) {
    use blake3::hazmat::HasherExt;
    let mut hasher = blake3::Hasher::new();
    hasher.set_input_offset(0).update(bytes);
    black_box(hasher.finalize_non_root());
}

/// As `client/blobs/src/coding/pass.rs` does it, with the fingerprints of the data shards; those of parity follow.
struct Pass {
    encoder: Encoder,
    point: Option<Point>,
    data: Blocks,
    parity: Blocks,
}

impl Pass {
    fn new(code: Code, point: Option<Point>) -> Self {
        let step = 1usize << ((512 << 10) / usize::from(code.total_shards())).ilog2();
        Self {
            encoder: Encoder::new(code),
            point,
            data: blocks(code.data_shards().into(), FROM_MEMORY),
            parity: blocks(code.parity_shards().into(), step.clamp(16 << 10, 128 << 10)),
        }
    }

    fn run(&mut self) {
        let step = self.parity[0].as_slice().len();
        for start in (0..FROM_MEMORY).step_by(step) {
            let inputs: Vec<&[u8]> = self
                .data
                .iter()
                .map(|block| &block.as_slice()[start..start + step])
                .collect();
            let mut outputs: Vec<&mut [u8]> =
                self.parity.iter_mut().map(Block::as_mut_slice).collect();
            self.encoder.encode(&inputs, &mut outputs).unwrap();
            inputs.into_iter().for_each(hash);
            self.parity.iter().for_each(|block| hash(block.as_slice()));
        }
        for (point, block) in self
            .point
            .iter()
            .flat_map(|point| self.data.iter().map(move |block| (point, block)))
        {
            let mut fingerprinter = Fingerprinter::new(point.clone());
            fingerprinter.update(0, block.as_slice());
            black_box(fingerprinter.finish());
        }
    }
}

fn whole(code: Code) {
    let point = Point::new(std::array::from_fn(|i| (i * 37 + 11) as u8));
    let all = blocks(code.total_shards().into(), FROM_MEMORY);
    let all = all.as_slice();
    let mut coded = Pass::new(code, None);
    let mut full = Pass::new(code, Some(point.clone()));
    let mut two = [
        Pass::new(code, Some(point.clone())),
        Pass::new(code, Some(point.clone())),
    ];
    let bytes = usize::from(code.data_shards()) * FROM_MEMORY;
    let data = blocks(code.data_shards().into(), FROM_MEMORY);
    let subjects: Vec<Subject<'_>> = vec![
        (
            "fingerprints of the data shards".into(),
            Box::new(move || {
                for block in &data {
                    let mut fingerprinter = Fingerprinter::new(point.clone());
                    fingerprinter.update(0, block.as_slice());
                    black_box(fingerprinter.finish());
                }
            }),
        ),
        ("encode and hash".into(), Box::new(move || coded.run())),
        (
            "encode, hash, fingerprint".into(),
            Box::new(move || full.run()),
        ),
        (
            "the same twice, on two cores".into(),
            Box::new(move || {
                std::thread::scope(|scope| {
                    for pass in &mut two {
                        scope.spawn(|| pass.run());
                    }
                });
            }),
        ),
        (
            "BLAKE3 of the n shards".into(),
            Box::new(move || all.iter().for_each(|block| hash(block.as_slice()))),
        ),
    ];
    report(
        &format!("{code}, whole pass over a row of 1 MiB blocks"),
        bytes,
        subjects,
    );
}

#[cfg(feature = "isal")]
#[allow(unsafe_code, reason = "a C library to compare with")]
mod isal {
    use super::*;

    #[link(name = "isal")]
    unsafe extern "C" {
        fn gf_gen_rs_matrix(matrix: *mut u8, rows: i32, k: i32);
        fn ec_init_tables(k: i32, rows: i32, matrix: *const u8, tables: *mut u8);
        fn ec_encode_data(
            len: i32,
            k: i32,
            rows: i32,
            tables: *const u8,
            data: *const *const u8,
            coding: *const *mut u8,
        );
    }

    pub fn encode<'a>(
        code: Code,
        inputs: &'a [&'a [u8]],
        mut out: Blocks,
    ) -> Box<dyn FnMut() + 'a> {
        let (k, n) = (
            i32::from(code.data_shards()),
            i32::from(code.total_shards()),
        );
        let mut matrix = vec![0u8; (k * n) as usize];
        let mut tables = vec![0u8; (32 * k * (n - k)) as usize];
        // SAFETY: the matrix has n rows of k bytes, the tables 32 bytes for each coefficient of the last n - k.
        unsafe {
            gf_gen_rs_matrix(matrix.as_mut_ptr(), n, k);
            ec_init_tables(
                k,
                n - k,
                matrix[(k * k) as usize..].as_ptr(),
                tables.as_mut_ptr(),
            );
        }
        let len = inputs[0].len() as i32;
        Box::new(move || {
            let data: Vec<*const u8> = inputs.iter().map(|input| input.as_ptr()).collect();
            let coding: Vec<*mut u8> = out
                .iter_mut()
                .map(|block| block.as_mut_slice().as_mut_ptr())
                .collect();
            // SAFETY: k pointers to `len` bytes to read, n - k to as many to write, tables as made above.
            unsafe {
                ec_encode_data(
                    len,
                    k,
                    n - k,
                    tables.as_ptr(),
                    data.as_ptr(),
                    coding.as_ptr(),
                )
            }
        })
    }
}

fn main() {
    let only_whole = std::env::args().any(|argument| argument == "whole");
    for (k, n) in CODES {
        let code = Code::new(k, n).unwrap();
        if !only_whole {
            encoders(code, (IN_CACHE / usize::from(n)).next_multiple_of(64));
            encoders(code, FROM_MEMORY);
        }
        whole(code);
    }
}
