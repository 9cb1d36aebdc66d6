//! Another order of the same document: turned round, or every list shuffled from a seed.

use keyrack::policy::{Document, document::Conditions};

use crate::support::tape::Tape;

/// More choices than the lists of a random document have places.
const CHOICES: usize = 8_000;

/// The document with its own lists turned round.
pub fn turned(document: &Document) -> Document {
    let mut turned = document.clone();
    turned.scopes.reverse();
    turned.departments.reverse();
    turned.organisations.reverse();
    turned.groups.reverse();
    turned.networks.reverse();
    turned.attributes.reverse();
    turned.training.reverse();
    turned.roles.reverse();
    turned.members.reverse();
    turned.assignments.reverse();
    turned.denials.reverse();
    turned.demands.reverse();
    turned.catalogue.permissions.reverse();
    turned.catalogue.field_groups.reverse();
    turned
}

/// The document with its lists in another order, and what they hold too.
pub fn shuffled(document: &Document, seed: u64) -> Document {
    let mut state = seed;
    let tape = &mut Tape::random(&mut state, CHOICES);
    let mut document = document.clone();
    for network in &mut document.networks {
        shuffle(tape, &mut network.cidrs);
    }
    for permission in &mut document.catalogue.permissions {
        shuffle(tape, &mut permission.tiers);
        shuffle(tape, &mut permission.requires);
    }
    for group in &mut document.catalogue.field_groups {
        shuffle(tape, &mut group.paths);
    }
    for alias in &mut document.catalogue.aliases {
        shuffle(tape, &mut alias.means);
    }
    for changed in &mut document.catalogue.overrides {
        shuffle(tape, &mut changed.add_tiers);
    }
    for role in &mut document.roles {
        shuffle(tape, &mut role.permissions);
        shuffle(tape, &mut role.inherits);
        conditions(tape, &mut role.conditions);
    }
    for member in &mut document.members {
        shuffle(tape, &mut member.groups);
        shuffle(tape, &mut member.training);
    }
    for assignment in &mut document.assignments {
        shuffle(tape, &mut assignment.permissions);
        shuffle(tape, &mut assignment.scopes);
        conditions(tape, &mut assignment.conditions);
    }
    for denial in &mut document.denials {
        shuffle(tape, &mut denial.permissions);
        shuffle(tape, &mut denial.scopes);
        conditions(tape, &mut denial.conditions);
    }
    for demand in &mut document.demands {
        shuffle(tape, &mut demand.training);
    }
    shuffle(tape, &mut document.scopes);
    shuffle(tape, &mut document.departments);
    shuffle(tape, &mut document.organisations);
    shuffle(tape, &mut document.groups);
    shuffle(tape, &mut document.catalogue.permissions);
    shuffle(tape, &mut document.catalogue.field_groups);
    shuffle(tape, &mut document.catalogue.aliases);
    shuffle(tape, &mut document.catalogue.overrides);
    shuffle(tape, &mut document.networks);
    shuffle(tape, &mut document.attributes);
    shuffle(tape, &mut document.training);
    shuffle(tape, &mut document.roles);
    shuffle(tape, &mut document.members);
    shuffle(tape, &mut document.assignments);
    shuffle(tape, &mut document.denials);
    shuffle(tape, &mut document.demands);
    assert!(tape.asked() <= CHOICES, "{} choices", tape.asked());
    document
}

fn conditions(tape: &mut Tape, conditions: &mut Conditions) {
    shuffle(tape, &mut conditions.limits);
    shuffle(tape, &mut conditions.unlimited);
    shuffle(tape, &mut conditions.budgets);
    shuffle(tape, &mut conditions.attributes);
    shuffle(tape, &mut conditions.training);
    shuffle(tape, &mut conditions.step_up);
    shuffle(tape, &mut conditions.approval_for);
    for hours in conditions.hours.iter_mut() {
        shuffle(tape, hours);
    }
    for networks in conditions.networks.iter_mut() {
        shuffle(tape, networks);
    }
}

fn shuffle<T>(tape: &mut Tape, list: &mut [T]) {
    for last in (1..list.len()).rev() {
        list.swap(last, tape.below(last + 1));
    }
}
