// Curves that grow: a point a second is appended, and the series is never sent again.
import { chartOf } from "../charts/mount";
import { clock } from "./forms";
import { of, type Frame } from "./topics";

type Point = (number | null)[];
interface Curve { columns: string[]; points: Point[] }

const MOST = 600;
const held = new Map<string, Curve>();

export function appended(topic: string, frame: Frame): void {
  const places = of("stream", topic);
  if (places.length === 0) return;
  const curve = held.get(topic) ?? { columns: [], points: [] };
  held.set(topic, curve);
  if (frame.kind === "snapshot" && Array.isArray(frame.points)) {
    curve.columns = (frame.columns as string[]) ?? curve.columns;
    curve.points = frame.points as Point[];
  } else if (Array.isArray(frame.point)) curve.points.push(frame.point as Point);
  curve.points.splice(0, Math.max(0, curve.points.length - MOST));
  for (const place of places) drawn(place, curve);
}

function drawn(place: HTMLElement, curve: Curve): void {
  const figure = place.querySelector<HTMLElement>("[data-chart]");
  const chart = figure && chartOf(figure);
  if (!chart || curve.points.length < 2 || document.hidden || figure.closest("[hidden]")) return;
  const scale = Number(place.dataset.scale) || 1;
  const series = (place.dataset.series ?? "").split("|").map((sum) => {
    const columns = sum.split("+").map((name) => curve.columns.indexOf(name));
    return { data: curve.points.map((point) => total(point, columns, scale)) };
  });
  const xAxis = { data: curve.points.map(([at]) => clock(at ?? 0)) };
  // where the values stand above the curve, they are its legend
  const own = place.previousElementSibling?.matches(".heads")
    ? { legend: { show: false }, title: [{ top: 0 }], grid: { top: 26 } } : {};
  chart.setOption({ ...own, xAxis, series, animation: false });
}

// a sum of which a part is unknown is unknown
function total(point: Point, columns: number[], scale: number): number | null {
  let sum = 0;
  for (const column of columns) {
    const value = point[column];
    if (value === null || value === undefined) return null;
    sum += value;
  }
  return Math.round(sum * scale * 10) / 10;
}
