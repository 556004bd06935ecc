// Ctrl-K or ⌘K, or the link in the head, opens the search over the page; arrows go through what it found.
const palette = document.getElementById("palette");
const field = document.getElementById("palette-q");

function show() {
  palette.showModal();
  field.select();
}

document.addEventListener("keydown", (event) => {
  const held = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!held || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (palette.open) palette.close();
  else show();
});

document.addEventListener("click", (event) => {
  const apart = event.ctrlKey || event.metaKey || event.shiftKey; // a new tab or window gets the page
  if (!apart && event.target.closest("[data-palette]")) {
    event.preventDefault();
    show();
  } else if (event.target === palette || event.target.closest("[data-close]")) palette.close();
});

palette.addEventListener("keydown", (event) => {
  const stops = [field, ...palette.querySelectorAll("#palette-found a")];
  const here = stops.indexOf(document.activeElement);
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way && here >= 0) {
    event.preventDefault();
    stops[(here + way + stops.length) % stops.length].focus();
  } else if (here > 0 && (event.key.length === 1 || event.key === "Backspace") && !event.ctrlKey && !event.metaKey) {
    field.focus(); // whoever types on goes on where they were
  }
});

// A line that had the focus while others came in its place gives it back to the field.
document.addEventListener("htmx:afterSwap", () => {
  if (palette.open && !palette.contains(document.activeElement)) field.focus();
});

if (/^(Mac|iP)/.test(navigator.platform)) {
  document.querySelectorAll("[data-palette] kbd").forEach((key) => (key.textContent = "⌘ K"));
}
