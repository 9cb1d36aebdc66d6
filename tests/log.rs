//! A log that was written is found whole, and whatever is done to it is found.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use keyrack::{
    govern::log::{Attribute, Chain, Code, Place, Record, Report, Value, Verifier},
    snapshot::container::SigningKey,
};
use proptest::prelude::*;

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn record(number: usize) -> Record {
    Record {
        time_unix_nano: format!("17724456{number:02}000000000"),
        observed_time_unix_nano: format!("17724456{number:02}000000000"),
        severity_number: 13,
        severity_text: "WARN".into(),
        event_name: "keyrack.decision".into(),
        attributes: vec![Attribute {
            key: "keyrack.reason".into(),
            value: Value::StringValue(format!("no_grant {number}")),
        }],
        trace_id: None,
        span_id: None,
        flags: None,
    }
}

/// A log with a checkpoint after every `every` records and at the end.
fn log(count: usize, every: usize) -> Vec<String> {
    let mut chain = Chain::new("atlas");
    let mut lines = Vec::new();
    for number in 1..=count {
        lines.push(chain.append(&record(number)).unwrap());
        if number % every == 0 || number == count {
            lines.push(chain.checkpoint(1_772_445_600, &key()).unwrap());
        }
    }
    lines
}

fn records(count: usize) -> Vec<String> {
    log(count, usize::MAX)[..count].to_vec()
}

/// Reads bytes as the command does.
fn read_with(verifier: Verifier, text: &[u8]) -> Report {
    let mut verifier = verifier;
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    for (line, number) in lines.into_iter().zip(1..) {
        verifier.read(
            Place {
                file: 0,
                line: number,
            },
            line,
        );
    }
    verifier.finish()
}

fn read(lines: &[String]) -> Report {
    let keys = [key().verifying_key()];
    read_with(Verifier::new(&keys), (lines.join("\n") + "\n").as_bytes())
}

/// What was found, and in which lines.
fn found(lines: &[String]) -> Vec<(Code, u64)> {
    read(lines)
        .findings
        .iter()
        .map(|finding| (finding.code, finding.place.map_or(0, |place| place.line)))
        .collect()
}

#[test]
fn what_was_written_is_whole() {
    for (count, every) in [(1, 1), (1, 9), (7, 2), (8, 2), (40, 7)] {
        let report = read(&log(count, every));
        assert_eq!(report.findings, [], "{count} {every}");
        assert_eq!(report.records, count);
        assert_eq!(report.tenant.as_deref(), Some("atlas"));
        assert_eq!(
            (report.first, report.last),
            (Some(1), Some(count.try_into().unwrap()))
        );
        assert_eq!(report.sealed, Some(count.try_into().unwrap()));
        assert!(report.signatures_checked);
    }
}

#[test]
fn each_kind_of_tampering_is_named_where_it_is() {
    let whole = log(8, 100);
    let edited = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut lines = whole.clone();
        edit(&mut lines);
        found(&lines)
    };
    let change = |line: &mut String| *line = line.replace("no_grant", "granted");
    for at in 0..8 {
        let number = u64::try_from(at).unwrap() + 1;
        assert_eq!(
            edited(&|lines| change(&mut lines[at])),
            [(Code::RecordChanged, number)]
        );
        // What a record says of the one before it is the record's own.
        assert_eq!(
            edited(
                &|lines| lines[at] = lines[at].replacen("\"previous\":\"", "\"previous\":\"A", 1)
            ),
            [
                (Code::LineMalformed, number),
                (Code::RecordsMissing, if at == 7 { 9 } else { number + 1 })
            ]
        );
    }
    assert_eq!(
        edited(&|lines| drop(lines.remove(2))),
        [(Code::RecordsMissing, 3)]
    );
    assert_eq!(
        edited(&|lines| drop(lines.remove(0))),
        [(Code::RecordsMissing, 1)]
    );
    assert_eq!(
        edited(&|lines| drop(lines.drain(5..8))),
        [(Code::RecordsMissing, 6)]
    );
    assert_eq!(
        edited(&|lines| drop(lines.drain(0..8))),
        [(Code::RecordsMissing, 1)]
    );
    assert_eq!(edited(&|lines| lines.swap(3, 4)), [(Code::RecordMoved, 5)]);
    assert_eq!(edited(&|lines| lines.swap(0, 1)), [(Code::RecordMoved, 2)]);
    assert_eq!(
        edited(&|lines| lines.insert(4, lines[3].clone())),
        [(Code::RecordRepeated, 5)]
    );
    assert_eq!(
        edited(&|lines| lines.insert(4, "{}".into())),
        [(Code::LineMalformed, 5)]
    );
    assert_eq!(
        edited(&|lines| lines[8] = lines[8].replace("\"time\":17", "\"time\":18")),
        [
            (Code::CheckpointSignatureInvalid, 9),
            (Code::CheckpointMissing, 0)
        ]
    );
    assert_eq!(
        edited(&|lines| drop(lines.pop())),
        [(Code::CheckpointMissing, 0)]
    );
}

