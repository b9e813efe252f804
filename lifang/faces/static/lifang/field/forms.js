// Forms of the phone app: what is sent goes into the queue first, so that nothing hangs on the network.
(() => {
  const { element, fill, link, notice, symbol, user, words } = self.fieldApp;
  const SIDE = 1600;
  const again = Number(new URLSearchParams(location.search).get("again"));

  /** A picture small enough for a weak network and a small phone; as it is where the browser cannot draw it. */
  async function smaller(file) {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      const canvas = element("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", 0.8));
    } catch (error) {
      return file;
    }
  }

  const pictures = (form) => Promise.all([...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]).map(smaller));
  const owner = async () => user || Field.fact("owner");

  function wrong(form, text, field) {
    const place = form.querySelector("[data-form-error]");
    place.textContent = text;
    place.hidden = !text;
    if (text) (field || place).focus?.();
    if (text) place.scrollIntoView({ block: "nearest" });
  }

  async function keep(form, item) {
    try {
      return await Field.add({ ...item, user: await owner() }, await pictures(form));
    } catch (error) {
      if (error.name === "QuotaExceededError") {
        wrong(form, words.full);
        return null;
      }
      throw error;
    }
  }

  const typed = (form) => {
    const data = {};
    const parts = {};
    for (const [name, value] of new FormData(form)) {
      if (["csrfmiddlewaretoken", "key", "act", "version", "kept"].includes(name) || value instanceof File || value === "") continue;
      const part = /^(.*)_([01])$/.exec(name);
      if (part) (parts[part[1]] = parts[part[1]] || [])[part[2]] = value;
      else if (form.elements[name].multiple) (data[name] = data[name] || []).push(value);
      else data[name] = value;
    }
    for (const [name, both] of Object.entries(parts)) if (both[0]) data[name] = both.join(" ");
    return data;
  };

  // An act: kept, sent if that goes, shown in words either way.
  async function act(form) {
    const { number } = form.closest("[data-number]").dataset;
    const photos = [...form.querySelectorAll("input[name=kept]")].map((input) => input.value);
    const item = {
      kind: "act", number, title: `${form.closest("[data-number]").dataset.title} · ${form.dataset.title}`, url: `/api/v1/cases/${number}/acts`,
      step: form.dataset.title, photos, body: { act: form.elements.act.value, version: Number(form.elements.version.value), data: typed(form) },
    };
    await done(form, item);
  }

  /** Keep an item in place of the one that it was made again from, then send. */
  async function done(form, item) {
    const id = await keep(form, item);
    if (id === null) return;
    navigator.storage?.persist?.().catch(() => {});
    const before = again && (await Field.get("queue", again));
    if (before) await Field.drop(before);
    await leave(form, id);
  }

  /** Send, and go where the outcome is told: to what needs a look, else to today; nowhere when one must sign in. */
  async function leave(form, id) {
    await self.fieldSend();
    const now = await Field.get("queue", id);
    if (now && now.state === "waiting" && (await Field.fact("signed_out"))) {
      form.reset();
      scrollTo(0, 0);
      return;
    }
    sessionStorage.setItem("field-said", JSON.stringify(outcome(now)));
    location.assign(now && (now.state === "conflict" || now.state === "refused") ? "/field/me/" : "/field/");
  }

  function outcome(item) {
    if (!item || item.state === "done") {
      const result = (item || {}).result || {};
      const text = item && item.kind === "report" ? fill(words.sent_report, { number: result.number, owner: result.owner }) : fill(words.sent_act, { title: (item || {}).title || "" });
      return ["good", "circle-check", text];
    }
    if (item.state === "waiting") return ["info", "cloud-upload", item.kind === "report" ? words.kept_report : words.kept_act];
    return ["warn", "alert-triangle", item.problem];
  }

  async function report(form) {
    const data = typed(form);
    const category = data.category || data.listed;
    if (!data.text) return wrong(form, words.no_text, form.elements.text);
    if (!category) return wrong(form, words.no_category, form.elements.listed);
    if (!data.place_text && !data.lon) return wrong(form, words.no_place, form.elements.place_text);
    const body = { category, text: data.text, place_text: data.place_text || "" };
    if (data.lon && data.lat) Object.assign(body, { lon: Number(data.lon), lat: Number(data.lat) });
    const title = form.elements.listed.querySelector(`option[value="${category}"]`)?.textContent || words.waiting;
    const photos = [...form.querySelectorAll("input[name=kept]")].map((input) => input.value);
    await done(form, { kind: "report", number: "", title, url: "/api/v1/patrol-reports", photos, body });
  }

  for (const form of document.querySelectorAll("form[data-queue]")) {
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (form.dataset.busy) return;
      if (form.dataset.queue === "act" && !form.reportValidity()) return;
      form.dataset.busy = "yes";
      const button = form.querySelector("button:not([type=button])");
      button.setAttribute("aria-busy", "true");
      wrong(form, "");
      try {
        await (form.dataset.queue === "act" ? act(form) : report(form));
      } catch (error) {
        form.submit(); // no room for a queue in this browser: send it as a plain form
      } finally {
        delete form.dataset.busy;
        button.removeAttribute("aria-busy");
      }
    });
  }

  // What came of the last step, on the page after it.
  const said = sessionStorage.getItem("field-said");
  if (said && /^\/field\/(me\/)?$/.test(location.pathname)) {
    sessionStorage.removeItem("field-said");
    const [tone, icon, text] = JSON.parse(said);
    const shown = notice(tone, icon, text);
    shown.setAttribute("role", "status");
    document.querySelector("[data-told]").before(shown);
  }

  // Choosing again after a conflict or a refusal: what was typed is filled in, the case is as it is now.
  async function refill() {
    const item = again && (await Field.get("queue", again));
    if (!item) return;
    const form = item.kind === "act" ? document.querySelector(`#act-${CSS.escape(item.body.act)} form`) : document.querySelector("form[data-queue=report]");
    const main = document.querySelector(".field-main > .stack, .field-main > form");
    main.prepend(notice("warn", "alert-triangle", item.problem || words.kept));
    const values = item.kind === "act" ? item.body.data : { ...item.body, listed: item.body.category };
    if (!form) {
      const box = element("div", "notice tone-quiet");
      box.append(symbol("writing"), element("div", "kept-words", Object.values(values).join(" · ")));
      main.children[0].after(box);
      return;
    }
    form.closest("details")?.setAttribute("open", "");
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (field instanceof RadioNodeList) field.value = String(value);
      else if (field && field.type !== "file") field.value = Array.isArray(value) ? value[0] : value;
    }
    for (const sha of item.photos) {
      const kept = element("input");
      Object.assign(kept, { type: "hidden", name: "kept", value: sha });
      form.append(kept);
    }
  }
  refill();

  // Steps on this case that still wait.
  addEventListener("field:told", (event) => {
    const place = document.querySelector("[data-pending]");
    if (!place) return;
    const { number } = place.closest("[data-number]").dataset;
    const rows = event.detail.filter((item) => item.kind === "act" && item.number === number && item.state === "waiting");
    place.replaceChildren(...rows.map((item) => notice("info", "cloud-upload", fill(words.pending, { title: item.step }))));
  });

  // The report: category from the words, place from the phone.
  const form = document.querySelector("form[data-queue=report]");
  if (!form) return;
  const { text, listed, lon, lat } = form.elements;
  const box = form.querySelector("[data-suggested]");
  let known = [];
  fetch("/api/v1/categories").then((response) => response.json()).then((found) => { known = found.items; suggest(); }).catch(() => {});

  const plain = (said) => said.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  function score(said, category) {
    let sum = 0;
    for (const word of new Set([category.title, ...category.keywords].map(plain))) {
      const loose = new RegExp([...word].join(word.length > 2 ? ".{0,2}" : ""));
      if (said.includes(word)) sum += Math.log1p(word.length);
      else if (word && loose.test(said)) sum += 0.6 * Math.log1p(word.length);
    }
    const title = plain(category.title);
    for (let at = 0; at + 1 < title.length; at += 1) if (said.includes(title.slice(at, at + 2))) sum += 0.4;
    return sum;
  }
  function suggest() {
    const said = plain(text.value);
    const best = said.length < 2 ? [] : known.map((one) => [score(said, one), one]).filter(([sum]) => sum > 0.3).sort((one, other) => other[0] - one[0]).slice(0, 3);
    const chosen = form.querySelector("input[name=category]:checked")?.value;
    box.replaceChildren(...best.map(([, one]) => {
      const label = element("label", "suggestion");
      const radio = element("input");
      Object.assign(radio, { type: "radio", name: "category", value: one.code, checked: one.code === chosen });
      label.append(radio, element("span", "", one.title));
      return label;
    }));
    box.hidden = !best.length;
  }
  let timer = 0;
  text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(suggest, 250); });
  box.addEventListener("change", () => { listed.value = ""; });
  listed.addEventListener("change", () => {
    const radio = form.querySelector("input[name=category]:checked");
    if (radio && listed.value) radio.checked = false;
  });

  const place = form.querySelector("[data-place-said]");
  const forget = form.querySelector("[data-forget]");
  form.querySelector("[data-here]").addEventListener("click", () => {
    place.textContent = words.locating;
    const failed = () => { place.textContent = words.not_located; };
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      lon.value = coords.longitude.toFixed(6);
      lat.value = coords.latitude.toFixed(6);
      place.textContent = fill(words.located, { metres: Math.round(coords.accuracy) });
      forget.hidden = false;
    }, failed, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });
  forget.addEventListener("click", () => {
    lon.value = lat.value = place.textContent = "";
    forget.hidden = true;
  });
})();
