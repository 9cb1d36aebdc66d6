//! Whose pseudonym stands in a decision log: whoever has its key can tell, member by member.

use std::{collections::HashMap, path::Path};

use hmac::{Hmac, KeyInit, Mac};
use keyrack::snapshot::Snapshot;
use serde::Deserialize;
use sha2::Sha256;

use crate::{failure::Failure, keys, policy_file};

/// What is in front of the tenant and the member.
const DOMAIN: &[u8] = b"keyrack/log/user/v1\0";
const LEAST_KEY_BYTES: usize = 32;

#[derive(Deserialize)]
struct Written {
    id: String,
    key: String,
}

/// The members of a policy by their pseudonyms under each key.
#[derive(Debug, Default)]
pub(crate) struct Pseudonyms {
    /// By the key's id and the hash.
    members: HashMap<(String, String), String>,
    ids: Vec<String>,
}

impl Pseudonyms {
    /// Reads keys as `LOG_PSEUDONYM_KEYS` has them, and works out every member's pseudonyms.
    pub(crate) fn read(path: &Path, snapshot: &Snapshot) -> Result<Self, Failure> {
        let invalid = || {
            Failure::new(
                "key_invalid",
                format!("`{}` holds no keys of pseudonyms", path.display()),
                "write them as `LOG_PSEUDONYM_KEYS` has them: [{ \"id\": …, \"key\": … }]",
            )
        };
        let text = policy_file::text(path, policy_file::bytes(path)?)?;
        let written: Vec<Written> = serde_json::from_str(&text).map_err(|_| invalid())?;
        let mut pseudonyms = Self::default();
        for Written { id, key } in written {
            let key = keys::decode_any(&key).filter(|key| key.len() >= LEAST_KEY_BYTES);
            let keyed: Hmac<Sha256> = key
                .and_then(|key| Hmac::new_from_slice(&key).ok())
                .ok_or_else(invalid)?;
            pseudonyms.add(&id, &keyed, snapshot)?;
            pseudonyms.ids.push(id);
        }
        Ok(pseudonyms)
    }

    fn add(&mut self, id: &str, keyed: &Hmac<Sha256>, snapshot: &Snapshot) -> Result<(), Failure> {
        let tenant = &snapshot.head().tenant;
        for row in snapshot.members() {
            let row = row?;
            let member = row.name()?;
            let mut mac = keyed.clone();
            mac.update(DOMAIN);
            mac.update(serde_json::json!([tenant, member]).to_string().as_bytes());
            let hash = keys::encode(&mac.finalize().into_bytes());
            self.members
                .insert((id.to_owned(), hash), member.to_owned());
        }
        Ok(())
    }

    /// Whose it is. `Some(None)`: nobody's in this policy; `None`: its key is not here.
    pub(crate) fn whose(&self, key: &str, hash: &str) -> Option<Option<&str>> {
        self.ids.iter().any(|id| id == key).then(|| {
            let name = (key.to_owned(), hash.to_owned());
            self.members.get(&name).map(String::as_str)
        })
    }
}
