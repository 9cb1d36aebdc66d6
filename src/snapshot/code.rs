//! Small closed sets and their numbers in the bytes. A number once given is never given again.

use alloc::{string::String, vec::Vec};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Its number in the bytes.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$variant => $number,)+ }
            }

            /// The value of a number, if it has one.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($number => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

codes! {
    /// What is measured when a permission is used.
    MeasureKind {
        /// Minor units with an ISO currency.
        #[default]
        Money = 1,
        /// Basis points of the old value.
        Percent = 2,
        /// Items.
        Quantity = 3,
    }
}

codes! {
    /// What kind of principal a member is.
    MemberKind {
        /// Holds everything, by ownership.
        Owner = 0,
        /// A person of the store.
        #[default]
        Employee = 1,
        /// An outside person.
        Contractor = 2,
        /// An outside firm's own account.
        Organisation = 3,
        /// An installed app.
        App = 4,
        /// A machine of the store's own.
        Service = 5,
    }
}

codes! {
    /// Where a member stands in its life cycle.
    MemberStatus {
        /// Not accepted yet.
        Invited = 0,
        /// In use.
        #[default]
        Active = 1,
        /// Stopped for now.
        Suspended = 2,
        /// Gone.
        Revoked = 3,
    }
}

codes! {
    /// Which records terms reach.
    RowRule {
        /// All of them.
        #[default]
        Any = 0,
        /// Those assigned to the member.
        Own = 1,
        /// Those of the member's department and below.
        Team = 2,
        /// Those with an open ticket of the member.
        Ticket = 3,
    }
}

codes! {
    /// When a budget starts anew.
    WindowKind {
        /// With each window of the assignment's hours.
        Shift = 0,
        /// At local midnight.
        #[default]
        Day = 1,
        /// On Monday, 00:00 local.
        Week = 2,
        /// On the first, 00:00 local.
        Month = 3,
    }
}

codes! {
    /// What kind of value an attribute has.
    AttributeKind {
        /// Text.
        #[default]
        String = 0,
        /// A whole number.
        Integer = 1,
        /// Yes or no.
        Boolean = 2,
        /// Several texts.
        StringList = 3,
    }
}

codes! {
    /// How an attribute is compared.
    Comparison {
        /// Equal.
        Eq = 0,
        /// Told, and not equal.
        Ne = 1,
        /// One of a list.
        In = 2,
        /// Told, and none of a list.
        NotIn = 3,
        /// Less.
        Lt = 4,
        /// Less or equal.
        Le = 5,
        /// Greater.
        Gt = 6,
        /// Greater or equal.
        Ge = 7,
        /// A list that holds the operand, or text that has it as a part.
        Contains = 8,
        /// Told at all.
        #[default]
        Exists = 9,
    }
}

/// A value of an attribute, or what one is compared with.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Operand {
    /// For `exists`.
    #[default]
    None,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(String),
    /// Several whole numbers.
    Integers(Vec<i64>),
    /// Several texts.
    Strings(Vec<String>),
}

/// Where a route finds a fact of the HTTP request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    /// A named segment of the path.
    Path(String),
    /// A parameter of the query.
    Query(String),
    /// A header.
    Header(String),
    /// A JSON pointer into the body.
    Body(String),
    /// Always this.
    Fixed(String),
}

/// Properties of a permission that decisions read, as bits.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct PermissionFlags(pub u16);

impl PermissionFlags {
    /// Changes something in the store.
    pub const WRITES: Self = Self(1);
    /// Nobody but an owner, in this profile.
    pub const OWNER_ONLY: Self = Self(1 << 1);
    /// Never to an outside member, never through an app.
    pub const NO_DELEGATION: Self = Self(1 << 2);
    /// Every active member holds it.
    pub const DEFAULT: Self = Self(1 << 3);
    /// Moves or creates money.
    pub const FUNDS: Self = Self(1 << 4);
    /// Can harm the store.
    pub const SENSITIVE: Self = Self(1 << 5);
    /// Shows or changes personal data.
    pub const PERSONAL: Self = Self(1 << 6);
    /// Changes who may do what, or hands over control.
    pub const PRIVILEGED: Self = Self(1 << 7);
    /// Holding it makes an approver: `approval.give`.
    pub const GIVES_APPROVAL: Self = Self(1 << 8);
    /// The door for assignments to inside members: `permission.grant`.
    pub const GRANTS_INSIDE: Self = Self(1 << 9);
    /// A door for assignments to outside members: `grant.external.create` and `.modify`.
    pub const GRANTS_OUTSIDE: Self = Self(1 << 10);

    /// Whether all bits of `other` are set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any bit of `other` is set.
    #[must_use]
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets of bits.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
