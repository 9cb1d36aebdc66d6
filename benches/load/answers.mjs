/** Where one HTTP/1.1 answer ends on a connection: its status, and nothing of what it says. */

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Makes what reads the bytes of a connection. One answer is awaited at a time.
 *
 * @param {(status: number) => void} onAnswer
 */
export function createReader(onAnswer) {
  let head = Buffer.alloc(0);
  let status;
  /** Bytes of the body that are to come; `undefined` while it comes in chunks. */
  let rest;
  let tail = Buffer.alloc(0);

  return function read(piece) {
    let body = piece;
    if (status === undefined) {
      head = head.length === 0 ? piece : Buffer.concat([head, piece]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) {
        if (head.length > MAX_HEAD_BYTES) throw new Error("an answer without an end of its head");
        return;
      }
      const text = head.latin1Slice(0, end);
      status = Number(text.slice(9, 12));
      rest = lengthOf(text);
      body = head.subarray(end + HEAD_END.length);
    }
    if (rest === undefined) {
      tail = Buffer.concat([tail, body]).subarray(-LAST_CHUNK.length);
      if (!tail.equals(LAST_CHUNK)) return;
    } else {
      rest -= body.length;
      if (rest < 0) throw new Error("an answer that is longer than it says");
      if (rest > 0) return;
    }
    const told = status;
    head = Buffer.alloc(0);
    tail = head;
    status = undefined;
    onAnswer(told);
  };
}

function lengthOf(head) {
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(head);
  if (length !== null) return Number(length[1]);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return undefined;
  throw new Error(`an answer without a length: ${head}`);
}
