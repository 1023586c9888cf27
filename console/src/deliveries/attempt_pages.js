/* The attempts of a delivery that have been read so far, of one page or more. Pure. */

/** How many attempts a page has at most. */
export const A_PAGE = 10;

/**
 * What had been read (`kept`, undefined for nothing) with the newest page read again: `{attempts, nextCursor}`, newest
 * first, each attempt once. What could lie apart from the newest page is let go, so that nothing between is missed.
 */
export function refreshed(kept, newest) {
  if (!kept || !newest.nextCursor) return newest;
  const older = apart(newest.attempts, kept.attempts);
  const touch = older.length < kept.attempts.length || newest.attempts.length < A_PAGE;
  return touch ? { attempts: [...newest.attempts, ...older], nextCursor: kept.nextCursor } : newest;
}

/** What had been read, with the page that `cursor` led to; unchanged where it leads elsewhere by now. */
export function continued(kept, cursor, page) {
  if (kept.nextCursor !== cursor) return kept;
  return { attempts: [...kept.attempts, ...apart(kept.attempts, page.attempts)], nextCursor: page.nextCursor };
}

/** Those of `attempts` that are not in `known`. */
function apart(known, attempts) {
  const ids = new Set(known.map(({ attemptId }) => attemptId));
  return attempts.filter(({ attemptId }) => !ids.has(attemptId));
}
