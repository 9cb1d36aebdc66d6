//! `keyrack inspect`: what a container holds. Nothing is decided on it.

use std::path::{Path, PathBuf};

use keyrack::{
    compile::labels::Labels,
    snapshot::{
        Damaged, Domain, Overlay, Snapshot,
        container::{self, Container, Expectations, MAGIC},
        layout::Section,
    },
};
use serde_json::{Map, Value, json};

use crate::{
    Answer, Outcome,
    failure::{Failure, kind_name},
    keys, load,
    output::{self, BOLD, DIM, GREEN, PLAIN, Table, YELLOW, paint},
    overlay, policy_file,
    times::{self, grouped},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A snapshot, slice, overlay or labels
    file: PathBuf,
    /// A public key to check the signature with: a file, or the key itself
    #[arg(long, value_name = "PUBLIC-KEY", allow_hyphen_values = true)]
    key: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let bytes = policy_file::bytes(&arguments.file)?;
    if !bytes.starts_with(&MAGIC) {
        return Err(Failure::new(
            "no_container",
            format!("`{}` is no container", arguments.file.display()),
            "a policy document is for `keyrack check`",
        ));
    }
    let kind = load::domain(&bytes).unwrap_or(Domain::Snapshot);
    let refused = |why| Failure::container(kind, why);
    let container = Container::parse(&bytes, kind).map_err(refused)?;
    let signed = container.key_id != [0; 8];
    let keys = arguments.key.iter().map(|key| keys::public(key));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if !keys.is_empty() {
        container::verify(&bytes, kind, &keys).map_err(refused)?;
    }
    let mut seen = Seen {
        file: &arguments.file,
        kind,
        bytes: bytes.len(),
        key_id: signed.then(|| keys::id_text(container.key_id)),
        checked: !keys.is_empty(),
        rows: Vec::new(),
        sections: Vec::new(),
    };
    match kind {
        Domain::Snapshot | Domain::Slice => {
            let snapshot = Snapshot::open(container.payload.to_vec())?;
            seen.snapshot(&snapshot)?;
        }
        Domain::Overlay => {
            let overlay = Overlay::open(container.payload, &Expectations::default());
            return seen.overlay(&overlay.map_err(refused)?, json);
        }
        Domain::Labels => {
            let damaged = |why: Damaged| refused(why.into());
            seen.labels(&Labels::open(container.payload).map_err(damaged)?);
        }
    }
    if json {
        output::print_json(&seen.value())?;
    } else {
        output::print(&seen.rendered())?;
    }
    Ok(Answer::Yes)
}

struct Seen<'s> {
    file: &'s Path,
    kind: Domain,
    bytes: usize,
    key_id: Option<String>,
    checked: bool,
    /// JSON key, title, value for people, value for programs.
    rows: Vec<(&'static str, &'static str, String, Value)>,
    /// Name, bytes, records where they can be told.
    sections: Vec<(String, usize, Option<u32>)>,
}

