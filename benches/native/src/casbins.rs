//! The `casbin` crate: roles in domains, everything in memory.

use casbin::{
    CachedApi, CachedEnforcer, CoreApi, DefaultCache, DefaultModel, Enforcer, MemoryAdapter,
    MgmtApi,
};
use serde::Deserialize;

use crate::Outcome;

/// Its model, what roles may, and who holds which where.
#[derive(Deserialize)]
pub struct Casbin {
    model: String,
    policies: Vec<Vec<String>>,
    groupings: Vec<Vec<String>>,
}

impl Casbin {
    pub fn prepare(&self) -> Outcome<Enforcer> {
        self.load()
    }

    /// What remembers whole answers, with room for as many questions as there are.
    pub fn prepare_cached(&self, questions: usize) -> Outcome<CachedEnforcer> {
        let mut enforcer: CachedEnforcer = self.load()?;
        enforcer.set_cache(Box::new(DefaultCache::new(questions)));
        Ok(enforcer)
    }

    fn load<E: CoreApi + MgmtApi>(&self) -> Outcome<E> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(async {
            let model = DefaultModel::from_str(&self.model).await?;
            let mut enforcer = E::new(model, MemoryAdapter::default()).await?;
            enforcer.add_policies(self.policies.clone()).await?;
            enforcer
                .add_grouping_policies(self.groupings.clone())
                .await?;
            Ok(enforcer)
        })
    }
}

/// Asks for a permission by its resource and its action.
pub fn allows(enforcer: &impl CoreApi, [member, permission, scope]: &[String; 3]) -> bool {
    let Some((area, act)) = permission.split_once('.') else {
        return false;
    };
    enforcer
        .enforce((member.as_str(), scope.as_str(), area, act))
        .unwrap_or(false)
}
