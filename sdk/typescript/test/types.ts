// What must compile, and what must not: each `@ts-expect-error` is an error where its line would compile.
import { bodyOf, connect, pages } from "../dist/index.js";
import { Publisher } from "../dist/publisher.js";

export async function sample(): Promise<void> {
  const recado = connect("http://127.0.0.1", async () => "token");
  const params = { path: { accountId: "1010", webhookId: "wh-1" } };
  const webhook = await bodyOf(recado.GET("/accounts/{accountId}/webhooks/{webhookId}", { params }));
  const name: string = webhook.name;
  const load = (cursor: { cursor?: string }) =>
    recado.GET("/accounts/{accountId}/webhooks/{webhookId}/deliveries", { params: { ...params, query: cursor } });
  for await (const page of pages(load)) {
    const status: "DELIVERED" | "PENDING" | "EXPIRED" | "SKIPPED" | "CANCELLED" | undefined = page.deliveries[0]?.status;
    console.log(name, status);
  }
  const change = "/accounts/{accountId}/webhooks/{webhookId}";
  await recado.PATCH(change, { params, body: { filter: null } });
  // @ts-expect-error a name is never taken away
  await recado.PATCH(change, { params, body: { name: null } });
  // @ts-expect-error there is no such format
  await recado.PATCH(change, { params, body: { format: "AVRO" } });
  // @ts-expect-error there is no such call
  await recado.GET("/accounts/{accountId}/hooks", { params });
}

export async function published(): Promise<void> {
  const event = { accountId: 1010, eventName: "order.paid", data: { orderId: "o-1" }, timestamp: Date.now() };
  const publisher = new Publisher("recado", "shop");
  await publisher.publish([{ ...event, eventId: "o-1-paid" }]);
  // @ts-expect-error an event that is published again needs the id that it had
  await publisher.publish([event]);
}
