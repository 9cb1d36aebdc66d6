/**
 * Masks JSON while it passes, so that no more of it is held than one name or one number, or, of a
 * list, one record. Equal to `pick` over the whole value, save that a name which stands twice where
 * the plan names it is refused: half of the answer has left by then.
 */

import { isKnown, ofItems, ofMember, plan } from "./fields.js";
import { UpstreamError } from "./upstream.js";

const MAX_DEPTH = 256;
const MAX_NAME_CHARACTERS = 8192;
const MAX_NUMBER_CHARACTERS = 1024;
const MAX_RECORD_CHARACTERS = 1024 * 1024;

const STOP = /["\\\u0000-\u001f]/g;
const DELIMITER = /[\s,:[\]{}"]/g;
const LITERAL = /^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)$/;
const LIST = plan(["$.items[*]"]);

/** What becomes of a value: left out, copied whole, or looked into. */
const SKIP = "skip";
const COPY = "copy";
const PLANNED = "planned";
const NAME = "name";

/** Masks one JSON object, given in pieces of text. */
export class Masker {
  #tree;
  #splits;
  #hasItems = false;
  #frames = [];
  #expects = "root";
  #out = "";
  #records = [];
  // What is in the middle of being read: a string or a number, and what becomes of it.
  #string;
  #literal;
  #name = "";
  #escaped = false;
  #hexDigits = 0;

  /** @param {import("./fields.js").Plan} tree */
  constructor(tree, splits = false) {
    this.#tree = tree;
    this.#splits = splits;
  }

  /** One that takes the records out of `{ "items": [ … ] }` and nothing else. */
  static ofList() {
    return new Masker(LIST, true);
  }

  /** @param {string} text the next piece, cut anywhere */
  write(text) {
    let at = 0;
    while (at < text.length) {
      if (this.#string !== undefined) at = this.#readString(text, at);
      else if (this.#literal !== undefined) at = this.#readLiteral(text, at);
      else at = this.#readMark(text, at);
    }
  }

  /** What may leave of what was written. */
  take() {
    const out = this.#out;
    this.#out = "";
    return out;
  }

  /** The records that are whole by now, as JSON. */
  takeRecords() {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  /** Nothing follows; it throws if something should have. The last mark leaves now, not before. */
  end() {
    if (this.#expects !== "end" || (this.#splits && !this.#hasItems)) refuse();
    this.#emit(this.#splits ? "" : "}");
  }

  #readMark(text, at) {
    const mark = text[at];
    switch (mark) {
      case " ":
      case "\n":
      case "\r":
      case "\t":
        break;
      case "{":
      case "[":
        this.#open(mark === "[");
        break;
      case "}":
      case "]":
        this.#close(mark);
        break;
      case ",":
        this.#comma();
        break;
      case ":":
        if (this.#expects !== "colon") refuse();
        this.#copyMark(mark);
        this.#expects = "value";
        break;
      case '"':
        this.#startString();
        break;
      default:
        this.#literal = { fate: this.#scalar(), text: "" };
        return at;
    }
    return at + 1;
  }

  #open(isArray) {
    if (this.#frames.length === MAX_DEPTH) refuse();
    const frame = { isArray, isOpen: false, count: 0, length: 0, name: "", names: new Set() };
    if (this.#expects === "root") {
      if (isArray) refuse();
      const { cut, shown } = this.#tree;
      const fate = cut || !isKnown(this.#tree, false) ? SKIP : PLANNED;
      Object.assign(frame, { fate, tree: this.#tree, shown, isOpen: true });
      this.#emit(this.#splits ? "" : "{");
      this.#frames.push(frame);
    } else {
      const above = this.#frames.at(-1);
      Object.assign(frame, this.#value());
      if (frame.fate === PLANNED && !isKnown(frame.tree, isArray)) {
        Object.assign(frame, { fate: SKIP, shown: false });
      }
      if (this.#splits && frame.fate === PLANNED) {
        if (!isArray) refuse();
        this.#hasItems = true;
      }
      this.#frames.push(frame);
      if (frame.fate === COPY) {
        if (above.fate === PLANNED) this.#place(above);
        this.#emit(isArray ? "[" : "{");
      } else if (frame.fate === PLANNED && frame.shown) {
        this.#openUp(frame);
      }
    }
    this.#expects = isArray ? "item or end" : "name or end";
  }

  #close(mark) {
    const frame = this.#frames.at(-1);
    const first = frame?.isArray ? "item or end" : "name or end";
    if (frame === undefined || (mark === "]") !== frame.isArray) refuse();
    if (this.#expects !== first && this.#expects !== "next") refuse();
    const wasEmpty = frame.isArray && frame.length === 0;
    if (frame.fate === PLANNED && wasEmpty && ofItems(frame.tree)) this.#openUp(frame);
    this.#frames.pop();
    // The root ends with the body, and the list's own marks are written by whoever joins its records.
    const isHeld = this.#frames.length === 0 || (this.#splits && frame.fate !== COPY);
    if (!isHeld && (frame.fate === COPY || frame.isOpen)) this.#emit(mark);
    this.#ended();
  }

  #comma() {
    if (this.#expects !== "next") refuse();
    this.#copyMark(",");
    this.#expects = this.#frames.at(-1).isArray ? "value" : "name";
  }

  #copyMark(mark) {
    if (this.#frames.at(-1).fate === COPY) this.#emit(mark);
  }

  #startString() {
    if (this.#expects === "name" || this.#expects === "name or end") {
      const { fate } = this.#frames.at(-1);
      this.#string = fate === PLANNED ? NAME : fate;
      this.#name = "";
    } else {
      this.#string = this.#scalar();
    }
    this.#put('"');
  }

  #readString(text, from) {
    let at = from;
    while (at < text.length) {
      if (this.#hexDigits > 0) {
        if (!/[0-9a-fA-F]/.test(text[at])) refuse();
        this.#hexDigits -= 1;
      } else if (this.#escaped) {
        if (!'"\\/bfnrtu'.includes(text[at])) refuse();
        this.#escaped = false;
        if (text[at] === "u") this.#hexDigits = 4;
      } else {
        STOP.lastIndex = at;
        at = STOP.exec(text)?.index ?? text.length;
        if (text[at] === '"') {
          this.#put(text.slice(from, at + 1));
          this.#endString();
          return at + 1;
        }
        if (at < text.length && text[at] !== "\\") refuse();
        this.#escaped = at < text.length;
      }
      at += 1;
    }
    this.#put(text.slice(from));
    return text.length;
  }

  #endString() {
    this.#string = undefined;
    if (this.#expects !== "name" && this.#expects !== "name or end") return this.#ended();
    this.#expects = "colon";
    const frame = this.#frames.at(-1);
    if (frame.fate !== PLANNED) return undefined;
    frame.name = JSON.parse(this.#name);
    frame.written = this.#name;
    if (ofMember(frame.tree, frame.name) === undefined) return undefined;
    if (frame.names.has(frame.name)) refuse();
    frame.names.add(frame.name);
    return undefined;
  }

  #readLiteral(text, from) {
    DELIMITER.lastIndex = from;
    const end = DELIMITER.exec(text)?.index ?? text.length;
    this.#literal.text += text.slice(from, end);
    if (this.#literal.text.length > MAX_NUMBER_CHARACTERS) refuse();
    if (end < text.length) {
      const { fate, text: written } = this.#literal;
      if (!LITERAL.test(written)) refuse();
      if (fate === COPY) this.#emit(written);
      this.#literal = undefined;
      this.#ended();
    }
    return end;
  }

  #put(text) {
    if (this.#string === COPY) this.#emit(text);
    if (this.#string === NAME) {
      this.#name += text;
      if (this.#name.length > MAX_NAME_CHARACTERS) refuse();
    }
  }

  #emit(text) {
    this.#out += text;
    if (this.#splits && this.#out.length > MAX_RECORD_CHARACTERS) refuse();
  }

  /** What becomes of the string, number or word that begins here. */
  #scalar() {
    const above = this.#frames.at(-1);
    const { fate, shown } = this.#value();
    if (this.#splits && fate === PLANNED) refuse();
    if (fate === SKIP || (fate === PLANNED && !shown)) return SKIP;
    if (above.fate === PLANNED) this.#place(above);
    return COPY;
  }

  /** What becomes of the value that begins here. */
  #value() {
    if (this.#expects !== "value" && this.#expects !== "item or end") refuse();
    const above = this.#frames.at(-1);
    above.length += 1;
    if (above.fate !== PLANNED) return { fate: above.fate, shown: above.shown };
    const tree = above.isArray ? ofItems(above.tree) : ofMember(above.tree, above.name);
    if (tree === undefined) return { fate: above.shown ? COPY : SKIP, shown: above.shown };
    if (tree.cut) return { fate: SKIP, shown: false };
    const shown = above.shown || tree.shown;
    return { fate: shown && tree.below.size === 0 ? COPY : PLANNED, tree, shown };
  }

  #ended() {
    const above = this.#frames.at(-1);
    this.#expects = above === undefined ? "end" : "next";
    if (this.#splits && above?.fate === PLANNED && above.isArray) this.#records.push(this.take());
  }

  /** Writes what stands before a value that is shown: the marks that were held back. */
  #place(frame) {
    this.#openUp(frame);
    if (this.#splits) return;
    if (frame.count > 0) this.#emit(",");
    frame.count += 1;
    if (!frame.isArray) this.#emit(`${frame.written}:`);
  }

  #openUp(frame) {
    if (frame.isOpen) return;
    frame.isOpen = true;
    this.#place(this.#frames[this.#frames.indexOf(frame) - 1]);
    this.#emit(this.#splits ? "" : frame.isArray ? "[" : "{");
  }
}

function refuse() {
  throw new UpstreamError("answer-refused", "answer_refused");
}
