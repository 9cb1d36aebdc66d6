//! A row of an import: a member, perhaps a new one, and what it is given.

use keyrack::policy::{
    document::{Assignment, Document, Limit, Member, MemberKind, MemberStatus},
    time::Instant,
};

use crate::{csv, failure::Failure, output, times};

/// What a column may be called.
const COLUMNS: [&str; 14] = [
    "member",
    "kind",
    "status",
    "rank",
    "name",
    "email",
    "role",
    "permissions",
    "scopes",
    "from",
    "to",
    "limits",
    "unlimited",
    "reason",
];

/// Why a row is not taken.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// As a spreadsheet counts: the heads of the columns are row 1.
    pub(crate) row: usize,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// A row that could be read.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) number: usize,
    pub(crate) member: String,
    /// The member, where this row is the first to name it.
    pub(crate) added: Option<Member>,
    pub(crate) assignment: Option<Assignment>,
}

/// Reads a table. Rows that cannot be read are told, and the others are read on.
pub(crate) fn read(
    text: &str,
    document: &Document,
    by: &str,
) -> Result<(Vec<Row>, Vec<Refusal>), Failure> {
    let table = csv::rows(text).map_err(|broken| {
        let message = format!("row {}: {}", broken.row, broken.message);
        Failure::new(
            "csv_malformed",
            message,
            "save it as comma-separated values",
        )
    })?;
    let mut lines = (1_usize..).zip(table);
    let heads = lines.next().map(|(_, heads)| heads).unwrap_or_default();
    let heads: Vec<&str> = heads.iter().map(|head| head.trim()).collect();
    for (place, head) in heads.iter().enumerate() {
        if !COLUMNS.contains(head) {
            return Err(Failure::new(
                "column_unknown",
                format!("no column is called `{head}`"),
                format!("these are: {}", COLUMNS.join(", ")),
            ));
        }
        if heads.iter().take(place).any(|other| other == head) {
            return Err(Failure::new(
                "column_twice",
                format!("the column `{head}` stands twice"),
                "keep one of them",
            ));
        }
    }
    if !heads.contains(&"member") {
        return Err(Failure::new(
            "column_missing",
            "there is no column `member`",
            "the first row names the columns",
        ));
    }
    let (mut rows, mut refused): (Vec<Row>, Vec<Refusal>) = (Vec::new(), Vec::new());
    for (number, cells) in lines {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let refusal = |(code, message): (&str, String)| Refusal {
            row: number,
            code: code.to_owned(),
            message,
        };
        if cells.len() != heads.len() {
            let message = format!(
                "{} under {}",
                output::count(cells.len(), "cell"),
                output::count(heads.len(), "head")
            );
            refused.push(refusal(("row_invalid", message)));
            continue;
        }
        let cells = Cells(heads.iter().copied().zip(&cells).collect());
        let known = |id: &str| {
            let mut added = rows.iter().filter_map(|row| row.added.as_ref());
            let told = document.members.iter().find(|member| member.id == id);
            told.or_else(|| added.find(|member| member.id == id))
        };
        match cells.row(number, known, by) {
            Ok(row) => rows.push(row),
            Err(why) => refused.push(refusal(why)),
        }
    }
    Ok((rows, refused))
}

