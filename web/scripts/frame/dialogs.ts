// Drawer, search and toasts. The drawer is a <dialog> that htmx fills; Escape closes any of them.
export function dialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opens = target?.closest<HTMLElement>("[data-opens]");
    if (opens) {
      event.preventDefault();
      open(opens.dataset.opens ?? "");
    }
    if (target?.closest("[data-closes]")) target.closest("dialog")?.close();
    // a click beside the dialog's content is one on its backdrop
    if (target instanceof HTMLDialogElement) target.close();
    target?.closest("[data-dismiss]")?.closest(".toast")?.remove();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open("search");
    }
  });
  // an answer to htmx may say something to the person: HX-Trigger: {"tanlu:toast": {"words": …}}
  document.addEventListener("tanlu:toast", (event) => {
    const told = (event as CustomEvent<{ words: string; kind?: "good" | "bad" }>).detail;
    toast(told.words, told.kind);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target instanceof Element && event.target.id === "drawer-body") open("drawer");
  });
}

function open(id: string): void {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
  dialog.querySelector<HTMLElement>("[autofocus],input")?.focus();
}

function toast(words: string, kind: "good" | "bad" = "good"): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  box.textContent = words;
  place.append(box);
  setTimeout(() => box.remove(), 6000);
}
