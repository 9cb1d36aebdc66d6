//! Steps 2 to 10 of the semantics, for one principal: every refusal that its own rights give.

use alloc::vec::Vec;

use crate::snapshot::{
    Damaged,
    code::{MemberKind, PermissionFlags},
    cursor::Cursor,
    layout::MAX_HOLDINGS,
    model::StepUp,
    records::{Holding, ProfileFlags, ScopeReference, Terms, TermsFlags},
};

use super::{
    asks::Needs,
    conditions::Viewpoint,
    engine::Principal,
    explain::{Considered, Way},
    held::Shared,
    question::{Question, is_trained},
    reason::{Reason, Truth},
};

/// What one principal's own rights say.
#[derive(Clone, Copy, Debug)]
pub enum Verdict {
    /// No, whatever else is done.
    Refused(Refusal),
    /// Yes, as far as nothing has to be asked of anybody.
    Stands(Standing),
}

/// Why not.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// The reason.
    pub reason: Reason,
    /// Whether a fact that was not told could change it. Only known where the question is thorough.
    pub open: bool,
}

/// By what right.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Where the right comes from.
    pub by: By,
    /// What is asked: the winner's demands and the permission's own, the stricter each.
    pub needs: Needs,
}

/// Where a right comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum By {
    /// The member owns the tenant.
    Ownership,
    /// Every active member holds it.
    Everyone,
    /// An assignment.
    Holding {
        /// Its terms, by number.
        terms: u32,
        /// Its scopes.
        scopes: ScopeReference,
    },
}

/// What a principal is before any assignment is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Entry {
    /// No.
    Refused(Reason),
    /// Yes, by ownership.
    Owner,
    /// Its assignments will tell.
    Ordinary,
}

impl Verdict {
    const fn refused(reason: Reason) -> Self {
        Self::Refused(Refusal {
            reason,
            open: false,
        })
    }
}

/// The best assignment so far.
struct Best {
    standing: Standing,
    /// What remains unmet, how many budgets bind, and its place: the least wins.
    order: (u8, u32, u32),
}

impl<'q> Question<'q> {
    /// Steps 2 to 5 for a principal, the actor or the subject: what needs no assignment to be read.
    pub fn enter(&self, holder: &Principal<'_>) -> Result<Entry, Damaged> {
        if self.is_signed_out(holder) {
            return Ok(Entry::Refused(Reason::SessionRevoked));
        }
        self.enter_signed_in(holder)
    }

    fn signed_in_at(&self) -> Option<i64> {
        self.request.auth.as_ref().and_then(|auth| auth.time)
    }

    fn is_signed_out(&self, holder: &Principal<'_>) -> bool {
        let member = holder.row.handle;
        self.engine.is_session_revoked(member, self.signed_in_at())
    }

    fn enter_signed_in(&self, holder: &Principal<'_>) -> Result<Entry, Damaged> {
        let engine = self.engine;
        let (clock, flags) = (self.clock, self.record.flags);
        let owner = holder.profile.kind == MemberKind::Owner;
        if engine.is_overlay_stale(flags, clock) {
            return Ok(Entry::Refused(Reason::OverlayStale));
        }
        if !owner {
            if engine.is_member_suspended(holder.row.handle, clock) {
                return Ok(Entry::Refused(Reason::MemberSuspended));
            }
            if engine.is_operation_suspended(self.permission, holder.row.handle, clock) {
                return Ok(Entry::Refused(Reason::OperationSuspended));
            }
        }
        if let Some(reason) = engine.standing(holder, clock)? {
            return Ok(Entry::Refused(reason));
        }
        if owner {
            return Ok(Entry::Owner);
        }
        if flags.has(PermissionFlags::OWNER_ONLY) {
            return Ok(Entry::Refused(Reason::OwnerOnly));
        }
        if flags.has(PermissionFlags::NO_DELEGATION)
            && (self.request.actor.is_some() || holder.profile.is_outside())
        {
            return Ok(Entry::Refused(Reason::DelegationDenied));
        }
        Ok(Entry::Ordinary)
    }

    /// Steps 2 to 10 for a principal, the actor or the subject.
    pub fn judge(&self, holder: &'q Principal<'q>) -> Result<Verdict, Damaged> {
        if !self.is_signed_out(holder) {
            return self.judge_signed_in(holder);
        }
        // A sign-in whose time was not told may be a later one.
        let untold = self.thorough && self.signed_in_at().is_none();
        let open = untold
            && match self.about(self.permission)?.judge_signed_in(holder)? {
                Verdict::Stands(_) => true,
                Verdict::Refused(refusal) => refusal.open,
            };
        Ok(Verdict::Refused(Refusal {
            reason: Reason::SessionRevoked,
            open,
        }))
    }

