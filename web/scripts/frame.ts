// What every page loads: partial updates by htmx, the kit's behaviours, charts when they are seen.
import "htmx.org";
import { mountCharts } from "./charts/mount";
import { dialogs } from "./frame/dialogs";
import { menus } from "./frame/menus";
import { settings } from "./frame/settings";
import { tabs } from "./frame/tabs";

dialogs();
menus();
settings();
tabs();
mountCharts(document);
// what htmx brings in may hold charts of its own
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element) mountCharts(event.target);
});
// what is live has a script of its own, loaded where a page shows such a thing
if (document.querySelector('[data-live*="/"],[data-stream],[data-rows]')) void import("./live");
