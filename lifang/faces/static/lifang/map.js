// Maps of our own GeoJSON on MapLibre; no tiles and no glyphs from anywhere. Areas bear HTML labels.
const started = new WeakSet();
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const tones = ["good", "warn", "bad", "info", "quiet"];

function paint(map) {
  const set = (layer, name, value) => map.getLayer(layer) && map.setPaintProperty(layer, name, value);
  set("ground", "background-color", colour("sunken"));
  const soft = ["match", ["get", "tone"], ...tones.flatMap((tone) => [tone, colour(`${tone}-soft`)]), colour("surface")];
  const solid = ["match", ["get", "tone"], ...tones.flatMap((tone) => [tone, colour(`${tone}-solid`)]), colour("info-solid")];
  set("area-fill", "fill-color", soft);
  set("area-line", "line-color", colour("line-strong"));
  set("area-here", "line-color", colour("brand"));
  set("point-dot", "circle-color", solid);
  set("point-dot", "circle-stroke-color", colour("surface"));
  set("point-many", "circle-color", colour("brand"));
  set("point-many", "circle-stroke-color", colour("surface"));
  for (const id of map.listImages()) if (id.startsWith("count-")) map.updateImage(id, digits(id.slice(6)));
}

function corners(features) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
    } else part.forEach(walk);
  };
  features.forEach((feature) => feature.geometry && walk(feature.geometry.coordinates));
  return box[0] <= box[2] ? [[box[0], box[1]], [box[2], box[3]]] : null;
}

const fetched = (address) => fetch(address, { headers: { Accept: "application/geo+json" } }).then((answer) => {
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
});

/** A number as a picture, since there are no glyphs. */
function digits(words) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [64, 32];
  const pen = canvas.getContext("2d");
  pen.font = "600 24px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = colour("on-brand");
  pen.fillText(words, 32, 17);
  return pen.getImageData(0, 0, 64, 32);
}

