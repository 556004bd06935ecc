// Tells the page around this frame how tall the content is, so that nothing scrolls within. Nothing else is told.
function tell() {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  window.parent.postMessage({ trackhub: "height", height }, "*");
}

if (window.parent !== window) new ResizeObserver(tell).observe(document.body);
