/* Texts that come in several languages, as an operator has written them. Pure. */

/**
 * The text of `{lang: text}` in a language: its own, else one of its regions (`pt-BR` for `pt`), else English, else the
 * first there is; "" where there is none.
 */
export function localText(texts, language) {
  const given = Object.entries(texts ?? {});
  const of = (wanted) => given.find(([tag]) => wanted(tag.toLowerCase()))?.[1];
  return of((tag) => tag === language) ?? of((tag) => tag.startsWith(`${language}-`)) ?? of((tag) => tag === "en") ?? given[0]?.[1] ?? "";
}
