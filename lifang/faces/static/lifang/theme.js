// Theme and type size, kept in this browser. Runs before the page is drawn, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const read = (key, fallback) => { try { return localStorage.getItem(key) || fallback; } catch { return fallback; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode keeps nothing */ } };

  root.classList.add("js");
  let theme = read("lifang.theme", "auto");
  let size = read("lifang.size", "100");

  function apply() {
    root.dataset.bsTheme = theme === "dark" || (theme === "auto" && dark.matches) ? "dark" : "light";
    root.dataset.size = size;
    for (const button of document.querySelectorAll("[data-set-theme]"))
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
    for (const button of document.querySelectorAll("[data-set-size]"))
      button.setAttribute("aria-pressed", String(button.dataset.setSize === size));
    document.dispatchEvent(new CustomEvent("lifang:theme"));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-set-theme], [data-set-size]");
    if (!button) return;
    if (button.dataset.setTheme) keep("lifang.theme", (theme = button.dataset.setTheme));
    if (button.dataset.setSize) keep("lifang.size", (size = button.dataset.setSize));
    apply();
  });
  dark.addEventListener("change", apply);
  addEventListener("beforeprint", () => { root.dataset.bsTheme = "light"; });
  addEventListener("afterprint", apply);
  document.addEventListener("DOMContentLoaded", apply);
  apply();
})();
