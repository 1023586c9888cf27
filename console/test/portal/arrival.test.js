/* What a link to the portal brings, and the addresses of the portal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenTheme, nothingChosen, themeIsForced } from "../../src/language/preferences.js";
import { Arrival } from "../../src/portal/arrival.js";
import { accountIn, apiRoot, inPortal, pagesRoot, routed } from "../../src/portal/mode.js";

test("the token leaves the address at once, and is given once", () => {
  const history = { replaceState: (...told) => (history.told = told) };
  const arrived = new Arrival({ location: { pathname: "/console/portal", search: "", hash: "#token=rps_x" }, history });
  assert.deepEqual(history.told, [null, "", "/console/portal"]);
  assert.deepEqual([arrived.take(), arrived.take()], ["rps_x", ""]);
});

test("the token of another link to the page that is open leaves the address as well, and is told of", () => {
  const history = { replaceState: (...told) => (history.told = told) };
  const location = { pathname: "/console/portal", search: "", hash: "#token=rps_x" };
  const page = { location, history, addEventListener: (type, hear) => (page[type] = hear) };
  const arrived = new Arrival(page);
  const came = [];
  arrived.onAnother = () => came.push(arrived.take());
  history.told = null;
  location.hash = "";
  page.hashchange();
  location.hash = "#token=rps_y";
  page.hashchange();
  assert.deepEqual([history.told, came], [[null, "", "/console/portal"], ["rps_y"]]);
});

test("the theme that a link forces stays forced, until another link says nothing of it", (t) => {
  t.after(() => delete globalThis.location);
  globalThis.location = { pathname: "/console/portal", search: "", hash: "#token=rps_x&theme=dark" };
  const history = { replaceState() {} };
  assert.equal(themeIsForced(), false);
  new Arrival({ location, history });
  assert.deepEqual([themeIsForced(), chosenTheme(), nothingChosen()], [true, "dark", false]);
  new Arrival({ location: { ...location, hash: "" }, history });
  assert.equal(themeIsForced(), true);
  new Arrival({ location: { ...location, hash: "#token=rps_y" }, history });
  assert.equal(themeIsForced(), false);
});

test("outside the portal a fragment is nobody's token", () => {
  const arrived = new Arrival({ location: { pathname: "/console", search: "", hash: "#token=rps_x" }, history: {} });
  assert.equal(arrived.take(), "");
});

test("the portal has addresses of its own, for pages and for the API", (t) => {
  t.after(() => delete globalThis.location);
  globalThis.location = { pathname: "/console/portal/accounts/a%40b/webhooks" };
  assert.deepEqual([pagesRoot(), apiRoot(), accountIn(location.pathname)], ["/console/portal", "/portal", "a@b"]);
  assert.equal(routed("/console/portal/accounts/1/webhooks"), "/console/accounts/1/webhooks");
  assert.equal(inPortal("/console/portals"), false);
});
