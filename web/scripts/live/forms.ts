// How a value is written, as the server writes it: `ui/living.py` has the same forms.
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  timeZone: document.documentElement.dataset.zone ?? "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});

export function grouped(value: number, places: number): string {
  return value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
}

const fitting = (value: number) => grouped(value, Math.abs(value) >= 100 ? 0 : 1);

const FORMS: Record<string, (value: number) => string> = {
  kw: (watts) => fitting(watts / 1000),
  kgh: (ug) => fitting((ug * 3600) / 1e9),
  gkwh: (ug) => grouped(ug / 1e6, 0),
  one: (value) => grouped(value, 1),
  count: (value) => grouped(value, 0),
  clock: (us) => CLOCK.format(us / 1000),
};

export function written(form: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  // a subject without its type
  if (form === "bare") return String(value).replace(/^.*:/, "");
  const made = FORMS[form];
  if (!made) return String(value);
  const number = Number(value);
  return Number.isFinite(number) ? made(number) : "–";
}

export const clock = (us: number): string => CLOCK.format(us / 1000);
