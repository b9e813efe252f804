// Long pickers: a line to type into narrows the choices. Without JavaScript the plain list serves.
document.addEventListener("htmx:load", (event) => {
  for (const select of event.detail.elt.querySelectorAll("select[data-narrow]")) narrow(select);
});

function narrow(select) {
  const all = [...select.options];
  if (all.length < 12) return;
  const box = document.createElement("input");
  box.type = "search";
  box.className = "input narrow";
  box.placeholder = select.dataset.narrow;
  box.setAttribute("aria-label", select.dataset.narrow);
  box.autocomplete = "off";
  select.before(box);
  box.addEventListener("input", () => {
    const wanted = box.value.trim();
    let first = null;
    for (const option of all) {
      const fits = !wanted || !option.value || option.textContent.includes(wanted);
      option.hidden = option.disabled = !fits;
      if (fits && option.value && wanted && !first) first = option;
    }
    for (const group of select.querySelectorAll("optgroup")) group.hidden = [...group.children].every((o) => o.hidden);
    if (first) select.value = first.value;
  });
}
const wrong = document.querySelector(".act[open] .error-summary");
if (wrong) wrong.focus();
