//! Which fields of the record are visible, and whether a hidden one is touched.

use super::{Question, Refusal};

impl Question<'_, '_> {
    /// The groups of the record's type that are visible and hidden, each sorted.
    pub fn field_groups(&self) -> (Vec<String>, Vec<String>) {
        let named = self.request.resource.as_ref().map(|it| &*it.resource_type);
        let own = match self.request.permission.split('.').next().unwrap() {
            "catalog" => "product",
            "funds" => "transaction",
            own => own,
        };
        let kind = named.unwrap_or(own);
        let of_kind = self
            .policy
            .field_groups
            .iter()
            .filter(|group| group.id.split_once('.').is_some_and(|(of, _)| of == kind));
        let (mut visible, mut hidden) = (Vec::new(), Vec::new());
        for group in of_kind {
            let unlocked = group.unlocked_by.as_deref();
            if unlocked.is_some_and(|permission| self.is_plainly_allowed(permission)) {
                visible.push(group.id.clone());
            } else {
                hidden.push(group.id.clone());
            }
        }
        visible.sort();
        hidden.sort();
        (visible, hidden)
    }

    /// Whether the same request for another permission is allowed with nothing left to ask.
    fn is_plainly_allowed(&self, permission: &str) -> bool {
        if self.policy.permission(permission).is_none() {
            return false;
        }
        let Ok((own, actors)) = self.rights(permission, false) else {
            return false;
        };
        let left = |asks| self.left(permission, asks);
        let asks = left(own.asks).join(left(actors.asks));
        asks.sign_in_level == 0 && asks.step_up.level == 0 && !asks.approval
    }

    pub fn touched_fields(&self, visible: &[String], hidden: &[String]) -> Result<(), Refusal> {
        let Some(fields) = &self.request.fields else {
            return Ok(());
        };
        let touched = [&fields.write, &fields.filter, &fields.sort, &fields.export];
        let shown = |field: &str| {
            if field.starts_with('$') {
                let path = segments(field);
                let lies_in =
                    |groups: &[String]| self.paths_of(groups).iter().any(|of| is_within(&path, of));
                let above = self.paths_of(hidden).iter().any(|of| is_within(of, &path));
                lies_in(visible) && !lies_in(hidden) && !above
            } else {
                visible.iter().any(|group| group == field)
            }
        };
        if touched
            .iter()
            .all(|fields| fields.iter().all(|it| shown(it)))
        {
            Ok(())
        } else {
            Err("field_hidden")
        }
    }

    fn paths_of(&self, groups: &[String]) -> Vec<Vec<String>> {
        let all = self.policy.field_groups.iter();
        all.filter(|group| groups.contains(&group.id))
            .flat_map(|group| group.paths.iter().map(|path| segments(path)))
            .collect()
    }
}

/// `$.items[*].cost` as `$`, `items`, `[*]`, `cost`; every index is every other.
fn segments(path: &str) -> Vec<String> {
    let parts = path.split('.').flat_map(|part| {
        let (name, index) = part.split_once('[').unwrap_or((part, ""));
        let index = (!index.is_empty()).then(|| "[*]".to_owned());
        [Some(name.to_owned()), index].into_iter().flatten()
    });
    parts.collect()
}

/// Whether a path is another or below it.
fn is_within(path: &[String], above: &[String]) -> bool {
    path.starts_with(above)
}
