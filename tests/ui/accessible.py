"""What a page owes to those who do not see it well, or do not use a mouse; asked of a real page.

``faults(page)`` gives sentences, empty where there is none; ``walk(page)`` goes through it by Tab.
The measures are those of WCAG 2.2 AA that a machine can take.
"""

from __future__ import annotations

from typing import Any

PROBE = r"""
() => {
  const found = [];
  const seen = (e) => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 1 && box.height > 1 && style.visibility === "visible"
      && !e.closest("[hidden],details:not([open])>:not(summary),dialog:not([open]),.unseen,.skip");
  };
  const name = (e) => {
    const text = (id) => document.getElementById(id)?.textContent ?? "";
    const by = e.getAttribute("aria-labelledby");
    const said = by ? by.split(/\s+/).map(text).join(" ") : e.getAttribute("aria-label");
    if (said?.trim()) return said.trim();
    if (e.labels?.length) return [...e.labels].map((l) => l.textContent).join(" ").trim();
    if (e.matches("input,select,textarea")) return (e.title ?? "").trim();
    return ((e.textContent ?? "") + [...e.querySelectorAll("[aria-label]")]
      .map((x) => x.getAttribute("aria-label")).join(" ")).trim() || (e.title ?? "").trim();
  };
  const where = (e) => {
    const css = e.getAttribute("class");
    return `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}${css ? "." + css : ""}`
      + ` "${(e.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  };
  const wrong = (what, e) => found.push(e ? `${what}: ${where(e)}` : what);

  // words against what is behind them
  const rgba = (text) => {
    const m = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    if (text.startsWith("color(srgb")) return [m[0] * 255, m[1] * 255, m[2] * 255, m[3] ?? 1];
    return [m[0], m[1], m[2], m[3] ?? 1];
  };
  const over = (top, below) => top.slice(0, 3)
    .map((v, i) => v * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (e) => {
    const layers = [];
    for (let up = e; up; up = up.parentElement) {
      const paint = rgba(getComputedStyle(up).backgroundColor);
      if (paint[3] > 0) layers.push(paint);
      if (paint[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg,script,noscript,option") || !seen(e)) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    if (e.closest("[disabled]")) continue;
    const style = getComputedStyle(e), ground = behind(e);
    const ink = over(rgba(style.color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5) - 0.005) wrong(`contrast ${ratio.toFixed(2)}`, e);
    if (size < 11) wrong(`letters of ${size} px`, e);
  }

  for (const e of document.querySelectorAll("input:not([type=hidden]),select,textarea"))
    if (!name(e)) wrong("field without a label", e);
  for (const e of document.querySelectorAll("button,a[href],summary,[role=button],[role=tab]")) {
    if (!name(e) && !e.closest("[aria-hidden=true]")) wrong("control without a name", e);
    if (seen(e) && e.matches("button,summary,.button,.plain")) {
      const box = e.getBoundingClientRect();
      if (box.height < 24 || box.width < 24) wrong(`target of ${box.width}×${box.height} px`, e);
    }
  }
  for (const e of document.querySelectorAll("a:not([href])")) wrong("link that leads nowhere", e);
  for (const e of document.querySelectorAll("img"))
    if (!e.hasAttribute("alt")) wrong("picture without words", e);
  for (const e of document.querySelectorAll("svg"))
    if (!e.closest("[aria-hidden=true],[data-chart],[aria-label]") && !e.getAttribute("aria-label"))
      wrong("drawing that is neither named nor hidden", e);
  for (const e of document.querySelectorAll("[data-chart],meter,progress"))
    if (!e.getAttribute("aria-label")) wrong("figure without a name", e);
  for (const e of document.querySelectorAll("th"))
    if (!e.getAttribute("scope")) wrong("head of a table without a scope", e);

  const heads = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")]
    .filter((e) => !e.closest("dialog,nav"));
  if (heads.filter((e) => e.tagName === "H1").length !== 1) wrong("not one first heading");
  heads.reduce((last, e) => {
    const level = Number(e.tagName[1]);
    if (level > last + 1) wrong(`heading ${level} after ${last}`, e);
    return level;
  }, 1);
  if (document.querySelectorAll("main").length !== 1) wrong("not one main part");
  if (!document.documentElement.lang) wrong("no language");
  if (!document.title.trim()) wrong("no title");
  if (!document.querySelector('meta[name="viewport"]')) wrong("no viewport");
  if (/user-scalable\s*=\s*no|maximum-scale/.test(
    document.querySelector('meta[name="viewport"]')?.content ?? "")) wrong("cannot be enlarged");

  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) wrong(`id twice: ${id}`);
  for (const key of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
    for (const e of document.querySelectorAll(`[${key}]`))
      for (const id of e.getAttribute(key).split(/\s+/))
        if (!document.getElementById(id)) wrong(`${key} of nothing: ${id}`, e);
  for (const e of document.querySelectorAll("[tabindex]"))
    if (Number(e.getAttribute("tabindex")) > 0) wrong("order of focus of its own", e);
  for (const e of document.querySelectorAll("[aria-hidden=true]"))
    for (const inside of [e, ...e.querySelectorAll("*")])
      if (inside.matches("a[href],button,input,select,textarea") && inside.tabIndex >= 0)
        wrong("hidden but focused", inside);
  return found;
}
"""
FOCUSED = r"""
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const all = [...document.querySelectorAll("*")];
  return {
    place: all.indexOf(e), ring: ring || style.borderColor !== "" && e.matches("input,select"),
    seen: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth,
    what: e.tagName.toLowerCase() + " " + (e.textContent || e.getAttribute("aria-label") || "")
      .trim().replace(/\s+/g, " ").slice(0, 40),
  };
}
"""


def faults(page: Any) -> list[str]:
    """What is wrong on a page, a sentence each."""
    return list(page.evaluate(PROBE))


def walk(page: Any, steps: int = 25) -> list[str]:
    """Go through a page by Tab; give what is wrong: focus unseen, without a ring, out of order."""
    wrong: list[str] = []
    last = -1
    for _ in range(steps):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now is None:
            break
        if not now["seen"]:
            wrong.append(f"focus that nobody sees: {now['what']}")
        if not now["ring"]:
            wrong.append(f"focus without a ring: {now['what']}")
        if now["place"] < last:
            break  # round the page, or into a dialog: enough
        last = now["place"]
    return wrong
