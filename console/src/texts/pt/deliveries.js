/* Deliveries, charts, event types, receiving. */

export default {};
