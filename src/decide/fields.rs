//! Step 12: which field groups of the record an allow shows, and whether a hidden one is touched.

use alloc::vec::Vec;

use crate::snapshot::{Damaged, Snapshot, layout::Section, table::hash};

use super::{judge::Verdict, question::Question, request::Text};

/// The field groups of a record, by number.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FieldView {
    /// Shown.
    pub visible: Vec<u32>,
    /// Masked, and neither written, filtered, sorted nor exported by.
    pub hidden: Vec<u32>,
}

/// Of which type each field group is, as a hash: most decisions are about a type that has none.
#[derive(Debug)]
pub(super) struct Groups(Vec<Option<u32>>);

impl Groups {
    /// Looks at every group once. A damaged one has no hash, so that whoever asks meets it.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let count = snapshot.table(Section::FieldGroups).count();
        let numbers = 0..count.unwrap_or_default();
        Self(
            numbers
                .map(|number| {
                    let id = snapshot.field_group(number).ok()?.id;
                    let id = snapshot.name_bytes(id).ok()?;
                    Some(hash(0, resource_type(id)))
                })
                .collect(),
        )
    }
}

impl Groups {
    /// Whether a group might be of this type.
    pub(super) fn any_of(&self, resource_type: &[u8]) -> bool {
        let kind = hash(0, resource_type);
        self.0
            .iter()
            .any(|other| other.is_none_or(|other| other == kind))
    }
}

impl<'q> Question<'q> {
    /// The field groups of the record that the request names, or of the permission's own type.
    pub fn fields(&self) -> Result<FieldView, Damaged> {
        let snapshot = self.snapshot();
        let wanted = match &self.request.resource {
            Some(resource) => resource.resource_type.as_bytes(),
            None => snapshot.name_bytes(self.record.detail()?.resource_type)?,
        };
        let mut view = FieldView::default();
        let mut known: Vec<(u32, bool)> = Vec::new();
        let kind = hash(0, wanted);
        for (number, other) in (0_u32..).zip(&self.engine.groups.0) {
            if other.is_some_and(|other| other != kind) {
                continue;
            }
            let group = snapshot.field_group(number)?;
            if resource_type(snapshot.name_bytes(group.id)?) != wanted {
                continue;
            }
            let visible = match group.unlocked_by {
                None => false,
                Some(key) => match known.iter().find(|(seen, _)| *seen == key) {
                    Some((_, visible)) => *visible,
                    None => {
                        let visible = self.about(key)?.is_allowed_outright()?;
                        known.push((key, visible));
                        visible
                    }
                },
            };
            if visible {
                view.visible.push(number)
            } else {
                view.hidden.push(number)
            }
        }
        Ok(view)
    }

    /// Whether a check of this permission would be allowed, nothing asked of anybody.
    pub fn is_allowed_outright(&self) -> Result<bool, Damaged> {
        for holder in [Some(self.subject()), self.people.actor.as_ref()]
            .into_iter()
            .flatten()
        {
            match self.judge(holder)? {
                Verdict::Stands(standing) if self.unmet(&standing.needs)?.rank() == 0 => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Whether the request writes, filters, sorts or exports by a field that is not shown.
    pub fn touches_hidden(&self, view: &FieldView) -> Result<bool, Damaged> {
        let Some(fields) = &self.request.fields else {
            return Ok(false);
        };
        let touched = [&fields.write, &fields.filter, &fields.sort, &fields.export];
        for field in touched.into_iter().flatten() {
            if !self.is_shown(field, view)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_shown(&self, field: &Text<'_>, view: &FieldView) -> Result<bool, Damaged> {
        let snapshot = self.snapshot();
        if field.as_bytes().first() != Some(&b'$') {
            for group in &view.visible {
                let id = snapshot.field_group(*group)?.id;
                if snapshot.name_bytes(id)? == field.as_bytes() {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        Ok(self.any_path(&view.visible, &|path| covers(path, field))?
            && !self.any_path(&view.hidden, &|path| {
                covers(path, field) || covers(field, path)
            })?)
    }

    fn any_path(&self, groups: &[u32], fits: &dyn Fn(&str) -> bool) -> Result<bool, Damaged> {
        let snapshot = self.snapshot();
        for group in groups {
            for path in snapshot.field_group(*group)?.paths {
                if fits(snapshot.name(path?)?) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// The part of a group's id before the dot.
fn resource_type(id: &[u8]) -> &[u8] {
    id.split(|byte| *byte == b'.').next().unwrap_or_default()
}

/// Whether a path is another or lies under it. `[*]` and `[7]` are the same step.
fn covers(above: &str, below: &str) -> bool {
    let mut below = steps(below);
    steps(above).all(|step| below.next() == Some(step))
}

/// The steps of a JSON path, every array step as `*`. As bytes: what takes apart characters brings
/// a kilobyte into the edge module.
fn steps(path: &str) -> impl Iterator<Item = &[u8]> {
    path.as_bytes()
        .split(|byte| b".[".contains(byte))
        .filter(|step| !step.is_empty())
        .map(|step| {
            if step.last() == Some(&b']') {
                b"*"
            } else {
                step
            }
        })
}
