// The theme changes at once and is kept by the server; without a script the form does both.
export function settings(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.sets !== "theme") return;
    event.preventDefault();
    const asked = new FormData(form, event.submitter).get("theme");
    const theme = asked === "dark" || asked === "light" ? asked : "auto";
    document.documentElement.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("tanlu:theme"));
    form.closest("details")?.removeAttribute("open");
    for (const button of form.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.value === theme));
    const body = new URLSearchParams(new FormData(form, event.submitter) as never);
    void fetch(form.action, { method: "POST", body, redirect: "manual" });
  });
  if (!/Mac|iP(hone|ad)/.test(navigator.platform))
    for (const key of document.querySelectorAll("kbd"))
      key.textContent = (key.textContent ?? "").replace("⌘", "Ctrl ");
  for (const choice of document.querySelectorAll<HTMLSelectElement>("select[data-goes]"))
    choice.addEventListener("change", () => choice.form?.requestSubmit());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    document.dispatchEvent(new CustomEvent("tanlu:theme")),
  );
}
