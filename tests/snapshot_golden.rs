//! The exact bytes of format 1: writing gives them, reading gives the policy back.
//!
//! `KEYRACK_BLESS=1` writes the files anew. Bytes that change need a new format number.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod support;

use std::{fs, path::PathBuf};

use keyrack::snapshot::{
    Domain, Failure, Overlay, Snapshot,
    container::{self, Expectations},
    layout,
    model::{Member, Model},
    overlay, write,
};

use support::{cells::root, dump, every, tape::Tape, worlds};

fn golden(name: &str, bytes: &[u8]) {
    let path: PathBuf = root().join("tests/golden").join(name);
    let told = dump::container(bytes);
    assert_eq!(dump::bytes_of(&told), bytes, "the dump leaves nothing out");
    if std::env::var_os("KEYRACK_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &told).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let first = kept
        .lines()
        .zip(told.lines())
        .position(|(kept, told)| kept != told);
    assert!(
        kept == told,
        "{name} differs from line {:?} on",
        first.map(|line| line + 1)
    );
}

fn verified(bytes: &[u8], domain: Domain) -> &[u8] {
    container::verify(bytes, domain, &[every::key().verifying_key()]).unwrap()
}

fn expected(domain: Domain) -> Expectations<'static> {
    Expectations {
        domain,
        tenant: Some("shop"),
        min_version: 7,
        now: Some(every::NOW),
    }
}

/// What the bytes do not keep: the order of members, and of what only they hold.
fn normalised(mut model: Model, like: &Model) -> Model {
    let place = |member: &Member| like.members.iter().position(|one| one.id == member.id);
    model.members.sort_by_key(place);
    for member in &mut model.members {
        if member.groups.is_empty() && member.organisation.is_none() {
            for (order, holding) in (0_u32..).zip(&mut member.holdings) {
                holding.order = order;
            }
        }
    }
    model
}

#[test]
fn the_snapshot_is_these_bytes() {
    let model = every::model();
    let payload = write::payload(&model).unwrap();
    let bytes = container::sign(Domain::Snapshot, &payload, &every::key());
    golden("snapshot.hex", &bytes);
    let snapshot = container::open(
        verified(&bytes, Domain::Snapshot),
        &expected(Domain::Snapshot),
    )
    .unwrap();
    let restored = snapshot.restore().unwrap();
    assert_eq!(normalised(model, &restored), restored);
    assert_eq!(write::payload(&restored).unwrap(), payload);
}

#[test]
fn the_smallest_snapshot_is_these_bytes() {
    let payload = write::payload(&every::smallest()).unwrap();
    golden(
        "smallest.hex",
        &container::sign(Domain::Snapshot, &payload, &every::key()),
    );
    golden(
        "unsigned.hex",
        &container::unsigned(Domain::Snapshot, &payload),
    );
}

#[test]
fn the_slice_is_these_bytes() {
    let whole = Snapshot::open(write::payload(&every::model()).unwrap()).unwrap();
    let row = whole.find_member("m-supervisor").unwrap().unwrap();
    let model = whole.slice(&row).unwrap();
    let payload = write::payload(&model).unwrap();
    let bytes = container::sign(Domain::Slice, &payload, &every::key());
    golden("slice.hex", &bytes);
    let slice = container::open(verified(&bytes, Domain::Slice), &expected(Domain::Slice)).unwrap();
    assert_eq!(slice.head().slice_of.as_deref(), Some("m-supervisor"));
    let restored = slice.restore().unwrap();
    assert_eq!(normalised(model, &restored), restored);
}

#[test]
fn the_overlay_is_these_bytes() {
    let overlay = every::overlay();
    let bytes = container::sign(Domain::Overlay, &overlay.payload().unwrap(), &every::key());
    golden("overlay.hex", &bytes);
    assert_eq!(
        Overlay::open(
            verified(&bytes, Domain::Overlay),
            &expected(Domain::Overlay)
        )
        .unwrap(),
        overlay
    );
}

#[test]
fn random_policies_come_back_as_they_went() {
    let mut state = 7_u64;
    for _ in 0..400 {
        let model = worlds::model(&mut Tape::random(&mut state, 2_000));
        let payload = write::payload(&model).unwrap();
        let restored = Snapshot::open(payload.clone()).unwrap().restore().unwrap();
        assert_eq!(normalised(model, &restored), restored);
        assert_eq!(
            write::payload(&restored).unwrap(),
            payload,
            "the same policy, the same bytes"
        );
    }
}

#[test]
fn the_page_names_every_number() {
    let page = fs::read_to_string(root().join("docs/snapshot-format.md")).unwrap();
    let plain = page.replace(',', "");
    for cap in [
        layout::MAX_PAYLOAD_BYTES,
        layout::MAX_RECORD_BYTES,
        layout::MAX_HOLDINGS_BYTES,
        layout::MAX_GROUPS_BYTES,
        layout::MAX_PERMISSIONS as usize,
        layout::MAX_SCOPES as usize,
        layout::MAX_MEMBERS as usize,
        layout::MAX_RECORDS as usize,
        layout::MAX_GROUPS_PER_MEMBER as usize,
        overlay::MAX_ENTRIES,
        layout::SECTIONS,
    ] {
        assert!(plain.contains(&format!(" {cap} ")), "{cap}");
    }
    let failures = [
        Failure::Damaged,
        Failure::EngineTooOld,
        Failure::Expired,
        Failure::FormatUnknown,
        Failure::IssuedInFuture,
        Failure::KeyUnknown,
        Failure::Malformed,
        Failure::Rollback,
        Failure::SignatureInvalid,
        Failure::TenantMismatch,
        Failure::TooLarge,
        Failure::Unsigned,
        Failure::WrongDomain,
    ];
    for failure in failures {
        assert!(page.contains(&format!("`{}`", failure.code())), "{failure}");
    }
    for domain in [
        Domain::Snapshot,
        Domain::Slice,
        Domain::Overlay,
        Domain::Labels,
    ] {
        let prefix = domain.prefix().strip_suffix(b"\0").unwrap();
        assert!(page.contains(std::str::from_utf8(prefix).unwrap()));
    }
    for (number, section) in dump::SECTIONS.iter().enumerate() {
        assert!(
            page.contains(&format!("\n| {number} | {section} |")),
            "{section}"
        );
    }
}
