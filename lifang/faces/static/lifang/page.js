// Small behaviours of every page. Each also works without this file, only less comfortably.

// A form with data-confirm asks before it is sent; data-once cannot be sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (question && form.dataset.confirmed !== "yes") {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(question, event.submitter?.textContent.trim()).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter || undefined);
      delete form.dataset.confirmed;
    });
    return;
  }
  if ("once" in form.dataset) {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => event.submitter?.setAttribute("aria-disabled", "true"));
  }
}, true);
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
  }
});

/** Ask in the page's own dialog (template #ask) and answer true or false. */
function ask(question, yes) {
  const template = document.getElementById("ask");
  if (!template) return Promise.resolve(confirm(question));
  const dialog = template.content.firstElementChild.cloneNode(true);
  dialog.querySelector("[data-question]").textContent = question;
  if (yes) dialog.querySelector("[value=yes]").textContent = yes;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    resolve(dialog.returnValue === "yes");
    dialog.remove();
  }));
}

// Menus (<details class="menu">) close on Escape and on a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
  event.target.closest?.("[data-dismiss]")?.closest(".notice")?.remove();
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.closest?.("[data-print]")) print();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.activeElement?.closest?.("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.querySelector("[data-search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
});

// Selects and boxes marked data-submit send their form when changed.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
});

// Where tabs scroll sideways, that of the page stands in sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const bar = tab.closest(".tabs");
  bar.scrollLeft += tab.getBoundingClientRect().right - bar.getBoundingClientRect().right;
}

// The network: pages may show .offline-mark.
const network = () => document.documentElement.classList.toggle("is-offline", !navigator.onLine);
addEventListener("online", network);
addEventListener("offline", network);
network();

// Photographs: previews, and a way to take one out again.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-upload]")) return;
  const box = input.closest(".upload");
  const list = box.querySelector(".photo-grid");
  const most = Number(input.dataset.upload);
  const kept = new DataTransfer();
  const files = [...(input.kept || []), ...input.files].slice(0, most);
  for (const file of files) kept.items.add(file);
  input.kept = files;
  input.files = kept.files;
  list.replaceChildren(...files.map((file, index) => preview(file, () => {
    input.kept = files.filter((_, other) => other !== index);
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, box.dataset)));
});

function preview(file, remove, words) {
  const item = document.createElement("li");
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  image.onload = () => URL.revokeObjectURL(image.src);
  const caption = document.createElement("div");
  caption.className = "caption";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm";
  button.textContent = words.remove;
  button.setAttribute("aria-label", `${words.remove} ${file.name}`);
  button.addEventListener("click", remove);
  caption.append(`${Math.max(1, Math.round(file.size / 1024))} kB`, button);
  item.append(image, caption);
  return item;
}

// Signing out anywhere takes what the phone app has kept for this person; what waits to be sent stays theirs.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !("serviceWorker" in navigator) || !new URL(form.action).pathname.endsWith("/accounts/logout/")) return;
  event.preventDefault();
  const worker = (await navigator.serviceWorker.getRegistration("/field/").catch(() => null))?.active;
  if (worker) {
    const { port1, port2 } = new MessageChannel();
    const forgotten = new Promise((resolve) => { port1.onmessage = resolve; setTimeout(resolve, 2000); });
    worker.postMessage({ forget: true }, [port2]);
    await forgotten;
  }
  form.submit();
});

// HTMX: our token on every request, and words for what went wrong.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.body.dataset.csrf || "";
});
document.addEventListener("htmx:beforeSwap", (event) => {
  // A refusal or a conflict brings its own partial: show it, so that nothing typed is lost.
  if ([400, 409, 422].includes(event.detail.xhr.status) && event.detail.xhr.responseText) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
const trouble = (words) => {
  const template = document.getElementById("trouble");
  const area = document.querySelector(".toasts");
  if (!template || !area) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-words]").textContent = words;
  area.append(toast);
};
document.addEventListener("htmx:sendError", () => trouble(document.body.dataset.offlineWords));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  const words = document.body.dataset;
  trouble(status === 403 || status === 401 ? words.signinWords : status === 429 ? words.busyWords : words.troubleWords);
});
