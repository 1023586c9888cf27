/* Runs before the first paint: the theme that the reader chose, or else the system's. */
import { applyTheme, chosenTheme } from "./language/preferences.js";

applyTheme(chosenTheme());
