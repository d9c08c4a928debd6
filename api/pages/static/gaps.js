// The page of gaps: what one follows, searches or goes back to is swapped in, and villages are drawn over the map.
import { follow, go } from "./swap.js";
import { villages } from "./villages.js";

const form = document.getElementById("gaps-find");
const field = document.getElementById("find");
let timer = null;

function shown(page) {
  field.value = page.getElementById("find").value;
  searched(page);
}

function searched(page) {
  document.querySelector(".who a").href = page.querySelector(".who a").href; // the other language, of the same state
  villages();
}

function search(from = null) {
  stop();
  const asked = [...new FormData(form)].filter(([, value]) => value !== "");
  go(`/gaps?${new URLSearchParams(asked)}`, { from, after: searched });
}

function stop() {
  clearTimeout(timer);
  timer = null;
}

// What was typed a moment ago goes along with the link that another order, measure or level is chosen by.
function along(link) {
  const address = new URL(link.getAttribute("href"), location.href);
  if (timer !== null && link.id) address.searchParams.set("find", field.value);
  stop();
  return address.pathname + address.search;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
field.addEventListener("input", () => {
  stop();
  timer = setTimeout(() => search(), 250);
});
document.addEventListener("change", (event) => {
  if (event.target.id === "kind") search("kind");
});
follow("/gaps", along, shown);
villages();
