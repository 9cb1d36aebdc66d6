//! Which parts a record has, as bits in front of it.

use super::super::{
    code::RowRule,
    model::{Holder, Member, Route, Terms as TermsModel},
};

macro_rules! flags {
    ($(#[$doc:meta])* $name:ident($bits:ty) { $($flag:ident = $shift:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
        #[allow(missing_docs)]
        pub struct $name(pub $bits);

        #[allow(missing_docs)]
        impl $name {
            $(pub const $flag: Self = Self(1 << $shift);)+

            /// Whether a bit is set.
            #[must_use]
            #[inline]
            pub const fn has(self, flag: Self) -> bool {
                self.0 & flag.0 != 0
            }

            /// The bits of these that hold.
            #[must_use]
            pub fn gather(bits: &[(Self, bool)]) -> Self {
                Self(bits.iter().filter(|(_, holds)| *holds).fold(0, |all, (flag, _)| all | flag.0))
            }
        }
    };
}

flags! {
    /// Which parts a terms record has.
    TermsFlags(u16) {
        DENIES = 0, FROM = 1, TO = 2, SENSITIVE_TO = 3, ROWS = 4, HOURS = 5, NETWORKS = 6,
        ATTRIBUTES = 7, TRAINING = 8, LIMITS = 9, BUDGETS = 10, STEP_UP = 11, SIGN_IN = 12,
        APPROVAL_FOR = 13,
    }
}

flags! {
    /// Which parts a profile record has, and what the row behind it is like.
    ProfileFlags(u16) {
        FROM = 0, TO = 1, DEPARTMENT = 2, ORGANISATION = 3, GROUPS = 4, TRAINING = 5,
        ATTRIBUTES = 6, DENIALS = 7, ORDERED = 8,
    }
}

flags! {
    /// Who is in a group or an organisation.
    HolderFlags(u8) { OWNER = 0, OUTSIDE = 1, INSIDE = 2, }
}

flags! {
    /// Properties of a route.
    RouteFlags(u8) { LOAD_RESOURCE = 0, WRITES_BODY = 1, EXPORTS = 2, }
}

impl TermsFlags {
    /// Every bit that needs more than the permission and the scope to be looked at.
    pub const CONDITIONAL: Self = Self(0b0011_1111_1111_1110);

    /// The bits of a model's terms.
    #[must_use]
    pub fn of(terms: &TermsModel) -> Self {
        Self::gather(&[
            (Self::DENIES, terms.denies),
            (Self::FROM, terms.from.is_some()),
            (Self::TO, terms.to.is_some()),
            (Self::SENSITIVE_TO, terms.sensitive_to.is_some()),
            (Self::ROWS, terms.rows != RowRule::Any),
            (Self::HOURS, terms.hours.is_some()),
            (Self::NETWORKS, terms.networks.is_some()),
            (Self::ATTRIBUTES, !terms.attributes.is_empty()),
            (Self::TRAINING, !terms.training.is_empty()),
            (Self::LIMITS, !terms.limits.is_empty()),
            (Self::BUDGETS, !terms.budgets.is_empty()),
            (Self::STEP_UP, !terms.step_up.is_empty()),
            (Self::SIGN_IN, terms.sign_in_level != 0),
            (Self::APPROVAL_FOR, !terms.approval_for.is_empty()),
        ])
    }
}

impl ProfileFlags {
    /// The bits of a model's member; `denials`: something is denied to it or to a holder it is in.
    #[must_use]
    pub fn of(member: &Member, denials: bool) -> Self {
        let shares = !member.groups.is_empty() || member.organisation.is_some();
        Self::gather(&[
            (Self::FROM, member.from.is_some()),
            (Self::TO, member.to.is_some()),
            (Self::DEPARTMENT, member.department.is_some()),
            (Self::ORGANISATION, member.organisation.is_some()),
            (Self::GROUPS, !member.groups.is_empty()),
            (Self::TRAINING, !member.training.is_empty()),
            (Self::ATTRIBUTES, !member.attributes.is_empty()),
            (Self::DENIALS, denials),
            (Self::ORDERED, shares),
        ])
    }
}

impl HolderFlags {
    /// The bits of a model's holder.
    #[must_use]
    pub fn of(holder: &Holder) -> Self {
        Self::gather(&[
            (Self::OWNER, holder.has_owner),
            (Self::OUTSIDE, holder.has_outside),
            (Self::INSIDE, holder.has_inside),
        ])
    }
}

impl RouteFlags {
    /// The bits of a model's route.
    #[must_use]
    pub fn of(route: &Route) -> Self {
        Self::gather(&[
            (Self::LOAD_RESOURCE, route.load_resource),
            (Self::WRITES_BODY, route.writes_body),
            (Self::EXPORTS, route.exports),
        ])
    }
}
