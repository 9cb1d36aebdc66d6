//! What is too much: refused by the writer, and by the reader of bytes that no writer made.

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
    Failure, Overlay,
    container::{self, Expectations},
    layout,
    model::Model,
    write,
};

use support::every;

fn at(now: i64) -> Expectations<'static> {
    Expectations {
        now: Some(now),
        ..Expectations::default()
    }
}

#[test]
fn the_writer_refuses_what_no_reader_accepts() {
    let with = |change: fn(&mut Model)| {
        let mut model = every::smallest();
        change(&mut model);
        write::payload(&model).map(drop).map_err(|error| error.0)
    };
    assert_eq!(with(|_| {}), Ok(()));
    let cap = |cap: u32| cap as usize + 1;
    assert_eq!(
        with(|model| model.members[0].groups = vec![0; 257]),
        Err("groups of one member")
    );
    assert!(
        with(|model| {
            let one = model.members[0].holdings[0].clone();
            model.members[0].holdings = vec![one; 4_097];
        })
        .is_err()
    );
    let scopes = |count: usize| {
        let mut model = every::smallest();
        let scope = model.scopes[0].clone();
        model.scopes = vec![scope; count];
        write::payload(&model).map(drop).map_err(|error| error.0)
    };
    assert_eq!(scopes(cap(layout::MAX_SCOPES)), Err("scopes"));
}

/// A payload's header and its sections.
fn taken_apart(payload: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (_, mut rest) = postcard::take_from_bytes::<layout::Head>(payload).unwrap();
    let head = payload[..payload.len() - rest.len()].to_vec();
    let mut sections = Vec::new();
    while !rest.is_empty() {
        let (section, left) = postcard::take_from_bytes::<&[u8]>(rest).unwrap();
        sections.push(section.to_vec());
        rest = left;
    }
    (head, sections)
}

/// The payload with another section in one place.
fn with_section(payload: &[u8], section: layout::Section, bytes: &[u8]) -> Vec<u8> {
    let (mut all, mut sections) = taken_apart(payload);
    sections[section.index()] = bytes.to_vec();
    for section in sections {
        all.extend(postcard::to_allocvec(&*section).unwrap());
    }
    all
}

/// A table of these records, however long they are.
fn table(records: &[Vec<u8>]) -> Vec<u8> {
    let mut end = u32::try_from(4 * (records.len() + 1)).unwrap();
    let mut bytes = end.to_le_bytes().to_vec();
    for record in records {
        end += u32::try_from(record.len()).unwrap();
        bytes.extend(end.to_le_bytes());
    }
    bytes.extend(records.concat());
    bytes
}

#[test]
fn records_beyond_their_caps_are_refused() {
    use layout::Section::{Groups, Profiles, ScopeLists};
    let payload = write::payload(&every::model()).unwrap();
    let (_, sections) = taken_apart(&payload);
    let same = with_section(&payload, Groups, &sections[Groups.index()]);
    assert_eq!(same, payload, "taken apart and put together");
    let open = |payload: &[u8]| container::open(payload, &at(every::NOW));
    // One scope list of the longest record that is read, and one byte more.
    let most = layout::MAX_RECORD_BYTES;
    let lists = |length: usize| with_section(&payload, ScopeLists, &table(&[vec![0; length]]));
    assert!(open(&lists(most)).is_ok());
    assert_eq!(open(&lists(most + 1)).map(drop), Err(Failure::Damaged));
    // A member in more groups than anybody may be: refused when that member is looked at.
    let mut profiles: Vec<Vec<u8>> = Vec::new();
    let length = layout::MAX_GROUPS_BYTES + 1;
    for rank in [0_u8, 1, 2, 3] {
        let mut record = vec![rank];
        record.extend(postcard::to_allocvec(&u32::try_from(length).unwrap()).unwrap());
        record.extend(vec![0; length]);
        profiles.push(record);
    }
    let mut heads = Vec::new();
    for _ in 0..4 {
        heads.extend([1 << 4, 1, 1, 1]); // groups and order; employee, active
    }
    let crowded = with_section(&payload, Profiles, &table(&profiles));
    let crowded = with_section(&crowded, layout::Section::ProfileHeads, &heads);
    let snapshot = open(&crowded).unwrap();
    let row = snapshot.find_member("m-app").unwrap().unwrap();
    let profile = snapshot.profile(row.profile).unwrap();
    assert!(profile.detail().is_err());
}

#[test]
fn a_department_that_ends_beyond_the_last_is_refused_before_it_is_counted() {
    let mut model = every::model();
    model.departments[0].end = u32::MAX;
    let member = &mut model.members[1];
    member.department = Some(0);
    let id = member.id.clone();
    let snapshot = container::open(&write::payload(&model).unwrap(), &at(every::NOW)).unwrap();
    assert!(snapshot.department_end(0).is_err());
    let row = snapshot.find_member(&id).unwrap().unwrap();
    assert!(snapshot.slice(&row).is_err());
}

#[test]
fn an_overlay_of_too_many_entries_is_refused_before_it_is_read() {
    let mut payload = vec![1, b't', 1, 0, 0];
    // Twenty million entries of two bytes would be most of a gigabyte once decoded.
    let count = 20_000_000_u32;
    payload.extend(postcard::to_allocvec(&count).unwrap());
    payload.extend(vec![0; 2 * count as usize]);
    payload.extend([0, 0]);
    let started = std::time::Instant::now();
    assert_eq!(
        Overlay::open(&payload, &at(0)).unwrap_err(),
        Failure::Damaged
    );
    // To decode them takes longer than any pause of the machine; to refuse them takes no time.
    assert!(started.elapsed() < std::time::Duration::from_secs(1));
}

#[test]
fn bytes_that_would_fill_the_memory_are_not_restored() {
    use layout::Section::{MemberBuckets, Members, ScopeLists};
    let payload = write::payload(&every::model()).unwrap();
    let lists = table(&[vec![0; layout::MAX_RECORD_BYTES]]);
    // One member that holds the same longest list thousands of times: 60 KB that unfold to gigabytes.
    let holding = [1_u8, 1]; // terms 1, scope list 0
    let mut row = vec![0_u8];
    row.extend(holding.repeat(30_000));
    let mut rows = postcard::to_allocvec("m-app").unwrap();
    rows.extend(postcard::to_allocvec(&*row).unwrap());
    let end = u32::try_from(rows.len()).unwrap();
    let payload = with_section(&payload, ScopeLists, &lists);
    let payload = with_section(&payload, Members, &rows);
    let buckets = [0_u32.to_le_bytes(), end.to_le_bytes()].concat();
    let payload = with_section(&payload, MemberBuckets, &buckets);
    let snapshot = container::open(&payload, &at(every::NOW)).unwrap();
    let row = snapshot.find_member("m-app").unwrap().unwrap();
    assert!(snapshot.restore().is_err());
    assert!(snapshot.slice(&row).is_err());
}
