/* Subscribing to an event type from the catalogue. */

export default {
  "subscribing.button": "Subscribe",
  "subscribing.to": "Subscribe to {name}",
  "subscribing.with_new": "Subscribe to {name} with a new webhook",
  "subscribing.which": "Which webhook should get it?",
  "subscribing.add": "Add to {name}",
  "subscribing.new": "A new webhook",
  "subscribing.full": { one: "A new webhook is not possible: you have reached the limit of {count}.", other: "A new webhook is not possible: you have reached the limit of {count}." },
  "subscribing.all": "All of your webhooks get it, and you have reached the limit of webhooks.",
  "subscribing.done": "{name} gets it from now on.",
  "subscribing.done_off": "Added to {name}, which gets it once it is switched on.",
};
