//! A seed that keeps the buckets of all name indexes short.

use alloc::vec::Vec;

use super::super::{
    cursor::at,
    model::Model,
    table::{bucket, bucket_count, hash},
};

/// Seeds that are tried before the best is taken.
const SEEDS_TRIED: u32 = 8;
/// A bucket of so many names is short enough to stop looking.
const SHORT_BUCKET: u32 = 20;

/// The first seed that keeps all buckets short, else the best of those tried.
pub(super) fn pick(model: &Model) -> u32 {
    let members: Vec<&str> = model.members.iter().map(|one| one.id.as_str()).collect();
    let scopes: Vec<&str> = model.scopes.iter().map(|one| one.id.as_str()).collect();
    let keys: Vec<&str> = model
        .permissions
        .iter()
        .map(|one| one.key.as_str())
        .collect();
    let mut best = (u32::MAX, 0);
    for seed in 0..SEEDS_TRIED {
        let length = [&members, &scopes, &keys].map(|names| longest(names, seed));
        let length = length.into_iter().max().unwrap_or(0);
        if length < best.0 {
            best = (length, seed);
        }
        if length <= SHORT_BUCKET {
            break;
        }
    }
    best.1
}

/// How many names the fullest bucket holds.
fn longest(names: &[&str], seed: u32) -> u32 {
    let buckets = bucket_count(names.len());
    let mut counts = alloc::vec![0_u32; at(buckets)];
    let mut most = 0;
    for name in names {
        if let Some(count) = counts.get_mut(at(bucket(hash(seed, name.as_bytes()), buckets))) {
            *count = count.saturating_add(1);
            most = most.max(*count);
        }
    }
    most
}
