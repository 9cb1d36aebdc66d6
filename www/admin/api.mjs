/** Requests to the worker. Every answer is handed on as it came: the gate has the last word. */

/** A token is renewed before it ends; the local issuer gives fifteen minutes. */
const RENEW_AFTER_MS = 10 * 60 * 1000;

/** One member's connection to the admin API, at one time of the demo's clock. */
export class Connection {
  #member;
  #fixed;
  #token;
  #tokenAt = 0;
  #clock;

  /**
   * Signs a member in with the local issuer.
   *
   * @param {string} member
   * @param {number} [now] where the demo's clock stands still; it runs if absent
   */
  static async open(member, now) {
    const connection = new Connection();
    connection.#member = member;
    connection.#fixed = now;
    await connection.signIn("atlas:otp");
    return connection;
  }

  /** Unix seconds on the demo's clock. */
  get now() {
    return (
      this.#fixed ?? this.#clock.told + Math.floor((performance.now() - this.#clock.at) / 1000)
    );
  }

  /** Signs in anew, with a session of its own. */
  async signIn(acr) {
    this.#token = undefined;
    const { now } = await (await this.#send("GET", "/dev/clock")).json();
    this.#clock = { told: now, at: performance.now() };
    this.auth = { time: now, acr };
    await this.#renew();
  }

  async #renew() {
    const { session, time, acr } = this.auth;
    this.#token = undefined;
    const wish = { member: this.#member, acr, session, signedInAt: time };
    const issued = await (await this.#send("POST", "/dev/token", wish)).json();
    this.#token = issued.token;
    this.#tokenAt = performance.now();
    this.auth = { session: issued.session, time, acr };
  }

  /** Who asks, as headers of a request. */
  async headers() {
    if (performance.now() - this.#tokenAt > RENEW_AFTER_MS) await this.#renew();
    return this.#who();
  }

  /** Hears of every answer. */
  noticed = (answer) => answer;

  /** One request, and what came of it. */
  async call(method, path, body) {
    await this.headers();
    const answer = this.noticed(await this.#send(method, path, body));
    const text = await answer.text();
    const data = text === "" ? {} : JSON.parse(text);
    return {
      method,
      path,
      status: answer.status,
      code: answer.ok ? "allowed" : data.code,
      data,
      hidden: new Set((answer.headers.get("x-keyrack-hidden") ?? "").split(" ").filter(Boolean)),
      challenge: answer.headers.get("www-authenticate") ?? "",
    };
  }

  #who() {
    return {
      ...(this.#fixed !== undefined && { "x-dev-now": String(this.#fixed) }),
      ...(this.#token && { authorization: `Bearer ${this.#token}` }),
    };
  }

  #send(method, path, body) {
    return fetch(path, {
      method,
      headers: {
        ...this.#who(),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

/** The parameters of an RFC 9470 challenge. */
export function demand(challenge) {
  const named = Object.fromEntries(
    [...challenge.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  return { acrValues: (named.acr_values ?? "").split(" ").filter(Boolean), maxAge: named.max_age };
}
