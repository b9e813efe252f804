// What is done on the phone waits here until the server has it. Shared by the pages and the service worker.
//
// An item: {id, user, kind: "report"|"act", number, title, url, key, body, blobs: [id], photos: [sha256], made_at, state:
// "waiting"|"conflict"|"refused"|"done", problem, result}. Its key is made at the moment of doing, so that however often
// it is sent, it is done once.
self.Field = (() => {
  const NAME = "lifang-field";
  const PHOTOS = "/api/v1/photos";
  const DONE_KEPT = 10;
  const LONG = 120000, SHORT = 30000;
  const told = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;
  let opened = null;

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  function open() {
    opened = opened || new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore("queue", { keyPath: "id", autoIncrement: true });
        db.createObjectStore("blobs", { keyPath: "id", autoIncrement: true });
        db.createObjectStore("pages", { keyPath: "path" });
        db.createObjectStore("facts", { keyPath: "name" });
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); opened = null; };
        resolve(request.result);
      };
      request.onerror = () => { opened = null; reject(request.error); };
    });
    return opened;
  }

  async function within(stores, mode, work) {
    const transaction = (await open()).transaction(stores, mode);
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    const result = await work((name) => transaction.objectStore(name));
    await finished;
    return result;
  }
  const all = (store) => within([store], "readonly", (at) => done(at(store).getAll()));
  const get = (store, key) => within([store], "readonly", (at) => done(at(store).get(key)));
  const put = (store, value) => within([store], "readwrite", (at) => done(at(store).put(value)));
  const remove = (store, key) => within([store], "readwrite", (at) => done(at(store).delete(key)));

  const fact = async (name) => ((await get("facts", name)) || {}).value;
  const setFact = (name, value) => put("facts", { name, value });
  const changed = () => {
    if (told) told.postMessage("changed");
    if (self.dispatchEvent && self.document) self.dispatchEvent(new Event("field:changed"));
  };

  function uuid() {
    if (self.crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  /** Keep an item with its pictures, whole or not at all. Answers its id. */
  async function add(item, pictures) {
    const id = await within(["queue", "blobs"], "readwrite", async (at) => {
      const blobs = [];
      for (const blob of pictures) blobs.push(await done(at("blobs").add({ blob, size: blob.size })));
      return done(at("queue").add({
        ...item, key: uuid(), blobs, photos: item.photos || [], made_at: new Date().toISOString(), state: "waiting",
      }));
    });
    changed();
    return id;
  }

  async function drop(item) {
    await within(["queue", "blobs"], "readwrite", async (at) => {
      at("queue").delete(item.id);
      for (const blob of item.blobs) at("blobs").delete(blob);
    });
    changed();
  }

  async function answer(url, options, limit) {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), limit);
    try {
      return await fetch(url, { credentials: "same-origin", cache: "no-store", ...options, signal: control.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  /** {user, csrf, now}; throws without network. */
  async function who() {
    const response = await answer("/field/who.json", {}, SHORT);
    if (!response.ok) throw new Error("later");
    return response.json();
  }

  const later = (status) => status === 401 || status === 408 || status === 429 || status >= 500;

  async function refuse(item, state, response) {
    const problem = await response.json().catch(() => ({}));
    await put("queue", { ...item, state, problem: problem.detail || String(response.status), field: problem.field || "" });
  }

  /** Send the pictures, keeping after each what it was called; false when one was refused. */
  async function upload(item, csrf) {
    while (item.blobs.length) {
      const picture = await get("blobs", item.blobs[0]);
      if (picture) {
        const form = new FormData();
        form.append("file", picture.blob, "photo.jpg");
        const response = await answer(PHOTOS, { method: "POST", body: form, headers: { "X-CSRFToken": csrf } }, LONG);
        if (later(response.status)) throw new Error("later");
        if (!response.ok) {
          await refuse(item, "refused", response);
          return false;
        }
        item.photos.push((await response.json()).sha256);
      }
      const sent = item.blobs.shift();
      await within(["queue", "blobs"], "readwrite", async (at) => { at("queue").put(item); at("blobs").delete(sent); });
    }
    return true;
  }

  async function sendOne(item, csrf) {
    if (!(await upload(item, csrf))) return;
    const body = { ...item.body, happened_at: item.made_at };
    if (item.photos.length && item.kind === "report") body.photos = item.photos;
    if (item.photos.length && item.kind === "act") body.data = { ...body.data, photos: item.photos };
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf, "Idempotency-Key": item.key };
    const response = await answer(item.url, { method: "POST", body: JSON.stringify(body), headers }, SHORT);
    if (later(response.status)) throw new Error(response.status === 401 ? "signed out" : "later");
    if (response.status === 409) return refuse(item, "conflict", response);
    if (!response.ok) return refuse(item, "refused", response);
    const result = await response.json();
    await put("queue", { ...item, state: "done", result, done_at: new Date().toISOString() });
    if (item.kind === "act") await follow(item, result.act.seq);
  }

  /** Later steps of one's own on the same case were made on top of this one: they now stand on its new version. */
  async function follow(item, version) {
    for (const other of await all("queue"))
      if (other.state === "waiting" && other.kind === "act" && other.number === item.number && other.body.version === item.body.version)
        await put("queue", { ...other, body: { ...other.body, version } });
  }

  async function sendAll() {
    const passed = new Set();
    for (;;) {
      const next = (await all("queue")).find((item) => item.state === "waiting" && !passed.has(item.id));
      if (!next) break;
      const now = await who();
      await setFact("signed_out", !now.user);
      if (!now.user) break;
      if (next.user !== now.user) {
        passed.add(next.id);
        continue;
      }
      await sendOne(next, now.csrf);
      changed();
    }
    const sent = (await all("queue")).filter((item) => item.state === "done");
    for (const old of sent.slice(0, -DONE_KEPT)) await remove("queue", old.id);
  }

  /** Send what waits, in order, one sender at a time. Answers whether all of it could be sent. */
  async function send() {
    const run = () => sendAll().then(() => true, async (error) => {
      if (error.message === "signed out") await setFact("signed_out", true);
      return false;
    });
    const sent = await (navigator.locks ? navigator.locks.request(NAME, run) : run());
    changed();
    return sent;
  }

  async function waitingBytes() {
    return (await all("blobs")).reduce((sum, one) => sum + one.size, 0);
  }

  /** Everything of this phone goes: the queue, the pages, the owner. */
  async function wipe() {
    await within(["queue", "blobs", "pages", "facts"], "readwrite", async (at) => {
      for (const store of ["queue", "blobs", "pages", "facts"]) at(store).clear();
    });
    for (const name of await caches.keys()) if (name.startsWith("lifang-pages")) await caches.delete(name);
    changed();
  }

  return { NAME, told, add, all, answer, changed, drop, fact, get, open, put, remove, send, setFact, uuid, waitingBytes, who, wipe, within };
})();
