// Tabs by the keyboard as ARIA has it; panels are links or parts of the page.
import { mountCharts } from "../charts/mount";

export function tabs(): void {
  document.addEventListener("click", (event) => {
    const tab = event.target instanceof Element ? event.target.closest('[role="tab"]') : null;
    if (tab instanceof HTMLButtonElement) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target instanceof Element ? event.target.closest('[role="tab"]') : null;
    if (!(tab instanceof HTMLButtonElement)) return;
    const all = [...(tab.closest('[role="tablist"]')?.querySelectorAll("button") ?? [])];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || all.length === 0) return;
    event.preventDefault();
    const next = all[(all.indexOf(tab) + step + all.length) % all.length];
    if (next) {
      choose(next);
      next.focus();
    }
  });
}

function choose(tab: HTMLButtonElement): void {
  for (const other of tab.closest('[role="tablist"]')?.querySelectorAll("button") ?? []) {
    const mine = other === tab;
    other.setAttribute("aria-selected", String(mine));
    other.tabIndex = mine ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !mine;
    if (panel && mine) mountCharts(panel);
  }
}
