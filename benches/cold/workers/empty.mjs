/** What a worker costs that does nothing. */
export default { fetch: () => Response.json(true) };