#[test]
fn what_is_missing_and_what_only_stands_elsewhere_are_told_apart() {
    let mut lines = log(10, 100);
    let sixth = lines.remove(5);
    lines.remove(3);
    lines.insert(8, sixth);
    assert_eq!(
        found(&lines),
        [(Code::RecordsMissing, 4), (Code::RecordMoved, 9)]
    );
    let mut turned = log(300, 1000);
    turned[..300].reverse();
    let codes = found(&turned);
    assert_eq!(codes.len(), 299);
    assert!(codes.iter().all(|(code, _)| *code == Code::RecordMoved));
}

/// Whoever writes the file can chain it anew, but cannot sign it.
#[test]
fn a_log_written_anew_is_denied_by_its_checkpoint() {
    let mut lines = log(6, 3);
    let mut chain = Chain::new("atlas");
    let mut forged: Vec<String> = [1, 2, 30, 4, 5, 6]
        .iter()
        .map(|number| chain.append(&record(*number)).unwrap())
        .collect();
    forged.insert(3, lines.remove(3));
    forged.push(lines.pop().unwrap());
    assert_eq!(
        found(&forged),
        [(Code::RecordChanged, 3), (Code::RecordChanged, 7)]
    );
    let other = SigningKey::from_seed(&[8; 32]);
    *forged.last_mut().unwrap() = chain.checkpoint(1, &other).unwrap();
    assert_eq!(
        found(&forged),
        [(Code::RecordChanged, 3), (Code::CheckpointKeyUnknown, 8)]
    );
}

#[test]
fn the_end_is_missed_by_a_list_of_checkpoints_kept_elsewhere() {
    let mut lines = log(9, 3);
    let list: Vec<String> = [3, 7, 11].iter().map(|at| lines[*at].clone()).collect();
    lines.truncate(6);
    assert_eq!(found(&lines), [], "nothing in the file itself tells");
    lines.extend(list);
    assert_eq!(found(&lines), [(Code::RecordsMissing, 9)]);
}

