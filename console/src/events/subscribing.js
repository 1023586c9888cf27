/* Telling a webhook of one more event type. */
import { endpoints } from "../addresses/paths.js";
import { covering } from "./subscription.js";

/** So often somebody else may change the webhook between reading and writing it. */
const TRIES = 3;

/**
 * Add an event type to a webhook, beside those that it has at that moment; resolves to the webhook as it is then. It is
 * written under the version that was read, so that what somebody else adds or takes away meanwhile stays.
 */
export async function subscribe({ api, account, signal }, webhookId, eventName) {
  const path = endpoints.webhook(account, webhookId);
  for (let left = TRIES; ; left -= 1) {
    const { data, etag } = await api.get(path, { signal });
    if (covering(data.eventNames)(eventName)) return data;
    try {
      const body = { eventNames: [...data.eventNames, eventName] };
      return (await api.patch(path, { body, headers: { "If-Match": etag }, signal })).data;
    } catch (error) {
      if (error.status !== 412 || left <= 1) throw error;
    }
  }
}

/**
 * The webhooks that do not get an event type yet, and whether there may be another webhook. Each webhook has its
 * `covers(eventName)`: it is asked for many event types.
 */
export function choicesFor(eventName, { webhooks, limit }) {
  const others = webhooks.filter(({ covers }) => !covers(eventName));
  return { others, mayAdd: webhooks.length < limit };
}
