// A run as it goes on, its state and the bounds proven so far; when it is over the page is loaded again, which tells what came of it.
// A browser does not ask again for events that were refused, as they are while the graph is away, nor is it to where they
// ended with a fault: then the page is loaded again as soon as there is one.
const bar = document.getElementById("share");
const state = document.getElementById("state");
const states = document.getElementById("states").content;
const step = document.getElementById("step");
const names = document.getElementById("steps").content;
const stages = document.getElementById("stages");
const stageNames = document.getElementById("stage-names").content;
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const events = new EventSource(bar.dataset.events);
const AGAIN_MILLISECONDS = 3000;

function row({ stage, value, bound, gap }) {
  const line = document.createElement("tr");
  const head = line.appendChild(document.createElement("th"));
  head.scope = "row";
  head.textContent = stageNames.querySelector(`[data-stage="${CSS.escape(stage)}"]`)?.textContent ?? stage;
  for (const text of [whole.format(value), whole.format(bound), gap <= 10 ? `${(100 * gap).toFixed(2)}%` : "–"]) {
    const cell = line.appendChild(document.createElement("td"));
    cell.className = "number";
    cell.textContent = text;
  }
  return line;
}

events.addEventListener("run", (event) => {
  const run = JSON.parse(event.data);
  if (["done", "failed", "cancelled"].includes(run.state)) {
    events.close();
    location.reload();
    return;
  }
  const marked = run.cancelling ? "[data-cancelling]" : ":not([data-cancelling])";
  const told = states.querySelector(`[data-state="${CSS.escape(run.state)}"]${marked}`).textContent;
  if (state.textContent !== told) state.textContent = told; // said aloud by screen readers whenever it is set
  if (run.cancelling) document.getElementById("cancel")?.remove();
  bar.value = run.share;
  step.textContent = run.step ? (names.querySelector(`[data-step="${CSS.escape(run.step)}"]`)?.textContent ?? run.step) : "";
  stages.replaceChildren(...run.stages.map(row));
});

events.addEventListener("fault", () => {
  events.close();
  again();
});

events.addEventListener("error", () => {
  if (events.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MILLISECONDS);
});

async function again() {
  const there = await fetch(location.href).then(
    (answer) => answer.status < 500,
    () => false,
  );
  if (there) location.reload();
  else setTimeout(again, AGAIN_MILLISECONDS);
}
