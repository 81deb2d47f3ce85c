// The slider of the heat map: one part is fetched a step, the charts move, the tables are replaced.
import { redrawn } from "./charts/mount";

const EVERY_MS = 900;
const heat = document.querySelector<HTMLElement>("[data-heat]");
const slider = heat?.querySelector<HTMLInputElement>("[data-slides]");
const button = heat?.querySelector<HTMLButtonElement>("[data-plays]");
const hrefs = JSON.parse(heat?.querySelector("[data-hrefs]")?.textContent ?? "[]") as string[];
const PARTS = ["heat-kpis", "heat-rank", "heat-near", "heat-at"];
let asked = 0;
let playing: ReturnType<typeof setTimeout> | undefined;

if (heat && slider && button) {
  slider.hidden = button.hidden = false;
  slider.addEventListener("input", () => void show(Number(slider.value)));
  button.addEventListener("click", () => (playing === undefined ? play() : pause()));
  heat.querySelector(".bars")?.addEventListener("click", (event) => {
    const bar = event.target instanceof Element ? event.target.closest<SVGAElement>("[data-step]") : null;
    if (!bar || (event as MouseEvent).ctrlKey || (event as MouseEvent).metaKey) return;
    event.preventDefault();
    pause();
    void show(Number(bar.dataset.step));
  });
  addEventListener("popstate", () => location.reload());
}

async function show(step: number): Promise<void> {
  const href = hrefs[step];
  if (!href || !slider || !heat) return;
  const mine = ++asked;
  slider.value = String(step);
  const answer = await fetch(href, { headers: { "HX-Request": "true" } });
  // who slides fast wants the last one alone
  if (!answer.ok || mine !== asked) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return;
  for (const id of PARTS) {
    const fresh = part.getElementById(id);
    const old = document.getElementById(id);
    if (fresh && old) old.replaceChildren(...fresh.childNodes);
  }
  for (const fresh of part.querySelectorAll<HTMLElement>("[data-chart]")) {
    const place = heat.querySelector<HTMLElement>(`[data-chart="${fresh.dataset.chart}"]`);
    if (place) redrawn(place, fresh.querySelector("script")?.textContent ?? "null");
  }
  for (const bar of heat.querySelectorAll("[data-step]"))
    bar.classList.toggle("now", bar.getAttribute("data-step") === String(step));
  slider.setAttribute("aria-valuetext", document.getElementById("heat-at")?.textContent ?? "");
  heat.dataset.shown = String(step);
  history.replaceState(null, "", href);
}

function play(): void {
  if (!slider || !button) return;
  button.textContent = heat?.dataset.pause ?? "";
  const next = async (): Promise<void> => {
    const step = Number(slider.value) >= hrefs.length - 1 ? 1 : Number(slider.value) + 1;
    await show(step);
    if (playing !== undefined) playing = setTimeout(next, EVERY_MS);
  };
  playing = setTimeout(next, 0);
}

function pause(): void {
  clearTimeout(playing);
  playing = undefined;
  if (button) button.textContent = heat?.dataset.play ?? "";
}
