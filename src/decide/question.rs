//! A request whose names have been resolved, with the facts that conditions read.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use crate::snapshot::{
    Damaged, Snapshot,
    code::MeasureKind,
    cursor::at,
    layout::Section,
    model::StepUp,
    records::{Permission, Profile},
    table::Table,
};

use super::{
    address,
    clock::Clock,
    engine::{Engine, Principal},
    explain::Considered,
    request::{Amount, Exact, Request},
};

/// The largest amount that every party can represent exactly.
pub const MAX_AMOUNT: i64 = (1 << 53) - 1;

/// Who asks, and who acts on their behalf.
#[derive(Clone, Copy, Debug)]
pub struct People<'q> {
    /// Who asks.
    pub subject: Principal<'q>,
    /// Who acts, if anybody is named who is known.
    pub actor: Option<Principal<'q>>,
}

impl<'q> People<'q> {
    /// A subject, and the actor that a request names.
    ///
    /// # Errors
    /// If the snapshot is damaged there.
    pub fn find(
        engine: &'q Engine,
        request: &Request<'_>,
        subject: Principal<'q>,
    ) -> Result<Self, Damaged> {
        let actor = match &request.actor {
            None => None,
            Some(actor) => engine.find(actor)?,
        };
        Ok(Self { subject, actor })
    }
}

/// What is asked, about whom, with which facts.
#[derive(Clone, Debug)]
pub struct Question<'q> {
    /// The policy in force.
    pub engine: &'q Engine,
    /// The facts as they were sent.
    pub request: &'q Request<'q>,
    /// Who asks, and who acts on their behalf.
    pub people: &'q People<'q>,
    /// What for.
    pub permission: u32,
    /// Its record.
    pub record: Permission<'q>,
    /// Where.
    pub scope: u32,
    /// When, and what to watch.
    pub clock: &'q Clock,
    /// Whether every condition is looked at, even behind one that has failed.
    pub thorough: bool,
    /// Where explanations are gathered.
    pub considered: Option<&'q RefCell<Vec<Considered>>>,
    /// Whether the record is left open, to be described instead of judged: conditions on it pass.
    pub any_record: bool,
    /// Whether the approvals that were sent hold, once somebody has asked.
    pub approved: Cell<Option<bool>>,
}

impl<'q> Question<'q> {
    /// Who asks.
    #[must_use]
    pub const fn subject(&self) -> &'q Principal<'q> {
        &self.people.subject
    }

    /// The policy's bytes.
    #[must_use]
    pub fn snapshot(&self) -> &'q Snapshot {
        &self.engine.snapshot
    }

    /// The same question for another permission: no explanation, no approvals judged yet.
    pub fn about(&self, permission: u32) -> Result<Question<'q>, Damaged> {
        Ok(Question {
            permission,
            record: self.snapshot().permission(permission)?,
            thorough: self.thorough,
            considered: None,
            approved: Cell::new(None),
            ..*self
        })
    }

    /// The same question at another scope.
    pub fn at_scope(&self, scope: u32) -> Question<'q> {
        Question {
            scope,
            considered: None,
            approved: Cell::new(None),
            ..*self
        }
    }

    /// Works on what is gathered for an explanation, if one was asked for.
    pub(super) fn explain(&self, work: impl FnOnce(&mut Vec<Considered>)) {
        if let Some(mut gathered) = self.considered.and_then(|list| list.try_borrow_mut().ok()) {
            work(&mut gathered);
        }
    }

    /// The measure that the request states for this permission, if it states one.
    #[must_use]
    pub fn stated(&self, measure: MeasureKind) -> Option<Stated<'_>> {
        stated(
            measure,
            self.request.amount.as_ref(),
            self.request.percent,
            self.request.quantity,
        )
    }

    /// The level of the sign-in, 0 if it is not known.
    pub fn sign_in_level(&self) -> Result<u8, Damaged> {
        let Some(auth) = &self.request.auth else {
            return Ok(0);
        };
        let levels = self.snapshot().table(Section::Levels);
        // The highest that is told in any way: leaving a fact out never raises it.
        let mut best = auth.level.unwrap_or(0);
        for number in 0..levels.count()? {
            let mut record = crate::snapshot::cursor::Cursor(levels.record(number)?);
            let (is_amr, level, value) = (record.byte()? != 0, record.byte()?, record.number()?);
            let value = self.snapshot().name_bytes(value)?;
            let told = if is_amr {
                auth.amr.iter().any(|method| method.as_bytes() == value)
            } else {
                auth.acr
                    .as_ref()
                    .is_some_and(|context| context.as_bytes() == value)
            };
            if told {
                best = best.max(level);
            }
        }
        Ok(best)
    }

    /// Whether a proof that was sent meets a demand: by this subject, in this session, for this
    /// permission, strong and fresh enough.
    pub fn is_proven(&self, demand: StepUp) -> Result<bool, Damaged> {
        let Some(auth) = &self.request.auth else {
            return Ok(false);
        };
        let Some(session) = &auth.session else {
            return Ok(false);
        };
        if auth.proofs.is_empty() {
            return Ok(false);
        }
        let key = self.snapshot().permission_key(self.permission)?;
        let mut proven = false;
        for proof in &auth.proofs {
            let fits = proof.subject.as_bytes() == self.subject().row.id
                && proof.session == *session
                && &*proof.permission == key
                && proof.level >= demand.level;
            // Every fitting proof is watched, so that the answer is not said to hold too long.
            proven |= fits && self.clock.is_fresh(proof.at, demand.max_age);
        }
        Ok(proven)
    }

    /// Whether the request's address lies in one of a policy's networks; `None`: not told.
    pub fn address(&self) -> Option<[u8; 16]> {
        address::parse(self.request.ip.as_ref()?)
    }
}

