/** What goes wrong outside a decision. A deny is never an error. */
export declare class KeyrackError extends Error {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions);
  readonly name: "KeyrackError";
  /** Stable; the message may change. */
  readonly code: ErrorCode;
}

/** The codes of {@link KeyrackError}. */
export type ErrorCode =
  | `${"snapshot" | "overlay" | "labels"}_${ContainerError}`
  | "snapshot_expired"
  | "key_missing"
  | "key_unknown"
  | "signature_invalid"
  | "tenant_mismatch"
  | "engine_too_old"
  | "request_invalid"
  | "slicing_unavailable"
  | "source_invalid"
  | "options_invalid"
  | "slice_unavailable"
  | "slice_refused"
  | "member_mismatch"
  | "identifier_invalid"
  | "key_too_short"
  | "service_invalid"
  | "facts_invalid"
  | "crypto_unavailable"
  | "wasm_unavailable";

type ContainerError =
  | "too_large"
  | "malformed"
  | "format_unknown"
  | "wrong_domain"
  | "unsigned"
  | "damaged"
  | "issued_in_future"
  | "rollback";
