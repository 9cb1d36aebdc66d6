//! A document as the snapshot's model. Lenient: what the checks refuse is lowered to something that
//! grants nothing, never to something that grants more.

pub(crate) mod conditions;
mod facts;
pub(crate) mod grants;
pub(crate) mod join;
mod people;
mod permissions;
mod routes;

use sha2::{Digest, Sha256};

use super::world::World;
use crate::policy::Document;
use crate::snapshot::model::{Header, Model};
use grants::Placed;

/// A lowered document, and where its assignments went.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) model: Model,
    /// By position in the document.
    pub(crate) assignments: Vec<Placed>,
}

pub(crate) fn lower(world: &World<'_>) -> Lowered {
    let document = world.document;
    let zones = facts::zones(world);
    let mut model = Model {
        header: header(document),
        permissions: permissions::permissions(world),
        field_groups: permissions::field_groups(world),
        scopes: facts::scopes(world, &zones.index),
        departments: facts::departments(world),
        networks: facts::networks(world),
        attributes: facts::attributes(world),
        training: facts::training(world),
        levels: facts::levels(document),
        roles: people::roles(world),
        groups: people::groups(world),
        organisations: people::organisations(world),
        members: people::members(world),
        routes: routes::routes(world),
        ..Model::default()
    };
    let assignments = grants::place(world, &zones.index, &mut model);
    people::rank(world, &assignments, &mut model);
    model.zones = zones.zones;
    Lowered { model, assignments }
}

fn header(document: &Document) -> Header {
    let policy = &document.policy;
    Header {
        tenant: policy.tenant.clone(),
        version: policy.version,
        issued: policy.issued.seconds,
        expires: policy.expires.seconds(),
        digest: digest(document),
        approval_fresh: document.settings.approval_fresh.seconds,
        overlay_required: document.settings.overlay_required,
        slice_of: None,
    }
}

/// SHA-256 over the document as JSON without spaces, every key written, in the order of the types:
/// the same for a TOML and a JSON text of one policy.
fn digest(document: &Document) -> [u8; 32] {
    let mut hasher = Sha256::new();
    // Strings, numbers and lists always serialise; a failure would leave the digest of a part.
    if serde_json::to_writer(HashWriter(&mut hasher), document).is_err() {
        return [0; 32];
    }
    hasher.finalize().into()
}

struct HashWriter<'h>(&'h mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
