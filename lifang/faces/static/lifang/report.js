// Reporting: the place by the phone's own position, the map only when asked for, the list with its tile.
const lon = document.getElementById("id_lon");
const lat = document.getElementById("id_lat");
const said = document.querySelector("[data-place-said]");
const here = document.querySelector("[data-here]");
const forget = document.querySelector("[data-forget]");

// After a refusal the first wrong field is where one goes on.
document.querySelector("form [aria-invalid=true], form .field-error ~ input")?.focus();

const shown = () => { if (forget) forget.hidden = !lon.value; };

here?.addEventListener("click", () => {
  const failed = () => { here.removeAttribute("aria-busy"); said.textContent = here.dataset.failed; };
  if (!navigator.geolocation) return failed();
  here.setAttribute("aria-busy", "true");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    here.removeAttribute("aria-busy");
    lon.value = coords.longitude.toFixed(6);
    lat.value = coords.latitude.toFixed(6);
    said.textContent = here.dataset.taken.replace("{metres}", Math.round(coords.accuracy));
    document.querySelector("[data-map]")?.map?.jumpTo({ center: [coords.longitude, coords.latitude], zoom: 16 });
    shown();
  }, failed, { enableHighAccuracy: true, timeout: 10000 });
});
forget?.addEventListener("click", () => {
  lon.value = lat.value = said.textContent = "";
  shown();
});
document.addEventListener("lifang:picked", shown);

// The map is large: an old phone loads it only when asked to.
const door = document.querySelector("[data-map-door]");
door?.addEventListener("toggle", () => {
  const template = door.querySelector("template");
  if (!door.open || !template) return;
  const content = document.importNode(template.content, true);
  const box = content.querySelector("[data-map]");
  if (lon.value) box.dataset.areas += `?lon=${lon.value}&lat=${lat.value}`;
  template.replaceWith(content);
});
if (lon) shown();

document.querySelector("[data-other]")?.addEventListener("change", (event) => {
  const other = document.querySelector(`input[name="${event.target.dataset.other}"][value="other"]`);
  if (other) other.checked = event.target.value !== "" || other.checked;
});
