// A question that hangs on others (data-when="id=value|value …") is shown only while they have one of those answers.
const asked = [...document.querySelectorAll("[data-when]")];
const value = (name) => document.querySelector(`[name="${name}"]`)?.value || "";
function show() {
  for (const input of asked) {
    const open = input.dataset.when.split(" ").every((part) => {
      const [name, wanted] = part.split("=");
      return !document.querySelector(`[name="${name}"]`) || wanted.split("|").includes(value(name));
    });
    const field = input.closest(".field") || input;
    field.hidden = !open;
  }
}
document.addEventListener("change", show);
show();
