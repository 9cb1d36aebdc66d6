//! A policy in force, from a document or from a container; the first bytes tell which.

use std::path::{Path, PathBuf};

use keyrack::{
    decide::Engine,
    snapshot::{
        Domain, Overlay, Snapshot,
        container::{self, Container, Expectations, KeySet, MAGIC, VerifyingKey},
        write,
    },
};

use crate::{failure::Failure, keys, overlay, policy_file, progress::Progress};

/// Where the domain's number stands in a container.
const DOMAIN_BYTE: usize = 5;

#[derive(Debug, clap::Args)]
pub(crate) struct Rack {
    /// A policy in TOML or JSON, a snapshot or a slice; `-` reads stdin
    #[arg(value_name = "POLICY-OR-SNAPSHOT")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Trust {
    /// A public key that snapshots and overlays may be signed with: a file, or the key itself
    #[arg(long, value_name = "PUBLIC-KEY", allow_hyphen_values = true)]
    pub(crate) key: Vec<String>,
    /// Vouch for a snapshot or overlay whose signature is not checked
    #[arg(long, conflicts_with = "key")]
    pub(crate) unsigned: bool,
    /// Revocations and suspensions that apply
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: Option<PathBuf>,
    /// Refuse a snapshot below this version
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) min_version: u64,
    /// Refuse a snapshot of another tenant
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
}

/// A policy in force.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) engine: Engine,
}

impl Loaded {
    /// Lists of a policy that has expired would be empty without saying why.
    pub(crate) fn in_force(&self, now: Option<i64>) -> Result<(), Failure> {
        match self.engine.snapshot.head().expires {
            Some(end) if now.is_none_or(|now| now >= end) => Err(Failure::container(
                Domain::Snapshot,
                container::Failure::Expired,
            )),
            _ => Ok(()),
        }
    }
}

impl Rack {
    /// Puts it in force at a moment.
    pub(crate) fn load(&self, now: Option<i64>, json: bool) -> Result<Loaded, Failure> {
        self.trust.load(&self.path, now, json)
    }

    /// Whether it takes stdin for itself.
    pub(crate) fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
    }
}

impl Trust {
    /// Puts a policy in force at a moment.
    pub(crate) fn load(
        &self,
        path: &Path,
        now: Option<i64>,
        json: bool,
    ) -> Result<Loaded, Failure> {
        let keys = self.keys()?;
        let bytes = policy_file::bytes(path)?;
        let (snapshot, over_document) = if bytes.starts_with(&MAGIC) {
            (self.open(&bytes, &keys, now)?, false)
        } else {
            let mut compiled = policy_file::compiled(path, bytes)?;
            let model = policy_file::model(path, &mut compiled, json)?;
            let progress = Progress::start("loading the policy", None);
            let snapshot = Snapshot::open(write::payload(&model)?)?;
            drop(progress);
            self.check_document(&snapshot)?;
            (snapshot, true)
        };
        let overlay = match &self.overlay {
            None => None,
            Some(file) => {
                let tenant = &snapshot.head().tenant;
                Some(self.open_overlay(file, &keys, (tenant, now), over_document)?)
            }
        };
        let engine = match overlay {
            Some(overlay) => Engine::with_overlay(snapshot, &overlay)?,
            None => Engine::new(snapshot),
        };
        Ok(Loaded { engine })
    }

    fn keys(&self) -> Result<Vec<VerifyingKey>, Failure> {
        self.key.iter().map(|key| keys::public(key)).collect()
    }

    fn open(&self, bytes: &[u8], keys: &KeySet, now: Option<i64>) -> Result<Snapshot, Failure> {
        let kind = match domain(bytes) {
            Some(Domain::Slice) => Domain::Slice,
            _ => Domain::Snapshot,
        };
        let payload = self.payload(bytes, kind, keys)?;
        let expected = Expectations {
            domain: kind,
            tenant: self.tenant.as_deref(),
            min_version: self.min_version,
            now,
        };
        container::open(payload, &expected).map_err(|why| Failure::container(kind, why))
    }

    /// What a container holds, once its signature has been checked or somebody vouches for it.
    fn payload<'b>(
        &self,
        bytes: &'b [u8],
        kind: Domain,
        keys: &KeySet,
    ) -> Result<&'b [u8], Failure> {
        let payload = if self.unsigned {
            Container::parse(bytes, kind).map(|container| container.payload)
        } else if keys.is_empty() {
            Container::parse(bytes, kind).map_err(|why| Failure::container(kind, why))?;
            return Err(Failure::usage(
                "nothing says whose signature to trust",
                "name the publisher's public key with `--key`, or vouch for the file with `--unsigned`",
            ));
        } else {
            container::verify(bytes, kind, keys)
        };
        payload.map_err(|why| Failure::container(kind, why))
    }

    /// A document's own version and tenant are held against the flags too.
    fn check_document(&self, snapshot: &Snapshot) -> Result<(), Failure> {
        let head = snapshot.head();
        let other = |tenant: &String| *tenant != head.tenant;
        let why = if self.tenant.as_ref().is_some_and(other) {
            container::Failure::TenantMismatch
        } else if head.version < self.min_version {
            container::Failure::Rollback
        } else {
            return Ok(());
        };
        Err(Failure::container(Domain::Snapshot, why))
    }

    fn open_overlay(
        &self,
        path: &Path,
        keys: &KeySet,
        (tenant, now): (&str, Option<i64>),
        over_document: bool,
    ) -> Result<Overlay, Failure> {
        let bytes = policy_file::bytes(path)?;
        let payload;
        let trusted = if bytes.starts_with(&MAGIC) {
            // Over a document, which nobody signed either, an overlay needs no signature.
            if over_document && keys.is_empty() {
                Container::parse(&bytes, Domain::Overlay)
                    .map_err(|why| Failure::container(Domain::Overlay, why))?
                    .payload
            } else {
                self.payload(&bytes, Domain::Overlay, keys)?
            }
        } else if over_document || self.unsigned {
            payload = overlay::read(path, bytes)?.payload()?;
            &payload
        } else {
            return Err(Failure::container(
                Domain::Overlay,
                container::Failure::Unsigned,
            ));
        };
        let expected = Expectations {
            tenant: Some(tenant),
            now,
            ..Expectations::default()
        };
        Overlay::open(trusted, &expected).map_err(|why| Failure::container(Domain::Overlay, why))
    }
}

/// What a container says it holds.
pub(crate) fn domain(bytes: &[u8]) -> Option<Domain> {
    let number = *bytes
        .get(DOMAIN_BYTE)
        .filter(|_| bytes.starts_with(&MAGIC))?;
    [
        Domain::Snapshot,
        Domain::Slice,
        Domain::Overlay,
        Domain::Labels,
    ]
    .into_iter()
    .find(|kind| kind.code() == number)
}
