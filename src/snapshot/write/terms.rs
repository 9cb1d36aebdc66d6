//! Terms: what assignments and denials say.

use super::{
    super::{
        bytes::Bytes,
        layout::Section,
        model::{Budget, Limit, Model, Terms},
        records::TermsFlags,
    },
    Oversized, Rows, Writer,
    values::write_test,
};

impl Writer {
    /// The sections of terms.
    pub(super) fn all_terms(&mut self, model: &Model) -> Result<(), Oversized> {
        let mut rows = Rows::default();
        let mut heads = Bytes::default();
        for terms in &model.terms {
            heads.fixed_u16(TermsFlags::of(terms).0);
            heads.fixed_u32(self.set(&terms.permissions));
            self.terms(&mut rows.bytes, terms);
            rows.close();
        }
        self.put(Section::TermsHeads, heads.0);
        self.put(Section::Terms, rows.table()?);
        Ok(())
    }

    fn terms(&mut self, bytes: &mut Bytes, terms: &Terms) {
        let flags = TermsFlags::of(terms);
        let (id, role) = (terms.id.as_deref(), terms.role.as_deref());
        bytes.optional(self.optional_name(id));
        bytes.optional(self.optional_name(role));
        bytes.signed_if(terms.from);
        bytes.signed_if(terms.to);
        bytes.signed_if(terms.sensitive_to);
        if flags.has(TermsFlags::ROWS) {
            bytes.byte(terms.rows.code());
        }
        if let Some(hours) = &terms.hours {
            bytes.block_of(|bytes| {
                bytes.optional(hours.zone);
                for (from, to) in &hours.windows {
                    bytes.number(u32::from(*from));
                    bytes.number(u32::from(*to));
                }
            });
        }
        if let Some(networks) = &terms.networks {
            bytes.block_of(|bytes| networks.iter().for_each(|network| bytes.number(*network)));
        }
        bytes.block_if(flags.has(TermsFlags::ATTRIBUTES), |bytes| {
            terms
                .attributes
                .iter()
                .for_each(|test| write_test(bytes, test));
        });
        bytes.block_if(flags.has(TermsFlags::TRAINING), |bytes| {
            terms.training.iter().for_each(|item| bytes.number(*item));
        });
        bytes.block_if(flags.has(TermsFlags::LIMITS), |bytes| {
            terms
                .limits
                .iter()
                .for_each(|limit| self.limit(bytes, limit));
        });
        bytes.block_if(flags.has(TermsFlags::BUDGETS), |bytes| {
            terms
                .budgets
                .iter()
                .for_each(|budget| self.budget(bytes, budget));
        });
        bytes.block_if(flags.has(TermsFlags::STEP_UP), |bytes| {
            for (permission, step_up) in &terms.step_up {
                bytes.number(*permission);
                bytes.byte(step_up.level);
                bytes.number(step_up.max_age);
            }
        });
        if flags.has(TermsFlags::SIGN_IN) {
            bytes.byte(terms.sign_in_level);
        }
        if flags.has(TermsFlags::APPROVAL_FOR) {
            bytes.number(self.set(&terms.approval_for));
        }
    }

    fn limit(&mut self, bytes: &mut Bytes, limit: &Limit) {
        bytes.number(limit.permission);
        bytes.optional(self.optional_name(limit.currency.as_deref()));
        bytes.optional_signed(limit.approve_above);
        bytes.optional_signed(limit.max);
    }

    fn budget(&mut self, bytes: &mut Bytes, budget: &Budget) {
        bytes.number(self.name(&budget.id));
        bytes.number(budget.permission);
        bytes.optional(self.optional_name(budget.currency.as_deref()));
        bytes.byte(budget.window.code());
        bytes.optional(budget.zone);
        bytes.optional_signed(budget.amount);
        bytes.optional_signed(budget.count);
    }
}
