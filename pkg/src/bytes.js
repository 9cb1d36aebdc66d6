import { KeyrackError } from "./errors.js";
import { DOMAIN_ROOM, MAX_CONTAINER_BYTES } from "./numbers.js";

/**
 * Reads a source to the end, into bytes that nobody else holds.
 *
 * SECURITY: bytes are copied before anything looks at them. A caller that kept a reference could
 * otherwise change them between the signature check and the decoding.
 */
export async function read(source, kind) {
  const tooLarge = () => {
    throw new KeyrackError(`${kind}_too_large`, `more than ${MAX_CONTAINER_BYTES} bytes`);
  };
  const copy = (bytes) => {
    if (bytes === undefined) return undefined;
    if (bytes.length > MAX_CONTAINER_BYTES) tooLarge();
    return joined([bytes], bytes.length);
  };
  // Before anything is waited for, so that the caller can reuse a buffer at once.
  const given = copy(view(source));
  if (given !== undefined) return given;
  source = await source;
  const awaited = copy(view(source));
  if (awaited !== undefined) return awaited;
  if (isA("Response", source)) {
    if (!source.ok) throw new KeyrackError("source_invalid", `the answer is ${source.status}`);
    source = source.body ?? new Response("").body;
  }
  if (!isA("ReadableStream", source)) {
    throw new KeyrackError("source_invalid", "bytes, a response or a stream is expected");
  }
  return drain(source, tooLarge);
}

/** Bytes or a buffer of bytes as a view; `undefined` for anything else. */
export function view(value) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  // From another realm, say a frame or a test runner's context.
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object ArrayBuffer]") return new Uint8Array(value);
  if (ArrayBuffer.isView(value) && tag === "[object Uint8Array]") {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return undefined;
}

async function drain(stream, tooLarge) {
  const chunks = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const chunk = view(value);
    if (chunk === undefined) throw new KeyrackError("source_invalid", "the stream is not of bytes");
    length += chunk.length;
    if (length > MAX_CONTAINER_BYTES) {
      await reader.cancel();
      tooLarge();
    }
    chunks.push(chunk);
  }
  return joined(chunks, length);
}

/** Bytes of our own, with room before them for the domain that a signature is over as well. */
function joined(chunks, length) {
  let at = DOMAIN_ROOM;
  const bytes = new Uint8Array(at + length);
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes.subarray(DOMAIN_ROOM);
}

function isA(name, value) {
  const constructor = globalThis[name];
  return typeof constructor === "function" && value instanceof constructor;
}

/** Base64url without padding, strictly; `undefined` if it is not. */
export function fromBase64Url(text) {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (unit) => unit.charCodeAt(0));
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
