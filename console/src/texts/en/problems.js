/* The API's messages are English already; what is null to it is removed here. */

export default [
  [/^must be entered again, or null, (.+)$/, "must be entered again, or removed, $1"],
];
