/** Reading what others send, and no more of it than is wanted. */

/** More came than may. */
export class TooLong extends Error {}

/**
 * A stream's text, as strict UTF-8.
 *
 * @param {ReadableStream<Uint8Array> | null} stream
 * @param {number} mostBytes
 */
export async function readText(stream, mostBytes) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.byteLength;
    if (length > mostBytes) throw new TooLong(`more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  const bytes = await new Blob(chunks).arrayBuffer();
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
