// One slide at a time, the next after twelve seconds. Space pauses, arrows turn, F fills the screen. Whoever asks for
// less motion begins with a pause. New data comes every five minutes by htmx and begins with its first slide.
const SECONDS = 12;
const keys = document.getElementById("keys");
const pause = keys.querySelector('[data-key="pause"]');
let at = 0;
let paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
let timer = 0;

function slides() {
  return [...document.querySelectorAll(".slide")];
}

function show(to) {
  const all = slides();
  at = (to + all.length) % all.length;
  all.forEach((slide, n) => slide.classList.toggle("shown", n === at));
  document.getElementById("place").textContent = `${at + 1} / ${all.length}`;
  clearTimeout(timer);
  if (!paused) timer = setTimeout(show, SECONDS * 1000, at + 1);
}

function turn(way) {
  if (way === "pause") {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
  }
  show(at + ({ on: 1, back: -1 }[way] ?? 0));
}

keys.addEventListener("click", (event) => {
  const way = event.target.closest("button")?.dataset.key;
  if (way) turn(way);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const way = { " ": "pause", ArrowRight: "on", ArrowLeft: "back" }[event.key];
  // The space bar on a button presses that button.
  if (way && !(way === "pause" && event.target.closest("button, a"))) {
    event.preventDefault();
    turn(way);
  } else if (event.key.toLowerCase() === "f") {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }
});

document.addEventListener("htmx:afterSettle", () => show(0));
document.body.classList.add("kiosk-on");
keys.hidden = false;
pause.setAttribute("aria-pressed", String(paused));
show(0);
