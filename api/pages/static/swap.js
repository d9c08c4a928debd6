// Parts of a page changed in place: links and forms of the same path fetch the page they lead to, and every element marked
// data-part takes the content of its namesake there. The address says the state, so that going back works.
let asking;

export async function go(address, { from = null, push = true, after = () => {} } = {}) {
  asking?.abort(); // a late answer never takes the place of a newer one
  const mine = (asking = new AbortController());
  document.documentElement.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return location.assign(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine.signal.aborted) return;
    for (const part of document.querySelectorAll("[data-part]")) {
      part.replaceChildren(...document.importNode(page.getElementById(part.id), true).childNodes);
    }
    document.title = page.title;
    if (push) history.pushState(null, "", address);
    if (from) (document.getElementById(from) ?? document.querySelector("h1")).focus(); // a link followed stays in focus
    after(page);
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(address);
  } finally {
    if (asking === mine) document.documentElement.removeAttribute("aria-busy");
  }
}

export function follow(path, addressOf, after) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("main a[href]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.hasAttribute("download")) return;
    if (link.getAttribute("href").split("?")[0] !== path) return;
    event.preventDefault();
    go(addressOf(link), { from: link.id || "none", after });
  });
  addEventListener("popstate", () => go(location.pathname + location.search, { push: false, after }));
}
