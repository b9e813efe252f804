// Speaks each new call with the browser's own voice, once somebody allowed sound; says so where the numbers stand still.
const screen = document.querySelector("[data-screen]");
const stale = document.querySelector("[data-stale]");
const button = document.querySelector("[data-voice]");
const said = new Set([...document.querySelectorAll("[data-call]")].map((call) => call.dataset.call));
let loud = false;
function speak() {
  for (const call of document.querySelectorAll("[data-call]")) {
    if (said.has(call.dataset.call)) continue;
    said.add(call.dataset.call);
    if (!loud) continue;
    const words = screen.dataset.words.replace("{number}", call.dataset.number).replace("{window}", call.dataset.window);
    const voice = new SpeechSynthesisUtterance(words);
    voice.lang = document.documentElement.lang;
    speechSynthesis.speak(voice);
  }
}
if (!("speechSynthesis" in window)) button?.remove();
button?.addEventListener("click", () => {
  loud = true;
  said.clear();
  button.hidden = true;
  speak();
});
document.addEventListener("htmx:afterSwap", () => {
  stale.hidden = true;
  speak();
});
for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
  screen.addEventListener(trouble, (event) => {
    event.stopPropagation();
    stale.hidden = false;
  });
}
