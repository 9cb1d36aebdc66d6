//! Assignments as permits, denials and the rules over everybody as forbids.

use std::collections::BTreeMap;

use keyrack::snapshot::model::{
    Holding, Member, Model, Permission, PermissionFlags, PermissionSet, Terms,
};

use super::{
    LeftOut, conditions,
    conditions::place,
    entities,
    text::{any, entity, list, quoted},
};

/// The policies, and what they leave out.
pub(super) fn policies(model: &Model) -> (String, Vec<LeftOut>) {
    let mut writer = Writer {
        model,
        text: String::new(),
        left_out: Vec::new(),
    };
    writer.rules();
    writer.owners();
    writer.everyone();
    for member in &model.members {
        let holder = format!("principal == {}", entity("Member", &member.id));
        writer.holdings(&holder, &member.holdings);
        writer.training(member);
    }
    for group in &model.groups {
        let holder = format!("principal in {}", entity("Group", &group.id));
        writer.holdings(&holder, &group.holdings);
    }
    for firm in &model.organisations {
        let holder = format!("principal in {}", entity("Organisation", &firm.id));
        writer.holdings(&holder, &firm.holdings);
    }
    let mut left_out = writer.left_out;
    left_out.sort();
    left_out.dedup();
    (writer.text, left_out)
}

/// The words before an assignment's or a denial's own.
struct Head<'h> {
    effect: &'static str,
    name: &'h str,
    principal: &'h str,
}

struct Writer<'m> {
    model: &'m Model,
    text: String,
    left_out: Vec<LeftOut>,
}

impl<'m> Writer<'m> {
    /// One policy. Permissions empty: all of them.
    fn policy(&mut self, head: &Head<'_>, permissions: Option<&[u32]>, when: &[String]) {
        let action = match permissions {
            None => "action".to_owned(),
            Some([]) => return,
            Some(numbers) => {
                let keys = numbers
                    .iter()
                    .map(|number| entity("Action", self.key(*number)));
                format!("action in {}", list(keys))
            }
        };
        let conditions = match when {
            [] => String::new(),
            _ => format!("\nwhen {{ {} }}", when.join(" && ")),
        };
        self.text.push_str(&format!(
            "@name({})\n{} (\n  {},\n  {action},\n  resource\n){conditions};\n\n",
            quoted(head.name),
            head.effect,
            head.principal,
        ));
    }

