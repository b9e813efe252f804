// The phone app's pages: the service worker, what waits, from when a kept page is.
(() => {
  const app = document.getElementById("field-app");
  const words = JSON.parse(document.getElementById("field-words").textContent);
  const root = document.documentElement;
  const user = Number(app.dataset.user) || null;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const clock = (moment) => {
    const at = new Date(moment);
    const time = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
    return at.toDateString() === new Date().toDateString() ? time : `${at.getMonth() + 1}-${at.getDate()} ${time}`;
  };
  const size = (bytes) => bytes < 1048576 ? `${Math.max(0, Math.round(bytes / 1024))} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }
  function symbol(name) {
    const drawn = document.querySelector(".field-tabs .icon use, .icon use").getAttribute("href").split("#")[0];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${drawn}#${name}`);
    svg.append(use);
    return svg;
  }
  function notice(tone, icon, text, ...more) {
    const made = element("div", `notice tone-${tone}`);
    const inside = element("div");
    inside.append(element("span", "", text), ...more);
    made.append(symbol(icon), inside);
    return made;
  }
  function link(href, text, className) {
    const made = element("a", className || "", text);
    made.href = href;
    return made;
  }
  self.fieldApp = { app, clock, element, fill, link, notice, size, symbol, user, words };

  // A page from what is kept says so: without network, or with a slow one.
  const snapshot = root.dataset.snapshot;
  if (snapshot) {
    root.classList.add("is-offline");
    for (const old of document.querySelectorAll(".toasts .notice")) old.remove();
    const said = fill(words.snapshot, { time: clock(snapshot) });
    for (const place of document.querySelectorAll("[data-snapshot-words]")) {
      place.textContent = said;
      place.classList.add("is-snapshot");
    }
  }

  // What waits or went wrong, on every page.
  const told = document.querySelector("[data-told]");
  async function tell() {
    const rows = await Field.all("queue").catch(() => []);
    const mine = rows.filter((item) => !user || item.user === user);
    const waiting = mine.filter((item) => item.state === "waiting").length;
    const wrong = mine.filter((item) => item.state === "conflict" || item.state === "refused").length;
    const others = rows.filter((item) => user && item.user !== user && item.state !== "done").length;
    const lines = [];
    if (waiting && (await Field.fact("signed_out"))) {
      const where = `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;
      lines.push(notice("warn", "lock", `${fill(words.signed_out, { n: waiting })} `, link(where, words.sign_in)));
    } else if (waiting && location.pathname !== "/field/me/") {
      lines.push(notice("info", "cloud-upload", `${fill(words.count, { n: waiting })} `, link("/field/me/", words.kept)));
    }
    if (wrong && location.pathname !== "/field/me/") lines.push(notice("warn", "alert-triangle", "", link("/field/me/", fill(words.problem_count, { n: wrong }))));
    if (others) lines.push(notice("quiet", "info-circle", fill(words.other_person, { n: others })));
    told.replaceChildren(...lines);
    told.hidden = !lines.length;
    const tab = document.querySelector('.field-tabs a[href="/field/me/"]');
    if (tab) {
      tab.querySelector(".tab-count")?.remove();
      if (waiting + wrong) tab.append(element("span", "tab-count", String(waiting + wrong)));
    }
    dispatchEvent(new CustomEvent("field:told", { detail: mine }));
  }
  if (Field.told) Field.told.addEventListener("message", tell);
  addEventListener("field:changed", tell);

  // Sending: at once where there is a network, else when it is back, by the browser even after the page is closed.
  self.fieldSend = async () => {
    const sent = await Field.send().catch(() => false);
    if (!sent && "serviceWorker" in navigator) {
      const worker = await navigator.serviceWorker.getRegistration();
      if (worker?.sync) await worker.sync.register(Field.NAME).catch(() => {});
    }
    return sent;
  };
  addEventListener("online", () => self.fieldSend());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) self.fieldSend(); });

  // The worker keeps today's cases and the tabs.
  function listed() {
    const rows = [...document.querySelectorAll("a[data-case]")];
    return rows.map((row) => ({
      path: new URL(row.href).pathname, version: Number(row.dataset.version), title: row.dataset.title,
      place: row.dataset.place, number: row.dataset.case, text: row.querySelector("p")?.textContent || "",
    }));
  }
  async function serve() {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register(app.dataset.sw, { scope: "/field/" });
    const ready = await navigator.serviceWorker.ready;
    const saving = navigator.connection?.saveData;
    if (location.pathname === "/field/" && !snapshot && user && !saving)
      ready.active.postMessage({ keep: { cases: listed(), tabs: ["/field/", "/field/report/", "/field/search/", "/field/me/"] } });
  }

  tell();
  serve().catch(() => {}).finally(() => self.fieldSend());
})();
