//! The way from a policy document to an engine that answers, as a publisher and an edge go it:
//! written, signed, verified, opened.

use keyrack::{
    compile,
    decide::Engine,
    policy::Document,
    snapshot::{
        Domain, Overlay, Snapshot,
        container::{self, Expectations, SigningKey},
        model::Model,
        overlay::{MemberSuspended, OperationSuspended, SessionRevoked},
        write,
    },
};

use super::cells::{CellFile, CellOverlay};

/// The key that signs test data, and nothing else ever.
pub fn signing_key() -> SigningKey {
    SigningKey::from_seed(b"keyrack test data, signs no more")
}

/// The model of a document, whether or not the compiler would refuse it.
pub fn lowered(document: &Document) -> Model {
    compile::lower(document)
}

/// A signed snapshot.
pub fn snapshot_bytes(model: &Model) -> Vec<u8> {
    let payload = write::payload(model).expect("a snapshot within all caps");
    container::sign(Domain::Snapshot, &payload, &signing_key())
}

/// A signed overlay over the policy of a file.
pub fn overlay_bytes(file: &CellFile, issued: i64) -> Vec<u8> {
    let tenant = file.policy["policy"]["tenant"].as_str().unwrap();
    signed_overlay(&file.overlay, tenant, issued)
}

/// A signed overlay over a tenant's policy.
pub fn signed_overlay(cells: &CellOverlay, tenant: &str, issued: i64) -> Vec<u8> {
    let payload = overlay(cells, tenant, issued).payload().unwrap();
    container::sign(Domain::Overlay, &payload, &signing_key())
}

fn overlay(cells: &CellOverlay, tenant: &str, issued: i64) -> Overlay {
    let fresh_until = cells.fresh_until.as_i64();
    assert!(fresh_until.is_some() || cells.fresh_until == "never");
    let mut overlay = Overlay {
        tenant: tenant.to_owned(),
        version: 1,
        issued,
        fresh_until,
        session_revoked: Vec::new(),
        member_suspended: Vec::new(),
        operation_suspended: Vec::new(),
    };
    for entry in &cells.session_revoked {
        overlay.session_revoked.push(SessionRevoked {
            member: entry.member.clone(),
            before: entry.before,
        });
    }
    for entry in &cells.member_suspended {
        overlay.member_suspended.push(MemberSuspended {
            member: entry.member.clone(),
            from: entry.from,
            to: entry.to,
        });
    }
    for entry in &cells.operation_suspended {
        overlay.operation_suspended.push(OperationSuspended {
            member: entry.member.clone(),
            permission: entry.permission.clone(),
            from: entry.from,
            to: entry.to,
        });
    }
    overlay
}

/// Loads a signed snapshot at the moment it was issued.
pub fn load(bytes: &[u8], issued: i64) -> Snapshot {
    let keys = [signing_key().verifying_key()];
    let payload = container::verify(bytes, Domain::Snapshot, &keys).expect("our own signature");
    container::open(payload, &at(issued)).expect("a good snapshot")
}

/// Puts a signed snapshot in force under a signed overlay, both at the moment they were issued:
/// what goes stale later is for the decision to find out.
pub fn engine(snapshot: &[u8], overlay: &[u8], issued: i64) -> Engine {
    let keys = [signing_key().verifying_key()];
    let payload = container::verify(overlay, Domain::Overlay, &keys).expect("our own signature");
    let overlay = Overlay::open(payload, &at(issued)).expect("a good overlay");
    Engine::with_overlay(load(snapshot, issued), &overlay).expect("an undamaged snapshot")
}

fn at(now: i64) -> Expectations<'static> {
    Expectations {
        now: Some(now),
        ..Expectations::default()
    }
}
