// Where the neurons of each layer stand in a drawing of a given width.

const TOP = 60;
const BOTTOM = 10;
// From this radius on a circle holds its value.
const INSCRIBED = 20;

function columnsFor(width) {
  const pictureSide = data.image ? Math.min(200, width * 0.26) : 0;
  const most = Math.max(...data.layers.map((l, i) => (data.image && i === 0 ? 1 : l.drawn.length)));
  const spacing = Math.max(19, Math.min(96, 540 / most));
  const radius = Math.max(6, Math.min(27, spacing * 0.4));
  // The room for what is written beside the outputs.
  const wide = data.classes && width > 600;
  const right = radius + 9 + (wide ? 172 : data.classes || radius >= INSCRIBED ? 80 : 132);
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
      return { x, at, pixel, corner };
    }
    const above = TOP + (inner - known.drawn.length * spacing) / 2;
    const places = new Map(known.drawn.map((j, n) => [j, [x, above + (n + 0.5) * spacing]]));
    return { x, at: (j) => places.get(j) };
  });
  return { columns, radius, wide, height: TOP + inner + BOTTOM };
}
