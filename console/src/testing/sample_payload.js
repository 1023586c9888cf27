/* A POST's body as an event type's would look. Pure. */

/** The body with one event of `eventType`, an entry of the catalogue, in an account. */
export function samplePayload(accountId, { eventName, sampleData }) {
  return {
    // Publishers write account ids as numbers where they are numbers.
    accountId: /^\d{1,15}$/.test(accountId) ? Number(accountId) : accountId,
    events: [
      {
        eventId: "d5fb7071-10a9-46b2-9f9e-79dde346c052",
        eventName,
        timestamp: 1727414643000,
        eventInfo: "1727414643000-047210-84242-0",
        data: sampleData,
      },
    ],
  };
}
