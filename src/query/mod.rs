//! Lists: who can, what can, where can; sessions; routes. Each agrees with the single decision.

pub mod filter;
pub mod route;
pub mod session;
pub mod slice;
pub mod who;

pub use filter::{Filter, where_can};
pub use session::{Session, State, session, standing};
pub use slice::slice_on_behalf;
pub use who::who_can;
