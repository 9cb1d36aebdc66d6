//! Records of a snapshot back as a model's values: for slices, comparisons and inspection.

mod route;
mod weight;

pub use route::restored_route;

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use super::{
    Damaged, Snapshot,
    code::Operand as StoredOperand,
    cursor::Cursor,
    layout::Section,
    model::{
        Attribute, AttributeTest, Band, Budget, Demand, Department, FieldGroup, Header, Holder,
        Holding, Hours, Level, Limit, Member, Model, Network, Permission, PermissionSet, Role,
        Scope, StepUp, Terms, TrainingDone, Zone,
    },
    records::{
        self, HolderFlags, HolderRecord, MemberRow, Operand, ProfileFlags, TermsFlags, texts,
    },
};

impl Snapshot {
    /// The whole snapshot as a model. Members come in the order of the bytes.
    ///
    /// # Errors
    /// If any record is damaged, or all of them unfold to more than is restored.
    pub fn restore(&self) -> Result<Model, Damaged> {
        self.check_weight()?;
        let count = |section| self.table(section).count();
        let all = |section| Ok::<_, Damaged>(0..count(section)?);
        Ok(Model {
            header: self.header(),
            permissions: self.permissions()?,
            field_groups: self.field_groups()?,
            scopes: self.scopes()?,
            departments: self.departments()?,
            zones: all(Section::Zones)?
                .map(|n| self.restored_zone(n))
                .collect::<Result<_, _>>()?,
            networks: all(Section::Networks)?
                .map(|n| self.restored_network(n))
                .collect::<Result<_, _>>()?,
            attributes: all(Section::Attributes)?
                .map(|n| self.restored_attribute(n))
                .collect::<Result<_, _>>()?,
            training: (0..self.training_count())
                .map(|item| self.training_id(item).map(String::from))
                .collect::<Result<_, _>>()?,
            levels: self.levels()?,
            roles: all(Section::Roles)?
                .map(|n| self.restored_role(n))
                .collect::<Result<_, _>>()?,
            terms: all(Section::Terms)?
                .map(|n| self.restored_terms(n))
                .collect::<Result<_, _>>()?,
            groups: all(Section::Groups)?
                .map(|number| self.restored_holder(self.group(number)?))
                .collect::<Result<_, _>>()?,
            organisations: all(Section::Organisations)?
                .map(|number| self.restored_holder(self.organisation(number)?))
                .collect::<Result<_, _>>()?,
            members: self
                .members()
                .map(|row| self.restored_member(&row?))
                .collect::<Result<_, _>>()?,
            routes: self.routes()?,
        })
    }

    /// The header of a model.
    #[must_use]
    pub fn header(&self) -> Header {
        let head = self.head();
        Header {
            tenant: head.tenant.clone(),
            version: head.version,
            issued: head.issued,
            expires: head.expires,
            digest: head.digest,
            approval_fresh: head.approval_fresh,
            overlay_required: head.overlay_required,
            slice_of: head.slice_of.clone(),
        }
    }

    fn text(&self, number: u32) -> Result<String, Damaged> {
        self.name(number).map(String::from)
    }

    fn optional_text(&self, number: Option<u32>) -> Result<Option<String>, Damaged> {
        number.map(|number| self.text(number)).transpose()
    }

    fn set(&self, set: u32) -> Result<PermissionSet, Damaged> {
        let mut restored = PermissionSet::new();
        restored.insert_bits(self.set_bits(set)?);
        Ok(restored)
    }

    /// All permissions.
    pub fn permissions(&self) -> Result<Vec<Permission>, Damaged> {
        (0..self.permission_count())
            .map(|number| {
                let record = self.permission(number)?;
                let detail = record.detail()?;
                let asked = detail.demand.step_up;
                let mut bands = Vec::new();
                for band in detail.demand.bands() {
                    let band = band?;
                    bands.push(Band {
                        above: band.above,
                        currency: self.optional_text(band.currency)?,
                        step_up: band.step_up,
                    });
                }
                Ok(Permission {
                    key: self.text(record.key()?)?,
                    flags: record.flags,
                    measure: record.measure,
                    resource_type: self.text(detail.resource_type)?,
                    closure: self.set(detail.closure)?,
                    demand: Demand {
                        step_up: (asked != StepUp::default()).then_some(asked),
                        bands,
                        sign_in_level: detail.demand.sign_in_level,
                        training: detail.demand.training.numbers().collect::<Result<_, _>>()?,
                        approval: detail.demand.approval,
                    },
                })
            })
            .collect()
    }

