/** Requests to the worker, as a member, as an app, or as an app that acts for a member. */

/**
 * One request. `as`: who the token is about; `through`: the app that acts for them.
 *
 * @param {string} url of the worker
 * @param {{ as: string, through?: string, session?: string }} who
 */
export async function call(url, who, method, path, body) {
  const headers = await headersOf(url, who);
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = (answer.headers.get("content-type") ?? "").includes("json");
  const data = isJson ? JSON.parse(bytes.toString()) : undefined;
  const hidden = (answer.headers.get("x-keyrack-hidden") ?? "").split(" ").filter(Boolean);
  const code = answer.ok ? "allow" : data?.code;
  return { status: answer.status, code, data, hidden, bytes, headers: answer.headers };
}

/** What a token of the local issuer looks like in a request. */
export async function headersOf(url, { as: member, through: actor, session = `s-${member}` }) {
  const issued = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ member, actor, session }),
  });
  return { authorization: `Bearer ${(await issued.json()).token}` };
}

/** The member answers the challenge that is open for a permission. */
export const verify = (url, who, permission) =>
  call(url, who, "POST", "/dev/step-up", { permission, acr: "atlas:otp", secret: "246810" });
