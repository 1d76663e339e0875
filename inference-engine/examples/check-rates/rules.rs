//! What other rules would have made of the same claims: why the steps that count are as many as they are.

use ballast_core::activation::{Digest, Point};

/// How many steps of bfloat16 a number may be off and still count, by one rule and the next.
const RULES: [u32; 5] = [1, 2, 4, 8, 16];

/// By how many steps of bfloat16 the numbers of a claim's chunks are off.
pub struct Offs(Vec<Vec<u32>>);

impl Offs {
    /// Of what was claimed, and of what the verifier has.
    pub fn of(claimed: &[Digest], own: &[Vec<Point>]) -> Self {
        let chunks = claimed.iter().zip(own).map(|(digest, points)| {
            let off = |point: &Point| off(digest.value_at(point.index), point.value.into());
            points.iter().map(off).collect()
        });
        Self(chunks.collect())
    }

    /// The score of the worst chunk where a number counts less by one part in `most` for every step.
    fn score(&self, most: u32) -> u32 {
        let score = |chunk: &Vec<u32>| {
            let kept: u32 = chunk.iter().map(|off| most - most.min(*off)).sum();
            1_000 * kept / (most * chunk.len() as u32)
        };
        self.0.iter().map(score).min().unwrap_or(0)
    }
}

fn off(claimed: u32, own: u32) -> u32 {
    match claimed < 1 << 16 && (claimed ^ own) & 0x8000 == 0 {
        true => claimed.abs_diff(own),
        false => u32::MAX,
    }
}

/// The scores of activations by each rule, from the worst claim to the best.
pub fn table(rows: &[(String, Vec<Offs>)]) {
    let heads: Vec<String> = RULES.iter().map(|most| format!("{most} steps")).collect();
    println!("\n| claimed by | {} |", heads.join(" | "));
    println!("|---{}|", "|---".repeat(RULES.len()));
    for (what, offs) in rows {
        let range = |most: &u32| {
            let scores = || offs.iter().map(|one| one.score(*most));
            format!("{} to {}", scores().min().unwrap(), scores().max().unwrap())
        };
        let ranges: Vec<String> = RULES.iter().map(range).collect();
        println!("| {what} | {} |", ranges.join(" | "));
    }
}
