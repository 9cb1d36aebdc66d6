//! Reading a log, and finding what was done to it.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use super::{
    Digest,
    checkpoint::{Checkpoint, Standing},
    finding::{Code, Finding, Place},
    line::{self, Entry, Line},
};
use crate::snapshot::container::VerifyingKey;

/// Reads the lines of one tenant's log, in the order in which they stand.
#[derive(Debug)]
pub struct Verifier {
    keys: Vec<VerifyingKey>,
    tenant: Option<String>,
    first: u64,
    records: Vec<Link>,
    seals: Vec<Seal>,
    findings: Vec<Finding>,
}

/// What came of reading a log.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whose log it is.
    pub tenant: Option<String>,
    /// How many records were read.
    pub records: usize,
    /// The first one's number, of those in order.
    pub first: Option<u64>,
    /// The last one's.
    pub last: Option<u64>,
    /// The last record that a checkpoint vouches for. Later ones are chained, but could have been
    /// written anew by whoever holds the file.
    pub sealed: Option<u64>,
    /// Checkpoints that count.
    pub checkpoints: usize,
    /// Whether signatures were checked at all.
    pub signatures_checked: bool,
    /// What is wrong, in the order of the lines. Empty: nothing was changed.
    pub findings: Vec<Finding>,
}

/// A record as far as the chain is concerned.
#[derive(Clone, Copy, Debug)]
struct Link {
    place: Place,
    sequence: u64,
    previous: Digest,
    own: Digest,
}

/// A checkpoint that counts.
#[derive(Clone, Copy, Debug)]
struct Seal {
    place: Place,
    sequence: u64,
    head: Digest,
}

/// Numbers that were passed over, and the line before which they should have stood.
#[derive(Clone, Copy, Debug)]
struct Gap {
    last: u64,
    before: Place,
}

