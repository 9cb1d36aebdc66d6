//! Bytes that are refused, each with its code: cut, flipped, extended, misaddressed, out of time.

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

use keyrack::snapshot::{
    Domain, Failure, Overlay, Snapshot,
    container::{self, Expectations, HEADER_BYTES, SigningKey, VerifyingKey},
    layout,
    model::Model,
    write,
};

use support::{every, tape::factor};

/// Every how many bits of a large snapshot one is flipped; `KEYRACK_CASES` divides it.
const FLIP_EVERY: usize = 1_999;

fn keys() -> [VerifyingKey; 1] {
    [every::key().verifying_key()]
}

fn signed(model: &Model) -> Vec<u8> {
    let payload = write::payload(model).unwrap();
    container::sign(Domain::Snapshot, &payload, &every::key())
}

/// As a loader goes: verify, then open.
fn load(bytes: &[u8], expected: &Expectations<'_>) -> Result<Snapshot, Failure> {
    container::open(
        container::verify(bytes, Domain::Snapshot, &keys())?,
        expected,
    )
}

fn at(now: i64) -> Expectations<'static> {
    Expectations {
        now: Some(now),
        ..Expectations::default()
    }
}

fn refusal(bytes: &[u8]) -> Failure {
    load(bytes, &at(every::NOW)).map(drop).unwrap_err()
}

