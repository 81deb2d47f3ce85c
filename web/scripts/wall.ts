// A wall: scenes in turn, a clock, some pixels of shift against burn-in, and a fresh page now and then.
import { mountCharts } from "./charts/mount";

const SHIFT_MS = 90_000;
const FRESH_MS = 600_000;
const STEPS = 6;
const scenes = [...document.querySelectorAll<HTMLElement>("[data-scenes]>.scene")];
const every = Number(document.querySelector<HTMLElement>("[data-every]")?.dataset.every ?? 0) * 1000;
const clock = document.querySelector("[data-clock]");
const written = new Intl.DateTimeFormat("en-GB", {
  timeZone: document.documentElement.dataset.zone ?? "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const watched = document.querySelector("[data-watch]") !== null;
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
  else over(answer);
}

// a link that was ended leaves nothing on the screen
function over(answer: Response | null): void {
  if (watched && (answer?.status === 401 || answer?.status === 410)) location.reload();
}

async function refused(): Promise<void> {
  if (watched) over(await fetch(location.href, { cache: "no-store" }).catch(() => null));
}

function tick(): void {
  if (clock) clock.textContent = written.format(new Date());
}

// `#SECRET` is a link: exchanged for a cookie, and gone from the address before anything else
async function opened(): Promise<void> {
  const secret = /^#([0-9A-Za-z]{43})$/.exec(location.hash)?.[1];
  if (!secret) return;
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await fetch("/auth/wall", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ secret }),
  }).catch(() => null);
  if (answer?.ok) location.replace(((await answer.json()) as { at: string }).at + location.search);
  else location.reload();
}

void opened();
addEventListener("hashchange", () => void opened());
tick();
setInterval(tick, 1_000);
setInterval(shifted, SHIFT_MS);
setInterval(() => void fresh(), FRESH_MS);
document.documentElement.addEventListener("tanlu:refused", () => void refused());
// `#2` keeps one scene, for a wall that shows that alone
const kept = /^#(\d)$/.exec(location.hash)?.[1];
if (kept !== undefined) turn(Number(kept));
else {
  turn(now);
  if (every > 0 && scenes.length > 1) setInterval(() => turn(now + 1), every);
}
