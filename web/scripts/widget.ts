// The carbon of a parcel in a shop's checkout: <tanlu-carbon merchant from to mass-g>. It hides itself
// on any failure and after 300 ms; the shop's page, form and policy need nothing of it.
type Told = { option: string; name: string; detail: string };
type Option = { option: string; co2e_ug: string; lower_ug: string; upper_ug: string; tier: string };
type Given = { quote: { options: Option[] }; shown: Told[]; url: string };

const script = document.currentScript as HTMLScriptElement | null;
const server = script ? new URL(script.src).origin : location.origin;
const PATIENCE_MS = 300;
const WORDS = {
  zh: { title: "配送方式的碳足迹", how: "怎么算的", less: "比标准配送少排", more: "比标准配送多排", same: "与标准配送相近", default: "缺省值", modelled: "模型值" },
  en: { title: "Carbon of each delivery", how: "How it is counted", less: "less than standard:", more: "more than standard:", same: "about as standard", default: "default", modelled: "modelled" },
};
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host{display:block;color-scheme:light dark;--t:var(--tanlu-text,light-dark(#14211c,#e8efec));--s:var(--tanlu-soft,light-dark(#55625d,#a3b1ab));--l:var(--tanlu-line,light-dark(#dfe6e3,#33403b));--b:var(--tanlu-back,light-dark(#fff,#151d1a));--a:var(--tanlu-accent,light-dark(#0b6e4f,#5cc79c));font:14px/1.45 system-ui,"PingFang SC","Noto Sans SC","Noto Sans CJK SC",sans-serif;color:var(--t)}
:host([hidden]){display:none}:host([theme=light]){color-scheme:light}:host([theme=dark]){color-scheme:dark}
fieldset{margin:0;border:1px solid var(--l);border-radius:12px;padding:14px 16px;background:var(--b);min-width:0}
legend{display:contents}.head{display:flex;justify-content:space-between;gap:12px;font-weight:640;margin-bottom:6px}
a{color:var(--a);font-weight:400;font-size:12px;white-space:nowrap}
label{display:grid;grid-template-columns:auto 1fr auto;gap:0 10px;padding:9px 0;border-top:1px solid var(--l);cursor:pointer}
input{accent-color:var(--a);margin:3px 0 0;grid-row:1/3}input:focus-visible,a:focus-visible{outline:2px solid var(--a);outline-offset:2px}
small{color:var(--s);font-size:12px}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
output{display:block;margin-top:10px;padding:8px 12px;border-radius:8px;background:color-mix(in srgb,var(--a) 12%,transparent);color:var(--a);font-size:13px}
:host([look=compact]) fieldset{border:0;padding:0;background:none}:host([look=compact]) small{display:none}`);

const add = (to: Node, name: string, text = "", css = "") => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (css) made.className = css;
  to.appendChild(made);
  return made;
};
const grams = (ug: string | number) => {
  const g = Number(ug) / 1e6;
  return g >= 1e4 ? `${(g / 1e3).toPrecision(3)} kg` : `${g >= 100 ? Math.round(g) : Number(g.toPrecision(2))} g`;
};

class Carbon extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ["merchant", "from", "to", "mass-g", "options", "lang"];
  #inside = this.attachInternals();
  #root = this.attachShadow({ mode: "open" });
  #asked = 0;

  connectedCallback() {
    this.#root.adoptedStyleSheets = [sheet];
    this.attributeChangedCallback();
  }

  attributeChangedCallback() {
    const turn = ++this.#asked;
    queueMicrotask(() => { if (turn === this.#asked && this.isConnected) void this.#ask(turn); });
  }

  async #ask(turn: number) {
    const lang = (this.lang || document.documentElement.lang || navigator.language).startsWith("zh") ? "zh" : "en";
    const query = new URLSearchParams({ lang });
    for (const name of ["merchant", "from", "to", "mass-g", "options"]) {
      const value = this.getAttribute(name);
      if (value) query.set(name.replace("-", "_"), value);
    }
    try {
      const answer = await fetch(`${server}/v1/quote?${query}`, {
        credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (!answer.ok) throw answer.status;
      const given = (await answer.json()) as Given;
      if (turn === this.#asked) this.#show(given, WORDS[lang]);
    } catch {
      if (turn !== this.#asked) return;
      this.#root.replaceChildren();
      this.#inside.setFormValue(null);
      this.hidden = true;
    }
  }

  #show(given: Given, words: (typeof WORDS)["en"]) {
    const field = document.createElement("fieldset");
    const head = add(add(field, "legend"), "div", "", "head");
    add(head, "span", words.title);
    const how = add(head, "a", words.how) as HTMLAnchorElement;
    how.href = new URL(given.url).origin === server ? given.url : server;
    how.target = "_blank";
    how.rel = "noopener";
    const { options } = given.quote;
    const usual = options.find((each) => each.option === "standard") ?? options[0];
    const output = document.createElement("output");
    const choose = (each: Option) => {
      const off = Number(each.co2e_ug) / Number(usual!.co2e_ug) - 1;
      const far = grams(Math.abs(Number(each.co2e_ug) - Number(usual!.co2e_ug)));
      output.textContent = Math.abs(off) < 0.01 ? words.same : `${off < 0 ? words.less : words.more} ${far}CO₂e`;
      this.#inside.setFormValue(each.option);
    };
    for (const each of options) {
      const told = given.shown.find((one) => one.option === each.option);
      const label = add(field, "label");
      const radio = add(label, "input") as HTMLInputElement;
      radio.type = "radio";
      radio.name = "o";
      radio.value = each.option;
      radio.checked = each === usual;
      add(label, "span", told?.name ?? each.option);
      add(label, "span", `${grams(each.co2e_ug)}CO₂e`, "n");
      add(label, "small", told?.detail ?? "");
      add(label, "small", `${grams(each.lower_ug)} – ${grams(each.upper_ug)} · ${words[each.tier === "default" ? "default" : "modelled"]}`, "n");
      radio.addEventListener("change", () => {
        choose(each);
        const detail = { option: each.option, co2e_ug: each.co2e_ug, quote: given };
        this.dispatchEvent(new CustomEvent("tanlu-choice", { bubbles: true, detail }));
      });
    }
    if (usual) choose(usual);
    field.append(output);
    this.#root.replaceChildren(field);
    this.hidden = !options.length;
  }
}

if (!customElements.get("tanlu-carbon")) customElements.define("tanlu-carbon", Carbon);
