/* A request as a curl command. Pure. */

/** A longer body is no argument of a command: Linux takes 128 KiB. */
const LONGEST_ARGUMENT = 100_000;

/** The command that sends `body` (null: none) with `headers` to `url`; what is hidden in the headers stays hidden. */
export function curlCommand(url, { method = "POST", headers, body }) {
  const long = body !== null && new TextEncoder().encode(body).length > LONGEST_ARGUMENT;
  const lines = [
    `curl --request ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    ...(body === null ? [] : [long ? "--data-binary @-" : `--data-raw ${quoted(body)}`]),
  ];
  // `printf` is the shell's own, so its text may be of any length.
  return (long ? `printf %s ${quoted(body)} | ` : "") + lines.join(" \\\n  ");
}

/** A shell word: in single quotes nothing is special, and a single quote is closed, escaped and opened again. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
