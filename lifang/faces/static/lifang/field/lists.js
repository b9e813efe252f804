// What the phone holds: the queue, the store, the way out; and searching in what is kept.
(() => {
  const { clock, element, fill, link, notice, size, words } = self.fieldApp;
  const TONES = { waiting: ["info", "cloud-upload"], done: ["good", "circle-check"], conflict: ["warn", "alert-triangle"], refused: ["warn", "alert-circle"] };
  const LIMITS = JSON.parse(document.getElementById("field-limits")?.textContent || "{}");

  // The queue, the newest first; each item says what became of it.
  const list = document.querySelector("[data-queue-list]");
  function row(item) {
    const [tone, icon] = TONES[item.state];
    const box = notice(tone, icon, "");
    const inside = box.lastChild;
    inside.classList.add("stack", "stack-s");
    const head = element("div", "line");
    head.append(element("b", "", item.title), element("span", "end small", words[item.state]));
    inside.append(head);
    const said = item.kind === "act" ? Object.values(item.body.data).filter((value) => typeof value === "string").join(" · ") : item.body.text;
    if (said && item.state !== "done") inside.append(element("p", "kept-words", said));
    const photos = item.blobs.length + item.photos.length;
    const small = [fill(words.happened, { time: clock(item.made_at) })];
    if (item.number || item.result?.number) small.unshift(item.number || item.result.number);
    if (photos && item.state !== "done") small.push(fill(words.photos, { n: photos }));
    inside.append(element("span", "small muted num", small.join(" · ")));
    if (item.problem && item.state !== "done") inside.append(element("p", "problem", item.problem));
    if (item.state === "conflict" || item.state === "refused") {
      const actions = element("div", "actions");
      const where = item.kind === "act" ? `/field/cases/${item.number}/` : "/field/report/";
      actions.append(link(`${where}?again=${item.id}`, item.kind === "act" ? words.again : words.edit, "btn btn-primary"), dropper(item));
      inside.append(actions);
    } else if (item.state === "waiting") {
      const actions = element("div", "actions");
      actions.append(dropper(item));
      inside.append(actions);
    }
    return box;
  }
  function dropper(item) {
    const form = element("form");
    form.dataset.confirm = words.drop_sure;
    const button = element("button", "btn btn-quiet", words.drop);
    form.append(button);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      Field.drop(item);
    });
    return form;
  }
  async function store() {
    const place = document.querySelector("[data-storage]");
    if (!place) return;
    const kept = await Field.all("pages");
    const cases = kept.filter((one) => /^\/field\/cases\/[^/]+\/$/.test(one.path)).length;
    const bytes = kept.reduce((sum, one) => sum + one.size, 0);
    const pages = kept.filter((one) => !one.path.startsWith("/field/cases/")).length;
    place.textContent = fill(words.storage, { n: cases, pages, size: size(bytes), queue: size(await Field.waitingBytes()) });
    document.querySelector("[data-storage-limits]").textContent = fill(words.limits, { n: LIMITS.cases, size: size(LIMITS.bytes), days: LIMITS.days });
  }
  if (list) {
    addEventListener("field:told", (event) => {
      const rows = event.detail.slice().reverse();
      list.replaceChildren(...rows.map(row));
      document.querySelector("[data-queue-none]").hidden = rows.some((item) => item.state !== "done");
      document.querySelector("[data-send]").hidden = !rows.some((item) => item.state === "waiting");
      store();
    });
    document.querySelector("[data-send]").addEventListener("click", () => self.fieldSend());
    store();
  }

  // Installing, where the browser offers it.
  addEventListener("beforeinstallprompt", (event) => {
    const button = document.querySelector("[data-install]");
    if (!button) return;
    event.preventDefault();
    button.hidden = false;
    button.addEventListener("click", () => { event.prompt(); button.hidden = true; }, { once: true });
  });

  // Leaving: what was not sent is asked about, then everything goes.
  const leave = document.querySelector("[data-leave]");
  addEventListener("field:told", (event) => {
    if (!leave) return;
    const unsent = event.detail.filter((item) => item.state !== "done").length;
    if (unsent) leave.dataset.confirm = fill(words.leave_sure, { n: unsent });
    else delete leave.dataset.confirm;
  });
  leave?.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    await Field.wipe();
    try {
      leave.elements.csrfmiddlewaretoken.value = (await Field.who()).csrf;
      leave.submit();
    } catch (error) {
      leave.before(notice("warn", "wifi-off", words.left));
    }
  });

  // Searching: what was typed is sent, not written into an address; without network, in what is kept.
  const find = document.querySelector("[data-find]");
  find?.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      form.elements.csrfmiddlewaretoken.value = (await Field.who()).csrf;
      form.submit();
    } catch (error) {
      search(form.elements.q.value);
    }
  });
  async function search(said) {
    for (const one of find.querySelectorAll("[data-online]")) one.hidden = true;
    if (!said.trim()) return;
    const digits = said.replace(/\D/g, "");
    const rows = (await Field.all("pages")).filter((one) => one.number && (
      (digits.length > 3 && one.number.replace(/\D/g, "").includes(digits)) || [one.title, one.place, one.text].some((text) => (text || "").includes(said.trim()))));
    const panel = element("div", "panel");
    for (const one of rows) {
      const job = link(one.path, "", "job");
      job.append(element("b", "", one.title), element("p", "clip-2", one.text));
      const foot = element("span", "clock job-time");
      foot.append(element("span", "", one.place), element("span", "num", one.number));
      job.append(foot);
      panel.append(job);
    }
    const place = find.querySelector("[data-found-kept]");
    place.className = "stack";
    place.replaceChildren(notice("quiet", "wifi-off", rows.length ? words.found_kept : words.none_kept), ...(rows.length ? [panel] : []));
  }
})();
