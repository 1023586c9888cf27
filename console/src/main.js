/* Starts the console. */
// First of all: what a portal's link brought is out of the address before anything else runs.
import "./portal/arrival.js";
import { App } from "./app.js";
import { startLanguage } from "./language/texts.js";

await startLanguage();
new App(document.getElementById("app")).start();
