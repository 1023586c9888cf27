/* Where a text stops being JSON: browsers tell it in words of their own, or not at all. Pure. */

const BLANK = /[ \t\n\r]*/y;
const TOKEN = /("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|[{}[\],:]/y;
const CLOSES = { "{": "}", "[": "]" };

/** The index in `text` from which on it is no JSON, or its length where it ends too early; -1 where all of it is JSON. */
export function faultAt(text) {
  const open = [];
  let wants = "value";
  for (let at = 0; ; ) {
    at = matched(BLANK, text, at).end;
    if (at === text.length) return wants === "end" ? -1 : at;
    const { match, end } = matched(TOKEN, text, at);
    wants = match && next(wants, match, open);
    if (!wants) return at;
    at = end;
  }
}

function matched(pattern, text, at) {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return { match, end: match ? pattern.lastIndex : at };
}

/** What may follow a token, or "" where the token may not stand here; `open` are the brackets that it is within. */
function next(wants, [token, text, scalar], open) {
  const after = () => (open.length ? "more" : "end");
  if (token === CLOSES[open.at(-1)] && ["more", "first value", "first name"].includes(wants)) {
    open.pop();
    return after();
  }
  if (["name", "first name"].includes(wants)) return text ? ":" : "";
  if (wants === ":") return token === ":" ? "value" : "";
  if (wants === "more") return token === "," ? { "{": "name", "[": "value" }[open.at(-1)] : "";
  if (wants === "end") return "";
  if (text || scalar) return after();
  if (!(token in CLOSES)) return "";
  open.push(token);
  return token === "{" ? "first name" : "first value";
}
