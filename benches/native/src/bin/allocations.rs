//! What loading costs natively: `allocations <public key, hex> <unix seconds> <snapshot>…`.
//!
//! Prints one line of JSON for each signed snapshot: allocations and bytes of opening it once its
//! signature has been checked, and the milliseconds of both.

use std::{alloc::System, error::Error, fs};

use cpu_time::ThreadTime;
use keyrack::{
    decide::Engine,
    snapshot::{
        Domain,
        container::{self, Expectations, VerifyingKey},
    },
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let key = key(&arguments.next().ok_or("a public key is missing")?)?;
    let now = arguments.next().ok_or("the time is missing")?.parse()?;
    for path in arguments {
        println!("{}", load(&fs::read(path)?, &key, now)?);
    }
    Ok(())
}

fn key(hex: &str) -> Result<VerifyingKey, Box<dyn Error>> {
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let pair = hex.get(2 * at..2 * at + 2).ok_or("the key is too short")?;
        *byte = u8::from_str_radix(pair, 16)?;
    }
    Ok(VerifyingKey::from_bytes(&bytes).ok_or("the key is none")?)
}

fn load(bytes: &[u8], key: &VerifyingKey, now: i64) -> Result<serde_json::Value, Box<dyn Error>> {
    let keys = vec![*key];
    let (mut verifying, mut opening) = (Vec::new(), Vec::new());
    let mut counted = None;
    for _ in 0..ROUNDS {
        let begun = ThreadTime::now();
        let payload =
            container::verify(bytes, Domain::Snapshot, &keys).map_err(|why| why.to_string())?;
        verifying.push(begun.elapsed().as_secs_f64() * 1e3);
        let region = Region::new(ALLOCATOR);
        let begun = ThreadTime::now();
        let expected = Expectations {
            now: Some(now),
            ..Expectations::default()
        };
        let snapshot = container::open(payload, &expected).map_err(|why| why.to_string())?;
        let engine = Engine::new(snapshot);
        opening.push(begun.elapsed().as_secs_f64() * 1e3);
        counted = Some(region.change());
        drop(engine);
    }
    let counted = counted.ok_or("nothing was loaded")?;
    Ok(serde_json::json!({
        "bytes": bytes.len(),
        "allocations": counted.allocations,
        "allocatedBytes": counted.bytes_allocated,
        "verifyMilliseconds": median(verifying),
        "openMilliseconds": median(opening),
    }))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
