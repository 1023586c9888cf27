/* The JSON Schema of an event type as a file, for a receiver that checks what comes or makes classes of it. */
import { endpoints } from "../addresses/paths.js";
import { announce } from "../parts/announce.js";
import { saveJson } from "../parts/save_file.js";

/** Read the schema of an event type's `data`, and save it. Rejects with `ApiError`. */
export async function downloadSchema(context, eventName) {
  const { data } = await context.api.get(endpoints.eventTypeSchema(eventName), { signal: context.signal });
  saveSchema(context, eventName, data);
}

/** Save a schema that has been read, and say so. */
export function saveSchema({ t }, eventName, schema) {
  saveJson(schema, `${eventName}.schema.json`);
  announce(t("event_types.schema_downloaded"));
}
