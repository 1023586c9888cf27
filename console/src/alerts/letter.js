/* What the link of a mail says, in the fragment of the address: no server, history or referrer gets to see it. */

const FRAGMENT = /^#(confirm|unsubscribe)=([A-Za-z0-9._~=-]{1,1000})$/;

/** `{purpose: "confirm" | "unsubscribe", token}` of a fragment, or null. */
export function letterOf(fragment) {
  const [, purpose, token] = FRAGMENT.exec(fragment) ?? [];
  return purpose ? { purpose, token } : null;
}

/** Take it out of this page's address, which then is without. */
export function takeLetter() {
  const letter = letterOf(location.hash);
  if (location.hash) history.replaceState(null, "", location.pathname);
  return letter;
}
