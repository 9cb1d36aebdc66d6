//! Steps of inheritance that say nothing new.

use super::Check;
use crate::compile::number::widen;
use crate::compile::report::at;
use crate::policy::codes;

impl Check<'_, '_> {
    /// A role that inherits another once more than it needs to: taking the first step away later
    /// would then change nothing, against what whoever takes it away believes.
    pub(super) fn inherited(&mut self) {
        let world = self.world;
        let includes = |role: usize, other: usize| {
            let sets = world.role_sets.get(role);
            sets.is_some_and(|sets| sets.includes.contains(other))
        };
        let named = |name: &String| world.roles.position(name).map(widen);
        for (position, place) in world.roles.places.iter().enumerate() {
            let Some(role) = world.document.roles.get(*place) else {
                continue;
            };
            for (step, name) in role.inherits.iter().enumerate() {
                let Some(junior) = named(name) else { continue };
                // Circles are refused; here they would only be told again.
                if includes(junior, position) {
                    continue;
                }
                let mut before = role.inherits.iter().take(step);
                let others = role.inherits.iter().filter(|other| *other != name);
                let brings = |other: &usize| {
                    includes(*other, junior)
                        && !includes(junior, *other)
                        && !includes(*other, position)
                };
                let by = others.filter_map(named).find(brings).and_then(|other| {
                    let place = world.roles.places.get(other)?;
                    Some(world.document.roles.get(*place)?.id.as_str())
                });
                let message = match by {
                    Some(by) => format!("`{by}`, which it inherits too, inherits `{name}` already"),
                    None if before.any(|earlier| earlier == name) => {
                        format!("it inherits `{name}` already")
                    }
                    None => continue,
                };
                let finding = (
                    codes::REDUNDANT_INHERITANCE,
                    message,
                    "take this step out; nobody loses anything".to_owned(),
                );
                self.report
                    .value(&at!["roles", *place, "inherits", step], finding);
            }
        }
    }
}
