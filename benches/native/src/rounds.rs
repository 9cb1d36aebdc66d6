//! Contenders in turn, round after round, by the processor time of this thread.

use std::{hint::black_box, time::Duration};

use cpu_time::ThreadTime;
use serde_json::{Value, json};

use crate::Outcome;

/// A contender: its name, and what answers the question of a number.
pub struct Contender<'c> {
    pub name: &'static str,
    pub ask: Box<dyn Fn(usize) -> bool + 'c>,
    /// Asks those from the first number to before the second, and counts what is allowed. The loop
    /// is the contender's own, so that nothing stands between it and its answer.
    pub pass: Box<dyn Fn(usize, usize) -> usize + 'c>,
}

/// A contender of one closure, in a loop that is compiled for it.
pub fn contender<'c>(name: &'static str, ask: impl Fn(usize) -> bool + Copy + 'c) -> Contender<'c> {
    Contender {
        name,
        ask: Box::new(ask),
        pass: Box::new(move |from, to| (from..to).filter(|at| black_box(ask(*at))).count()),
    }
}

/// Checks every answer, warms up, and measures; nanoseconds a question.
pub fn measure(contenders: &[Contender], expected: &[bool], rounds: usize) -> Outcome<Value> {
    let mut sizes = Vec::new();
    for Contender { name, ask, pass } in contenders {
        let wrong = expected
            .iter()
            .enumerate()
            .find(|(at, answer)| ask(*at) != **answer);
        if let Some((at, _)) = wrong {
            return Err(format!("{name}: question {at} is answered wrongly").into());
        }
        sizes.push(size(pass, expected.len()));
    }
    let mut spent: Vec<Vec<f64>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let at = (round + turn) % contenders.len();
            let (count, passes) = sizes[at];
            let right = expected[..count].iter().filter(|answer| **answer).count();
            let begun = ThreadTime::now();
            for _ in 0..passes {
                if (contenders[at].pass)(0, count) != right {
                    return Err(format!("{}: it answers otherwise now", contenders[at].name).into());
                }
            }
            let asked = (count * passes) as f64;
            spent[at].push(begun.elapsed().as_secs_f64() * 1e9 / asked);
        }
    }
    let figures = contenders.iter().zip(spent).map(|(contender, rounds)| {
        let mut sorted = rounds.clone();
        let middle = median(&mut sorted);
        let (low, high) = (sorted[sorted.len() / 4], sorted[sorted.len() * 3 / 4]);
        let figure = json!({ "nanoseconds": middle, "low": low, "high": high, "rounds": rounds });
        (contender.name.to_owned(), figure)
    });
    Ok(Value::Object(figures.collect()))
}

/// How many questions, how often, take long enough to time.
fn size(pass: &dyn Fn(usize, usize) -> usize, all: usize) -> (usize, usize) {
    const LONG: Duration = Duration::from_millis(30);
    let (mut count, mut passes) = (all.min(16), 1);
    loop {
        let begun = ThreadTime::now();
        for _ in 0..passes {
            black_box(pass(0, count));
        }
        if begun.elapsed() >= LONG {
            return (count, passes);
        }
        if count < all {
            count = all.min(count * 2);
        } else {
            passes *= 2;
        }
    }
}

pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
