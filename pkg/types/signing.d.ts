/** Makes the function that signs unsigned containers. @throws {KeyrackError} `source_invalid` */
export declare function createSigner(parts: {
  /** An Ed25519 key pair. */
  jwk: object;
  /** What it may sign; all kinds, if absent. */
  kinds?: readonly ("snapshot" | "slice" | "overlay" | "labels")[];
}): (container: Uint8Array) => Promise<Uint8Array>;
