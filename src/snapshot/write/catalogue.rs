//! Permissions, field groups, places, zones, networks, attributes, levels and roles.

use alloc::vec::Vec;

use super::{
    super::{
        bytes::Bytes,
        code::MeasureKind,
        layout::Section,
        model::{Demand, Model},
        table::Index,
    },
    Oversized, Rows, Writer,
    values::write_route,
};

impl Writer {
    /// Permissions, field groups and roles.
    pub(super) fn catalogue(&mut self, model: &Model) -> Result<(), Oversized> {
        let mut rows = Rows::default();
        let mut keys = Vec::new();
        for permission in &model.permissions {
            let bytes = &mut rows.bytes;
            bytes.fixed_u16(permission.flags.0);
            bytes.byte(permission.measure.map_or(0, MeasureKind::code));
            bytes.number(self.name(&permission.key));
            bytes.number(self.name(&permission.resource_type));
            bytes.number(self.set(&permission.closure));
            self.demand(bytes, &permission.demand);
            rows.close();
            keys.push(permission.key.as_str());
        }
        self.put(Section::Permissions, rows.table()?);
        self.put(Section::PermissionIndex, Index::build(&keys, self.seed));
        let mut rows = Rows::default();
        for group in &model.field_groups {
            rows.bytes.number(self.name(&group.id));
            rows.bytes.optional(group.unlocked_by);
            for path in &group.paths {
                rows.bytes.number(self.name(path));
            }
            rows.close();
        }
        self.put(Section::FieldGroups, rows.table()?);
        let mut rows = Rows::default();
        for role in &model.roles {
            rows.bytes.number(self.name(&role.id));
            rows.bytes.number(self.set(&role.permissions));
            rows.close();
        }
        self.put(Section::Roles, rows.table()?);
        Ok(())
    }

    fn demand(&mut self, bytes: &mut Bytes, demand: &Demand) {
        bytes.byte(demand.step_up.map_or(0, |step_up| step_up.level));
        bytes.number(demand.step_up.map_or(0, |step_up| step_up.max_age));
        bytes.byte(demand.sign_in_level);
        bytes.byte(u8::from(demand.approval));
        bytes.block_of(|bytes| demand.training.iter().for_each(|item| bytes.number(*item)));
        bytes.block_of(|bytes| {
            for band in &demand.bands {
                bytes.signed(band.above);
                bytes.optional(self.optional_name(band.currency.as_deref()));
                bytes.byte(band.step_up.level);
                bytes.number(band.step_up.max_age);
            }
        });
    }

    /// Scopes, departments, zones and networks.
    pub(super) fn places(&mut self, model: &Model) -> Result<(), Oversized> {
        let mut words = Bytes::default();
        let mut ids = Vec::new();
        for scope in &model.scopes {
            words.fixed_u32(scope.end);
            words.fixed_u32(self.name(&scope.id));
            words.fixed_u32(scope.zone.map_or(0, |zone| zone.saturating_add(1)));
            ids.push(scope.id.as_str());
        }
        self.put(Section::Scopes, words.0);
        self.put(Section::ScopeIndex, Index::build(&ids, self.seed));
        let mut words = Bytes::default();
        ids.clear();
        for department in &model.departments {
            words.fixed_u32(department.end);
            words.fixed_u32(self.name(&department.id));
            ids.push(department.id.as_str());
        }
        self.put(Section::Departments, words.0);
        self.put(Section::DepartmentIndex, Index::build(&ids, self.seed));
        let mut rows = Rows::default();
        for zone in &model.zones {
            rows.bytes.number(self.name(&zone.name));
            rows.bytes.optional_signed(zone.known_until);
            for (from, offset) in &zone.offsets {
                rows.bytes.signed(*from);
                rows.bytes.signed(i64::from(*offset));
            }
            rows.close();
        }
        self.put(Section::Zones, rows.table()?);
        let mut rows = Rows::default();
        for network in &model.networks {
            rows.bytes.number(self.name(&network.id));
            for (block, prefix) in &network.blocks {
                rows.bytes.0.extend_from_slice(block);
                rows.bytes.byte(*prefix);
            }
            rows.close();
        }
        self.put(Section::Networks, rows.table()?);
        Ok(())
    }

    /// Attributes, training items, levels and routes.
    pub(super) fn facts(&mut self, model: &Model) -> Result<(), Oversized> {
        let mut rows = Rows::default();
        for attribute in &model.attributes {
            rows.bytes.number(self.name(&attribute.id));
            rows.bytes.byte(attribute.kind.code());
            rows.bytes
                .byte(u8::from(attribute.stored) | u8::from(attribute.caller) << 1);
            rows.close();
        }
        self.put(Section::Attributes, rows.table()?);
        let mut words = Bytes::default();
        for item in &model.training {
            words.fixed_u32(self.name(item));
        }
        self.put(Section::Training, words.0);
        let mut rows = Rows::default();
        for level in &model.levels {
            rows.bytes.byte(u8::from(level.amr));
            rows.bytes.byte(level.level);
            rows.bytes.number(self.name(&level.value));
            rows.close();
        }
        self.put(Section::Levels, rows.table()?);
        let mut rows = Rows::default();
        for route in &model.routes {
            write_route(&mut rows.bytes, route);
            rows.close();
        }
        self.put(Section::Routes, rows.table()?);
        Ok(())
    }
}
