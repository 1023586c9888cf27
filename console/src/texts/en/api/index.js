/* What the API says is English already; here stands what is said otherwise to a reader than to a program. */

export default {
  "must be entered again, or null, because the target's host changes": "must be entered again, or removed, because the target's host changes",
};
