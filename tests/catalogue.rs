//! The catalogue that ships keeps its own rules, and agrees with the text it was made from.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use keyrack::policy::catalogue::{Catalogue, Holds, owner_only};
use keyrack::policy::document::{Measure, PermissionKind, Profile, Severity, Tier};
use support::aloud;

type Definitions<'c> = BTreeMap<&'c str, &'c keyrack::policy::document::PermissionDefinition>;

fn definitions(catalogue: &Catalogue) -> Definitions<'_> {
    let each = catalogue.permissions.iter();
    each.map(|permission| (permission.key.as_str(), permission))
        .collect()
}

/// Everything that a key requires, itself left out.
fn required<'c>(all: &Definitions<'c>, key: &'c str) -> BTreeSet<&'c str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = all[key].requires.iter().map(String::as_str).collect();
    while let Some(next) = open.pop() {
        if seen.insert(next) {
            open.extend(all[next].requires.iter().map(String::as_str));
        }
    }
    seen
}

#[test]
fn it_has_the_size_it_should_have() {
    let catalogue = Catalogue::built_in();
    assert_eq!(catalogue.permissions.len(), 120);
    assert_eq!(catalogue.field_groups.len(), 35);
    assert_eq!(catalogue.presets.len(), 14);
    assert_eq!(catalogue.separation.len(), 13);
    let administrator = |profile| catalogue.preset("administrator", profile).unwrap().len();
    assert_eq!(administrator(Profile::Delegated), 117);
    assert_eq!(administrator(Profile::Strict), 98);
    assert_eq!(catalogue.preset("owner", Profile::Delegated), None);
}

#[test]
fn it_keeps_its_own_rules() {
    let catalogue = Catalogue::built_in();
    let all = definitions(&catalogue);
    assert_eq!(all.len(), 120, "a key stands twice");
    let titles: BTreeSet<&str> = all.values().map(|it| it.title.as_str()).collect();
    assert_eq!(titles.len(), 120, "a title stands twice");
    for (key, permission) in &all {
        let parts: Vec<&str> = key.split('.').collect();
        let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(matches!(parts.len(), 2 | 3), "{key}");
        for part in parts {
            assert!(part.starts_with(|c: char| c.is_ascii_lowercase()) && part.chars().all(lower));
        }
        let required = required(&all, key);
        assert!(!required.contains(key), "{key} requires itself");
        let tiered = |tier| permission.tiers.contains(&tier);
        if permission.kind == PermissionKind::Read {
            assert!(
                required
                    .iter()
                    .all(|it| all[it].kind == PermissionKind::Read),
                "{key}"
            );
            assert!(
                permission.measure.is_none() && !tiered(Tier::Privileged),
                "{key}"
            );
        }
        assert_eq!(
            tiered(Tier::Funds),
            permission.measure == Some(Measure::Money),
            "{key}"
        );
        assert!(required.iter().all(|it| all[it].measure.is_none()), "{key}");
        for profile in [Profile::Strict, Profile::Delegated] {
            if !owner_only(&permission.tiers, profile) {
                let open = |it: &&str| !owner_only(&all[it].tiers, profile);
                assert!(required.iter().all(open), "{key} in {profile:?}");
            }
        }
        let guarded = required
            .iter()
            .any(|it| all[it].tiers.contains(&Tier::NoDelegation));
        if guarded || tiered(Tier::OwnerOnly) || tiered(Tier::OwnerOnlyStrict) {
            assert!(tiered(Tier::NoDelegation), "{key}");
        }
    }
    for group in &catalogue.field_groups {
        if let Some(key) = &group.unlocked_by {
            let unlocks = all[key.as_str()];
            assert_eq!(unlocks.kind, PermissionKind::Read, "{}", group.id);
            assert!(
                unlocks.measure.is_none() && unlocks.step_up.is_none(),
                "{}",
                group.id
            );
        }
    }
    for pair in &catalogue.separation {
        assert!(
            pair.permissions
                .iter()
                .all(|key| all.contains_key(key.as_str()))
        );
    }
    for preset in &catalogue.presets {
        for key in &preset.permissions {
            assert!(
                !all[key.as_str()].tiers.contains(&Tier::OwnerOnly),
                "{}",
                preset.id
            );
        }
    }
}

