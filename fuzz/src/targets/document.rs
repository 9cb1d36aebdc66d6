//! A policy document as people write it: findings with places, or a snapshot, and the same twice.

use keyrack::{
    compile,
    decide::Engine,
    policy::{self, Format, Severity},
    snapshot::{Snapshot, write},
};

use super::around;

/// A document in TOML.
pub fn policy_toml(data: &[u8]) {
    document(data, Format::Toml);
}

/// A document in JSON.
pub fn policy_json(data: &[u8]) {
    document(data, Format::Json);
}

fn document(data: &[u8], format: Format) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let read = policy::read(text, format);
    let compiled = compile::compile(&read);
    for finding in &compiled.findings {
        let related = finding.related.iter().map(|related| related.place);
        for place in related.chain([finding.place]).flatten() {
            assert!(
                text.get(place.start..place.end).is_some(),
                "{} shows {}..{} of {} bytes",
                finding.code,
                place.start,
                place.end,
                text.len()
            );
        }
    }
    let errors = compiled.findings.iter();
    let refused = errors.filter(|it| it.severity == Severity::Error).count() > 0;
    assert_eq!(refused, compiled.model.is_none(), "{:?}", compiled.findings);
    let Some(model) = compiled.model else {
        return;
    };
    let Ok(payload) = write::payload(&model) else {
        return;
    };
    let again = compile::compile(&policy::read(text, format)).model;
    let again = again.and_then(|model| write::payload(&model).ok());
    assert_eq!(again.as_ref(), Some(&payload), "other bytes");
    let written = serde_json::to_string(&read.document).expect("a document");
    let as_json = policy::read(&written, Format::Json);
    assert_eq!(as_json.document, read.document, "written and read");
    let snapshot = Snapshot::open(payload).expect("what was compiled opens");
    snapshot.restore().expect("what was compiled is whole");
    around::ask(&Engine::new(snapshot), u16::from(data.len() as u8));
}
