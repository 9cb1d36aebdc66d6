//! What can come out of a decision, and why. Codes are stable; a new variant breaks callers on
//! purpose.

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal, $code:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The stable number, by which it crosses to JavaScript.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $(Self::$variant => $number,)+ }
            }
        }
    };
}

codes! {
    /// What comes out.
    Outcome {
        /// Go ahead, if every obligation is met.
        Allow = 0, "allow";
        /// No.
        Deny = 1, "deny";
        /// Yes, after a second verification.
        StepUp = 2, "step_up";
        /// Yes, after another member agrees.
        Approval = 3, "approval";
    }
}

codes! {
    /// Why it came out so.
    Reason {
        /// The subject owns the tenant.
        Owner = 0, "owner";
        /// An assignment, or a permission that everybody holds.
        Granted = 1, "granted";
        /// The snapshot's time is over, or there is no clock to tell.
        SnapshotExpired = 2, "snapshot_expired";
        /// The overlay's time is over, or there is no clock to tell, and this permission needs it.
        OverlayStale = 3, "overlay_stale";
        /// No such permission.
        PermissionUnknown = 4, "permission_unknown";
        /// No such scope.
        ScopeUnknown = 5, "scope_unknown";
        /// No such member.
        MemberUnknown = 6, "member_unknown";
        /// The sign-in was ended early.
        SessionRevoked = 7, "session_revoked";
        /// The invitation has not been accepted.
        MemberInvited = 8, "member_invited";
        /// The member is stopped.
        MemberSuspended = 9, "member_suspended";
        /// The member is gone.
        MemberRevoked = 10, "member_revoked";
        /// The account does not count now.
        MemberOutsideValidity = 11, "member_outside_validity";
        /// This operation is stopped, for the member or for all.
        OperationSuspended = 12, "operation_suspended";
        /// Nobody but an owner.
        OwnerOnly = 13, "owner_only";
        /// Not to an outside member, not through an app, not beyond the grantor's own.
        DelegationDenied = 14, "delegation_denied";
        /// An explicit denial.
        DeniedByRule = 15, "denied_by_rule";
        /// Nothing grants it.
        NoGrant = 16, "no_grant";
        /// What grants it does so elsewhere.
        OutOfScope = 17, "out_of_scope";
        /// What grants it does so at another time.
        GrantOutsideValidity = 18, "grant_outside_validity";
        /// Training is missing.
        TrainingRequired = 19, "training_required";
        /// Outside the working hours.
        OutsideHours = 20, "outside_hours";
        /// From another network.
        NetworkNotAllowed = 21, "network_not_allowed";
        /// An attribute or the record does not fit, or was not told.
        ConditionUnmet = 22, "condition_unmet";
        /// The amount was not told in the right measure.
        AmountRequired = 23, "amount_required";
        /// The amount is no amount.
        AmountInvalid = 24, "amount_invalid";
        /// No limit in this currency.
        CurrencyNotAllowed = 25, "currency_not_allowed";
        /// More than the limit.
        LimitExceeded = 26, "limit_exceeded";
        /// More than is left.
        BudgetExceeded = 27, "budget_exceeded";
        /// A hidden field is written, filtered, sorted or exported by.
        FieldHidden = 28, "field_hidden";
        /// A second verification is asked for.
        StepUpRequired = 29, "step_up_required";
        /// No approval that was sent counts.
        ApprovalInvalid = 30, "approval_invalid";
        /// Another member has to agree.
        ApprovalRequired = 31, "approval_required";
    }
}

/// Whether a condition holds, as far as the facts go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It is known not to hold.
    No,
    /// A fact it needs was not told.
    Untold,
}

impl Truth {
    /// `Yes` or `No`.
    #[must_use]
    pub const fn known(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Whether both hold. A known `No` decides whatever else was told.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Untold, _) | (_, Self::Untold) => Self::Untold,
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}
