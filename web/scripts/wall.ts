// A wall: scenes in turn, a clock, some pixels of shift against burn-in, and a fresh page now and then.
import { mountCharts } from "./charts/mount";

const SHIFT_MS = 90_000;
const FRESH_MS = 600_000;
const STEPS = 6;
const scenes = [...document.querySelectorAll<HTMLElement>("[data-scenes]>.scene")];
const every = Number(document.querySelector<HTMLElement>("[data-every]")?.dataset.every ?? 0) * 1000;
const clock = document.querySelector("[data-clock]");
const written = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
let now = Math.max(0, scenes.findIndex((scene) => !scene.hidden));
let shift = 0;

function turn(to: number): void {
  now = to % scenes.length;
  scenes.forEach((scene, place) => (scene.hidden = place !== now));
  document.querySelectorAll("[data-dot]").forEach((dot, place) => dot.classList.toggle("now", place === now));
  document.documentElement.dataset.scene = String(now);
  const shown = scenes[now];
  if (shown) mountCharts(shown);
}

function shifted(): void {
  document.body.classList.remove(`shift-${shift}`);
  shift = (shift + 1) % STEPS;
  document.body.classList.add(`shift-${shift}`);
}

// what the ledger says is of when the page was written: another page, if there is a server
async function fresh(): Promise<void> {
  const answer = await fetch(location.href, { method: "GET", cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

function tick(): void {
  if (clock) clock.textContent = written.format(new Date());
}

tick();
setInterval(tick, 1_000);
setInterval(shifted, SHIFT_MS);
setInterval(() => void fresh(), FRESH_MS);
// `#2` keeps one scene, for a wall that shows that alone
const kept = /^#(\d)$/.exec(location.hash)?.[1];
if (kept !== undefined) turn(Number(kept));
else {
  turn(now);
  if (every > 0 && scenes.length > 1) setInterval(() => turn(now + 1), every);
}
