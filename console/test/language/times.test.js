/* Times as readers see them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { twinOf } from "../../src/language/clock.js";
import { dateTime, duration, exactTime, relativeTime, shortTime, withTimes } from "../../src/language/times.js";

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

test("a day ago is not said to be yesterday, which it may not be", () => {
  const ago = (hours, tag) => relativeTime(AT, { now: Date.parse(AT) + hours * 3_600_000, tag });
  assert.deepEqual([ago(47, "en"), ago(47, "es"), ago(-47, "pt-BR")], ["1 day ago", "hace 1 día", "em 1 dia"]);
});

test("a time of another year says so, by the reader's own new year", () => {
  assert.match(shortTime(AT, { ...lisbon, now: Date.parse("2028-01-15T12:00:00Z") }), /^24 Nov 2026, 23:30$/);
  const eve = "2026-12-31T23:30:00Z";
  assert.match(shortTime(eve, { ...lisbon, now: Date.parse("2027-01-01T01:00:00Z") }), /^31 Dec 2026, 23:30$/);
  assert.equal(shortTime(eve, { ...paulista, now: Date.parse("2027-01-01T01:00:00Z") }), "20:30");
});

test("short durations are in milliseconds, long ones in seconds", () => {
  assert.deepEqual([duration(85, "en"), duration(1234, "en"), duration(1234, "pt-BR")], ["85 ms", "1.2 s", "1,2 s"]);
});

// In Lisbon the clock goes from 01:59:59 back to 01:00:00 at 01:00 UTC of 25 October 2026, and on 29 March 2026 from 00:59:59 to 02:00:00.
const FIRST = "2026-10-25T00:30:00Z";
const SECOND = "2026-10-25T01:30:00Z";

test("where the clock is put back, the hour that comes twice is told apart", () => {
  const [summer, winter] = [FIRST, SECOND].map((iso) => dateTime(iso, lisbon));
  assert.match(summer, /25 Oct 2026, 01:30:00 \S+$/);
  assert.match(winter, /25 Oct 2026, 01:30:00 \S+$/);
  assert.notEqual(summer, winter);
  assert.equal(new Set([FIRST, SECOND].map((iso) => shortTime(iso, { ...lisbon, now: Date.parse(SECOND) }))).size, 2);
  assert.equal(new Set([FIRST, SECOND].map((iso) => exactTime(iso, lisbon))).size, 2);
});

test("no other time of that day says more than usual, nor any where the clock is put forward", () => {
  for (const iso of ["2026-10-24T23:59:59Z", "2026-10-25T02:00:00Z", "2026-10-25T12:00:00Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"]) {
    assert.match(dateTime(iso, lisbon), /\d\d:\d\d:\d\d$/, iso);
    assert.match(shortTime(iso, { ...lisbon, now: Date.parse(iso) }), /^\d\d:\d\d$/, iso);
  }
});

test("a clock that is put back by half an hour, or never, is known as well", () => {
  const half = twinOf("2026-04-04T14:45:00Z", "Australia/Lord_Howe");
  assert.equal(new Date(half).toISOString(), "2026-04-04T15:15:00.000Z");
  assert.equal(twinOf(FIRST, "America/Sao_Paulo"), null);
  assert.equal(new Date(twinOf(FIRST, "Europe/Lisbon")).toISOString(), "2026-10-25T01:30:00.000Z");
  assert.equal(new Date(twinOf(SECOND, "Europe/Lisbon")).toISOString(), "2026-10-25T00:30:00.000Z");
  // Santiago puts its clock back at midnight, so that the hour before it comes twice, of the day before.
  assert.notEqual(twinOf("2026-04-05T02:30:00Z", "America/Santiago"), null);
});

test("how long it takes, and until when, counts hours that pass, not those the clock shows", () => {
  assert.equal(relativeTime(SECOND, { now: Date.parse(FIRST), tag: "en" }), "in 1 hour");
  assert.equal(relativeTime("2026-03-29T02:00:00Z", { now: Date.parse("2026-03-29T00:00:00Z"), tag: "es" }), "dentro de 2 horas");
});

test("a text of the API has its times as the reader writes them", () => {
  Object.defineProperty(globalThis, "navigator", { value: { languages: ["en-GB"] }, configurable: true });
  assert.match(withTimes("It ended at 2026-11-24T12:00:00.000Z, at last."), /^It ended at 24 Nov 2026, \d\d:\d\d:\d\d, at last\.$/);
  assert.match(withTimes("It ended at 2026-11-24T12:00:00Z. It did."), /:00\. It did\.$/);
  assert.match(withTimes("Venció el 2026-11-24T12:00:00Z.", "es-MX"), /[ap]\.m\.$/);
  assert.doesNotMatch(withTimes("Venció el 2026-11-24T12:00:00Z.", "es-MX"), /\.\.$/);
});
