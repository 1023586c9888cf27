/* What a webhook's event names mean, and how those of any catalogue are offered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { byGroup, covers, coveredTypes, firstOf, isGroup, jobNames, namesFirst, removedNames, suggestedGroups } from "../../src/events/subscription.js";

const types = (...names) => names.map((eventName) => ({ eventName }));
const SHOP = types("order.created", "order.paid", "order.line.added", "cart", "orders.merged");
const names = (eventTypes) => eventTypes.map(({ eventName }) => eventName);

test("a name means itself alone, a star all, and a prefix what begins with it and its full stop", () => {
  assert.ok(covers(["order.paid"], "order.paid"));
  assert.ok(!covers(["order.paid"], "order.paid.late"));
  assert.ok(!covers(["ORDER.paid"], "order.paid"));
  assert.ok(covers(["*"], "anything"));
  assert.deepEqual(names(coveredTypes(["order.*"], SHOP)), ["order.created", "order.paid", "order.line.added"]);
  assert.deepEqual(names(coveredTypes(["order.line.*", "cart"], SHOP)), ["order.line.added", "cart"]);
  assert.ok(!covers([], "cart"));
});

test("a prefix ends in a full stop and a star, as the API has it", () => {
  for (const entered of ["order.*", "a.b.*", "a:b-c_d.*", `${"a".repeat(127)}.*`]) assert.ok(isGroup(entered), entered);
  for (const entered of ["*", "order*", "order.", "or der.*", "*.paid", "order.*.*", `${"a".repeat(128)}.*`]) assert.ok(!isGroup(entered), entered);
});

test("prefixes are offered that end at a name's last full stop, with how many names each means", () => {
  assert.deepEqual(suggestedGroups(SHOP), [{ name: "order.*", count: 3 }, { name: "order.line.*", count: 1 }, { name: "orders.*", count: 1 }]);
  assert.deepEqual(suggestedGroups(types("PLAIN", ".odd")), []);
});

test("a name has left the catalogue where it is single and not in it", () => {
  assert.deepEqual(removedNames(["cart", "gone", "nobody.*", "*"], SHOP), ["gone"]);
});

test("names that a webhook has come before the others, those of its prefixes too", () => {
  assert.deepEqual(namesFirst(["order.*"], SHOP), { own: ["order.created", "order.paid", "order.line.added"], others: ["cart", "orders.merged"] });
});

test("a job is bound to single names: those that a prefix means, and those that are gone", () => {
  assert.deepEqual(jobNames(["order.line.*", "gone"], SHOP), ["order.line.added", "gone"]);
});

test("event types stand in their groups, in the catalogue's order, and those of none come last", () => {
  const groups = byGroup([["a", ""], ["b", "Orders"], ["c", "Carts"], ["d", "Orders"]], ([, group]) => group);
  assert.deepEqual(groups.map(([group, members]) => [group, members.map(([name]) => name)]), [["Orders", ["b", "d"]], ["Carts", ["c"]], ["", ["a"]]]);
});

test("of thousands only the first are drawn, and each group still knows all of its own", () => {
  const groups = [["one", [1, 2]], ["two", [3, 4, 5]], ["three", [6]]];
  assert.deepEqual(firstOf(groups, 4), [["one", [1, 2], [1, 2]], ["two", [3, 4], [3, 4, 5]]]);
  assert.equal(firstOf(groups, 100).length, 3);
});
