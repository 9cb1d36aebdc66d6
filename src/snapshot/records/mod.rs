//! Single records as they stand in the bytes, parsed on demand.

mod flags;
mod member;
mod permission;
mod terms;

pub use flags::{HolderFlags, ProfileFlags, RouteFlags, TermsFlags};
pub use member::{
    HolderRecord, Holding, MemberRow, Profile, ProfileDetail, ScopeReference, TrainingDone,
};
pub use permission::{Band, Demand, FieldGroup, Permission, PermissionDetail};
pub use terms::{Attribute, AttributeTest, Budget, Hours, Limit, Operand, Terms, TermsHead, texts};

use super::{Damaged, cursor::Cursor};

/// Parses records of one kind until the bytes end; stops with an error once.
pub fn each<'a, T>(
    bytes: Cursor<'a>,
    mut parse: impl FnMut(&mut Cursor<'a>) -> Result<T, Damaged>,
) -> impl Iterator<Item = Result<T, Damaged>> {
    let mut rest = bytes;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let parsed = parse(&mut rest);
        if parsed.is_err() {
            rest = Cursor(&[]);
        }
        Some(parsed)
    })
}
