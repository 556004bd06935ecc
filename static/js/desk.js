// Keys of the desk: "/" or Ctrl-K leads to the search, arrows through what it found, Escape out of it.
const command = document.getElementById("command");
const found = document.getElementById("command-found");

function writing(element) {
  return element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName);
}

function leave() {
  found.replaceChildren();
  command.value = "";
}

document.addEventListener("keydown", (event) => {
  if (!command) return;
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !writing(event.target);
  if (slash || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    command.focus();
    command.select();
  } else if (event.key === "Escape" && command.form.contains(event.target)) {
    leave();
    command.focus();
  } else if (/^Arrow(Down|Up)$/.test(event.key) && command.form.contains(event.target)) {
    const stops = [command, ...found.querySelectorAll("a")];
    const next = stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    if (stops.length > 1) event.preventDefault();
    stops[(next + stops.length) % stops.length].focus();
  }
});

document.addEventListener("click", (event) => {
  if (command && !command.form.contains(event.target)) found.replaceChildren();
});
