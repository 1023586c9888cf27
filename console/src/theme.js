/* Runs before the first paint: the theme that the reader chose, or else the system's. */
import { applyTheme, chosenTheme } from "./preferences.js";

applyTheme(chosenTheme());
