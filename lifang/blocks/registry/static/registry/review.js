// One key for each thing that one may do with the pair: what carries data-key is clicked, except while one types.
const TYPED = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (event.target.closest?.(TYPED)) return;
  document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
});