/** Names of areas as HTML markers; those that would touch another are left out until there is room. */
function label(gl, map, features) {
  const marks = features.filter((feature) => feature.properties.name).map((feature) => {
    const [low, high] = corners([feature]);
    const at = feature.properties.label_at || [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
    const element = document.createElement("span");
    element.className = "map-label";
    element.textContent = feature.properties.name;
    return { at, element, marker: new gl.Marker({ element }).setLngLat(at).addTo(map) };
  });
  const arrange = () => {
    const taken = [];
    for (const { at, element } of marks) {
      const { x, y } = map.project(at);
      const half = element.textContent.length * 7 + 4;
      const free = taken.every((other) => Math.abs(other.x - x) > other.half + half || Math.abs(other.y - y) > 18);
      element.hidden = !free;
      if (free) taken.push({ x, y, half });
    }
  };
  arrange();
  map.on("move", arrange);
}

async function draw(box, gl) {
  const canvas = box.querySelector(".map-canvas");
  canvas.hidden = false;
  const { areas, points, lon, lat, zoom, pickLon, pickLat } = box.dataset;
  const [areaData, pointData] = await Promise.all([areas && fetched(areas), points && fetched(points)]);
  const empty = { type: "FeatureCollection", features: [] };
  const map = new gl.Map({
    container: canvas, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 19,
    center: lon && lat ? [Number(lon), Number(lat)] : [115.86, 28.68], zoom: Number(zoom) || 10,
    style: {
      version: 8,
      sources: {
        areas: { type: "geojson", data: areaData || empty },
        points: { type: "geojson", data: pointData || empty, cluster: true, clusterRadius: 28, clusterMaxZoom: 15 },
      },
      layers: [
        { id: "ground", type: "background" },
        { id: "area-fill", type: "fill", source: "areas", paint: { "fill-opacity": 0.9 } },
        { id: "area-line", type: "line", source: "areas", paint: { "line-width": 1 } },
        { id: "area-here", type: "line", source: "areas", filter: ["==", ["get", "here"], true], paint: { "line-width": 3 } },
        { id: "point-many", type: "circle", source: "points", filter: ["has", "point_count"], paint: { "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 9, 50, 18, 500, 28], "circle-stroke-width": 2 } },
        { id: "point-count", type: "symbol", source: "points", filter: ["has", "point_count"], layout: { "icon-image": ["concat", "count-", ["get", "point_count_abbreviated"]], "icon-allow-overlap": true } },
        { id: "point-dot", type: "circle", source: "points", filter: ["!", ["has", "point_count"]], paint: { "circle-radius": 6, "circle-stroke-width": 2 } },
      ],
    },
  });
  map.setMissingStyleImageResolver((id) => { map.addImage(id, digits(id.slice(6)), { pixelRatio: 2 }); });
  map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new gl.ScaleControl({ unit: "metric" }), "bottom-left");
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", box.dataset.label);
  await new Promise((resolve) => map.once("load", resolve));
  paint(map);
  document.addEventListener("lifang:theme", () => paint(map));
  if (areaData) label(gl, map, areaData.features);
  const whole = corners([...(areaData?.features || []), ...(pointData?.features || [])]);
  if (whole && !(lon && lat)) map.fitBounds(whole, { padding: 28, maxZoom: 16, animate: false });
  if (pickLon) pick(box, map, document.getElementById(pickLon), document.getElementById(pickLat));
  else follow(map);
  box.map = map;
  box.dispatchEvent(new CustomEvent("lifang:map", { detail: map, bubbles: true }));
}

/** A point or an area with properties.url leads there; a heap of points opens. */
function follow(map) {
  for (const layer of ["point-dot", "area-fill"]) {
    map.on("click", layer, (event) => {
      const { url } = event.features[0].properties;
      if (url && !event.defaultPrevented) { event.preventDefault(); location.assign(url); }
    });
    map.on("mousemove", layer, (event) => { map.getCanvas().style.cursor = event.features[0].properties.url ? "pointer" : ""; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
  map.on("click", "point-many", (event) => {
    event.preventDefault();
    map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 });
  });
}

/** The cross stands still over the map; moving the map (finger, mouse, arrow keys) chooses the point. */
function pick(box, map, lonInput, latInput) {
  const cross = box.querySelector(".map-cross");
  cross.hidden = false;
  const said = box.querySelector("[data-picked]");
  const write = () => {
    const { lng, lat } = map.getCenter();
    lonInput.value = lng.toFixed(6);
    latInput.value = lat.toFixed(6);
    said.textContent = `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
    box.dispatchEvent(new CustomEvent("lifang:picked", { detail: { lon: lng, lat }, bubbles: true }));
  };
  if (lonInput.value && latInput.value) map.jumpTo({ center: [Number(lonInput.value), Number(latInput.value)], zoom: Math.max(15, map.getZoom()) });
  map.on("click", (event) => map.easeTo({ center: event.lngLat }));
  map.on("moveend", write);
  box.querySelector("[data-locate]")?.addEventListener("click", (event) => {
    const button = event.currentTarget;
    if (!navigator.geolocation) { said.textContent = button.dataset.failed; return; }
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { button.removeAttribute("aria-busy"); map.jumpTo({ center: [coords.longitude, coords.latitude], zoom: 17 }); },
      () => { button.removeAttribute("aria-busy"); said.textContent = button.dataset.failed; },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}

/** Draw the maps that are new on the page; where that fails, say so and leave the text. */
async function start() {
  const fresh = [...document.querySelectorAll("[data-map]")].filter((box) => !started.has(box));
  if (!fresh.length) return;
  fresh.forEach((box) => started.add(box));
  const { library, worker } = fresh[0].dataset;
  try {
    const gl = await import(library);
    gl.setWorkerUrl(new URL(worker, location.href).href);
    await Promise.all(fresh.map((box) => draw(box, gl)));
  } catch (problem) {
    console.warn(problem);
    for (const box of fresh.filter((one) => !one.map)) {
      box.querySelector(".map-canvas").hidden = true;
      box.querySelector("[data-map-failed]").hidden = false;
    }
  }
}

document.addEventListener("htmx:afterSettle", start);
start();