impl Seen<'_> {
    /// For people how many there are, for programs all of them.
    fn labels(&mut self, labels: &Labels) {
        let (tenant, version) = (&labels.tenant, labels.version);
        self.rows.extend([
            ("tenant", "tenant", tenant.clone(), json!(tenant)),
            ("version", "version", version.to_string(), json!(version)),
        ]);
        for (name, list) in [
            ("permissions", &labels.permissions),
            ("scopes", &labels.scopes),
            ("departments", &labels.departments),
            ("organisations", &labels.organisations),
            ("groups", &labels.groups),
            ("roles", &labels.roles),
            ("training", &labels.training),
            ("members", &labels.members),
            ("emails", &labels.emails),
        ] {
            let all: Map<String, Value> = list
                .iter()
                .map(|(id, text)| (id.clone(), json!(text)))
                .collect();
            self.rows
                .push((name, name, list.len().to_string(), json!(all)));
        }
    }

    fn snapshot(&mut self, snapshot: &Snapshot) -> Result<(), Damaged> {
        let head = snapshot.head();
        let digest: String = head
            .digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let mut row = |key, title, text: String, value| self.rows.push((key, title, text, value));
        row("tenant", "tenant", head.tenant.clone(), json!(head.tenant));
        row(
            "version",
            "version",
            head.version.to_string(),
            json!(head.version),
        );
        row(
            "issued",
            "issued",
            times::written(head.issued),
            json!(head.issued),
        );
        row(
            "expires",
            "expires",
            times::written_end(head.expires),
            json!(head.expires),
        );
        if let Some(member) = &head.slice_of {
            row("sliceOf", "slice of", member.clone(), json!(member));
        }
        row(
            "minEngine",
            "engine",
            format!("{} or newer", head.min_engine),
            json!(head.min_engine),
        );
        let needs = if head.overlay_required {
            "required"
        } else {
            "optional"
        };
        row(
            "overlayRequired",
            "overlay",
            needs.to_owned(),
            json!(head.overlay_required),
        );
        let fresh = times::span(head.approval_fresh);
        row(
            "approvalFresh",
            "approvals",
            format!("count for {fresh}"),
            json!(head.approval_fresh),
        );
        row(
            "digest",
            "document",
            digest.get(..16).unwrap_or_default().to_owned(),
            json!(digest),
        );
        let layout = keyrack::snapshot::layout::Layout::find(snapshot.payload())?;
        for section in Section::ALL {
            let size = layout.section(snapshot.payload(), *section).len();
            let count = match section {
                Section::Members => Some(head.members),
                Section::Permissions => Some(snapshot.permission_count()),
                Section::Scopes => Some(snapshot.scope_count()),
                Section::Departments => Some(snapshot.department_count()),
                Section::Training => Some(snapshot.training_count()),
                Section::Names
                | Section::FieldGroups
                | Section::ScopeLists
                | Section::Zones
                | Section::Networks
                | Section::Attributes
                | Section::Levels
                | Section::Roles
                | Section::Terms
                | Section::Groups
                | Section::Organisations
                | Section::Profiles
                | Section::Routes => Some(snapshot.table(*section).count()?),
                _ => None,
            };
            self.sections.push((section_name(*section), size, count));
        }
        Ok(())
    }

    fn signature(&self) -> String {
        match (&self.key_id, self.checked) {
            (None, _) => "none".to_owned(),
            (Some(id), true) => format!("by key {id}, good"),
            (Some(id), false) => format!("by key {id}, not checked (name it with --key)"),
        }
    }

    fn value(&self) -> Value {
        let mut value = json!({
            "kind": kind_name(self.kind),
            "bytes": self.bytes,
            "keyId": self.key_id,
            "signatureChecked": self.checked,
        });
        if let Some(object) = value.as_object_mut() {
            for (key, _, _, told) in &self.rows {
                object.insert((*key).to_owned(), told.clone());
            }
            let section = |(name, bytes, count): &(String, usize, Option<u32>)| json!({ "name": name, "bytes": bytes, "count": count });
            object.insert(
                "sections".to_owned(),
                self.sections.iter().map(section).collect(),
            );
        }
        value
    }

    fn head(&self) -> String {
        format!(
            "{} {}, {} bytes\n",
            paint(BOLD, kind_name(self.kind)),
            self.file.display(),
            bytes_text(self.bytes)
        )
    }

    fn rendered(&self) -> String {
        let mut text = self.head();
        let mut table = Table::default();
        let style = if self.checked { GREEN } else { YELLOW };
        table.row([(DIM, "signature".to_owned()), (style, self.signature())]);
        for (_, title, told, _) in &self.rows {
            table.row([(DIM, (*title).to_owned()), (PLAIN, told.clone())]);
        }
        text.push_str(&table.text(2));
        let mut table = Table::default();
        let width = bytes_text(self.bytes).len();
        for (name, bytes, count) in self
            .sections
            .iter()
            .filter(|it| it.1 > 0 && it.2 != Some(0))
        {
            let count = count.map_or_else(String::new, |count| grouped(i64::from(count)));
            table.row([
                (PLAIN, name.clone()),
                (PLAIN, format!("{:>width$} bytes", bytes_text(*bytes))),
                (DIM, format!("{count:>9}").trim_end().to_owned()),
            ]);
        }
        if !self.sections.is_empty() {
            text.push_str(&format!("\n{}\n{}", paint(BOLD, "sections"), table.text(2)));
        }
        text
    }

    fn overlay(&self, overlay: &Overlay, json: bool) -> Outcome {
        if json {
            let mut value = self.value();
            if let (Some(object), Ok(told)) = (value.as_object_mut(), serde_json::to_value(overlay))
            {
                object.remove("sections");
                object.insert("overlay".to_owned(), told);
            }
            output::print_json(&value)?;
        } else {
            let text = overlay::described(overlay, self.key_id.as_deref());
            output::print(&format!("{}{text}", self.head()))?;
        }
        Ok(Answer::Yes)
    }
}

fn bytes_text(bytes: usize) -> String {
    grouped(i64::try_from(bytes).unwrap_or(i64::MAX))
}

/// `PermissionSets` as `permission sets`.
fn section_name(section: Section) -> String {
    let mut name = String::new();
    for letter in format!("{section:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push(' ');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
