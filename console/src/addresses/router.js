/* Which page an address leads to. Pure: addresses in, matches out. */
import { inPortal } from "../portal/mode.js";

/**
 * Find the route of a path. `routes` is a list of `[pattern, name]`, a pattern such as `/a/:id` matching one segment a
 * name. Returns `{name, params}` with decoded parameters, or null.
 */
export function match(routes, path) {
  const segments = split(path);
  for (const [pattern, name] of routes) {
    const params = paramsOf(split(pattern), segments);
    if (params) return { name, params };
  }
  return null;
}

/** A query with changes: null or "" removes a parameter, everything else sets it. Returns `?…` or "". */
export function withQuery(query, changes) {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") changed.delete(name);
    else changed.set(name, value);
  }
  const text = changed.toString();
  return text && `?${text}`;
}

/** The path of a link that the console itself follows, or null for one that is the browser's. */
export function ownPath(link, origin) {
  if (!link?.href || link.target || link.hasAttribute("download")) return null;
  const url = new URL(link.href);
  if (url.origin !== origin || url.hash) return null;
  const ours = url.pathname === "/console" || url.pathname.startsWith("/console/");
  // The portal and the console have sessions of their own: neither leads into the other.
  return ours && inPortal(url.pathname) === inPortal() ? url.pathname + url.search : null;
}

function split(path) {
  return path.replace(/\/+$/, "").split("/");
}

function paramsOf(pattern, segments) {
  if (pattern.length !== segments.length) return null;
  const params = {};
  for (const [index, part] of pattern.entries()) {
    if (!part.startsWith(":")) {
      if (part !== segments[index]) return null;
      continue;
    }
    const value = decoded(segments[index]);
    if (!value) return null;
    params[part.slice(1)] = value;
  }
  return params;
}

function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