/// A measure as a request states it.
#[derive(Clone, Copy, Debug)]
pub struct Stated<'r> {
    /// The number, if it is one.
    pub value: Exact,
    /// For money.
    pub currency: Option<&'r str>,
}

impl Stated<'_> {
    /// The number, if it is an amount that can be decided on.
    #[must_use]
    pub fn exact(&self) -> Option<i64> {
        self.value
            .0
            .filter(|value| (0..=MAX_AMOUNT).contains(value))
    }
}

/// The one of three measures that a permission is measured in.
#[must_use]
pub fn stated<'r>(
    measure: MeasureKind,
    amount: Option<&'r Amount<'_>>,
    percent: Option<Exact>,
    quantity: Option<Exact>,
) -> Option<Stated<'r>> {
    let bare = |value| Stated {
        value,
        currency: None,
    };
    match measure {
        MeasureKind::Money => amount.map(|amount| Stated {
            value: amount.value,
            currency: amount.currency.as_deref(),
        }),
        MeasureKind::Percent => percent.map(bare),
        MeasureKind::Quantity => quantity.map(bare),
    }
}

/// Whether an address lies in a network's blocks.
pub fn is_in_network(
    snapshot: &Snapshot,
    network: u32,
    address: &[u8; 16],
) -> Result<bool, Damaged> {
    let table: Table<'_> = snapshot.table(Section::Networks);
    let mut record = crate::snapshot::cursor::Cursor(table.record(network)?);
    record.number()?;
    while !record.is_empty() {
        let block = record.take(16)?;
        let prefix = record.byte()?;
        if prefix > 128 {
            return Err(Damaged);
        }
        if shares_prefix(block, address, prefix) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn shares_prefix(block: &[u8], address: &[u8; 16], prefix: u8) -> bool {
    let whole = at(u32::from(prefix >> 3));
    let rest = prefix & 7;
    let equal = block.get(..whole) == address.get(..whole);
    if !equal || rest == 0 {
        return equal;
    }
    let mask = !(0xff_u8 >> rest);
    match (block.get(whole), address.get(whole)) {
        (Some(a), Some(b)) => a & mask == b & mask,
        _ => false,
    }
}

/// Whether a member has done a training item and it still counts.
pub fn is_trained(profile: &Profile<'_>, item: u32, clock: &Clock) -> Result<bool, Damaged> {
    let mut trained = false;
    for done in profile.detail()?.training() {
        let done = done?;
        // Finished means at an instant, so without a clock nothing is.
        trained |= done.item == item
            && clock.within(Some(done.at), done.expires) == super::reason::Truth::Yes;
    }
    Ok(trained)
}
