/* Starts the console. */
// First of all: what a portal's link brought is out of the address before anything else runs.
import "./portal/arrival.js";
import { takeLetter } from "./alerts/letter.js";
import { App } from "./app.js";
import { startLanguage } from "./language/texts.js";

// At once, before anything else is loaded.
const letter = location.pathname === "/console/alerts" ? takeLetter() : null;
await startLanguage();
new App(document.getElementById("app"), { letter }).start();
