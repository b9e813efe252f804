// The service worker of the phone app: keeps its parts, shows kept pages without network, sends what waits.
// TOLD holds {version, shell, offline, limits: {cases, bytes, days}, patience: ms}.
const SHELL = `lifang-shell-${TOLD.version}`;
const PAGES = "lifang-pages-1"; // the form in which pages are kept, not the version of the app
const CATEGORIES = "/api/v1/categories";
const DAY = 24 * 3600 * 1000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shell = await caches.open(SHELL);
    await Promise.all(TOLD.shell.map(async (url) => {
      const response = await fetch(new Request(url, { credentials: "omit", cache: "reload" }));
      if (!response.ok) throw new Error(`${url} ${response.status}`);
      await shell.put(url, response);
    }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys())
      if (name.startsWith("lifang-") && name !== SHELL && name !== PAGES) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("sync", (event) => {
  if (event.tag === Field.NAME)
    event.waitUntil(Field.send().then((sent) => { if (!sent) throw new Error("later"); }));
});

self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(expire().then(() => prefetch(event.data.keep)));
  if (event.data.forget) event.waitUntil(forget().finally(() => event.ports[0]?.postMessage("forgotten")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(part(request));
  else if (url.pathname === CATEGORIES) event.respondWith(categories(request));
  else if (/^\/field\/cases\/[^/]+\/photos\//.test(url.pathname)) event.respondWith(picture(request, url.pathname));
  else if (request.mode === "navigate" && url.pathname.startsWith("/field/")) event.respondWith(page(event, url.pathname));
});

/** A part of the app: the kept one, else from the network. */
async function part(request) {
  const shell = await caches.open(SHELL);
  return (await shell.match(request, { ignoreSearch: true })) || fetch(request);
}

async function categories(request) {
  const shell = await caches.open(SHELL);
  try {
    const response = await patient(fetch(request));
    if (response.ok) await shell.put(CATEGORIES, response.clone());
    return response;
  } catch (error) {
    return (await shell.match(CATEGORIES)) || Response.error();
  }
}

async function picture(request, path) {
  await expire();
  const kept = await (await caches.open(PAGES)).match(path);
  if (kept) return kept;
  const response = await fetch(request);
  await keep(path, response.clone()).catch(() => {});
  return response;
}

function patient(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), TOLD.patience))]);
}

/** A page: from the network; from what is kept when the network is away, broken or too slow. */
async function page(event, path) {
  const coming = fetch(event.request);
  try {
    const response = await patient(coming);
    if (response.status === 502 || response.status === 503 || response.status === 504) throw new Error("away");
    event.waitUntil(keep(path, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    const kept = await marked(path);
    if (kept) {
      coming.then((response) => keep(path, response)).catch(() => {});
      return kept;
    }
    if (error.message === "slow") return coming.catch(() => away());
    return away();
  }
}

async function away() {
  return (await (await caches.open(SHELL)).match(TOLD.offline)) || Response.error();
}

/** The kept page, saying in its first element from when it is. */
async function marked(path) {
  await expire();
  const kept = await (await caches.open(PAGES)).match(path);
  const about = await Field.get("pages", path);
  if (!kept || !about) return null;
  const text = (await kept.text()).replace("<html ", `<html data-snapshot="${new Date(about.at).toISOString()}" `);
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": kept.headers.get("Content-Security-Policy") || "default-src 'self'" } });
}

/** Keep what the server marked as fit for this person's phone; its own clock says from when it is. */
async function keep(path, response, about) {
  const person = Number(response.headers.get("X-Keep-For") || 0);
  if (!response.ok || response.redirected || !person) return false;
  const owner = await Field.fact("owner");
  if (owner && owner !== person) await forget();
  if (owner !== person) await Field.setFact("owner", person);
  const body = await response.blob();
  const kept = await caches.open(PAGES);
  await kept.put(path, new Response(body, { headers: response.headers }));
  const before = await Field.get("pages", path);
  await Field.put("pages", {
    ...before, ...about, path,
    at: Date.parse(response.headers.get("Date")) || Date.now(),
    seen: about ? (before || {}).seen || 0 : Date.now(),
    size: body.size,
    version: Number(response.headers.get("X-Keep-Version") || 0),
  });
  await trim();
  return true;
}

async function forget() {
  await caches.delete(PAGES);
  await Field.within(["pages"], "readwrite", async (at) => at("pages").clear());
}

const isCase = (one) => /^\/field\/cases\/[^/]+\/$/.test(one.path);
const inside = (one) => one.path.startsWith("/field/cases/");

/** Never more than the limits: the oldest go first, the tabs stay. */
async function trim() {
  const rows = (await Field.all("pages")).sort((one, other) => one.at - other.at);
  let cases = rows.filter(isCase).length;
  let bytes = rows.reduce((sum, one) => sum + one.size, 0);
  for (const one of rows) {
    if (cases <= TOLD.limits.cases && bytes <= TOLD.limits.bytes) return;
    if (!inside(one)) continue;
    await lose(one.path);
    bytes -= one.size;
    if (isCase(one)) cases -= 1;
  }
}

/** What was kept too long ago goes, so that a lost phone does not tell for ever. */
async function expire() {
  for (const one of await Field.all("pages")) if (Date.now() - one.at > TOLD.limits.days * DAY) await lose(one.path);
}

async function lose(path) {
  await (await caches.open(PAGES)).delete(path);
  await Field.remove("pages", path);
}

/** Fetch the cases of today's list and the tabs, one after another, and lose what is neither listed nor lately seen. */
async function prefetch({ cases, tabs }) {
  const listed = new Set(cases.map((one) => one.path));
  for (const one of await Field.all("pages")) {
    const owner = one.path.replace(/photos\/\d+$/, "");
    if (inside(one) && !listed.has(owner) && Date.now() - one.seen > DAY) await lose(one.path);
  }
  try {
    await categories(new Request(CATEGORIES));
    for (const path of tabs) {
      const before = await Field.get("pages", path);
      if (!before || Date.now() - before.at > DAY / 24) await keep(path, await fetch(path, { credentials: "same-origin" }), {});
    }
    for (const { path, version, ...about } of cases.slice(0, TOLD.limits.cases)) {
      const before = await Field.get("pages", path);
      if (before && before.version === version) continue;
      const response = await fetch(path, { credentials: "same-origin" });
      if (response.redirected) return;
      await keep(path, response, about);
    }
  } catch (error) {
    return; // the network went away; the next visit goes on
  }
  Field.changed();
}
