//! What entities and requests look like, in Cedar's schema language.

use keyrack::snapshot::model::{AttributeKind, Model};

use super::text::quoted;

/// The schema of a tenant.
pub(super) fn schema(model: &Model) -> String {
    let stored = attributes(model, true);
    let told = attributes(model, false);
    let training = model.training.iter().map(|item| {
        let item = quoted(item);
        format!("    {item}?: {{ at: Long, expires?: Long }},\n")
    });
    let training: String = training.collect();
    let actions = model.permissions.iter().map(|one| quoted(&one.key));
    let actions = actions.collect::<Vec<_>>().join(",\n  ");
    format!(
        "entity Group;\n\
         entity Organisation;\n\
         entity Scope in [Scope];\n\
         entity Department in [Department];\n\
         entity Member in [Group, Organisation] {{\n\
         \x20 owner: Bool,\n\
         \x20 active: Bool,\n\
         \x20 outside: Bool,\n\
         \x20 from?: Long,\n\
         \x20 to?: Long,\n\
         \x20 department?: Department,\n\
         \x20 training: {{\n{training}  }},\n\
         \x20 attributes: {{\n{stored}  }},\n\
         }};\n\
         type RecordFacts = {{\n\
         \x20 assignee?: Member,\n\
         \x20 department?: Department,\n\
         \x20 openTicketWith?: Set<Member>,\n\
         \x20 attributes: {{\n{told}  }},\n\
         }};\n\
         type Facts = {{\n\
         \x20 now?: Long,\n\
         \x20 amount?: {{ value: Long, currency?: String }},\n\
         \x20 percent?: Long,\n\
         \x20 quantity?: Long,\n\
         \x20 ip?: ipaddr,\n\
         \x20 signInLevel?: Long,\n\
         \x20 record?: RecordFacts,\n\
         }};\n\
         action\n  {actions}\n\
         appliesTo {{ principal: Member, resource: Scope, context: Facts }};\n"
    )
}

fn attributes(model: &Model, stored: bool) -> String {
    let declared = model.attributes.iter();
    let declared = declared.filter(|attribute| attribute.stored == stored);
    let lines = declared.map(|attribute| {
        let kind = match attribute.kind {
            AttributeKind::Boolean => "Bool",
            AttributeKind::Integer => "Long",
            AttributeKind::String => "String",
            AttributeKind::StringList => "Set<String>",
        };
        format!("    {}?: {kind},\n", quoted(&attribute.id))
    });
    lines.collect()
}
