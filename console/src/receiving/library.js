/* What is long on the page about receiving, in a file of its own: whoever never opens that page never loads it. */
import { ApiError } from "../api.js";

/** `{HANDBOOK, SOURCES}` of handbook.mjs; rejects with `ApiError` where it cannot be loaded. */
export async function library() {
  try {
    return await import("#handbook");
  } catch {
    throw new ApiError("offline");
  }
}
