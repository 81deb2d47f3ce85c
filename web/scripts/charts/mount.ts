// `<div data-chart>` holds its options as JSON; it is drawn when it is seen, the rest when idle.
// `html[data-ready]` says that every chart is drawn, `data-ms` when the seen ones were [ms].
import type { EChartsType } from "echarts/core";

type Engine = typeof import("./engine");
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const drawn = new Map<HTMLElement, EChartsType>();
const waiting = new Set<HTMLElement>();
const root = document.documentElement;
let engine: Promise<Engine> | undefined;
// what knows maps comes with the engine
let ground: Engine["grounded"] = (given) => given;

// colours stand in the options as the names of the style sheet, so that a theme changes them all
export function coloured(value: Json, style: CSSStyleDeclaration): Json {
  if (typeof value === "string")
    return value.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  if (Array.isArray(value)) return value.map((each) => coloured(each, style));
  if (value !== null && typeof value === "object")
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, coloured(each, style)]),
    );
  return value;
}

function options(place: HTMLElement): Record<string, unknown> {
  const text = place.querySelector('script[type="application/json"]')?.textContent ?? "null";
  const given = JSON.parse(text) as { [key: string]: Json };
  // letters of a wall grow with it: charts are drawn in pixels
  if (document.body.classList.contains("wall")) grown(given, (1.25 * Math.max(innerWidth, 1100)) / 1920);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.webdriver;
  if (still) given.animation = false;
  return withUnits(coloured(given, getComputedStyle(place)) as Record<string, unknown>);
}

const SIZES = new Set([
  "fontSize", "lineHeight", "itemWidth", "itemHeight", "itemGap", "symbolSize", "nodeGap", "nodeWidth",
  "top", "right", "left", "bottom", "nameGap", "textBorderWidth",
]);

function grown(value: Json, times: number): void {
  if (value === null || typeof value !== "object") return;
  for (const [key, each] of Object.entries(value)) {
    if (typeof each === "number" && SIZES.has(key)) (value as Record<string, Json>)[key] = each * times;
    else grown(each as Json, times);
    // large letters would begin beyond the edge
    if (key === "nameTextStyle") (each as Record<string, Json>).align = "left";
  }
}

// a series says its unit; the tooltip writes it behind the value
function withUnits(given: Record<string, unknown>): Record<string, unknown> {
  const written = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
  for (const series of (given.series ?? []) as { tooltip?: Record<string, unknown> }[]) {
    const unit = series.tooltip?.unit;
    if (series.tooltip && typeof unit === "string")
      series.tooltip.valueFormatter = (value: unknown) =>
        typeof value === "number" ? `${written.format(value)} ${unit}` : "–";
  }
  return given;
}

async function draw(place: HTMLElement): Promise<void> {
  if (drawn.has(place) || !waiting.has(place)) return;
  engine ??= import("./engine");
  const { echarts, grounded } = await engine;
  ground = grounded;
  if (drawn.has(place)) return;
  const area = document.createElement("div");
  area.className = "chart-area";
  place.querySelector(".chart-wait")?.remove();
  place.append(area);
  const chart = echarts.init(area, null, { renderer: "svg" });
  drawn.set(place, chart);
  chart.setOption(ground(options(place)));
  chart.on("click", (what) => follow(what));
  resized.observe(area);
  place.dataset.drawn = "";
  waiting.delete(place);
}

// a point of a chart may say where its records are
function follow(what: { data?: unknown }): void {
  const data = what.data as { href?: unknown } | null | undefined;
  if (typeof data?.href === "string" && /^[/?#]/.test(data.href)) location.assign(data.href);
}

const resized = new ResizeObserver((entries) => {
  for (const entry of entries) {
    const place = entry.target.parentElement;
    if (place && entry.contentRect.width > 0) drawn.get(place)?.resize();
  }
});

const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries)
      if (entry.isIntersecting) {
        seen.unobserve(entry.target);
        void draw(entry.target as HTMLElement).then(settled);
      }
  },
  { rootMargin: "160px" },
);

function settled(): void {
  // what was hidden while it waited is drawn when it is shown
  for (const place of waiting)
    if (place.closest("[hidden]")) {
      waiting.delete(place);
      seen.unobserve(place);
    }
  const near = [...waiting].some((place) => place.getBoundingClientRect().top < innerHeight);
  if (!near && !root.dataset.ms) root.dataset.ms = String(Math.round(performance.now()));
  if (waiting.size === 0) root.dataset.ready = "";
  else if (!near) idle(() => void draw([...waiting][0] as HTMLElement).then(settled));
}

function idle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work, 50);
}

export function mountCharts(within: ParentNode): void {
  for (const [place, chart] of drawn)
    if (!place.isConnected) {
      chart.dispose();
      drawn.delete(place);
    }
  for (const place of waiting) if (!place.isConnected) waiting.delete(place);
  const found = [...within.querySelectorAll<HTMLElement>("[data-chart]")].filter(
    (place) => !drawn.has(place) && !waiting.has(place) && !place.closest("[hidden]"),
  );
  if (found.length > 0) delete root.dataset.ready;
  for (const place of found) {
    waiting.add(place);
    seen.observe(place);
  }
  settled();
}

export function chartOf(place: HTMLElement): EChartsType | undefined {
  return drawn.get(place);
}

// other options for a chart that stands: what they do not name stays as it is
export function redrawn(place: HTMLElement, text: string): void {
  const script = place.querySelector('script[type="application/json"]');
  if (script) script.textContent = text;
  drawn.get(place)?.setOption(ground(options(place)));
}

// another theme: the same options with its colours
document.addEventListener("tanlu:theme", () => {
  for (const [place, chart] of drawn) chart.setOption(ground(options(place)), { notMerge: true });
});
