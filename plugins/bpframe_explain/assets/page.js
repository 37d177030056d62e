// Puts the page together: what is pointed at is shown, what is clicked stays.

const drawing = document.getElementById("drawing");
const panel = document.querySelector("aside");
const details = document.getElementById("details");
const release = document.getElementById("release");
const hint = document.getElementById("hint");
const drawn = document.getElementById("drawn");
const tiles = document.getElementById("tiles");
// Half of what a finger covers, in pixels.
const FINGER = 24;
let mode = "value";
let pinned = null;
let pointed = null;

const selection = () => pointed ?? pinned;

function show() {
  drawn.textContent = draw(drawing, mode, selection());
  const chosen = selection();
  details.replaceChildren(
    ...(chosen ? (chosen.k === undefined ? neuronDetails(chosen) : weightDetails(chosen)) : []),
  );
  hint.hidden = Boolean(chosen);
  panel.classList.toggle("open", Boolean(chosen));
  release.hidden = !pinned;
}

function same(one, other) {
  return one?.layer === other?.layer && one?.j === other?.j && one?.k === other?.k;
}

// What stands under the pointer: a neuron, a weight or a pixel.
function target(event) {
  const found = event.target.closest?.("[data-layer]");
  if (!found) return null;
  const layer = Number(found.dataset.layer);
  if (found.classList.contains("picture")) {
    const [rows, across] = data.image;
    const box = found.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * across);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const k = Math.min(row, rows - 1) * across + Math.min(column, across - 1);
    return { layer, j: Math.max(k, 0) };
  }
  const chosen = { layer, j: Number(found.dataset.j) };
  if (found.dataset.k !== undefined) chosen.k = Number(found.dataset.k);
  return chosen;
}

function point(chosen) {
  if (same(chosen, pointed)) return;
  pointed = chosen;
  show();
}

function pin(chosen) {
  pinned = chosen;
  pointed = null;
  show();
  panel.scrollTop = 0;
}

// On a phone the panel lies over the page: what was tapped moves above it.
function keepInSight(event) {
  const hidden = event.clientY + FINGER - panel.getBoundingClientRect().top;
  if (pinned && getComputedStyle(panel).position === "fixed" && hidden > 0) scrollBy(0, hidden);
}

// Arrow keys walk from neuron to neuron: up and down in a layer, left and right between layers.
function walk(event) {
  const moves = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  const start = pinned && pinned.k === undefined ? pinned : null;
  if (!start) return pin({ layer: 1, j: data.layers[0].drawn[0] });
  const layer = Math.min(last, Math.max(1, start.layer + move[0]));
  const neurons = data.layers[layer - 1].drawn;
  const from = data.layers[start.layer - 1].drawn;
  const place = from.indexOf(start.j) + move[1];
  const wanted = layer === start.layer ? place : Math.round((place / from.length) * neurons.length);
  pin({ layer, j: neurons[Math.min(neurons.length - 1, Math.max(0, wanted))] });
}

for (const place of [drawing, tiles]) {
  // A finger does not point, it taps.
  place.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") point(target(event));
  });
  place.addEventListener("pointerleave", () => point(null));
  place.addEventListener("click", (event) => {
    const chosen = target(event);
    pin(same(chosen, pinned) ? null : chosen);
    keepInSight(event);
  });
}
drawing.addEventListener("keydown", walk);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") pin(null);
});
release.addEventListener("click", () => pin(null));
details.addEventListener("click", (event) => {
  const chosen = target(event);
  if (!chosen) return;
  pin(chosen);
  // The button that was pressed is gone: the keyboard goes on from the new heading.
  details.querySelector("h3").focus();
});
for (const input of document.querySelectorAll("input[name=mode]"))
  input.addEventListener("change", () => {
    mode = input.value;
    show();
  });

function drawAll() {
  if (data.pictures) drawPictures(tiles);
  show();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
addEventListener("resize", drawAll);
new ResizeObserver(drawAll).observe(drawing.parentElement);