impl Verifier {
    /// A reader that trusts these keys. Without any, no signature is checked: then only the chain
    /// is held, which whoever can write the whole file can write anew.
    #[must_use]
    pub fn new(keys: &[VerifyingKey]) -> Self {
        Self {
            keys: keys.to_vec(),
            tenant: None,
            first: 1,
            records: Vec::new(),
            seals: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Expects the log of this tenant; else the first line says whose it is.
    #[must_use]
    pub fn of(self, tenant: &str) -> Self {
        Self {
            tenant: Some(tenant.into()),
            ..self
        }
    }

    /// Expects the log to begin at this record, because earlier ones were deleted in their time.
    /// A checkpoint over the record before it must be there.
    #[must_use]
    pub fn from(self, first: u64) -> Self {
        Self { first, ..self }
    }

    /// Reads a line, without its end.
    pub fn read(&mut self, place: Place, line: &[u8]) {
        match line::read(line) {
            Some(Line::Entry(entry)) => self.entry(place, entry, line::digest(line)),
            Some(Line::Checkpoint(checkpoint)) => self.checkpoint(place, &checkpoint),
            None => self.find(
                place,
                Code::LineMalformed,
                "this is no record and no checkpoint",
            ),
        }
    }

    /// Tells what came of it.
    #[must_use]
    pub fn finish(mut self) -> Report {
        self.seals.sort_by_key(|seal| (seal.sequence, seal.place));
        let records = self.records.len();
        let ordered = self.ordered();
        self.follow(&ordered);
        if !self.keys.is_empty() && self.seals.is_empty() {
            self.find_at_large(
                Code::CheckpointMissing,
                "no checkpoint vouches for these records",
            );
        } else if records == 0 && self.seals.is_empty() && self.findings.is_empty() {
            self.find_at_large(Code::LogEmpty, "there is no record and no checkpoint");
        }
        // Those of the log as a whole come last.
        self.findings
            .sort_by_key(|finding| (finding.place.is_none(), finding.place));
        let last = ordered.last().map(|link| link.sequence);
        Report {
            sealed: self
                .seals
                .iter()
                .map(|seal| seal.sequence)
                .filter(|sequence| last.is_some_and(|last| *sequence <= last))
                .max(),
            tenant: self.tenant,
            records,
            first: ordered.first().map(|link| link.sequence),
            last,
            checkpoints: self.seals.len(),
            signatures_checked: !self.keys.is_empty(),
            findings: self.findings,
        }
    }

    fn entry(&mut self, place: Place, entry: Entry, own: Digest) {
        if self.is_of_tenant(place, &entry.tenant) {
            self.records.push(Link {
                place,
                sequence: entry.sequence,
                previous: entry.previous,
                own,
            });
        }
    }

    fn checkpoint(&mut self, place: Place, checkpoint: &Checkpoint) {
        if !self.is_of_tenant(place, &checkpoint.tenant) {
            return;
        }
        let standing = if self.keys.is_empty() {
            Standing::Good
        } else {
            checkpoint.standing(&self.keys)
        };
        match standing {
            Standing::Good => self.seals.push(Seal {
                place,
                sequence: checkpoint.sequence,
                head: checkpoint.head,
            }),
            Standing::KeyUnknown => self.find(
                place,
                Code::CheckpointKeyUnknown,
                "this checkpoint is by none of the keys that were given",
            ),
            Standing::SignatureInvalid => self.find(
                place,
                Code::CheckpointSignatureInvalid,
                "this checkpoint was changed, or is not by the key it names",
            ),
        }
    }

    fn is_of_tenant(&mut self, place: Place, tenant: &str) -> bool {
        let whose = self.tenant.get_or_insert_with(|| tenant.into());
        if whose == tenant {
            return true;
        }
        let message = format!("this line is of `{tenant}`, not of `{whose}`");
        self.find(place, Code::TenantMismatch, &message);
        false
    }

    /// The records whose numbers rise; those that stand elsewhere are found.
    fn ordered(&mut self) -> Vec<Link> {
        let mut ordered: Vec<Link> = Vec::new();
        let mut gaps: BTreeMap<u64, Gap> = BTreeMap::new();
        for link in core::mem::take(&mut self.records) {
            let sequence = link.sequence;
            let next = match ordered.last() {
                Some(last) => last.sequence.saturating_add(1),
                None => self.first.min(sequence),
            };
            if sequence < next {
                let (code, how) = if fill(&mut gaps, sequence) {
                    (Code::RecordMoved, "stands after a later one")
                } else {
                    (
                        Code::RecordRepeated,
                        "stands twice, or where it does not belong",
                    )
                };
                self.find(link.place, code, &format!("record {sequence} {how}"));
                continue;
            }
            if sequence > next {
                let last = sequence.saturating_sub(1);
                let before = link.place;
                gaps.insert(next, Gap { last, before });
            }
            ordered.push(link);
        }
        for (first, Gap { last, before }) in gaps {
            let message = format!("{} missing before this line", numbers(first, last));
            self.find(before, Code::RecordsMissing, &message);
        }
        ordered
    }

    /// Follows the chain from its start to its end.
    fn follow(&mut self, ordered: &[Link]) {
        let mut broken = alloc::vec![self.start_is_broken(ordered)];
        broken.extend(ordered.windows(2).map(|pair| match pair {
            [one, two] => {
                one.sequence.checked_add(1) == Some(two.sequence) && one.own != two.previous
            }
            _ => false,
        }));
        let is_broken = |at: usize| broken.get(at).copied().unwrap_or_default();
        let mut changed: Option<usize> = None;
        for (at, link) in ordered.iter().enumerate() {
            let before = at.checked_sub(1);
            let incoming = is_broken(at) && (before.is_none() || changed != before);
            let denied = self.is_denied(link);
            // A record that neither follows the one before it nor leads to the next one was changed
            // itself; one that only does not follow tells that the one before was.
            let whose = match (incoming, denied || is_broken(at.saturating_add(1)), before) {
                (true, true, _) | (true, false, None) => at,
                (true, false, Some(before)) => before,
                (false, _, _) if denied => at,
                (false, _, _) => continue,
            };
            changed = Some(whose);
            if let Some(link) = ordered.get(whose) {
                let message = format!(
                    "record {} is not as it was written: what comes after it stands upon other bytes",
                    link.sequence
                );
                self.find(link.place, Code::RecordChanged, &message);
            }
        }
        self.end(ordered);
    }

    /// Whether the first record does not follow what it must.
    fn start_is_broken(&mut self, ordered: &[Link]) -> bool {
        let Some(first) = ordered.first() else {
            return false;
        };
        let Some(before) = first.sequence.checked_sub(1).filter(|before| *before > 0) else {
            let tenant = self.tenant.as_deref().unwrap_or_default();
            return first.sequence != 1 || first.previous != line::genesis(tenant);
        };
        if first.sequence > self.first {
            // That something is missing before it has been told.
            return false;
        }
        let anchors = self.seals_over(before);
        if !anchors.is_empty() {
            return anchors.iter().any(|seal| seal.head != first.previous);
        }
        let message = format!("no checkpoint over record {before} tells what this one follows");
        self.find(first.place, Code::StartMissing, &message);
        false
    }

    /// Whether a checkpoint was signed over other bytes than this record's.
    fn is_denied(&self, link: &Link) -> bool {
        self.seals_over(link.sequence)
            .iter()
            .any(|seal| seal.head != link.own)
    }

    /// The checkpoints over a record. They are in the order of their numbers by now.
    fn seals_over(&self, sequence: u64) -> &[Seal] {
        let first = self.seals.partition_point(|seal| seal.sequence < sequence);
        let end = self.seals.partition_point(|seal| seal.sequence <= sequence);
        self.seals.get(first..end).unwrap_or_default()
    }

    /// What a checkpoint names and the log no longer holds.
    fn end(&mut self, ordered: &[Link]) {
        let next = ordered
            .last()
            .map_or(self.first, |last| last.sequence.saturating_add(1));
        if let Some(Seal {
            place, sequence, ..
        }) = self.seals.last().copied()
            && sequence >= next
        {
            let message = format!(
                "{} missing at the end: this checkpoint was signed over record {sequence}",
                numbers(next, sequence)
            );
            self.find(place, Code::RecordsMissing, &message);
        }
    }

    fn find(&mut self, place: Place, code: Code, message: &str) {
        self.findings.push(Finding {
            place: Some(place),
            code,
            message: message.into(),
        });
    }

    fn find_at_large(&mut self, code: Code, message: &str) {
        self.findings.push(Finding {
            place: None,
            code,
            message: message.into(),
        });
    }
}

/// Takes a number out of the gaps, by their first numbers; `false` if it is in none.
fn fill(gaps: &mut BTreeMap<u64, Gap>, sequence: u64) -> bool {
    let Some((&first, &gap)) = gaps.range(..=sequence).next_back() else {
        return false;
    };
    if gap.last < sequence {
        return false;
    }
    gaps.remove(&first);
    if let Some(last) = sequence.checked_sub(1).filter(|last| first <= *last) {
        gaps.insert(first, Gap { last, ..gap });
    }
    if let Some(next) = sequence.checked_add(1).filter(|next| *next <= gap.last) {
        gaps.insert(next, gap);
    }
    true
}

fn numbers(first: u64, last: u64) -> String {
    if first == last {
        format!("record {first} is")
    } else {
        format!("records {first} to {last} are")
    }
}
