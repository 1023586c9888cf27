/* Any product's event types: the console names none of its own. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LANGUAGES } from "#languages";
import { isFound } from "../../src/events/catalogue.js";
import { localText } from "../../src/events/local_text.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const SOURCE = `${ROOT}console/src/`;
const typesIn = (folder) => readdirSync(`${ROOT}${folder}`)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name) => JSON.parse(readFileSync(`${ROOT}${folder}/${name}`, "utf8")).eventTypes);
const shipped = typesIn("catalogue");

test("no event type of the catalogue that is shipped is named in the console", () => {
  assert.ok(shipped.length > 20);
  const files = readdirSync(SOURCE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, path, name } of files) {
    const source = readFileSync(`${parentPath ?? path}/${name}`, "utf8");
    for (const eventType of shipped) assert.ok(!source.includes(eventType.name), `${name}: ${eventType.name}`);
  }
});

test("every event type that is shipped, and of the shop, is described in each of the console's languages", () => {
  for (const { name, description, group } of [...shipped, ...typesIn("examples/catalogues/shop")]) {
    for (const texts of [description, group]) assert.deepEqual(Object.keys(LANGUAGES).filter((language) => !texts[language]), [], name);
  }
});

test("a text is that of the language, of one of its regions, English, or the first there is", () => {
  assert.equal(localText({ en: "Orders", pt: "Pedidos" }, "pt"), "Pedidos");
  assert.equal(localText({ en: "Orders", "pt-BR": "Pedidos" }, "pt"), "Pedidos");
  assert.equal(localText({ de: "Bestellungen", en: "Orders" }, "pt"), "Orders");
  assert.equal(localText({ de: "Bestellungen", fr: "Commandes" }, "pt"), "Bestellungen");
  assert.equal(localText(null, "en"), "");
});

test("an event type is found by words of its name, its group and its description", () => {
  const eventType = { eventName: "order.price_changed", group: { en: "Orders of a shop" }, description: { en: "A price is new." } };
  for (const search of ["", "order price", "ORDER.PRICE_", "shop", "new"]) assert.ok(isFound(eventType, search), search);
  assert.ok(!isFound(eventType, "order cart"));
});
