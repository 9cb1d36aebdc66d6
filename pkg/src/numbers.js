/**
 * Numbers by which this package and the engine mean the same: src/wasm/edge has them too. They
 * stand in one file that imports nothing, so that bundlers put them where they are used.
 */

/** What is asked for. */
export const DECIDE = 0;
export const SESSION = 1;
export const EXPLAIN = 2;
export const WHO_CAN = 3;
export const WHERE_CAN = 4;
export const BATCH = 5;
/** To decide, where nothing is told but what conditions of assignments read. */
export const DECIDE_BARE = 6;
export const ROUTE = 8;
export const SLICE_OF = 9;
export const ABOUT = 16;
export const PERMISSIONS = 17;
export const SCOPES = 18;
export const FIELD_GROUPS = 19;
export const CODES = 20;
export const GRANT = 21;
export const NAME = 22;
export const ZONE = 23;
export const RESERVE = 32;
/** Lets a policy go. */
export const RELEASE = 33;
/** Finds a member; then come permissions and scopes. */
export const FIND = 34;
export const SNAPSHOT = 40;
export const SLICE = 41;
export const OVERLAY = 42;

/** What has a name. */
export const MEMBER = 0;
export const PERMISSION = 1;
export const SCOPE = 2;

/** What stands below is no address, handle or number: it tells why there is none. */
export const FIRST = 64;
/** What no policy is called: the engine refuses it. */
export const NOBODY = 0xffff_ffff;

/** Where members stand in a request that is read. */
export const OF = 1;
export const ACTOR = 2;
export const WHAT = 3;
export const WHERE = 4;
export const WHEN = 5;
export const RECORD = 9;
export const PROPOSED = 10;
export const WHOM = 11;
export const FIELDS = 12;

/** Flags of a decision. */
export const LOGGED = 1;
export const ASKS_APPROVAL = 2;
export const HAS_FIELDS = 4;
export const HAS_AMOUNT = 8;

/** Kinds of an attribute's value. */
export const BOOLEAN = 0;
export const INTEGER = 1;
export const STRING = 2;
export const STRINGS = 3;
export const OTHER = 4;

/** The rule of rows that names departments. */
export const TEAM = 2;

/** A container: its format, and the parts before and behind the payload. */
export const FORMAT = 1;
export const HEADER_BYTES = 18;
export const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** More than the longest domain of a signature has. */
export const DOMAIN_ROOM = 32;
/** The largest that is read at all; the Rust reader has the same cap. */
export const MAX_CONTAINER_BYTES = (48 << 20) + 18 + 64;

/** Longer text and longer lists are no facts of a request. */
export const MAX_UNITS = 1 << 20;
/** Rows that cross at once: they need so much of the engine's memory, however many there are. */
export const BATCH_ROWS = 4096;
/** Names that one rack remembers of a kind, so that a flood of them costs bounded memory. */
export const MAX_REMEMBERED = 65_536;
