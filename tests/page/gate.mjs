/** The gate itself, asked past the page. */

/** Signs a member in; what it gives sends one request and tells what came of it. */
export async function connect(url, member) {
  const sent = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ member, acr: "atlas:otp" }),
  });
  const { token } = await sent.json();
  return async ({ method, path, body }) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const data = await answer.json();
    const hidden = (answer.headers.get("x-keyrack-hidden") ?? "").split(" ").filter(Boolean);
    return { status: answer.status, code: answer.ok ? "allow" : data.code, data, hidden };
  };
}
