//! Everything that is refused or reported.

mod approvers;
mod attributes;
mod budgets;
mod catalogue;
mod conditions;
mod cycles;
mod facts;
mod grants;
mod inherited;
mod invariants;
mod ladders;
mod limits;
mod names;
mod outside;
mod owners;
mod people;
mod promises;
mod references;
mod reviews;
mod routes;
mod rules;
mod separation;
mod used;
mod waivers;

use super::lower::Lowered;
use super::report::Report;
use super::world::World;
use crate::policy::codes::Code;
use crate::policy::document::Document;
use crate::policy::{Step, suggest};

/// One run of all checks.
pub(crate) struct Check<'c, 'd> {
    pub(crate) world: &'c World<'d>,
    pub(crate) lowered: &'c Lowered,
    pub(crate) report: Report<'c>,
    /// The document that this one replaces.
    pub(crate) before: Option<&'c Document>,
    /// How many more misspelt names are compared with all others.
    suggestions: usize,
}

/// Finding near names costs a look at each; a report full of them is no use.
const MAX_SUGGESTIONS: usize = 40;

/// Runs all checks.
pub(crate) fn run<'c>(
    world: &'c World<'_>,
    lowered: &'c Lowered,
    report: Report<'c>,
    before: Option<&'c Document>,
) -> Report<'c> {
    let mut check = Check {
        world,
        lowered,
        report,
        before,
        suggestions: MAX_SUGGESTIONS,
    };
    check.header();
    check.names();
    check.references();
    check.cycles();
    check.inherited();
    check.catalogue();
    check.facts();
    check.all_conditions();
    check.grants();
    check.outside();
    check.rules();
    check.routes();
    check.owners();
    check.ladders();
    check.people();
    // Without its head a document has no profile and no date to check these by.
    if !check.report.damage.lost.contains("policy") {
        check.owner_only_grants();
        check.waivers();
        check.separation();
        check.invariants();
        check.reviews();
    }
    // What was left out may be what holds them.
    if !check.report.damage.touches("assignments") {
        check.used();
    }
    check.policy_tests();
    check.report
}

impl Check<'_, '_> {
    /// A name that stands for nothing. Where it is itself a key, the key is underlined.
    pub(crate) fn unknown<'n>(
        &mut self,
        code: Code,
        (what, section): (&str, &str),
        name: &str,
        path: &[Step<'_>],
        candidates: impl Iterator<Item = &'n str>,
    ) {
        if self.report.damage.may_name(section, name) {
            return;
        }
        let near = match self.suggestions.checked_sub(1) {
            Some(left) => {
                self.suggestions = left;
                let mut candidates: Vec<&str> = candidates.collect();
                candidates.sort_unstable();
                suggest::nearest(name, candidates).map(str::to_owned)
            }
            None => None,
        };
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("correct the name, or write the {what}"),
        };
        let finding = (code, format!("there is no {what} `{name}`"), help);
        match path.last() {
            Some(Step::Key(key)) if *key == name => self.report.key(path, finding),
            _ => self.report.value(path, finding),
        }
    }
}