type Why = (&'static str, String);

struct Cells<'c>(Vec<(&'c str, &'c String)>);

impl<'c> Cells<'c> {
    fn get(&self, name: &str) -> Option<&'c str> {
        let found = self.0.iter().find(|(head, _)| *head == name);
        let text = found.map(|(_, cell)| cell.trim());
        text.filter(|text| !text.is_empty())
    }

    fn words(&self, name: &str) -> Vec<String> {
        let words = self.get(name).unwrap_or_default().split_whitespace();
        words.map(str::to_owned).collect()
    }

    fn row<'m>(
        &self,
        number: usize,
        known: impl Fn(&str) -> Option<&'m Member>,
        by: &str,
    ) -> Result<Row, Why> {
        let id = self.get("member");
        let id = id.ok_or_else(|| ("row_invalid", "the row names no member".to_owned()))?;
        let told = self.member(id)?;
        let added = match (known(id), told) {
            (None, Some(member)) => Some(member),
            (None, None) => {
                let message = format!("the policy has no member `{id}`, and the row no `kind`");
                return Err(("member_unknown", message));
            }
            (Some(_), None) => None,
            (Some(member), Some(told)) if *member == told => None,
            (Some(_), Some(_)) => {
                let message = format!("`{id}` is there already, and otherwise");
                return Err(("member_differs", message));
            }
        };
        Ok(Row {
            number,
            member: id.to_owned(),
            added,
            assignment: self.assignment(id, by)?,
        })
    }

    fn member(&self, id: &str) -> Result<Option<Member>, Why> {
        let columns = ["kind", "status", "rank", "name", "email"];
        let Some(kind) = self.get("kind") else {
            return match columns.iter().find(|name| self.get(name).is_some()) {
                Some(name) => Err(("row_invalid", format!("`{name}` is told, and no `kind`"))),
                None => Ok(None),
            };
        };
        let kind = match kind {
            "employee" => MemberKind::Employee,
            "contractor" => MemberKind::Contractor,
            "app" => MemberKind::App,
            "service" => MemberKind::Service,
            other => {
                return Err((
                    "row_invalid",
                    format!("nobody of the kind `{other}` is imported"),
                ));
            }
        };
        let status = match self.get("status") {
            None | Some("invited") => MemberStatus::Invited,
            Some("active") => MemberStatus::Active,
            Some(other) => return Err(("row_invalid", format!("nobody is imported as `{other}`"))),
        };
        let rank = self.get("rank").map(str::parse);
        let rank = rank.transpose();
        Ok(Some(Member {
            id: id.to_owned(),
            kind,
            status,
            rank: rank.map_err(|_| ("row_invalid", "the rank is no whole number".to_owned()))?,
            name: self.get("name").map(str::to_owned),
            email: self.get("email").map(str::to_owned),
            ..Member::default()
        }))
    }

    fn assignment(&self, id: &str, by: &str) -> Result<Option<Assignment>, Why> {
        let mut assignment = Assignment {
            member: Some(id.to_owned()),
            role: self.get("role").map(str::to_owned),
            permissions: self.words("permissions"),
            scopes: self.words("scopes"),
            issued_by: Some(by.to_owned()),
            reason: self.get("reason").map(str::to_owned),
            ..Assignment::default()
        };
        assignment.valid.from = self.instant("from")?;
        assignment.valid.to = self.instant("to")?;
        let conditions = &mut assignment.conditions;
        conditions.unlimited = self.words("unlimited");
        let limits = self.get("limits").unwrap_or_default().split(';');
        for written in limits.map(str::trim).filter(|text| !text.is_empty()) {
            conditions.limits.push(limit(written).ok_or_else(|| {
                let message =
                    format!("`{written}` is no limit; write it like `order.refund EUR 2000/5000`");
                ("row_invalid", message)
            })?);
        }
        if assignment.role.is_some() || !assignment.permissions.is_empty() {
            return match assignment.scopes.is_empty() {
                true => Err(("row_invalid", "something is given, and nowhere".to_owned())),
                false => Ok(Some(assignment)),
            };
        }
        let columns = ["scopes", "from", "to", "limits", "unlimited", "reason"];
        match columns.iter().find(|name| self.get(name).is_some()) {
            Some(name) => Err((
                "row_invalid",
                format!("`{name}` is told, and nothing is given"),
            )),
            None => Ok(None),
        }
    }

    fn instant(&self, name: &str) -> Result<Option<Instant>, Why> {
        let instant = self.get(name).map(times::instant).transpose();
        let instant = instant.map_err(|help| ("row_invalid", format!("`{name}`: {help}")))?;
        Ok(instant.map(|seconds| Instant { seconds }))
    }
}

/// `PERMISSION [CURRENCY] [SOFT/]HARD`.
fn limit(written: &str) -> Option<Limit> {
    let words: Vec<&str> = written.split_whitespace().collect();
    let (permission, currency, amount) = match words.as_slice() {
        [permission, amount] => (permission, None, amount),
        [permission, currency, amount] => (permission, Some((*currency).to_owned()), amount),
        _ => return None,
    };
    let (soft, hard) = match amount.split_once('/') {
        Some((soft, hard)) => (Some(soft.parse().ok()?), hard),
        None => (None, *amount),
    };
    Some(Limit {
        permission: (*permission).to_owned(),
        currency,
        approve_above: soft,
        max: hard.parse().ok()?,
    })
}
