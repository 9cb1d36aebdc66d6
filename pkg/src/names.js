import {
  CODES,
  FIELD_GROUPS,
  GRANT,
  MAX_REMEMBERED,
  NAME,
  PERMISSIONS,
  SCOPES,
  ZONE,
} from "./numbers.js";

/** What one policy calls its numbers. Each name is fetched once, when it is needed. */
export class Names {
  #tell;
  #lists = [];
  #grants = new Map();
  #names = new Map();

  /** @param tell asks the policy for a name by what it is and its numbers, and reads the answer */
  constructor(tell, { version, approvalFresh }) {
    this.#tell = tell;
    this.version = version;
    this.approvalFresh = approvalFresh;
  }

  get permissions() {
    return this.#list(PERMISSIONS, texts);
  }

  get scopes() {
    return this.#list(SCOPES, texts);
  }

  /** Permission numbers by name. */
  get numbers() {
    return (this.#lists[0] ??= new Map(this.permissions.map((name, number) => [name, number])));
  }

  get fieldGroups() {
    const { permissions } = this;
    return this.#list(FIELD_GROUPS, (answer) =>
      answer.list(() => {
        const [id, key] = [answer.text(), answer.optional()];
        const unlocked = key === undefined ? {} : { unlockedBy: permissions[key] };
        return { id, ...unlocked, paths: answer.until(() => answer.text()) };
      }),
    );
  }

  /** Outcomes, then reasons. */
  get codes() {
    return this.#list(CODES, (answer) => [texts(answer), texts(answer)]);
  }

  /** An assignment by its terms and scopes. */
  grant(terms, scopes) {
    const key = terms * 4294967296 + scopes;
    return this.#grants.get(key) ?? remember(this.#grants, key, this.#tell(GRANT, text, terms, scopes));
  }

  name(number) {
    return this.#called(NAME, number);
  }

  zone(number) {
    return this.#called(ZONE, number);
  }

  #called(what, number) {
    if (number === undefined) return undefined;
    const key = 2 * number + what - NAME;
    return this.#names.get(key) ?? remember(this.#names, key, this.#tell(what, text, number));
  }

  #list(what, read) {
    return (this.#lists[what] ??= this.#tell(what, read));
  }
}

const text = (answer) => answer.text();
const texts = (answer) => answer.list(() => answer.text());

/** Adds to a cache that starts anew when it is full. */
export function remember(cache, key, value) {
  if (cache.size >= MAX_REMEMBERED) cache.clear();
  cache.set(key, value);
  return value;
}
