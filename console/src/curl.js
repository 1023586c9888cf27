/* A request as a curl command. Pure. */

/** The command that sends `body` with `headers` to `url`; what is hidden in the headers stays hidden. */
export function curlCommand(url, { headers, body }) {
  const lines = [
    `curl --request POST ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(body)}`,
  ];
  return lines.join(" \\\n  ");
}

/** A shell word: in single quotes nothing is special, and a single quote is closed, escaped and opened again. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
