// Which topics a page shows, and how a value lies in a frame of one.
export interface Frame {
  kind: "snapshot" | "tick";
  at_us: number;
  stale_s: number | null;
  stale: boolean;
  [key: string]: unknown;
}

export const NAMES = ["live", "stale", "width", "rows", "devices", "stream"] as const;

export function topics(): string[] {
  const found = new Set<string>();
  for (const name of NAMES)
    for (const each of document.querySelectorAll<HTMLElement>(`[data-${name}]`)) {
      const topic = topicOf(each.dataset[name]);
      if (topic) found.add(topic);
    }
  return [...found];
}

export function topicOf(where: string | undefined): string {
  return /^[a-z]+(:[\w.@+-]+)?/.exec(where ?? "")?.[0] ?? "";
}

// the parts of the page that show a topic
export function of(name: (typeof NAMES)[number], topic: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-${name}]`)].filter(
    (each) => topicOf(each.dataset[name]) === topic,
  );
}

export function dig(frame: unknown, where: string): unknown {
  const path = where.slice(where.indexOf("/") + 1);
  if (!where.includes("/")) return frame;
  return path.split(".").reduce<unknown>(
    (at, key) => (at !== null && typeof at === "object" ? (at as Record<string, unknown>)[key] : undefined),
    frame,
  );
}
