/** Requests to the worker. Every answer is handed on as it came: the gate has the last word. */

/** One member's connection to the admin API, at one time of the demo's clock. */
export class Connection {
  #token;
  #headers;

  /** Signs a member in with the local issuer. */
  static async open(member, now) {
    const connection = new Connection();
    connection.#headers = now === undefined ? {} : { "x-dev-now": String(now) };
    await connection.signIn(member, "atlas:otp");
    return connection;
  }

  /** Signs in again, with another method. */
  async signIn(member, acr) {
    const clock = await (await this.#send("GET", "/dev/clock")).json();
    const answer = await this.#send("POST", "/dev/token", { member, acr, signedInAt: clock.now });
    const { token, session } = await answer.json();
    this.#token = token;
    this.auth = { session, time: clock.now, acr };
    this.now = clock.now;
  }

  /** The caller's own slice of the policy. */
  async slice() {
    return this.#send("GET", "/me/slice");
  }

  /** One request, and what came of it. */
  async call(method, path, body) {
    const answer = await this.#send(method, path, body);
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
      version: answer.headers.get("x-keyrack-policy-version"),
    };
  }

  #send(method, path, body) {
    return fetch(path, {
      method,
      headers: {
        ...this.#headers,
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
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
