/** What is made of answers: their bodies, the versions they are of, and the pages after them. */

/** An answer that may have another after it. */
export interface Page {
  nextCursor?: string | null;
}

interface Answer<Body> {
  data?: Body;
  response: Response;
}

/** The body of a call: `await bodyOf(recado.GET(…))`; a call that is refused has thrown a `Problem` instead. */
export async function bodyOf<Body>(call: Promise<Answer<Body>>): Promise<Body> {
  return (await call).data as Body;
}

/** The version of what was read or changed, as the header `If-Match` takes it; throws where the answer names none. */
export function etagOf({ response }: { response: Response }): string {
  const etag = response.headers.get("etag");
  if (etag === null) {
    throw new TypeError("the answer has no ETag: those of one webhook and of its signature have");
  }
  return etag;
}

/**
 * The pages of a list: `pages((cursor) => recado.GET(path, { params: { path: …, query: { ...cursor } } }))`.
 *
 * `cursor` is `{}` for the first page. A page may be empty and yet have others after it: what ends the list is that a
 * page names no next one. One that names itself would go on for ever, and throws.
 */
export async function* pages<Body extends Page>(
  load: (cursor: { cursor?: string }) => Promise<Answer<Body>>,
): AsyncGenerator<Body, void, undefined> {
  let cursor: { cursor?: string } | undefined = {};
  while (cursor) {
    const page: Body = await bodyOf(load(cursor));
    if (typeof page !== "object" || page === null) {
      throw new TypeError("the answer is no page");
    }
    yield page;
    if (page.nextCursor && page.nextCursor === cursor.cursor) {
      throw new TypeError("the page names itself as the next one");
    }
    cursor = page.nextCursor ? { cursor: page.nextCursor } : undefined;
  }
}
