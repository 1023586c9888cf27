/* Saving something as a JSON file of the reader's. */

/** Have the browser save `value` under this name, which ends in `.json`. */
export function saveJson(value, name) {
  const address = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
