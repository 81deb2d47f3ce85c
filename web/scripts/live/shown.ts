// Values, widths of flows, lists and devices of a frame, put where the page shows them.
import { written } from "./forms";
import { staleness } from "./stale";
import { dig, of, type Frame } from "./topics";

const THIN = 1.5;
const THICK = 22;

export function shown(topic: string, frame: Frame): void {
  for (const place of of("live", topic)) {
    const text = written(place.dataset.form ?? "", dig(frame, place.dataset.live ?? ""));
    if (place.textContent !== text) place.textContent = text;
  }
  for (const flow of of("width", topic)) wide(flow, dig(frame, flow.dataset.width ?? ""));
  for (const list of of("rows", topic)) rows(list, frame);
  for (const place of of("devices", topic)) devices(place, frame);
  staleness(topic, frame);
}

// as wide as its power; what flows back runs the other way
function wide(flow: HTMLElement, value: unknown): void {
  const watts = typeof value === "number" ? value : Number.NaN;
  const full = Number(flow.dataset.full) || 1;
  const share = Math.min(1, Math.abs(watts) / full);
  flow.classList.toggle("unknown", Number.isNaN(watts));
  flow.classList.toggle("still", Math.abs(watts) < full / 500);
  flow.classList.toggle("back", watts < 0);
  flow.setAttribute("stroke-width", Number.isNaN(watts) ? "1" : (THIN + (THICK - THIN) * share).toFixed(1));
}

type Row = Record<string, unknown>;

// a list by the template in it; what is new comes first, what is beyond `data-most` goes
function rows(list: HTMLElement, frame: Frame): void {
  const template = list.querySelector<HTMLTemplateElement>("template");
  const given = dig(frame, list.dataset.rows ?? "");
  if (!template || !Array.isArray(given)) return;
  const [field, start] = (list.dataset.only ?? "").split("^");
  const fitting = (given as Row[]).filter((row) => !field || String(row[field] ?? "").startsWith(start ?? ""));
  const whole = frame.kind === "snapshot" || "whole" in list.dataset;
  const most = Number(list.dataset.most) || 12;
  const made = (whole && !("whole" in list.dataset) ? fitting.slice(-most) : fitting.slice(0, most))
    .map((row) => filled(template, row));
  const kept = [...list.children].filter((child) => child !== template && !child.matches("[data-none]"));
  if (whole) for (const old of kept) old.remove();
  // rows of a stream come oldest first, a whole list in its own order
  if ("whole" in list.dataset) list.append(...made);
  else for (const each of made) template.after(each);
  const now = [...list.children].filter((child) => child !== template && !child.matches("[data-none]"));
  for (const old of now.slice(most)) old.remove();
  const none = list.querySelector<HTMLElement>("[data-none]");
  if (none) none.hidden = now.length > 0;
}

function filled(template: HTMLTemplateElement, row: Row): Element {
  const made = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  for (const place of [made, ...made.querySelectorAll<HTMLElement>("[data-field],[data-to],[data-kind]")]) {
    const field = place.dataset.field;
    if (field !== undefined) {
      const words = JSON.parse(place.dataset.words ?? "{}") as Record<string, string>;
      const value = row[field];
      place.textContent = words[String(value)] ?? written(place.dataset.form ?? "", value);
    }
    if (place.dataset.kind) place.classList.add(String(row[place.dataset.kind] ?? ""));
    if (place.dataset.to && place instanceof HTMLAnchorElement)
      place.href = place.dataset.to.replace(/%7B(\w+)%7D|\{(\w+)\}/g, (_, a: string, b: string) =>
        encodeURIComponent(String(row[a ?? b] ?? "")),
      );
  }
  return made;
}

// places of single devices, each with its state as a class
function devices(place: HTMLElement, frame: Frame): void {
  const stream = place.dataset.of ?? "";
  const held = new Map([...place.querySelectorAll<HTMLElement>("[data-device]")].map((e) => [e.dataset.device, e]));
  for (const [device, of, , value] of (frame.values ?? []) as [string, string, number, number][]) {
    const tile = of === stream ? held.get(device) : undefined;
    if (!tile) continue;
    tile.classList.toggle("open", value > 0);
    const said = tile.querySelector("[data-said]");
    if (said) said.textContent = (value > 0 ? place.dataset.open : place.dataset.shut) ?? "";
  }
}