    fn key(&self, permission: u32) -> &'m str {
        let found = self.model.permissions.get(place(permission));
        found.map_or("", |one| one.key.as_str())
    }

    fn leave_out(&mut self, what: &'static str, of: &str, permissions: &[u32]) {
        if permissions.is_empty() {
            return;
        }
        let keys = permissions.iter().map(|one| self.key(*one).to_owned());
        self.left_out.push(LeftOut {
            what,
            of: of.to_owned(),
            permissions: keys.collect(),
        });
    }

    fn all(&self) -> impl Iterator<Item = (u32, &'m Permission)> + use<'m> {
        (0_u32..).zip(&self.model.permissions)
    }

    fn flagged(&self, flags: PermissionFlags) -> Vec<u32> {
        let all = self.all().filter(|(_, one)| one.flags.has_any(flags));
        all.map(|(number, _)| number).collect()
    }

    /// What binds everybody, owners too, and what binds everybody else.
    fn rules(&mut self) {
        let head = |name| Head {
            effect: "forbid",
            name,
            principal: "principal",
        };
        if let Some(end) = self.model.header.expires {
            let good = conditions::within(None, Some(end)).join(" && ");
            self.policy(&head("snapshot_expired"), None, &[format!("!({good})")]);
        }
        if self.model.header.overlay_required {
            let guarded = PermissionFlags::SENSITIVE.with(PermissionFlags::FUNDS);
            self.policy(&head("overlay_stale"), Some(&self.flagged(guarded)), &[]);
        }
        self.policy(
            &head("member_status"),
            None,
            &["!principal.active".to_owned()],
        );
        let within = "!((if principal has from then context has now && context.now >= \
                      principal.from else true) && (if principal has to then context has now && \
                      context.now < principal.to else true))";
        self.policy(&head("member_outside_validity"), None, &[within.to_owned()]);
        let others = || vec!["!principal.owner".to_owned()];
        let owners_only = self.flagged(PermissionFlags::OWNER_ONLY);
        self.policy(&head("owner_only"), Some(&owners_only), &others());
        let inside_only = self.flagged(PermissionFlags::NO_DELEGATION);
        let mut outsiders = others();
        outsiders.push("principal.outside".to_owned());
        self.policy(&head("delegation_denied"), Some(&inside_only), &outsiders);
    }

    fn owners(&mut self) {
        let mut by_level: BTreeMap<u8, Vec<u32>> = BTreeMap::new();
        let mut verified = Vec::new();
        for (number, permission) in self.all() {
            match permission.demand.step_up {
                Some(_) => verified.push(number),
                None => {
                    let level = permission.demand.sign_in_level;
                    by_level.entry(level).or_default().push(number);
                }
            }
        }
        self.leave_out("step_up", "owner", &verified);
        let head = Head {
            effect: "permit",
            name: "owner",
            principal: "principal",
        };
        for (level, permissions) in by_level {
            let mut when = vec!["principal.owner".to_owned(), self.anywhere()];
            if level > 0 {
                when.push(conditions::signed_in(level));
            }
            self.policy(&head, Some(&permissions), &when);
        }
    }

    /// What every active member holds. Owners hold it as owners, with what is asked of them.
    fn everyone(&mut self) {
        let head = Head {
            effect: "permit",
            name: "default",
            principal: "principal",
        };
        let others = "principal.active && !principal.owner".to_owned();
        let when = [others, self.anywhere()];
        self.policy(&head, Some(&self.flagged(PermissionFlags::DEFAULT)), &when);
    }

    /// At any scope that the tenant has.
    fn anywhere(&self) -> String {
        match self.model.scopes.first() {
            Some(root) => format!("resource in {}", entity("Scope", &root.id)),
            None => "false".to_owned(),
        }
    }

    fn holdings(&mut self, principal: &str, holdings: &[Holding]) {
        for holding in holdings {
            let Some(terms) = self.model.terms.get(place(holding.terms)) else {
                continue;
            };
            let scopes = holding.scopes.iter();
            let scopes: Vec<&str> = scopes
                .filter_map(|scope| self.model.scopes.get(place(*scope)))
                .map(|scope| scope.id.as_str())
                .collect();
            let name = name(terms, &scopes);
            let covered = scopes
                .iter()
                .map(|scope| format!("resource in {}", entity("Scope", scope)));
            let covered = any(covered);
            let head = Head {
                effect: if terms.denies { "forbid" } else { "permit" },
                name: &name,
                principal,
            };
            if terms.denies {
                self.denial(&head, terms, covered);
            } else {
                self.assignment(&head, terms, covered);
            }
        }
    }

    /// A denial is in force unless something it says is known not to be so.
    fn denial(&mut self, head: &Head<'_>, terms: &Terms, covered: String) {
        let permissions: Vec<u32> = terms.permissions.iter().collect();
        if terms.hours.is_some() {
            self.leave_out("hours", head.name, &permissions);
        }
        let model = self.model;
        let mut lifted: Vec<String> = Vec::new();
        lifted.extend(conditions::outside(terms.from, terms.to));
        lifted.extend(conditions::rows(model, terms.rows).map(|rows| rows.unmet()));
        let networks = terms.networks.as_deref();
        lifted.extend(networks.map(|all| conditions::networks(model, all).unmet()));
        let tests = terms.attributes.iter();
        let tests = tests.filter_map(|test| conditions::attribute(model, test));
        lifted.extend(tests.map(|test| test.unmet()));
        let mut when = vec!["!principal.owner".to_owned(), covered];
        if !lifted.is_empty() {
            when.push(format!("!{}", bracketed(&any(lifted))));
        }
        self.policy(head, Some(&permissions), &when);
    }

    /// An assignment counts where everything it says is known to be so. Permissions with the same
    /// conditions share a policy.
    fn assignment(&mut self, head: &Head<'_>, terms: &Terms, covered: String) {
        let model = self.model;
        let permissions: Vec<u32> = terms.permissions.iter().collect();
        if terms.hours.is_some() {
            self.leave_out("hours", head.name, &permissions);
            return;
        }
        let mut common = vec![covered];
        common.extend(conditions::within(terms.from, terms.to));
        if terms.to.is_none() {
            common.push("!principal.outside".to_owned());
        }
        common.extend(
            terms
                .training
                .iter()
                .map(|item| conditions::trained(model, *item)),
        );
        let networks = terms.networks.as_deref();
        common.extend(networks.map(|all| conditions::networks(model, all).met()));
        for test in &terms.attributes {
            let test = conditions::attribute(model, test);
            common.push(test.map_or_else(|| "false".to_owned(), |test| test.met()));
        }
        common.extend(conditions::rows(model, terms.rows).map(|rows| rows.met()));
        let mut by_conditions: BTreeMap<Vec<String>, Vec<u32>> = BTreeMap::new();
        for (number, permission) in self.all() {
            if terms.permissions.contains(&number)
                && let Some(own) = self.own(head, terms, (number, permission))
            {
                by_conditions.entry(own).or_default().push(number);
            }
        }
        for (own, permissions) in by_conditions {
            let when: Vec<String> = common.iter().cloned().chain(own).collect();
            self.policy(head, Some(&permissions), &when);
        }
    }

    /// What an assignment and the permission itself ask of one permission's use. `None`: more than
    /// can be said.
    fn own(
        &mut self,
        head: &Head<'_>,
        terms: &Terms,
        (number, permission): (u32, &Permission),
    ) -> Option<Vec<String>> {
        let demand = &permission.demand;
        if self.asks(head, terms, (number, permission)) {
            return None;
        }
        let mut own = Vec::new();
        let guarded = PermissionFlags::SENSITIVE.with(PermissionFlags::PERSONAL);
        if permission.flags.has_any(guarded) {
            own.extend(conditions::within(None, terms.sensitive_to));
        }
        let training = demand.training.iter();
        own.extend(training.map(|item| conditions::trained(self.model, *item)));
        let level = terms.sign_in_level.max(demand.sign_in_level);
        if level > 0 {
            own.push(conditions::signed_in(level));
        }
        if let Some(measure) = permission.measure {
            let limits = terms
                .limits
                .iter()
                .filter(|limit| limit.permission == number);
            let limits: Vec<_> = limits.collect();
            if limits.iter().any(|limit| limit.approve_above.is_some()) {
                self.leave_out("approval", head.name, &[number]);
            }
            if !demand.bands.is_empty() {
                self.leave_out("step_up", head.name, &[number]);
            }
            own.push(conditions::amount(measure, &limits, &demand.bands));
        }
        Some(own)
    }

    /// Whether every use is asked of people or counted by a ledger.
    fn asks(
        &mut self,
        head: &Head<'_>,
        terms: &Terms,
        (number, permission): (u32, &Permission),
    ) -> bool {
        let has = |set: &PermissionSet| set.contains(&number);
        let step_up = permission.demand.step_up.is_some()
            || terms.step_up.iter().any(|(one, _)| *one == number);
        let approval = permission.demand.approval || has(&terms.approval_for);
        let budget = terms.budgets.iter().any(|one| one.permission == number);
        let reasons = [
            ("step_up", step_up),
            ("approval", approval),
            ("budget", budget),
        ];
        for (what, asked) in reasons {
            if asked {
                self.leave_out(what, head.name, &[number]);
            }
        }
        step_up || approval || budget
    }

    /// An entity has one time for an item of training.
    fn training(&mut self, member: &Member) {
        if entities::longest(member).len() < member.training.len() {
            let all: Vec<u32> = self.all().map(|(number, _)| number).collect();
            self.leave_out("training", &member.id, &all);
        }
    }
}

fn bracketed(term: &str) -> String {
    if term.starts_with('(') {
        term.to_owned()
    } else {
        format!("({term})")
    }
}

/// As decisions name it: its id, else `role@scope`.
fn name(terms: &Terms, scopes: &[&str]) -> String {
    match &terms.id {
        Some(id) => id.clone(),
        None => {
            let role = terms.role.as_deref().unwrap_or("direct");
            format!("{role}@{}", scopes.join("+"))
        }
    }
}
