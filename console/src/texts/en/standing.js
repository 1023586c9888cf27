/* How a webhook stands: since when, why, and what comes next. */

export default {
  percent: "{number}%",
  "standing.counting": "New deliveries are counted within a minute or two.",
  "standing.failed_last": "The last attempt failed, and nothing waits any more",
  "standing.disabled_at": "If nothing is delivered until then, the webhook is disabled {at}.",
  "standing.disabled_since": "Disabled automatically since {since}",
  "standing.disabled_gone": "The receiver answered 410 (gone): it asked for no more events.",
  "standing.disabled_failed": "The receiver had failed for seven days without a success.",
  "standing.disabled_next": "New events are kept as skipped. When the receiver is ready again, reactivate the webhook: you can have the skipped ones sent then, too.",
  "standing.retired_since": "Retired since {since}: events are not sent, and are kept as skipped",
  "standing.certificate_ends": "The client certificate ends {at}",
  "standing.certificate_ended": "The client certificate ended {at}",
  "standing.certificate_to_do": "A receiver that checks it will refuse what is sent. Edit the webhook and enter a new certificate.",
  "webhooks.column_day": "Last 24 hours",
  "standing.rate": "{rate} delivered",
  "standing.rate_none": "No events",
  "standing.latency": "95% in {duration}",
  "standing.spark": "{delivered} delivered, {pending} pending, {given_up} expired or skipped in the last 24 hours.",
  "standing.batches": "Events of types that are sent in batches wait for the next batch before they are listed here. Find one by its id to see by when it leaves.",
  "standing.find": "Find an event",
};
