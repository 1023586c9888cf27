// Receive Recado's webhooks, and catch up with what was missed. Node.js 18 or later, no packages.
//
//     WEBHOOK_SECRET=whsec_… PORT=9000 RECADO_URL=https://… WEBHOOK=1010/wh_… node catch_up.mjs
//
// RECADO_URL is the API's address, WEBHOOK the ids of account and webhook. At its start, and every hour after, it reads
// what has arrived for the webhook since it last did. It keeps the events, and how far it has read, in this folder.

import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

const TOLERANCE_SECONDS = 300;
const MOST_BYTES = 1_000_000;
const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000]; // in milliseconds
const [MOST_PAGES, MOST_WAITS] = [10_000, 10];
const RESUME_FROM = "resume-from.txt";
const { WEBHOOK_SECRET, PORT, RECADO_URL, WEBHOOK } = process.env;

/** The signature of Standard Webhooks: of a POST that comes, and of a request that you send. */
function signature(id, timestamp, content) {
  const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
  if (key.length === 0) throw new Error("WEBHOOK_SECRET is empty: anybody could sign with it");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(content).digest("base64")}`;
}

/** Whether a POST is genuine and fresh; `body` is its bytes as they came, a Buffer. */
function verified(headers, body) {
  const timestamp = headers["webhook-timestamp"] ?? "";
  const age = Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || age > TOLERANCE_SECONDS) return false;
  const expected = Buffer.from(signature(headers["webhook-id"], timestamp, body));
  // For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
  return (headers["webhook-signature"] ?? "").split(" ").some((one) => {
    const given = Buffer.from(one);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Write a file as a whole: who dies before its end leaves none. */
function write(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Keep the events of a POST, each once: they may come again, in a POST as well as in what is read below.
 * Yours: insert them into a table whose key is the event's id, and work on them later. */
function take(body) {
  for (const event of JSON.parse(body).events) {
    const file = `events/${createHash("sha256").update(event.eventId).digest("hex")}.json`;
    if (existsSync(file)) continue;
    write(file, JSON.stringify(event));
    console.log("kept", event.eventName, event.eventId);
  }
}

/** One page of what has arrived for the webhook. The request is signed by the webhook's own secret. */
async function page(query) {
  // Signed is the query with nothing escaped; none of its signs needs to be.
  const path = `/receive/${WEBHOOK}/events?${decodeURIComponent(query)}`;
  for (let tries = 0; tries < MOST_WAITS; tries += 1) {
    const [id, timestamp] = [`catch-up-${randomUUID()}`, String(Math.floor(Date.now() / 1000))];
    const signed = signature(id, timestamp, `GET ${path}`);
    const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signed };
    const url = `${RECADO_URL.replace(/\/+$/, "")}${path}`;
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(MINUTE) });
    if (answer.ok) return answer.json();
    const text = await answer.text();
    if (answer.status !== 429 && answer.status < 500) throw new Error(`${answer.status} ${text}`);
    const seconds = Number(answer.headers.get("retry-after") ?? 60);
    await wait(Math.min(seconds * SECOND, HOUR));
  }
  throw new Error(`asked ${MOST_WAITS} times and told to wait each time`);
}

/** Read all that has arrived since what was read last, and keep what is not known yet. */
async function catchUp() {
  const query = new URLSearchParams({ limit: "100" });
  if (existsSync(RESUME_FROM)) query.set("arrivedFrom", readFileSync(RESUME_FROM, "utf8"));
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { deliveries, nextCursor, resumeFrom } = await page(query);
    // What was withdrawn (CANCELLED) has no body.
    for (const { body } of deliveries) if (body) take(body);
    if (nextCursor === undefined) {
      write(RESUME_FROM, resumeFrom); // only now: who dies before reads the same again
      console.log("caught up");
      return;
    }
    query.set("cursor", nextCursor);
  }
  throw new Error(`no end after ${MOST_PAGES} pages`);
}

/** Whatever goes wrong is said, and tried again: what comes by POST is taken meanwhile. */
async function catchUpEveryHour() {
  for (;;) {
    await catchUp().catch((error) => {
      console.error("not caught up, next try in an hour:", error.message, error.cause?.message ?? "");
    });
    await wait(HOUR);
  }
}

/** Answers 202 once all events of a genuine POST are kept. */
async function receive(request, response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) return response.writeHead(413).end();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!verified(request.headers, body)) return response.writeHead(401).end();
  take(body);
  return response.writeHead(202).end();
}

mkdirSync("events", { recursive: true });

createServer((request, response) => {
  // A POST that breaks off is an error, too: nobody is to end the receiver by one.
  receive(request, response).catch((error) => {
    console.error(error.message);
    response.writeHead(500).end();
  });
}).listen(Number(PORT), "127.0.0.1");

catchUpEveryHour();
