// The page of gaps: what one follows, searches or goes back to is swapped in, and villages are drawn over the map.
import { follow, go } from "./swap.js";
import { villages } from "./villages.js";

const form = document.getElementById("gaps-find");
const field = document.getElementById("find");
let timer;

function shown(page) {
  document.querySelector(".who a").href = page.querySelector(".who a").href; // the other language, of the same state
  if (document.activeElement !== field) field.value = page.getElementById("find").value;
  villages();
}

function search() {
  clearTimeout(timer);
  const asked = [...new FormData(form)].filter(([, value]) => value !== "");
  go(`/gaps?${new URLSearchParams(asked)}`, { after: shown });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, 250);
});
document.addEventListener("click", () => clearTimeout(timer), true);
follow("/gaps", shown);
villages();
