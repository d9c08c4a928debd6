// Every village as a point over the outlines of the map, and the name of the one that is pointed at. On a touch screen a tap
// names what is there, with a link into its region; a second tap at the same place follows it.
let asking;

export async function villages() {
  asking?.abort();
  const mine = (asking = new AbortController());
  const map = document.querySelector("svg.map");
  if (!map) return;
  if (!map.dataset.villages) return name(map, { x: [], y: [], shades: "" });
  try {
    const answer = await fetch(map.dataset.villages, { signal: mine.signal });
    if (!answer.ok) return;
    const points = placed(map, await answer.json());
    if (mine.signal.aborted || !points.shades.length) return;
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true"); // the table says the same
    map.after(canvas);
    map.classList.add("under-points");
    draw(map, canvas, points);
    performance.mark("villages drawn");
    new ResizeObserver(() => draw(map, canvas, points)).observe(map);
    name(map, points);
  } catch (fault) {
    if (fault.name !== "AbortError") throw fault;
  }
}

function placed(map, { west, south, unit, lon, lat, shades }) {
  const [left, top, across, down, margin] = map.dataset.sight.split(" ").map(Number);
  const x = new Float32Array(lon.length);
  const y = new Float32Array(lon.length);
  let east = 0;
  let north = 0;
  for (let at = 0; at < lon.length; at++) {
    east += lon[at];
    north += lat[at];
    x[at] = margin + (west + east * unit - left) * across;
    y[at] = margin + (top - south - north * unit) * down;
  }
  return { x, y, shades };
}

function draw(map, canvas, { x, y, shades }) {
  const box = map.getBoundingClientRect();
  const fine = devicePixelRatio || 1;
  canvas.width = Math.round(box.width * fine);
  canvas.height = Math.round(box.height * fine);
  const place = map.getScreenCTM();
  const size = Math.max(1.8, Math.min(6, 140 / Math.sqrt(x.length))) * fine;
  const brush = canvas.getContext("2d");
  for (const shade of "-543210") {
    // what lacks most is drawn last, over the rest
    const sample = document.querySelector(`.legend rect.step-${shade === "-" ? "none" : shade}`);
    brush.fillStyle = getComputedStyle(sample).fill;
    for (let at = 0; at < x.length; at++) {
      if (shades[at] !== shade) continue;
      const left = (x[at] * place.a + place.e - box.left) * fine;
      const top = (y[at] * place.d + place.f - box.top) * fine;
      brush.fillRect(left - size / 2, top - size / 2, size, size);
    }
  }
}

function name(map, { x, y, shades }) {
  const said = map.closest("figure").querySelector(".named");
  said.textContent = said.dataset.hint;
  let asking;
  let tapped;
  map.addEventListener("pointermove", point);
  map.addEventListener("pointerdown", point);
  map.addEventListener("click", tap);

  async function point(event) {
    if (event.pointerType === "touch") return;
    const near = at(event);
    if (near >= 0) said.textContent = await told(near);
  }

  async function tap(event) {
    const link = event.target.closest("a");
    const near = at(event);
    if (event.pointerType !== "touch" || (!link && near < 0)) return;
    const mark = `${near} ${link?.getAttribute("href")}`;
    if (mark === tapped) return; // the link itself is followed
    event.preventDefault();
    tapped = mark;
    const parts = near < 0 ? [] : [await told(near)];
    if (mark !== tapped) return;
    if (link) parts.push(way(link));
    said.replaceChildren(...parts.flatMap((part) => [part, " "]));
  }

  function way(link) {
    const open = document.createElement("a");
    open.href = link.getAttribute("href");
    open.textContent = `${said.dataset.open} ${link.getAttribute("aria-label")}`;
    return open;
  }

  async function told(near) {
    asking ??= fetch(map.dataset.names).then(async (answer) => named(await answer.json()));
    const legend = map.closest("figure").querySelector(`[data-step="${shades[near]}"]`);
    return `${(await asking)[near]}: ${legend.textContent}`;
  }

  function at(event) {
    const place = map.getScreenCTM();
    return nearest((event.clientX - place.e) / place.a, (event.clientY - place.f) / place.d, 10 / place.a);
  }

  function nearest(left, top, reach) {
    let found = -1;
    let best = reach * reach;
    for (let at = 0; at < x.length; at++) {
      const far = (x[at] - left) ** 2 + (y[at] - top) ** 2;
      if (far < best) [found, best] = [at, far];
    }
    return found;
  }
}

function named({ names, towns, counts }) {
  let at = 0;
  return towns.flatMap((town, run) => names.slice(at, (at += counts[run])).map((village) => `${town} ${village}`));
}