    fn judge_signed_in(&self, holder: &'q Principal<'q>) -> Result<Verdict, Damaged> {
        match self.enter_signed_in(holder)? {
            Entry::Refused(reason) => return Ok(Verdict::refused(reason)),
            Entry::Owner => {
                let needs = self.own_needs(true)?;
                return Ok(Verdict::Stands(Standing {
                    by: By::Ownership,
                    needs,
                }));
            }
            Entry::Ordinary => {}
        }
        let view = Viewpoint {
            holder,
            rows_of: self.subject(),
            present: true,
        };
        match self.denied(&view)? {
            Truth::No => {}
            truth => {
                // Asked first: an explanation lists what the denial stands against.
                let open = self.could_hold(&view)? && truth == Truth::Untold;
                return Ok(Verdict::Refused(Refusal {
                    reason: Reason::DeniedByRule,
                    open,
                }));
            }
        }
        if self.record.flags.has(PermissionFlags::DEFAULT) {
            return Ok(Verdict::Stands(Standing {
                by: By::Everyone,
                needs: Needs::default(),
            }));
        }
        self.weigh(&view)
    }

    /// Step 6: whether a denial bites. `Untold`: it does for want of a fact.
    pub fn denied(&self, view: &Viewpoint<'_>) -> Result<Truth, Damaged> {
        if !view.holder.profile.flags.has(ProfileFlags::DENIALS) {
            return Ok(Truth::No);
        }
        let mut denied = Truth::No;
        self.each_holding(view.holder, &mut |holding, way| {
            let head = self.snapshot().terms(holding.terms)?;
            if !head.flags.has(TermsFlags::DENIES)
                || !self.snapshot().set_has(head.permissions, self.permission)?
                || !self.snapshot().covers(holding.scopes, self.scope)?
            {
                return Ok(());
            }
            let bites = self.bites(&head.detail()?, view)?;
            self.consider(
                holding,
                way,
                true,
                (bites != Truth::No).then_some(Reason::DeniedByRule),
            );
            denied = match (denied, bites) {
                (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
                (Truth::Untold, _) | (_, Truth::Untold) => Truth::Untold,
                (Truth::No, Truth::No) => Truth::No,
            };
            Ok(())
        })?;
        Ok(denied)
    }

    /// Whether something would stand if the denial were lifted; asked in thorough questions only.
    fn could_hold(&self, view: &Viewpoint<'_>) -> Result<bool, Damaged> {
        if !self.thorough {
            return Ok(false);
        }
        if self.record.flags.has(PermissionFlags::DEFAULT) {
            return Ok(true);
        }
        Ok(match self.weigh(view)? {
            Verdict::Stands(_) => true,
            Verdict::Refused(refusal) => refusal.open,
        })
    }

    /// Steps 7 to 10: the candidates, the best of them, and the permission's own training.
    fn weigh(&self, view: &Viewpoint<'_>) -> Result<Verdict, Damaged> {
        let mut best: Option<Best> = None;
        let mut furthest = Reason::NoGrant;
        let mut open = false;
        let free = self.engine.known.has(self.permission, |sets| sets.free);
        let mut own = free.then(Needs::default);
        // Without conditions an assignment has nothing to tell beyond its head.
        let bare = self.record.measure.is_none() && !view.holder.profile.is_outside();
        self.each_holding(view.holder, &mut |holding, way| {
            let head = self.snapshot().terms(holding.terms)?;
            if head.flags.has(TermsFlags::DENIES)
                || !self.snapshot().set_has(head.permissions, self.permission)?
            {
                return Ok(());
            }
            let mut refuse = |reason| {
                furthest = furthest.max(reason);
                self.consider(holding, way, false, Some(reason));
            };
            if !self.snapshot().covers(holding.scopes, self.scope)? {
                refuse(Reason::OutOfScope);
                return Ok(());
            }
            let asked = match own {
                Some(asked) => asked,
                None => *own.insert(self.own_needs(false)?),
            };
            let (mut needs, mut budgets) = (asked, 0);
            if bare && head.flags == TermsFlags::default() {
                self.consider(holding, way, false, None);
            } else {
                let terms = head.detail()?;
                if self.is_valid(&terms, view.holder) != Truth::Yes {
                    refuse(Reason::GrantOutsideValidity);
                    return Ok(());
                }
                self.consider(holding, way, false, None);
                let fared = self.fares(&terms, view)?;
                if let Some(reason) = fared.refused {
                    furthest = furthest.max(reason);
                    open |= fared.open;
                    self.conclude(Some(reason));
                    return Ok(());
                }
                // Joined before it is compared: two proofs that meet the assignment's demand and
                // the permission's may yet not meet the stricter of both.
                needs = self
                    .needs_of(&terms, fared.above_soft_limit)?
                    .joined(&asked);
                budgets = fared.budgets;
            }
            let order = (self.unmet(&needs)?.rank(), budgets, holding.order);
            if best.as_ref().is_none_or(|best| order < best.order) {
                let by = By::Holding {
                    terms: holding.terms,
                    scopes: holding.scopes,
                };
                best = Some(Best {
                    standing: Standing { by, needs },
                    order,
                });
            }
            Ok(())
        })?;
        let training = match free {
            true => Cursor(&[]),
            false => self.record.detail()?.demand.training,
        };
        for item in training.numbers() {
            // Also watched where nothing stands, for the answer could change with it.
            let trained = is_trained(&view.holder.profile, item?, self.clock)?;
            if !trained && best.is_some() {
                return Ok(Verdict::refused(Reason::TrainingRequired));
            }
            open &= trained;
        }
        Ok(match best {
            Some(best) => Verdict::Stands(best.standing),
            None => Verdict::Refused(Refusal {
                reason: furthest,
                open,
            }),
        })
    }

    /// What the permission itself asks of everyone who holds it. An owner meets no bands by amount
    /// and needs nobody's consent.
    pub fn own_needs(&self, owner: bool) -> Result<Needs, Damaged> {
        let demand = self.record.detail()?.demand;
        let mut needs = Needs {
            step_up: demand.step_up,
            sign_in_level: demand.sign_in_level,
            approval: demand.approval && !owner,
        };
        if owner {
            return Ok(needs);
        }
        let value = self
            .record
            .measure
            .and_then(|measure| self.stated(measure)?.exact());
        for band in demand.bands() {
            let band = band?;
            if value.is_some_and(|value| value > band.above) && self.concerns(band.currency)? {
                needs = needs.joined(&Needs {
                    step_up: band.step_up,
                    ..Needs::default()
                });
            }
        }
        Ok(needs)
    }

    /// What one assignment asks beyond the permission.
    pub fn needs_of(&self, terms: &Terms<'_>, above_soft_limit: bool) -> Result<Needs, Damaged> {
        let mut needs = Needs {
            step_up: StepUp::default(),
            sign_in_level: terms.sign_in_level,
            approval: above_soft_limit,
        };
        for step_up in terms.step_up() {
            let (permission, step_up) = step_up?;
            if permission == self.permission {
                needs = needs.joined(&Needs {
                    step_up,
                    ..Needs::default()
                });
            }
        }
        if let Some(set) = terms.approval_for {
            needs.approval |= self.snapshot().set_has(set, self.permission)?;
        }
        Ok(needs)
    }

    /// Everything a member holds or is denied, by itself, its groups and its organisation.
    pub fn each_holding(
        &self,
        holder: &Principal<'_>,
        visit: &mut dyn FnMut(Holding, Way) -> Result<(), Damaged>,
    ) -> Result<(), Damaged> {
        let mut shared = Shared::of(self.snapshot(), &holder.profile)?;
        let (mut holdings, mut way) = (holder.row.holdings, Way::Direct);
        loop {
            let mut place = 0_u32;
            while !holdings.is_empty() {
                if place >= MAX_HOLDINGS {
                    return Err(Damaged);
                }
                visit(Holding::parse(&mut holdings, shared.ordered, place)?, way)?;
                place = place.wrapping_add(1);
            }
            match shared.next()? {
                Some(next) => (holdings, way) = next,
                None => return Ok(()),
            }
        }
    }

    fn consider(&self, holding: Holding, way: Way, denies: bool, refused: Option<Reason>) {
        self.explain(|considered| {
            considered.push(Considered {
                terms: holding.terms,
                scopes: holding.scopes,
                way,
                denies,
                refused,
                findings: Vec::new(),
            });
        });
    }

    fn conclude(&self, refused: Option<Reason>) {
        self.explain(|considered| {
            if let Some(last) = considered.last_mut() {
                last.refused = refused;
            }
        });
    }
}
