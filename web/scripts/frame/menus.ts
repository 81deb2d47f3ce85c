// Menus are <details>: they open without a script; this closes them again, and copies texts.
export function menus(): void {
  const open = () => document.querySelectorAll<HTMLDetailsElement>("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open())
      if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
    const target = event.target instanceof Element ? event.target : null;
    const copies = target?.closest<HTMLElement>("[data-copies]");
    if (copies) void copy(copies);
    if (target?.closest("[data-prints]")) print();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset.copies ?? "");
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, 1600);
}