/// A table of the text: rows of cells.
fn table(text: &str, section: usize) -> Vec<Vec<String>> {
    let start = text
        .find(&format!("\n## {section}. "))
        .expect("the section");
    let body = &text[start + 1..];
    let body = &body[..body[1..].find("\n## ").map_or(body.len(), |at| at + 1)];
    let rows = body
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    rows.skip(1)
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

/// What stands in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn it_agrees_with_the_text_it_was_made_from() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/catalogue.md");
    let Ok(text) = std::fs::read_to_string(path) else {
        aloud::skip(path.as_ref());
        return;
    };
    let catalogue = Catalogue::built_in();
    let all = definitions(&catalogue);
    let rows = table(&text, 2);
    assert_eq!(rows.len(), 120);
    for row in rows {
        let key = quoted(&row[1]).remove(0);
        let permission = all[key.as_str()];
        assert_eq!((&row[0], &row[2]), (&permission.area, &permission.title));
        assert_eq!(row[3], word(&permission.kind));
        // Cells after the kind are told apart by what they hold: empty ones may be left out.
        let mut told = Vec::new();
        told.extend(permission.tiers.iter().map(word));
        told.extend(permission.requires.iter().map(|key| format!("`{key}`")));
        told.extend(permission.measure.iter().map(word));
        told.extend(
            permission
                .step_up
                .map(|it| format!("{}/{}", it.level, it.max_age.seconds)),
        );
        let written: Vec<String> = row[4..]
            .iter()
            .flat_map(|cell| cell.split(", "))
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        assert_eq!(written, told, "{key}");
    }
    let rows = table(&text, 3);
    assert_eq!(rows.len(), 35);
    for (row, group) in rows.iter().zip(&catalogue.field_groups) {
        assert_eq!(quoted(&row[0]), std::slice::from_ref(&group.id));
        let unlocked: Vec<String> = group.unlocked_by.iter().cloned().collect();
        assert_eq!(quoted(&row[1]), unlocked);
        assert_eq!(quoted(&row[2]), group.paths);
    }
    let rows = table(&text, 5);
    assert_eq!(rows.len(), 13);
    for (row, pair) in rows.iter().zip(&catalogue.separation) {
        let keys = [quoted(&row[0]).remove(0), quoted(&row[1]).remove(0)];
        assert_eq!(keys, pair.permissions);
        assert_eq!((row[2] == "error"), (pair.level == Severity::Error));
        assert_eq!(row[3], pair.danger);
    }
    presets_agree(&text, &catalogue, &all);
}

fn presets_agree(text: &str, catalogue: &Catalogue, all: &Definitions<'_>) {
    let rows = table(text, 4);
    assert_eq!(rows.len(), 14);
    for (row, preset) in rows.iter().zip(&catalogue.presets) {
        assert_eq!(row[0], format!("`{}` {}", preset.id, preset.title));
        if preset.holds != Holds::Listed {
            continue;
        }
        assert_eq!(quoted(&row[1]), preset.permissions, "{}", preset.id);
        for (profile, strict) in [(Profile::Delegated, false), (Profile::Strict, true)] {
            let own = catalogue.preset(&preset.id, profile).unwrap();
            let mut closed: BTreeSet<&str> = own.iter().copied().collect();
            for key in &own {
                closed.extend(required(all, key));
            }
            // Keys in bold are not in the strict variant.
            let mut written: BTreeSet<String> = BTreeSet::new();
            for cell in &row[1..3] {
                for part in cell.split(", ").filter(|part| !part.is_empty()) {
                    if !(strict && part.starts_with("**")) {
                        written.extend(quoted(part));
                    }
                }
            }
            let written: BTreeSet<&str> = written.iter().map(String::as_str).collect();
            assert_eq!(closed, written, "{} in {profile:?}", preset.id);
        }
    }
}