/// What a change of this byte must lead to.
fn code_at(place: usize) -> Failure {
    match place {
        0..4 => Failure::Malformed,
        4 => Failure::FormatUnknown,
        5 => Failure::WrongDomain,
        6..14 => Failure::KeyUnknown,
        14..HEADER_BYTES => Failure::Malformed,
        _ => Failure::SignatureInvalid,
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let mut bytes = signed(&every::smallest());
    for place in 0..bytes.len() {
        for bit in 0..8 {
            bytes[place] ^= 1 << bit;
            assert_eq!(refusal(&bytes), code_at(place), "bit {bit} of byte {place}");
            bytes[place] ^= 1 << bit;
        }
    }
    assert!(load(&bytes, &at(every::NOW)).is_ok());
}

#[test]
fn flipped_bits_of_a_large_snapshot_are_refused() {
    let mut model = every::model();
    for number in 0..2_000 {
        let mut member = model.members[1].clone();
        member.id = format!("m-{number}");
        model.members.push(member);
    }
    let mut bytes = signed(&model);
    let step = (FLIP_EVERY / usize::try_from(factor()).unwrap()).max(1);
    for bit in (0..bytes.len() * 8).step_by(step) {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(refusal(&bytes), code_at(bit / 8), "bit {bit}");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(load(&bytes, &at(every::NOW)).is_ok());
}

#[test]
fn every_truncation_is_refused() {
    for bytes in [signed(&every::smallest()), signed(&every::model())] {
        for length in 0..bytes.len() {
            assert_eq!(
                refusal(&bytes[..length]),
                Failure::Malformed,
                "{length} bytes"
            );
        }
    }
}

#[test]
fn every_truncation_behind_a_good_signature_is_refused() {
    let payload = write::payload(&every::model()).unwrap();
    for length in 0..payload.len() {
        let failure = container::open(&payload[..length], &at(every::NOW))
            .map(drop)
            .unwrap_err();
        assert_eq!(failure, Failure::Damaged, "{length} bytes");
    }
}

#[test]
fn bytes_behind_the_end_are_refused() {
    let mut bytes = signed(&every::smallest());
    for extra in [0, 0xff] {
        bytes.push(extra);
        assert_eq!(refusal(&bytes), Failure::Malformed);
    }
    let mut payload = write::payload(&every::smallest()).unwrap();
    payload.push(0);
    assert_eq!(
        container::open(&payload, &at(0)).map(drop).unwrap_err(),
        Failure::Damaged
    );
    let mut overlay = every::overlay().payload().unwrap();
    overlay.push(0);
    assert_eq!(
        Overlay::open(&overlay, &at(every::NOW)).unwrap_err(),
        Failure::Damaged
    );
}

#[test]
fn every_truncated_overlay_is_refused() {
    let payload = every::overlay().payload().unwrap();
    for length in 0..payload.len() {
        assert_eq!(
            Overlay::open(&payload[..length], &at(every::NOW)).unwrap_err(),
            Failure::Damaged
        );
    }
}

#[test]
fn another_key_no_key_and_no_signature_are_told_apart() {
    let payload = write::payload(&every::smallest()).unwrap();
    let other = SigningKey::from_seed(&[9; 32]);
    let bytes = container::sign(Domain::Snapshot, &payload, &other);
    assert_eq!(refusal(&bytes), Failure::KeyUnknown);
    let own = signed(&every::smallest());
    let none = container::verify(&own, Domain::Snapshot, &[]).unwrap_err();
    assert_eq!(none, Failure::KeyUnknown);
    assert_eq!(
        refusal(&container::unsigned(Domain::Snapshot, &payload)),
        Failure::Unsigned
    );
    // Somebody else's signature under our key's name.
    let mut forged = bytes;
    forged[6..14].copy_from_slice(&keys()[0].id());
    assert_eq!(refusal(&forged), Failure::SignatureInvalid);
    let both = [other.verifying_key(), keys()[0]];
    assert!(container::verify(&own, Domain::Snapshot, &both).is_ok());
}

#[test]
fn a_key_that_anybody_could_sign_for_is_no_key() {
    // The neutral element, and a point of order 8.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert!(VerifyingKey::from_bytes(&neutral).is_none());
    assert!(VerifyingKey::from_bytes(&[0; 32]).is_none());
    assert!(VerifyingKey::from_bytes(&keys()[0].to_bytes()).is_some());
}

#[test]
fn no_kind_of_container_passes_for_another() {
    let domains = [
        Domain::Snapshot,
        Domain::Slice,
        Domain::Overlay,
        Domain::Labels,
    ];
    let payload = write::payload(&every::smallest()).unwrap();
    for made in domains {
        let mut bytes = container::sign(made, &payload, &every::key());
        for wanted in domains {
            let got = container::verify(&bytes, wanted, &keys()).map(drop);
            assert_eq!(
                got,
                if made == wanted {
                    Ok(())
                } else {
                    Err(Failure::WrongDomain)
                }
            );
        }
        // Even with the byte changed to match, the signature is for the other kind.
        for wanted in domains.into_iter().filter(|wanted| *wanted != made) {
            bytes[5] = wanted.code();
            let got = container::verify(&bytes, wanted, &keys()).map(drop);
            assert_eq!(got, Err(Failure::SignatureInvalid));
        }
    }
}

#[test]
fn tenant_version_and_time_are_held_against_what_is_expected() {
    let bytes = signed(&every::model());
    let refused = |expected: &Expectations<'_>| load(&bytes, expected).map(drop);
    let good = Expectations {
        tenant: Some("shop"),
        min_version: 42,
        ..at(every::NOW)
    };
    assert_eq!(refused(&good), Ok(()));
    let tenant = Some("other");
    assert_eq!(
        refused(&Expectations { tenant, ..good }),
        Err(Failure::TenantMismatch)
    );
    let min_version = 43;
    assert_eq!(
        refused(&Expectations {
            min_version,
            ..good
        }),
        Err(Failure::Rollback)
    );
    let when = |now| refused(&Expectations { now, ..good });
    assert_eq!(when(Some(every::EXPIRES - 1)), Ok(()));
    assert_eq!(when(Some(every::EXPIRES)), Err(Failure::Expired));
    assert_eq!(when(Some(every::EXPIRES + 1)), Err(Failure::Expired));
    assert_eq!(when(Some(i64::MAX)), Err(Failure::Expired));
    assert_eq!(when(None), Err(Failure::Expired));
    let leeway = container::CLOCK_LEEWAY_SECONDS;
    assert_eq!(when(Some(every::ISSUED - leeway)), Ok(()));
    assert_eq!(
        when(Some(every::ISSUED - leeway - 1)),
        Err(Failure::IssuedInFuture)
    );
    assert_eq!(when(Some(i64::MIN)), Err(Failure::IssuedInFuture));
    // What never expires loads without a clock.
    assert!(load(&signed(&every::smallest()), &Expectations::default()).is_ok());
}

#[test]
fn a_tenant_swapped_in_signed_bytes_breaks_the_signature() {
    let mut bytes = signed(&every::model());
    let place = HEADER_BYTES;
    assert_eq!(&bytes[place..place + 5], b"\x04shop");
    bytes[place + 1..place + 5].copy_from_slice(b"stop");
    assert_eq!(refusal(&bytes), Failure::SignatureInvalid);
}

#[test]
fn what_one_member_sees_is_a_slice_and_nothing_else_is() {
    let whole = Snapshot::open(write::payload(&every::model()).unwrap()).unwrap();
    let row = whole.find_member("m-supervisor").unwrap().unwrap();
    let slice = write::payload(&whole.slice(&row).unwrap()).unwrap();
    let signed_as = |domain: Domain, payload: &[u8]| {
        let bytes = container::sign(domain, payload, &every::key());
        let expected = Expectations {
            domain,
            ..at(every::NOW)
        };
        let verified = container::verify(&bytes, domain, &keys())?;
        container::open(verified, &expected).map(drop)
    };
    assert_eq!(signed_as(Domain::Snapshot, whole.payload()), Ok(()));
    assert_eq!(signed_as(Domain::Slice, &slice), Ok(()));
    assert_eq!(signed_as(Domain::Snapshot, &slice), Err(Failure::Damaged));
    assert_eq!(
        signed_as(Domain::Slice, whole.payload()),
        Err(Failure::Damaged)
    );
}

#[test]
fn a_newer_engine_is_asked_for() {
    let mut payload = write::payload(&every::smallest()).unwrap();
    // Tenant (2), version (1), issued (5), expires (1): then the engine.
    assert_eq!(payload[9], 1);
    payload[9] = 2;
    assert_eq!(
        container::open(&payload, &at(every::NOW))
            .map(drop)
            .unwrap_err(),
        Failure::EngineTooOld
    );
}

#[test]
fn an_overlay_is_held_against_what_is_expected_and_opens_when_stale() {
    let payload = every::overlay().payload().unwrap();
    let open = |expected: &Expectations<'_>| Overlay::open(&payload, expected).map(drop);
    let good = Expectations {
        tenant: Some("shop"),
        min_version: 7,
        ..at(every::NOW)
    };
    assert_eq!(open(&good), Ok(()));
    assert_eq!(
        open(&Expectations {
            tenant: Some("x"),
            ..good
        }),
        Err(Failure::TenantMismatch)
    );
    assert_eq!(
        open(&Expectations {
            min_version: 8,
            ..good
        }),
        Err(Failure::Rollback)
    );
    assert_eq!(
        open(&Expectations {
            now: Some(0),
            ..good
        }),
        Err(Failure::IssuedInFuture)
    );
    assert_eq!(
        open(&Expectations {
            now: Some(i64::MAX),
            ..good
        }),
        Ok(())
    );
    assert_eq!(open(&Expectations { now: None, ..good }), Ok(()));
}

#[test]
fn lengths_beyond_the_cap_are_not_even_looked_at() {
    let mut bytes = vec![0; layout::MAX_PAYLOAD_BYTES + 18 + 64 + 1];
    assert_eq!(refusal(&bytes), Failure::TooLarge);
    bytes.pop();
    assert_eq!(refusal(&bytes), Failure::Malformed);
}
