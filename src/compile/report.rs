//! Gathers findings and puts them at their places.

use crate::policy::codes::{self, Code};
use crate::policy::{Damage, Finding, Place, Source, Step};

/// Gathers findings.
pub(crate) struct Report<'s> {
    source: &'s Source,
    pub(crate) damage: &'s Damage,
    pub(crate) findings: Vec<Finding>,
}

/// Builds a path into the document.
macro_rules! at {
    ($($step:expr),+ $(,)?) => { [$($crate::policy::Step::from($step)),+] };
}
pub(crate) use at;

/// A longer path.
pub(crate) fn join<'a>(base: &[Step<'a>], more: &[Step<'a>]) -> Vec<Step<'a>> {
    [base, more].concat()
}

/// Findings about something that is not there: not repeated for an element of which a part was
/// left out because it could not be read.
const ABSENCES: &[Code] = &[
    codes::EMPTY_GRANT,
    codes::EMPTY_SCOPES,
    codes::HOLDER_COUNT,
    codes::LIMIT_MISSING,
    codes::OUTSIDE_WITHOUT_END,
    codes::SHIFT_WITHOUT_HOURS,
    codes::BUDGET_EMPTY,
    codes::DEMAND_FORM,
    codes::SEPARATION_FORM,
    codes::INVARIANT_FORM,
    codes::ROUTE_AMOUNT,
    codes::TENANT_EMPTY,
];

impl<'s> Report<'s> {
    pub(crate) fn new(source: &'s Source, damage: &'s Damage, findings: Vec<Finding>) -> Self {
        Self {
            source,
            damage,
            findings,
        }
    }

    /// Records a finding at a value.
    pub(crate) fn value(&mut self, path: &[Step<'_>], finding: (Code, String, String)) {
        self.add(self.source.value(path), path, finding, |finding| finding);
    }

    /// Records a finding at a key.
    pub(crate) fn key(&mut self, path: &[Step<'_>], finding: (Code, String, String)) {
        self.add(self.source.key(path), path, finding, |finding| finding);
    }

    /// Records a finding at a value, with more to it.
    pub(crate) fn value_with(
        &mut self,
        path: &[Step<'_>],
        finding: (Code, String, String),
        more: impl FnOnce(Finding) -> Finding,
    ) {
        self.add(self.source.value(path), path, finding, more);
    }

    fn add(
        &mut self,
        place: Option<Place>,
        path: &[Step<'_>],
        (code, message, help): (Code, String, String),
        more: impl FnOnce(Finding) -> Finding,
    ) {
        if ABSENCES.contains(&code)
            && let [Step::Key(section), Step::Index(index), ..] = path
            && self
                .damage
                .elements
                .contains(&((*section).to_owned(), *index))
        {
            return;
        }
        self.findings
            .push(more(Finding::new(code, message, help).at(place)));
    }

    /// Where a value stands.
    pub(crate) fn place(&self, path: &[Step<'_>]) -> Option<Place> {
        self.source.value(path)
    }
}
