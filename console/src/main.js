/* Starts the console. */
import { App } from "./app.js";
import { startLanguage } from "./language/texts.js";

await startLanguage();
new App(document.getElementById("app")).start();
