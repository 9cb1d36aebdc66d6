/** Names that one rack remembers of a kind, so that a flood of them costs bounded memory. */
const MAX_REMEMBERED = 65_536;

/** What one engine calls its numbers. Each name is fetched once. */
export class Names {
  #engine;
  #fetched = new Map();

  constructor(engine) {
    this.#engine = engine;
    const { about, ...lists } = JSON.parse(engine.about());
    this.about = about;
    this.version = about.version;
    Object.assign(this, lists);
    this.numbers = new Map(this.permissions.map((name, number) => [name, number]));
  }

  /** An assignment by its terms and scopes. */
  grant(terms, scopes) {
    return this.#once(`g${terms},${scopes}`, () => this.#engine.grantName(terms, scopes));
  }

  name(number) {
    return this.#once(`n${number}`, () => this.#engine.name(number));
  }

  zone(number) {
    return this.#once(`z${number}`, () => this.#engine.zoneName(number));
  }

  #once(key, fetch) {
    const known = this.#fetched.get(key);
    if (known !== undefined) return known;
    const name = fetch();
    return remember(this.#fetched, key, name);
  }
}

/** Adds to a cache that starts anew when it is full. */
export function remember(cache, key, value) {
  if (cache.size >= MAX_REMEMBERED) cache.clear();
  cache.set(key, value);
  return value;
}
