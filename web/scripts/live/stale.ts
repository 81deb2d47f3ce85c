// What is old is said to be old: each source by its own age, and all of them when nothing comes.
import { dig, of, type Frame } from "./topics";

const LATE_MS = 5_000;
const root = document.documentElement;
let last = 0;

export function heard(): void {
  last = performance.now();
  ages();
}

export function ages(): void {
  const silent = performance.now() - last;
  const state = last === 0 ? "off" : silent > LATE_MS ? "late" : "on";
  root.dataset.live = state;
  for (const badge of document.querySelectorAll<HTMLElement>("[data-badge]")) {
    const words = badge.dataset[state] ?? "";
    const text = words.replace("{s}", String(Math.round(silent / 1000)));
    const said = badge.querySelector("[data-said]");
    if (said && said.textContent !== text) said.textContent = text;
    badge.querySelector(".dot")?.setAttribute("class", `dot ${state === "on" ? "" : state === "late" ? "stale" : "off"}`);
  }
}

// a badge beside a value: hidden while the value is of now
export function staleness(topic: string, frame: Frame): void {
  for (const badge of of("stale", topic)) {
    const found = dig(frame, badge.dataset.stale ?? "") as Partial<Frame> | undefined | null;
    const age = found?.stale_s;
    const stale = !found || age === null || age === undefined || found.stale === true;
    badge.hidden = !stale;
    if (stale) {
      const known = typeof age === "number";
      badge.textContent = known
        ? (badge.dataset.late ?? "").replace("{s}", age.toFixed(age < 10 ? 1 : 0))
        : (badge.dataset.never ?? "");
    }
  }
}
