/* What a webhook subscribes to: names of event types, `*`, or `order.*`, as rules/webhook/subscription.py has it. Pure. */

/** Stands alone, for every event type. */
export const EVERY = "*";

const GROUP = /^[A-Za-z0-9._:-]{0,127}\.\*$/;

/** Whether one of these names means that event type: itself, `*`, or `prefix.*` where it begins with `prefix.`. */
export function covers(eventNames, name) {
  return covering(eventNames)(name);
}

/** The same for many names, each of which is told at once however many `eventNames` there are: `covering(eventNames)(name)`. */
export function covering(eventNames) {
  const single = new Set(eventNames);
  const prefixes = eventNames.filter(isGroup).map((group) => group.slice(0, -1));
  return (name) => single.has(name) || single.has(EVERY) || prefixes.some((prefix) => name.startsWith(prefix));
}

/** Whether this means every name with a prefix, such as `order.*`. */
export function isGroup(entered) {
  return GROUP.test(entered);
}

/** Those event types of the catalogue that these names mean, in its order. */
export function coveredTypes(eventNames, eventTypes) {
  const covered = covering(eventNames);
  return eventTypes.filter(({ eventName }) => covered(eventName));
}

/** The names of `eventTypes`, those that `eventNames` mean first. */
export function namesFirst(eventNames, eventTypes) {
  const covered = covering(eventNames);
  const [own, others] = [[], []];
  for (const { eventName } of eventTypes) (covered(eventName) ? own : others).push(eventName);
  return { own, others };
}

/** Those of a webhook's names that the catalogue does not hold any more: single ones that it has not. */
export function removedNames(eventNames, eventTypes) {
  const known = new Set(eventTypes.map(({ eventName }) => eventName));
  return eventNames.filter((name) => name !== EVERY && !isGroup(name) && !known.has(name));
}

/** The single names that a job can be bound to: those that a webhook means, and those it names that are gone. */
export function jobNames(eventNames, eventTypes) {
  const own = coveredTypes(eventNames, eventTypes).map(({ eventName }) => eventName);
  return [...own, ...removedNames(eventNames, eventTypes)];
}

/** The prefixes that end at the last full stop of a name, as they are entered: `[{name: "order.*", count}]`, by name. */
export function suggestedGroups(eventTypes) {
  const names = eventTypes.map(({ eventName }) => eventName).filter((name) => name.lastIndexOf(".") > 0);
  const groups = new Set(names.map((name) => `${name.slice(0, name.lastIndexOf("."))}.*`));
  return [...groups].sort().map((name) => ({ name, count: coveredTypes([name], eventTypes).length }));
}

/** Event types by what they belong to: `[[text, eventTypes]]` in the order in which they come, "" for those of nothing last. */
export function byGroup(eventTypes, groupOf) {
  const groups = new Map();
  for (const eventType of eventTypes) {
    const group = groupOf(eventType);
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(eventType);
  }
  return [...groups].sort(([one], [other]) => (one === "") - (other === ""));
}

/** The first `most` of what stands in groups; a group of which nothing is left is left out. */
export function firstOf(groups, most) {
  let left = most;
  const shown = [];
  for (const [group, members] of groups) {
    if (left <= 0) break;
    shown.push([group, members.slice(0, left), members]);
    left -= members.length;
  }
  return shown;
}
