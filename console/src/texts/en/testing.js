/* Test sends: the sample and what somebody makes of it, the time there is, results that are outdated. */

export default {
  "target.url_hint": { one: "A public HTTPS address, such as https://example.com/webhooks. It must answer with a 2xx status within {count} second, which you can change below.", other: "A public HTTPS address, such as https://example.com/webhooks. It must answer with a 2xx status within {count} seconds, which you can change below." },
  "test.waiting": { one: "Waiting for the receiver, for up to {count} second.", other: "Waiting for the receiver, for up to {count} seconds." },
  "test.old": "Sent before the latest changes",
  "test.old_more": "What is set up now has not been tested. Send another test.",
  "test.own": "with your data",
  "test.headers": "Headers",
  "test.body": "Body",
  "sample.edit": "Edit the sample",
  "sample.edited": "edited",
  "sample.label": "Data of the event",
  "sample.hint": "A JSON object in place of the sample's data. The rest of the event stays as it is.",
  "sample.reset": "Reset to the sample",
  "sample.was_reset": "The sample was reset.",
  "sample.syntax": "This is not valid JSON: look at line {line}, character {column}.",
  "sample.no_object": "Must be a JSON object, in braces.",
};
