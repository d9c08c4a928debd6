// Whom an offer reaches, shown anew while the form is filled in; a late answer never overwrites a newer one.
const form = document.getElementById("offer");
let asking = new AbortController();
let timer;

async function show() {
  asking.abort();
  asking = new AbortController();
  const filled = new URLSearchParams(new FormData(form));
  for (const name of ["more", "once", "csrf"]) filled.delete(name); // marks of a form that is sent stand in no address
  try {
    const answer = await fetch(`${form.action}?${filled}`, { signal: asking.signal });
    if (!answer.headers.get("content-type")?.startsWith("text/html") || answer.redirected) return;
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("reach");
    if (shown) document.getElementById("reach").replaceWith(shown);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

form.addEventListener("change", (event) => {
  if (event.target.name === "more") return;
  clearTimeout(timer);
  timer = setTimeout(show, 300);
});
