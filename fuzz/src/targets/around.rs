//! A little of everything that can be asked of a policy in force, which may be nonsense.

use keyrack::{
    decide::{
        Engine, Request,
        request::{Amount, Auth, Exact, Resource, Text},
    },
    ffi,
    query::{self, State},
    snapshot::write,
};

use crate::support::every;

/// Members and scopes that are looked at, of those there are.
const FEW: usize = 16;

/// Asks; which member, permission and scope, the turn tells.
pub fn ask(engine: &Engine, turn: u16) {
    let snapshot = &engine.snapshot;
    let turn = usize::from(turn);
    let rows: Vec<_> = snapshot.members().take(FEW).flatten().collect();
    let Some(row) = rows.get(turn % rows.len().max(1)) else {
        return;
    };
    let Ok(subject) = std::str::from_utf8(row.id) else {
        return;
    };
    let count = snapshot.permission_count().max(1);
    let permission = u32::try_from(turn / FEW).unwrap_or_default() % count;
    let scope = u32::try_from(turn / 64).unwrap_or_default() % snapshot.scope_count().max(1);
    let (Ok(key), Ok(place)) = (
        snapshot.permission_key(permission),
        snapshot.scope_id(scope),
    ) else {
        return;
    };
    let request = Request {
        subject: Text::from(subject),
        actor: turn.is_multiple_of(5).then(|| Text::from("m-app")),
        permission: Text::from(key),
        scope: Some(Text::from(place)),
        now: Some(every::NOW),
        amount: turn.is_multiple_of(3).then(|| Amount {
            value: Exact(Some(4_200)),
            currency: Some(Text::from("EUR")),
        }),
        resource: turn.is_multiple_of(2).then(|| Resource {
            resource_type: Text::from("order"),
            id: Text::from("o-1"),
            ..Resource::default()
        }),
        auth: Some(Auth {
            time: Some(every::NOW),
            ..Auth::default()
        }),
        ip: Some(Text::from("192.0.2.7")),
        ..Request::default()
    };
    let decided = ffi::decide(engine, &request);
    let explained = ffi::explanation::explain(engine, &request);
    if let (Ok(decided), Ok(explained)) = (&decided, &explained) {
        assert_eq!(*decided, explained.decision, "explained otherwise");
    }
    assert_eq!(decided, ffi::decide(engine, &request), "decided otherwise");
    let bare = Request {
        subject: Text::from(subject),
        permission: Text::from(key),
        scope: Some(Text::from(place)),
        now: Some(every::NOW),
        auth: request.auth.clone(),
        ..Request::default()
    };
    if let (Ok(session), Ok(alone)) = (query::session(engine, &bare), ffi::decide(engine, &bare)) {
        let held = usize::try_from(permission).ok();
        let held = held.and_then(|number| session.states().get(number).copied());
        // Unless an index that was damaged finds another permission by this key, or none.
        if held == Some(State::Allowed) && snapshot.find_permission(key) == Ok(Some(permission)) {
            assert_eq!(
                alone.outcome, "allow",
                "a session says more than the answer"
            );
        }
    }
    let _ = query::who_can(engine, &bare);
    if let Ok(filter) = query::where_can(engine, &bare) {
        let record = request.resource.clone().unwrap_or_default();
        let _ = filter.passes(engine, &bare, scope, &record);
    }
    let _ = query::route::find(snapshot, "POST", "/orders/7/refund");
    let _ = engine.may(row.handle, permission, scope, Some(every::NOW));
    if let Ok(slice) = snapshot.slice(row) {
        // A slice of nonsense is nonsense, and at worst cannot be written.
        let _ = write::payload(&slice);
    }
    if let Ok(Some(slice)) = query::slice::slice_on_behalf(engine, subject, "m-app", every::NOW) {
        let _ = write::payload(&slice);
    }
}
