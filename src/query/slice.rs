//! Slices for those who act on somebody's behalf.

use crate::{
    decide::{Engine, clock::Clock},
    snapshot::{Damaged, behalf::Behalf, code::MemberKind, model::Model},
};

/// What an app or a service may see of the policy while it acts on a member's behalf at `now`;
/// `None` where either is unknown, or where the actor is of a kind that acts for nobody.
///
/// An actor that may do nothing at present, suspended or ended, learns nothing of the member.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn slice_on_behalf(
    engine: &Engine,
    subject: &str,
    actor: &str,
    now: i64,
) -> Result<Option<Model>, Damaged> {
    let clock = Clock::at(Some(now));
    let (Some(subject), Some(actor)) = (engine.find(subject)?, engine.find(actor)?) else {
        return Ok(None);
    };
    let kinds = [MemberKind::App, MemberKind::Service];
    if !kinds.contains(&actor.profile.kind) || subject.row.handle == actor.row.handle {
        return Ok(None);
    }
    let stands = engine.standing(&actor, &clock)?.is_none()
        && !engine.is_member_suspended(actor.row.handle, &clock);
    let behalf = Behalf {
        subject: subject.row,
        now: stands.then_some(now),
    };
    engine
        .snapshot
        .slice_on_behalf(&actor.row, &behalf)
        .map(Some)
}
