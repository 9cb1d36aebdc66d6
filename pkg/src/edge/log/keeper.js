/** Reaches the Durable Object that keeps a tenant's log. */

const PAGE = 500;

/**
 * Makes the keeper that a log writes to and an export reads from.
 *
 * @param {{ namespace: DurableObjectNamespace }} parts of `LogKeeper`
 */
export function createLogKeeper({ namespace }) {
  const of = (tenant) => namespace.get(namespace.idFromName(tenant));
  return {
    append: (tenant, records) => of(tenant).append({ tenant, records }),

    /** The newest records, the newest first. */
    newest: (tenant, most) => of(tenant).newest(most),

    /** All lines, sealed by a checkpoint first; a page at a time. */
    async *lines(tenant) {
      const upTo = await of(tenant).seal();
      for (let after = 0; after < upTo;) {
        const page = await of(tenant).page({ after, upTo, most: PAGE });
        yield* page.lines;
        // Everything after it may have been deleted meanwhile.
        if (page.after === after) return;
        after = page.after;
      }
    },
  };
}
