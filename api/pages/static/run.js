// A run as it goes on; when it is over the page is loaded again, which tells what came of it.
const bar = document.getElementById("share");
const step = document.getElementById("step");
const names = document.getElementById("steps").content;
const events = new EventSource(bar.dataset.events);

events.addEventListener("run", (event) => {
  const run = JSON.parse(event.data);
  if (["done", "failed", "cancelled"].includes(run.state)) {
    events.close();
    location.reload();
    return;
  }
  bar.value = run.share;
  step.textContent = run.step ? (names.querySelector(`[data-step="${CSS.escape(run.step)}"]`)?.textContent ?? run.step) : "";
});
