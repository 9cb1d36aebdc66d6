//! The kinds of findings. A name once given keeps its meaning.

use super::finding::Severity;

/// A kind of finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Code {
    /// Its stable name.
    pub name: &'static str,
    /// Whether the document is refused for it.
    pub severity: Severity,
    /// What it means, in one line.
    pub meaning: &'static str,
}

macro_rules! codes {
    ($($constant:ident $name:literal $severity:ident $meaning:literal;)+) => {
        $(
            #[doc = $meaning]
            pub const $constant: Code = Code {
                name: $name,
                severity: Severity::$severity,
                meaning: $meaning,
            };
        )+

        /// Every kind of finding.
        pub const ALL: &[Code] = &[$($constant,)+];
    };
}

codes! {
    SYNTAX "syntax" Error "the text is no TOML or no JSON";
    DUPLICATE_KEY "duplicate_key" Error "a key stands twice in one table";
    TOO_LARGE "document_too_large" Error "the text is longer than any policy should be";
    TOO_DEEP "document_too_deep" Error "tables and lists are nested too deeply";
    TOO_MANY "too_many_findings" Error "there are more mistakes in the form than are listed";
    UNKNOWN_KEY "unknown_key" Error "a key means nothing where it stands";
    MISSING_KEY "missing_key" Error "a key that must be written is not there";
    WRONG_VALUE "wrong_value" Error "a value does not have the form that its key asks for";
    TENANT_EMPTY "tenant_empty" Error "the tenant, or something else that needs a name, has an empty one";
    CATALOGUE_VERSION "catalogue_version" Error "the document was written against a newer catalogue than this one";

    UNKNOWN_NAME "unknown_name" Error "a name stands for nothing in the document or the catalogue";
    RETIRED_NAME "retired_name" Warning "a key that was split is named; its parts apply";
    DUPLICATE_NAME "duplicate_name" Error "two things of one kind share a name";
    DUPLICATE_PRINCIPAL "duplicate_principal" Error "two members share an id";
    DEPENDENCY_CYCLE "dependency_cycle" Error "things depend on each other in a circle";
    SCOPE_TREE "scope_tree" Error "the scopes are no tree with one tenant at its root";
    ROLE_IN_USE "role_in_use" Error "a role is deleted while an assignment still names it";

    CATALOGUE_KEY "catalogue_key" Error "a permission's key is not of the form resource.action";
    CATALOGUE_DUPLICATE "catalogue_duplicate" Error "a permission or field group shares its key or title with another";
    DANGLING_DEPENDENCY "dangling_dependency" Error "a permission requires one that does not exist";
    CATALOGUE_READ "catalogue_read" Error "a read requires a write, is measured, or is privileged";
    CATALOGUE_FUNDS "catalogue_funds" Error "a permission is tiered funds without a measure in money, or the other way round";
    CATALOGUE_MEASURED "catalogue_measured" Error "a measured permission is required by another";
    CATALOGUE_OWNER "catalogue_owner" Error "a permission that can be granted requires one that is the owner's alone";
    CATALOGUE_DELEGATION "catalogue_delegation" Error "a permission lacks the tier no_delegation";
    CATALOGUE_FIELDS "catalogue_fields" Error "a field group cannot be unlocked as written";
    CATALOGUE_ALIAS "catalogue_alias" Error "an alias has no parts, or its key is still in use";
    LEVEL_RANGE "level_range" Error "a sign-in or step-up level is none of 1, 2 and 3, or its age is zero";

    HOLDER_COUNT "holder_count" Error "an assignment or denial does not name exactly one member, group or organisation";
    EMPTY_GRANT "empty_grant" Error "an assignment or denial names neither a role nor a permission";
    EMPTY_SCOPES "empty_scopes" Error "a list of scopes is empty; it never means everywhere";
    OWNER_ONLY_GRANTED "owner_only_granted" Error "a permission that is the owner's alone is granted";
    OUTSIDE_WITHOUT_END "outside_without_end" Error "an assignment reaches outside members and has no end";
    OUTSIDE_NO_DELEGATION "outside_no_delegation" Error "an outside member would hold a no_delegation permission";
    VALIDITY_EMPTY "validity_empty" Error "an end is not after its start";

    LIMIT_MISSING "limit_missing" Error "a measured permission has neither a limit nor the word unlimited";
    LIMIT_UNIT "limit_unit" Error "a limit or budget does not fit the permission's measure, or contradicts itself";
    BUDGET_EMPTY "budget_empty" Error "a budget states neither an amount nor a count";
    BUDGET_CONFLICT "budget_conflict" Error "one budget id stands for two different budgets";
    SHIFT_WITHOUT_HOURS "shift_without_hours" Error "a budget per shift stands in an assignment without hours";
    EMPTY_NETWORKS "empty_networks" Error "a list of networks is empty";
    EMPTY_HOURS "empty_hours" Error "a list of hours or of days is empty";
    HOURS_FORM "hours_form" Error "hours are not written as days from 1 to 7 and times as HH:MM";
    ZONE_UNKNOWN "zone_unknown" Error "a time zone is unknown, or hours have none";
    NETWORK_FORM "network_form" Error "an address block is not written as address/prefix";
    ATTRIBUTE_TYPE "attribute_type" Error "an attribute is compared with, or given, a value of another type";
    CONDITION_CONFLICT "condition_conflict" Error "the conditions of a role and of its assignment cannot hold together";
    CONDITION_UNUSED "condition_unused" Warning "a condition names a permission that is not held there";
    DENIAL_CONDITION "denial_condition" Error "a denial carries a condition that only a grant can have";
    DEMAND_FORM "demand_form" Error "a demand names no permission or tier, or asks for nothing";

    NO_LAST_OWNER "no_last_owner" Error "the tenant has no active owner";
    UNMANAGEABLE_PERMISSION "unmanageable_permission" Error "a permission is held, and nobody left can grant or revoke it";
    SEPARATION_FORM "separation_form" Error "a separation set lists too little, or permissions and roles at once";
    SEPARATION_VIOLATED "separation_violated" Error "one member holds permissions or roles that must stay apart";
    SEPARATION_WARNED "separation_warned" Warning "one member holds permissions or roles that should stay apart";
    WAIVER_FORM "waiver_form" Error "a waiver is not by an owner, has no reason, or is over";
    INVARIANT_FORM "invariant_form" Error "an invariant states nothing";
    INVARIANT_FAILED "invariant_failed" Error "an invariant does not hold";
    TEST_FORM "test_form" Error "a policy test has a request or an expectation that cannot be read";
    TEST_FAILED "test_failed" Error "a policy test gives another answer than it promises";

    ROUTE_UNKNOWN_PERMISSION "route_unknown_permission" Error "a route names a permission that does not exist";
    ROUTE_AMBIGUOUS "route_ambiguous" Error "two routes match the same requests";
    ROUTE_FORM "route_form" Error "a route's method, path or source is not of the right form";
    ROUTE_PARAMETER "route_parameter" Error "a route takes a fact from a path parameter that its path lacks";
    ROUTE_AMOUNT "route_amount" Error "a measured permission's route does not say where the amount comes from";

    ROUTE_FIELDS_UNCHECKED "route_fields_unchecked" Warning "a route takes a record whose fields are not held against what the caller may see";
    VIEWER_WITH_WRITES "viewer_with_writes" Warning "a role marked read-only holds a write";
    APPROVER_WITHOUT_CEILING "approver_without_ceiling" Warning "nobody but an owner can approve up to the hard limit";
    LADDER_NOT_MONOTONE "ladder_not_monotone" Warning "a level lacks something that a lower level of its ladder has";
    STEP_UP_LOOSENED "step_up_loosened" Warning "the step-up of a funds or privileged permission is loosened";
    SENSITIVE_SINGLE_FACTOR "sensitive_single_factor" Warning "a member without second factor holds a sensitive, funds or privileged permission";
    UNLIMITED_WRITTEN "unlimited_written" Warning "the word unlimited stands on a funds permission";
    GRANTOR_LOST_RIGHT "grantor_lost_right" Warning "whoever issued an assignment can no longer grant it";
    REDUNDANT_INHERITANCE "redundant_inheritance" Warning "a role inherits another that it has already";
    UNUSED_ROLE "unused_role" Warning "nobody holds a role";
    UNUSED_PERMISSION "unused_permission" Warning "no role and no assignment holds a permission of the tenant's own";
    HOLDER_OUTSIDE_POST "holder_outside_post" Warning "a member holds permissions that its post does not list";
    REVIEW_OVERDUE "review_overdue" Warning "an assignment was not reviewed within its cadence";
    SHARED_ACCOUNT "shared_account" Warning "an account looks shared, or one person is behind two";
}
