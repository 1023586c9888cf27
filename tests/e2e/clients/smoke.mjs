// The TypeScript client at work: reads what it needs from its environment, and prints what it saw as JSON.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { Problem, bodyOf, connect, etagOf, pages } from "recado-client";
import { Publisher } from "recado-client/publisher";

const { API_URL, TOKEN, ACCOUNT, TARGET, EVENT_NAME, BUS, SOURCE } = process.env;
const [LIST, ONE] = ["/accounts/{accountId}/webhooks", "/accounts/{accountId}/webhooks/{webhookId}"];
const recado = connect(API_URL, () => TOKEN);
const account = { path: { accountId: ACCOUNT } };

const header = { "Idempotency-Key": crypto.randomUUID() };
const body = { name: "By TypeScript", targetUrl: TARGET, eventNames: [EVENT_NAME] };
const [first, again] = [
  await bodyOf(recado.POST(LIST, { params: { ...account, header }, body })),
  await bodyOf(recado.POST(LIST, { params: { ...account, header }, body })),
];
const params = { path: { ...account.path, webhookId: first.webhookId } };

const read = await recado.GET(ONE, { params });
const change = (etag, changes) => recado.PATCH(ONE, { params: { ...params, header: { "if-match": etag } }, body: changes });
const changed = await change(etagOf(read), { filter: "data.total" });
const stale = await change(etagOf(read), { name: "Stale" }).catch((error) => error);
const taken = await bodyOf(change(etagOf(changed), { filter: null }));

const timestamp = Date.now();
const [overHttp, onTheBus] = [crypto.randomUUID(), crypto.randomUUID()];
const event = { eventId: overHttp, eventName: EVENT_NAME, timestamp, data: { userId: 1 } };
await recado.POST("/accounts/{accountId}/events", { params: account, body: { events: [event] } });
await new Publisher(BUS, SOURCE, new EventBridgeClient()).publish([
  { ...event, accountId: ACCOUNT, eventId: onTheBus },
]);

async function found() {
  const ids = [];
  const load = (cursor) => recado.GET(`${ONE}/deliveries`, { params: { ...params, query: { limit: 1, ...cursor } } });
  for await (const page of pages(load)) ids.push(...page.deliveries.map(({ eventId }) => eventId));
  return ids;
}

let ids = [];
for (let look = 0; ids.length < 2 && look < 60; look += 1) {
  ids = await found();
  await new Promise((resolve) => setTimeout(resolve, 250));
}
await recado.DELETE(ONE, { params });
const gone = await recado.GET(ONE, { params }).catch((error) => error);

console.log(
  JSON.stringify({
    createdOnce: first.webhookId === again.webhookId,
    stale: stale instanceof Problem && stale.status,
    filter: "filter" in taken,
    found: ids.sort().join() === [overHttp, onTheBus].sort().join(),
    gone: gone instanceof Problem && gone.status,
  }),
);
