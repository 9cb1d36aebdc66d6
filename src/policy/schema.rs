//! The document's JSON Schema, made from its types.

use schemars::generate::SchemaSettings;

use super::document::Document;

/// The JSON Schema of the policy document, as pretty JSON with a final newline.
#[must_use]
pub fn schema() -> String {
    let schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Document>();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
