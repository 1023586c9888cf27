/* Whether this page is the portal's: for the customers of a platform, who come by its link, instead of signing in. */

const PORTAL = "/console/portal";
const CONSOLE = "/console";

/** Whether a path, by default that of this page, is one of the portal's. */
export function inPortal(path = globalThis.location?.pathname ?? "") {
  return path === PORTAL || path.startsWith(`${PORTAL}/`);
}

/** What the addresses of all pages begin with here. */
export function pagesRoot() {
  return inPortal() ? PORTAL : CONSOLE;
}

/** What the addresses of the API begin with here: a portal's session reaches it under an address of its own. */
export function apiRoot() {
  return inPortal() ? "/portal" : "";
}

/** A path of this mode as `routes.js` names it: as if it were the console's own. */
export function routed(path) {
  return inPortal(path) ? CONSOLE + path.slice(PORTAL.length) : path;
}

/** The account that a path of the portal is about, or "". */
export function accountIn(path) {
  const part = /^\/console\/portal\/accounts\/([^/]+)/.exec(path)?.[1] ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
