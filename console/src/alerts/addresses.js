/* Alert addresses as the API has them: one list, which a change replaces as a whole. Pure. */

export const MOST_ADDRESSES = 5;

const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();

const entered = ({ address, locale }) => ({ address, locale });

/** The list with an address more. */
export function withAddress(addresses, added) {
  return [...addresses.map(entered), { ...added, address: added.address.trim() }];
}

/** The list without this address. */
export function without(addresses, addressId) {
  return addresses.filter((one) => one.addressId !== addressId).map(entered);
}

/** The list as it is, which asks those again who have not answered. */
export function unchanged(addresses) {
  return addresses.map(entered);
}

/** Why an address cannot be added, as the key of a text: "" where it can; what a mail address is, the API judges. */
export function cannotAdd(addresses, address) {
  if (address.trim() === "") return "alerts.problem_empty";
  if (addresses.some((one) => same(one.address, address))) return "alerts.problem_twice";
  return addresses.length >= MOST_ADDRESSES ? "alerts.problem_many" : "";
}

/** Whether the form to add one is there: as long as there is room, and with what is typed although others have taken it. */
export function offersForm(addresses, typed) {
  return addresses.length < MOST_ADDRESSES || typed.trim() !== "";
}

/** Where a failure is said: "form", close to what was pressed, where the session had ended under it, else "page". */
export function failurePlace(error, form) {
  return error.kind === "expired" && form ? "form" : "page";
}

/** What the API says of the address that was added, which is the last of the list; "" where it says something else. */
export function refusedAddress(error, sent) {
  const field = `addresses[${sent.length - 1}].address`;
  return error?.problem?.errors?.find((one) => one.field === field)?.message ?? "";
}
