// An API on loopback that answers as told, and remembers what it was asked. Instead of an answer, `BROKEN` ends the
// connection within the body, and `SILENT` never answers.
import { createServer } from "node:http";
import { once } from "node:events";

export const BROKEN = "broken";
export const SILENT = "silent";

/** Starts it: `answers` are used up one a request, and the last one is given to all that follow. */
export async function apiThat(...answers) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === SILENT) return;
    if (answer === BROKEN) {
      response.writeHead(200, { "Content-Length": 100 }).write('{"webhooks":');
      setTimeout(() => response.destroy(), 20);
      return;
    }
    const { status = 200, headers = {}, content } = answer;
    const text = typeof content === "string" ? content : JSON.stringify(content);
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    requests,
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

/** Waits pass at once while a test runs; gives the list of their seconds. */
export function withoutWaiting(t) {
  const waits = [];
  const real = setTimeout;
  t.mock.method(globalThis, "setTimeout", (then, milliseconds, ...rest) => {
    // Only the client's own: Node's use theirs for connections.
    if (/sdk.typescript.dist.(patience|publisher)\.js/.test(new Error().stack)) {
      waits.push(milliseconds / 1000);
      return real(then, 0, ...rest);
    }
    return real(then, milliseconds, ...rest);
  });
  return waits;
}
