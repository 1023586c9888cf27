/* Into the clipboard, what comes only after a click. */

/**
 * Copy a text that is a promise still: the browser takes the click for its permission, which is gone once the text is
 * there. Resolves to whether it was copied; rejects with what the promise rejects with.
 */
export async function copyLater(text) {
  const taken = copying(text).then(() => true, () => false);
  await text;
  return taken;
}

async function copying(text) {
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
}
