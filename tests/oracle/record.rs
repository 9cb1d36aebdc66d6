//! What the second evaluator answers, written down, so that `tests/answers.rs` can ask the engine the
//! same without it and without the rooms that documents need.

use std::{fs, path::Path};

use keyrack::{
    policy::Document,
    snapshot::{Overlay, write},
};
use serde::Serialize;

use crate::{
    evaluator::{self, Answer, Policy},
    generator::{self, Case},
    support::{cells, rack},
};

/// Requests asked of one random policy: few, for what differs lies in the policies.
const REQUESTS: usize = 60;
const POLICIES: u64 = 1000;

/// One policy, what was cut off since, and what was asked of it.
#[derive(Serialize)]
struct World {
    snapshot: Vec<u8>,
    overlay: Option<Vec<u8>>,
    asked: Vec<(String, Answer)>,
}

fn world(
    document: &Document,
    overlay: Option<&Overlay>,
    requests: impl Iterator<Item = String>,
) -> World {
    let policy = Policy::new(document);
    let answer = |text: String| {
        let request = cells::read_request("recorded", &text);
        let mut answer = evaluator::decide(&policy, overlay, &request);
        answer.reserve.sort();
        (text, answer)
    };
    World {
        snapshot: write::payload(&rack::lowered(document)).unwrap(),
        overlay: overlay.map(|overlay| overlay.payload().unwrap()),
        asked: requests.map(answer).collect(),
    }
}

#[test]
#[ignore = "writes a file: `cargo xtask mutants` reads it"]
fn answers_are_written_down() {
    let mut worlds = Vec::new();
    for file in cells::files() {
        let overlay = crate::cells::overlay(&file, &file.overlay);
        let (common, own): (Vec<_>, Vec<_>) = file
            .cells
            .iter()
            .partition(|cell| cell.added_assignments.is_empty());
        let asked = common.iter().map(|cell| cell.request.to_string());
        worlds.push(world(&file.document(None), Some(&overlay), asked));
        for cell in own {
            let asked = [cell.request.to_string()].into_iter();
            worlds.push(world(&file.document(Some(cell)), Some(&overlay), asked));
        }
    }
    for kept in crate::kept::all() {
        let document: Document = serde_json::from_value(kept.document).unwrap();
        let overlay: Option<Overlay> = kept.overlay.map(|it| serde_json::from_value(it).unwrap());
        let asked = [kept.request.to_string()].into_iter();
        worlds.push(world(&document, overlay.as_ref(), asked));
    }
    for seed in 0..POLICIES {
        let Case {
            document,
            overlay,
            requests,
        } = generator::case(seed, REQUESTS);
        let asked = requests.iter().map(ToString::to_string);
        worlds.push(world(&document, overlay.as_ref(), asked));
    }
    let path = std::env::var("KEYRACK_RECORDED").expect("KEYRACK_RECORDED names the file");
    fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
    let mut recorded = Vec::new();
    for world in worlds {
        recorded.extend(postcard::to_allocvec(&world).unwrap());
    }
    fs::write(path, recorded).unwrap();
}
