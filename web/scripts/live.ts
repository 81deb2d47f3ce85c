// What lives on a page: `[data-live="topic/path"]` and its kin are filled by one stream of events.
// `html[data-frames]` counts the seconds that came, `data-live-ms` says when the first did [ms].
import { appended } from "./live/curves";
import { shown } from "./live/shown";
import { ages, heard } from "./live/stale";
import { topics, type Frame } from "./live/topics";

const root = document.documentElement;
const SILENT_MS = 60_000;
let source: EventSource | undefined;
let wait = 2_000;

export function live(): void {
  // the badge of a page says whether there is a stream to watch
  if (!document.querySelector("[data-badge][data-followed]")) return;
  open();
  setInterval(ages, 1_000);
}

function open(): void {
  const wanted = topics();
  if (wanted.length === 0) return;
  source?.close();
  // a display without a login has a stream of its own
  const at = document.querySelector<HTMLElement>("[data-watch]")?.dataset.watch ?? "/v1/live";
  source = new EventSource(`${at}?t=${encodeURIComponent(wanted.join(","))}`);
  for (const topic of wanted)
    source.addEventListener(topic, (event) => take(topic, JSON.parse(event.data) as Frame));
  source.addEventListener("tick", ticked);
  source.addEventListener("error", broken);
}

function take(topic: string, frame: Frame): void {
  shown(topic, frame);
  appended(topic, frame);
}

function ticked(): void {
  wait = 2_000;
  heard();
  root.dataset.frames = String(Number(root.dataset.frames ?? 0) + 1);
  root.dataset.liveMs ??= String(Math.round(performance.now()));
}

// a browser asks again by itself after a break, but not after a refusal
function broken(): void {
  ages();
  if (source?.readyState !== EventSource.CLOSED) return;
  root.dispatchEvent(new Event("tanlu:refused"));
  setTimeout(open, wait);
  wait = Math.min(wait * 2, SILENT_MS);
}

live();
