/** A floor: the first signature that WebCrypto checks, of a message of two bytes. */
export async function first({ key, signature, message }) {
  const bytes = (told) => Uint8Array.from(told);
  const imported = await crypto.subtle.importKey("raw", bytes(key), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, bytes(signature), bytes(message));
}
