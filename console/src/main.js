/* Starts the console. */
import { App } from "./app.js";
import { startLanguage } from "./texts.js";

await startLanguage();
new App(document.getElementById("app")).start();
