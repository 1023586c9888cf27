/* How text and buttons stand out from the platform's colour. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { edgeOf, inkOn, luminanceOf } from "../../src/portal/colours.js";

test("text on any colour has a contrast of 4.5:1", () => {
  for (const colour of ["#000000", "#ffffff", "#0a7d4f", "#ffd400", "#757575", "#777777", "#ff0000"]) {
    const [lighter, darker] = [luminanceOf(colour), inkOn(colour) === "#fff" ? 1 : 0].sort((one, other) => other - one);
    assert.ok((lighter + 0.05) / (darker + 0.05) >= 4.5, colour);
  }
});

test("a button that is much like a light or a dark page has an edge of its text's colour there; any other needs none", () => {
  assert.equal(edgeOf("#0a7d4f"), "#0a7d4f");
  assert.equal(edgeOf("#ffffff"), "light-dark(color-mix(in srgb, #ffffff, #000), #ffffff)");
  assert.equal(edgeOf("#101418"), "light-dark(#101418, color-mix(in srgb, #101418, #fff))");
});
