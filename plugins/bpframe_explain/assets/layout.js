// Where the neurons of each layer stand in a drawing of a given width.

const TOP = 54;
const BOTTOM = 8;
// The least and the most room for the neurons of a layer, and from which width of the drawing on it
// is that of the window: on a phone a finger needs neurons that are apart, and the page scrolls.
const ROOM = [300, 540];
const WINDOW_FROM = 500;
const APART = 19;
// From this radius on a circle holds its value.
const INSCRIBED = 20;
// How many letters of a class's name are written beside an output where there is room, and where
// there is little.
const MOST_LETTERS = [8, 4];

// How high the neurons may stand, so that the drawing ends with the window.
function roomFor(drawing, width) {
  if (width < WINDOW_FROM) return Infinity;
  const top = drawing.getBoundingClientRect().top + window.scrollY;
  return Math.min(ROOM[1], Math.max(ROOM[0], window.innerHeight - top - TOP - 2 * BOTTOM));
}

function columnsFor(width, room) {
  const pictureSide = data.image ? Math.min(200, width * 0.26) : 0;
  const most = Math.max(...data.layers.map((l, i) => (data.image && i === 0 ? 1 : l.drawn.length)));
  const spacing = Math.min(96, Number.isFinite(room) ? room / most : Math.max(APART, ROOM[1] / most));
  const radius = Math.min(27, spacing * 0.4);
  // The room for what is written beside the outputs.
  const wide = data.classes && width > 600;
  const longest = Math.max(0, ...(data.classes ?? []).map((name) => name.length));
  const letters = Math.min(longest, wide ? MOST_LETTERS[0] : MOST_LETTERS[1]);
  const beside = wide ? 172 : data.classes || radius >= INSCRIBED ? 80 : 132;
  const right = radius + 9 + beside + LETTER * Math.max(0, letters - 1);
  const inner = Math.max(most * spacing, pictureSide + 20);
  const start = data.image ? pictureSide / 2 + 4 : radius + 10;
  const gap = (width - right - start) / (last - 1);
  const columns = data.layers.map((known, i) => {
    const x = start + i * gap;
    if (data.image && i === 0) {
      const [rows, across] = data.image;
      const pixel = pictureSide / Math.max(rows, across);
      const corner = [x - (across * pixel) / 2, TOP + inner / 2 - (rows * pixel) / 2];
      const at = (k) => [
        corner[0] + ((k % across) + 0.5) * pixel,
        corner[1] + (Math.floor(k / across) + 0.5) * pixel,
      ];
      // Lines begin at the edge of the picture, in the row of their pixel: it stays to be seen.
      const start = (k) => [corner[0] + across * pixel, at(k)[1]];
      return { x, at, start, pixel, corner };
    }
    const above = TOP + (inner - known.drawn.length * spacing) / 2;
    const places = new Map(known.drawn.map((j, n) => [j, [x, above + (n + 0.5) * spacing]]));
    return { x, at: (j) => places.get(j), start: (j) => places.get(j) };
  });
  return { columns, radius, spacing, wide, letters, height: TOP + inner + BOTTOM };
}
