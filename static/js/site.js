// A form that is on its way isn't sent again by a second click. After ten seconds it may: the first was stopped.
function free(form) {
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.hasAttribute("aria-busy")) return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  setTimeout(free, 10000, form);
});

window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(free));
