/* Times as readers see them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dateTime, duration, exactTime, relativeTime, shortTime } from "../src/times.js";

const AT = "2026-11-24T23:30:05Z";
const lisbon = { zone: "Europe/Lisbon", tag: "en-GB" };
const paulista = { zone: "America/Sao_Paulo", tag: "pt-BR" };

test("a time is that of the reader's zone and language", () => {
  assert.match(dateTime(AT, lisbon), /24 Nov 2026.*23:30:05/);
  assert.match(dateTime(AT, paulista), /24 de nov.* de 2026.*20:30:05/);
});

test("today's time needs no date, by the reader's own midnight", () => {
  assert.equal(shortTime(AT, { ...lisbon, now: Date.parse("2026-11-24T23:59:00Z") }), "23:30");
  assert.match(shortTime(AT, { ...lisbon, now: Date.parse("2026-11-25T00:01:00Z") }), /^24 Nov, 23:30$/);
  assert.equal(shortTime(AT, { ...paulista, now: Date.parse("2026-11-25T00:01:00Z") }), "20:30");
});

test("hovering tells the zone, and UTC", () => {
  assert.match(exactTime(AT, paulista), /20:30:05.*· 2026-11-24 23:30:05 UTC$/);
});

test("how long ago is told in the largest unit that fits", () => {
  const ago = (seconds, tag = "en") => relativeTime(AT, { now: Date.parse(AT) + seconds * 1000, tag });
  assert.deepEqual([ago(0), ago(59), ago(60), ago(7199), ago(200000)], ["now", "59 seconds ago", "1 minute ago", "1 hour ago", "2 days ago"]);
  assert.equal(ago(-20), "in 20 seconds");
  assert.equal(ago(120, "pt-BR"), "há 2 minutos");
});

test("short durations are in milliseconds, long ones in seconds", () => {
  assert.deepEqual([duration(85, "en"), duration(1234, "en"), duration(1234, "pt-BR")], ["85 ms", "1.2 s", "1,2 s"]);
});