    /// All field groups.
    pub fn field_groups(&self) -> Result<Vec<FieldGroup>, Damaged> {
        (0..self.table(Section::FieldGroups).count()?)
            .map(|number| {
                let group = self.field_group(number)?;
                Ok(FieldGroup {
                    id: self.text(group.id)?,
                    unlocked_by: group.unlocked_by,
                    paths: group
                        .paths
                        .map(|path| self.text(path?))
                        .collect::<Result<_, _>>()?,
                })
            })
            .collect()
    }

    fn scopes(&self) -> Result<Vec<Scope>, Damaged> {
        (0..self.scope_count())
            .map(|scope| {
                Ok(Scope {
                    id: self.scope_id(scope)?.to_owned(),
                    end: self.scope_end(scope)?,
                    zone: self.scope_zone(scope)?,
                })
            })
            .collect()
    }

    /// All departments.
    pub fn departments(&self) -> Result<Vec<Department>, Damaged> {
        (0..self.department_count())
            .map(|department| {
                Ok(Department {
                    id: self.department_id(department)?.to_owned(),
                    end: self.department_end(department)?,
                })
            })
            .collect()
    }

    /// One time zone.
    pub fn restored_zone(&self, number: u32) -> Result<Zone, Damaged> {
        let mut record = Cursor(self.table(Section::Zones).record(number)?);
        let name = self.text(record.number()?)?;
        let known_until = record.optional_signed()?;
        let offsets = records::each(record, |bytes| {
            let from = bytes.signed()?;
            let offset = i32::try_from(bytes.signed()?).map_err(|_| Damaged)?;
            Ok((from, offset))
        });
        Ok(Zone {
            name,
            offsets: offsets.collect::<Result<_, _>>()?,
            known_until,
        })
    }

    /// One network.
    pub fn restored_network(&self, number: u32) -> Result<Network, Damaged> {
        let mut record = Cursor(self.table(Section::Networks).record(number)?);
        let id = self.text(record.number()?)?;
        let blocks = records::each(record, |bytes| {
            let block = bytes.take(16)?.try_into().map_err(|_| Damaged)?;
            Ok((block, bytes.byte()?))
        });
        Ok(Network {
            id,
            blocks: blocks.collect::<Result<_, _>>()?,
        })
    }

    /// One attribute.
    pub fn restored_attribute(&self, number: u32) -> Result<Attribute, Damaged> {
        let attribute = self.attribute(number)?;
        Ok(Attribute {
            id: self.text(attribute.id)?,
            kind: attribute.kind,
            stored: attribute.stored,
            caller: attribute.caller,
        })
    }

    /// What sign-in methods are worth.
    pub fn levels(&self) -> Result<Vec<Level>, Damaged> {
        let table = self.table(Section::Levels);
        (0..table.count()?)
            .map(|number| {
                let mut record = Cursor(table.record(number)?);
                let amr = record.byte()? != 0;
                let level = record.byte()?;
                Ok(Level {
                    amr,
                    level,
                    value: self.text(record.number()?)?,
                })
            })
            .collect()
    }

    fn restored_role(&self, number: u32) -> Result<Role, Damaged> {
        let mut record = Cursor(self.table(Section::Roles).record(number)?);
        Ok(Role {
            id: self.text(record.number()?)?,
            permissions: self.set(record.number()?)?,
        })
    }

