import { KeyrackError } from "./errors.js";

/**
 * One member at one scope, resolved: bits that are read without crossing into the engine. They are
 * a copy, and stay what they were when the rack or its memory changes.
 */
export class Session {
  #names;
  #numbers;
  #allowed;
  #conditional;

  /** @param {object} facts the names, the bits, and `subject`, `scope`, `version`, `until` */
  constructor({ names, allowed, conditional, ...facts }) {
    this.#names = names;
    this.#numbers = names.numbers;
    this.#allowed = allowed;
    this.#conditional = conditional;
    Object.assign(this, facts);
    Object.freeze(this);
  }

  /** Whether the permission is allowed, with nothing left open. */
  can(permission) {
    return has(this.#allowed, this.#number(permission));
  }

  /** `allowed`, `conditional` (it depends on facts of the request) or `denied`. */
  state(permission) {
    const number = this.#number(permission);
    if (has(this.#allowed, number)) return "allowed";
    return has(this.#conditional, number) ? "conditional" : "denied";
  }

  /** The state of every permission of the policy, by name. */
  states() {
    return Object.fromEntries(this.#names.permissions.map((name) => [name, this.state(name)]));
  }

  #number(permission) {
    const number = this.#numbers.get(permission);
    if (number === undefined && typeof permission !== "string") {
      throw new KeyrackError("request_invalid", "a permission is text");
    }
    // Nothing is known of other names: a bit that is in no set.
    return number ?? 0xffff_ffff;
  }
}

function has(bits, number) {
  return ((bits[number >>> 3] >>> (number & 7)) & 1) === 1;
}