#[test]
fn a_log_may_begin_later_where_a_checkpoint_tells_after_what() {
    let lines = log(9, 3);
    let kept = lines[3..].to_vec();
    let later = |lines: &[String]| {
        let verifier = Verifier::new(&[key().verifying_key()]).from(4);
        let report = read_with(verifier, lines.join("\n").as_bytes());
        report
            .findings
            .iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(later(&kept), []);
    assert_eq!(
        found(&kept)[0].0,
        Code::RecordsMissing,
        "only where it is said"
    );
    assert_eq!(later(&kept[1..]), [Code::StartMissing]);
    let mut cut = kept.clone();
    cut.remove(1);
    assert_eq!(later(&cut), [Code::RecordsMissing]);
    let mut changed = kept;
    changed[1] = changed[1].replace("no_grant", "granted");
    assert_eq!(later(&changed), [Code::RecordChanged]);
}

#[test]
fn another_tenants_log_is_not_this_ones() {
    let mut lines = records(3);
    let mut other = Chain::new("lumen");
    lines.push(other.append(&record(4)).unwrap());
    lines.push(other.checkpoint(1, &key()).unwrap());
    let codes: Vec<Code> = found(&lines).iter().map(|(code, _)| *code).collect();
    assert_eq!(
        codes,
        [
            Code::TenantMismatch,
            Code::TenantMismatch,
            Code::CheckpointMissing
        ]
    );
    let renamed: Vec<String> = log(3, 3)
        .iter()
        .map(|line| line.replace("\"tenant\":\"atlas\"", "\"tenant\":\"lumen\""))
        .collect();
    assert!(found(&renamed).contains(&(Code::RecordChanged, 1)));
    let all = read_with(
        Verifier::new(&[]).of("lumen"),
        lines[..3].join("\n").as_bytes(),
    );
    assert_eq!(all.findings.len(), 3);
}

#[test]
fn without_keys_the_chain_alone_is_held() {
    let mut lines = log(5, 5);
    let bare = |lines: &[String]| read_with(Verifier::new(&[]), lines.join("\n").as_bytes());
    assert_eq!(bare(&lines).findings, []);
    assert!(!bare(&lines).signatures_checked);
    lines.pop();
    assert_eq!(bare(&lines).findings, []);
    assert_eq!(bare(&[]).findings[0].code, Code::LogEmpty);
    lines.remove(1);
    assert_eq!(bare(&lines).findings[0].code, Code::RecordsMissing);
}

/// The worker writes logs and the command reads them: neither reads what the other would not write.
#[test]
fn what_the_worker_wrote_is_whole_and_would_be_written_so_again() {
    let text = std::fs::read("tests/golden/log.jsonl").unwrap();
    let report = read_with(Verifier::new(&[key().verifying_key()]).of("atlas"), &text);
    assert_eq!(report.findings, []);
    assert_eq!((report.records, report.sealed), (8, Some(8)));
    let lines: Vec<&str> = std::str::from_utf8(&text).unwrap().lines().collect();
    let mut chain = Chain::new("atlas");
    for line in &lines[..8] {
        let written: serde_json::Value = serde_json::from_str(line).unwrap();
        let record: Record = serde_json::from_value(written["record"].clone()).unwrap();
        assert_eq!(chain.append(&record).unwrap(), *line);
        assert_eq!(record.text("keyrack.permission"), Some("order.refund"));
    }
    assert_eq!(chain.checkpoint(1_772_445_600, &key()).unwrap(), lines[8]);
}

#[test]
fn every_bit_of_what_the_worker_wrote_counts() {
    let text = std::fs::read("tests/golden/log.jsonl").unwrap();
    let keys = [key().verifying_key()];
    for at in 0..text.len() {
        let mut bytes = text.clone();
        bytes[at] ^= 1 << (at % 8);
        let report = read_with(Verifier::new(&keys), &bytes);
        assert!(!report.findings.is_empty(), "byte {at}");
    }
    println!("a bit changed in each of {} bytes, all found", text.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_byte_changed_in_any_line_is_found(
        count in 1_usize..12,
        every in 1_usize..6,
        place in any::<prop::sample::Index>(),
        other in 1_u8..=255,
    ) {
        let text = log(count, every).join("\n") + "\n";
        let mut bytes = text.into_bytes();
        let at = place.index(bytes.len());
        bytes[at] ^= other;
        let report = read_with(Verifier::new(&[key().verifying_key()]), &bytes);
        prop_assert!(!report.findings.is_empty(), "byte {at}");
    }

    #[test]
    fn any_records_taken_out_doubled_or_exchanged_are_found(
        count in 2_usize..12,
        one in any::<prop::sample::Index>(),
        two in any::<prop::sample::Index>(),
    ) {
        let lines = log(count, usize::MAX);
        let (one, two) = (one.index(count), two.index(count));
        let (first, last) = (one.min(two), one.max(two));

        let mut fewer = lines.clone();
        fewer.drain(first..=last);
        prop_assert!(!found(&fewer).is_empty(), "without {first} to {last}");

        let mut more = lines.clone();
        more.insert(two, lines[one].clone());
        prop_assert!(!found(&more).is_empty(), "{one} twice");

        let mut moved = lines.clone();
        moved.swap(one, two);
        prop_assert_eq!(found(&moved).is_empty(), one == two);

        let mut exchanged = lines;
        exchanged[one] = exchanged[one].replace("no_grant", "granted");
        prop_assert!(!found(&exchanged).is_empty());
    }

    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let report = read_with(Verifier::new(&[key().verifying_key()]), &bytes);
        prop_assert!(!report.findings.is_empty());
    }
}