    /// One set of terms.
    pub fn restored_terms(&self, number: u32) -> Result<Terms, Damaged> {
        let head = self.terms(number)?;
        let detail = head.detail()?;
        let mut terms = Terms {
            denies: head.flags.has(TermsFlags::DENIES),
            id: self.optional_text(detail.id)?,
            role: self.optional_text(detail.role)?,
            permissions: self.set(head.permissions)?,
            from: detail.from,
            to: detail.to,
            sensitive_to: detail.sensitive_to,
            rows: detail.rows,
            networks: detail
                .networks
                .map(Iterator::collect::<Result<_, _>>)
                .transpose()?,
            training: detail.training.collect::<Result<_, _>>()?,
            step_up: detail.step_up().collect::<Result<_, _>>()?,
            sign_in_level: detail.sign_in_level,
            approval_for: match detail.approval_for {
                Some(set) => self.set(set)?,
                None => PermissionSet::new(),
            },
            ..Terms::default()
        };
        if let Some(hours) = &detail.hours {
            let mut windows = Vec::new();
            for window in hours.windows() {
                let (from, to) = window?;
                let narrow = |minute| u16::try_from(minute).map_err(|_| Damaged);
                windows.push((narrow(from)?, narrow(to)?));
            }
            terms.hours = Some(Hours {
                zone: hours.zone,
                windows,
            });
        }
        for test in detail.attributes() {
            let test = test?;
            terms.attributes.push(AttributeTest {
                attribute: test.attribute,
                comparison: test.comparison,
                operand: owned(test.operand)?,
            });
        }
        for limit in detail.limits() {
            let limit = limit?;
            terms.limits.push(Limit {
                permission: limit.permission,
                currency: self.optional_text(limit.currency)?,
                approve_above: limit.approve_above,
                max: limit.max,
            });
        }
        for budget in detail.budgets() {
            let budget = budget?;
            terms.budgets.push(Budget {
                id: self.text(budget.id)?,
                permission: budget.permission,
                currency: self.optional_text(budget.currency)?,
                window: budget.window,
                zone: budget.zone,
                amount: budget.amount,
                count: budget.count,
            });
        }
        Ok(terms)
    }

    /// The holdings of some bytes.
    pub fn restored_holdings(
        &self,
        mut bytes: Cursor<'_>,
        ordered: bool,
    ) -> Result<Vec<Holding>, Damaged> {
        let mut holdings = Vec::new();
        let mut place = 0_u32;
        while !bytes.is_empty() {
            let holding = records::Holding::parse(&mut bytes, ordered, place)?;
            holdings.push(Holding {
                terms: holding.terms,
                scopes: self.scopes_of(holding.scopes)?.collect::<Result<_, _>>()?,
                order: holding.order,
            });
            place = place.wrapping_add(1);
        }
        Ok(holdings)
    }

    fn restored_holder(&self, record: HolderRecord<'_>) -> Result<Holder, Damaged> {
        Ok(Holder {
            id: self.text(record.id)?,
            holdings: self.restored_holdings(record.holdings, true)?,
            top_rank: record.top_rank,
            has_owner: record.flags.has(HolderFlags::OWNER),
            has_outside: record.flags.has(HolderFlags::OUTSIDE),
            has_inside: record.flags.has(HolderFlags::INSIDE),
        })
    }

    /// One member.
    pub fn restored_member(&self, row: &MemberRow<'_>) -> Result<Member, Damaged> {
        let profile = self.profile(row.profile)?;
        let detail = profile.detail()?;
        let mut member = Member {
            id: row.name()?.to_owned(),
            kind: profile.kind,
            status: profile.status,
            rank: detail.rank,
            from: detail.from,
            to: detail.to,
            department: detail.department,
            organisation: detail.organisation,
            groups: detail.groups.collect::<Result<_, _>>()?,
            ..Member::default()
        };
        for done in detail.training() {
            let done = done?;
            member.training.push(TrainingDone {
                item: done.item,
                at: done.at,
                expires: done.expires,
            });
        }
        for stored in detail.attributes() {
            let (attribute, value) = stored?;
            member.attributes.push((attribute, owned(value)?));
        }
        let ordered = profile.flags.has(ProfileFlags::ORDERED);
        member.holdings = self.restored_holdings(row.holdings, ordered)?;
        Ok(member)
    }
}

fn owned(operand: Operand<'_>) -> Result<StoredOperand, Damaged> {
    Ok(match operand {
        Operand::None => StoredOperand::None,
        Operand::Boolean(value) => StoredOperand::Boolean(value),
        Operand::Integer(value) => StoredOperand::Integer(value),
        Operand::String(value) => StoredOperand::String(value.to_owned()),
        Operand::Integers(list) => {
            StoredOperand::Integers(records::each(list, Cursor::signed).collect::<Result<_, _>>()?)
        }
        Operand::Strings(list) => StoredOperand::Strings(
            texts(list)
                .map(|text| text.map(String::from))
                .collect::<Result<_, _>>()?,
        ),
    })
}
