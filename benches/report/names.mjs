/** Names of figures that are looked up as well as shown. */

export const LOAD = "keyrack load";
export const SIGNATURE = "floor: WebCrypto's check of the signature";
export const FIRST_SIGNATURE = "floor: WebCrypto's first signature";
export const EMPTY_MODULE = "floor: an empty module";
export const EMPTY_WASM = "floor: an empty WebAssembly module";
export const IDLE = "a worker that does nothing";
export const MAPS_AND_CALL = "three map look-ups, an empty wasm call";
export const REQUEST_FLOOR = "floor: the request as bytes, an empty wasm call";
export const NAME_FLOOR = "floor: a name as bytes, an empty wasm call, put into a map";
export const ONE_RULE = "floor: a CASL ability of a single rule, made";

/** The budgets' rows, each to be understood by itself. */
export const ROWS = {
  raw: "edge module, raw",
  gzip: "edge module, gzip",
  javascript: "the edge module's JavaScript, gzip",
  session: "`session.can` against CASL with conditions",
  page: "`session.can` on a page against CASL with conditions, where its ability is warm",
  canCasl: "`can` by three strings against CASL with conditions",
  canCedar: "`can` by three strings against cedar-wasm",
  decide: "`decide` with amount, auth and reason against cedar-wasm",
  first: "first check of a member not seen before against building its CASL ability",
  coldCedar: "cold start in a fresh process against cedar-wasm's",
  coldCasl: "cold start in a fresh process against CASL's",
  batch: "`canBatch` of names from JavaScript, checks a second",
  prepared: "`canBatch` of prepared columns from JavaScript, checks a second",
  ids: "native decision by ids",
  idsCedar: "native decision by ids against `cedar-policy`",
  signatureNative: "native load of 100,000 members with 12 roles: the signature's part",
  signature:
    "load of 100,000 members with 12 roles from JavaScript, repeated in one process:" +
    " the signature's part",
  allocations: "allocations of a native load: with 100,000 members by those with 1,000",
  snapshot: "snapshot of 100,000 members, a member beyond its id",
  gate: "gate before a store that answers from memory: requests a second by those without it",
  gateSlow:
    "gate before a store that takes 10 ms, one request in ten refused: requests a second by" +
    " those without it",
  gateReads: "gate before a store that takes 10 ms, reads alone: requests a second by those without it",
};
