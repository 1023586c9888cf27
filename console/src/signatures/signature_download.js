/* Downloading a webhook's signing secret as the JSON file that its receiver needs. */
import { endpoints } from "../addresses/paths.js";
import { announce } from "../parts/announce.js";
import { saveJson } from "../parts/save_file.js";

/**
 * Save the signature of a webhook as a file. Rejects with `ApiError`. Nothing of the secret is drawn or kept: it goes
 * from the answer into the file.
 */
export async function downloadSignature({ api, account, t, signal }, webhookId) {
  const { data } = await api.get(endpoints.signature(account, webhookId), { signal });
  saveSignature(data, webhookId);
  announce(t("receiving.downloaded"));
}

/** Save a signature, as the API gives it, as a file of this name. */
export function saveSignature(signature, name) {
  saveJson(signature, `${name}-signature.json`);
}
