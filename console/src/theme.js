/* Runs before the first paint: the theme that a portal's link asks for, or that the reader chose, or else the system's. */
import { applyTheme, chosenTheme } from "./language/preferences.js";
import { themeAsked } from "./portal/asked.js";
import { inPortal } from "./portal/mode.js";

applyTheme((inPortal() && themeAsked(location.hash)) || chosenTheme());
