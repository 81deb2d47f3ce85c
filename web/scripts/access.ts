// An invitation's secret stands behind the # of its link, which no server is sent: put it into the
// form, and keep it in the address when the answer leads back here.
const form = document.querySelector<HTMLFormElement>("form[data-joins]");
const secret = decodeURIComponent(location.hash.slice(1));
if (form && secret) {
  const field = form.elements.namedItem("invitation");
  if (field instanceof HTMLInputElement) {
    field.value = secret;
    field.readOnly = true;
  }
  const name = form.elements.namedItem("name");
  if (name instanceof HTMLInputElement) name.focus();
  const back = form.elements.namedItem("back");
  if (back instanceof HTMLInputElement) back.value += location.hash;
  for (const next of document.querySelectorAll<HTMLInputElement>('.tongue input[name="next"]'))
    next.value += location.hash;
}
document.documentElement.dataset.ready = "";
