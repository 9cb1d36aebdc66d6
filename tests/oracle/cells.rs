//! The oracle answers every acceptance cell: it was written from the same pages.

use keyrack::snapshot::Overlay;

use crate::{
    compare,
    evaluator::{self, Policy},
    support::{
        aloud,
        cells::{self, CELL_COUNT, CellFile, CellOverlay},
    },
};

#[test]
fn the_oracle_holds_every_cell() {
    let mut failures = Vec::new();
    let mut asked = 0;
    for file in cells::files() {
        let overlay = overlay(&file, &file.overlay);
        let common = file.document(None);
        let engine = compare::engine(&common, Some(&overlay));
        let shared = (Policy::new(&common), engine);
        for cell in &file.cells {
            let document = file.document(Some(cell));
            let own = (!cell.added_assignments.is_empty()).then(|| {
                let engine = compare::unsigned(&document, Some(&overlay));
                (Policy::new(&document), engine)
            });
            let (policy, engine) = own.as_ref().unwrap_or(&shared);
            let text = cell.request.to_string();
            let request = cells::read_request(&cell.id, &text);
            let answer = evaluator::decide(policy, Some(&overlay), &request);
            let expect = &cell.expect;
            let step_up = expect.step_up.as_ref().map(|it| (it.level, it.max_age));
            let reserve = expect.obligations.as_ref().map(Vec::len);
            let same = answer.outcome == expect.outcome
                && answer.reason == expect.reason
                && expect
                    .hidden
                    .as_ref()
                    .is_none_or(|hidden| *hidden == answer.hidden)
                && step_up.is_none_or(|_| answer.step_up == step_up)
                && reserve.is_none_or(|count| count == answer.reserve.len());
            if !same {
                failures.push(format!(
                    "{} {}\n  {expect:?}\n  {answer:?}",
                    cell.id, cell.text
                ));
            }
            failures.extend(compare::difference(engine, &request, &answer));
            asked += 1;
        }
    }
    aloud::say(&format!("{asked} of {CELL_COUNT} cells asked"));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(asked, CELL_COUNT);
}

pub fn overlay(file: &CellFile, cells: &CellOverlay) -> Overlay {
    let tenant = &file.policy["policy"]["tenant"];
    let text = serde_json::json!({
        "tenant": tenant, "version": 1, "issued": 0,
        "freshUntil": cells.fresh_until.as_i64(),
        "sessionRevoked": serde_json::json!(cells.session_revoked),
        "memberSuspended": serde_json::json!(cells.member_suspended),
        "operationSuspended": serde_json::json!(cells.operation_suspended),
    });
    cells::read(&file.name, &text.to_string())
}
