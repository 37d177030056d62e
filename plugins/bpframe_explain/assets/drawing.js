// The network: a column a layer, neurons as circles or as the picture that they are, weights as
// lines. It is drawn anew for each width, so that its letters keep their size.

const MOST_EDGES = 60;
const MOST_LABELS = 12;
const FINGERTIP = 22;
const LETTER = 7; // About its width.

// Returns what is drawn, in words.
function draw(drawing, mode, selected) {
  const width = Math.max(320, drawing.clientWidth);
  const layout = columnsFor(width, roomFor(drawing, width));
  drawing.setAttribute("viewBox", `0 0 ${width} ${layout.height}`);
  drawing.setAttribute("height", layout.height);
  drawing.replaceChildren();
  const drawn = [];
  for (let layer = 2; layer <= last; layer++)
    drawn.push(drawEdges(drawing, layout, mode, layer, selected));
  for (let layer = 1; layer <= last; layer++) {
    if (data.image && layer === 1) drawPicture(drawing, layout.columns[0], mode, selected);
    else drawNeurons(drawing, layout, mode, layer, selected);
    drawCaption(drawing, layout, layer);
  }
  const some = data.layers.some((known, n) => known.drawn.length < data.sizes[n]);
  const neurons = some
    ? " Of a wide layer the neurons with the largest |δ| are drawn, of the input those with the largest |a|."
    : "";
  const rows = data.image ? " Lines from the picture begin in the row of their pixel." : "";
  return `Lines drawn for ${drawn.join("; ")}.${neurons}${rows}`;
}

function touches(selected, layer, row) {
  if (!selected) return null;
  if (selected.k !== undefined)
    return selected.layer === layer && selected.j === row.j && selected.k === row.k;
  return (
    (selected.layer === layer && selected.j === row.j) ||
    (selected.layer === layer - 1 && selected.j === row.k)
  );
}

// Whether a weight stands on a path of (53) from the selected weight to an output.
function isOnPath(selected, layer, row) {
  if (selected?.k === undefined || !rowOf(selected.layer, selected.j, selected.k).paths) return false;
  return layer === selected.layer + 1 ? row.k === selected.j : layer > selected.layer;
}

function drawEdges(drawing, layout, mode, layer, selected) {
  const [from, to] = [layout.columns[layer - 2], layout.columns[layer - 1]];
  const all = edgesDrawn(mode, layer, Infinity);
  const rows = all.slice(0, MOST_EDGES);
  const extra = all.slice(MOST_EDGES).filter((row) => touches(selected, layer, row));
  const most = largestOf(rows.map((row) => row[mode]));
  const inset = data.image && layer === 2 ? 0 : layout.radius;
  // Many lines must be thin to be told apart.
  const thickest = rows.length > 30 ? 2.4 : 5;
  const labels = [];
  for (const row of [...rows, ...extra].reverse()) {
    const [x1, y1] = from.start(row.k);
    const [x2, y2] = to.at(row.j);
    const size = Math.abs(row[mode]) / most;
    const touched = touches(selected, layer, row);
    const shown = !selected || touched || isOnPath(selected, layer, row);
    const faded = shown ? 1 : 0.25;
    const name = parameterName(layer, row);
    const ends = { x1: x1 + inset, y1, x2: x2 - layout.radius, y2 };
    const group = svg("g", { class: "edge", "data-layer": layer, "data-j": row.j, "data-k": row.k });
    group.append(
      svg("line", {
        ...ends,
        class: row[mode] < 0 ? "negative" : "positive",
        "stroke-width": 0.6 + (thickest - 0.6) * size,
        "stroke-opacity": (touched ? 0.55 + 0.45 * size : 0.15 + 0.75 * size) * faded,
      }),
      svg("line", { ...ends, class: "hit" }),
    );
    group.append(svg("title", {}, `${name} = ${number(row.value)}`));
    drawing.append(group);
    if (all.length <= MOST_LABELS && to.x - from.x > 130) labels.push([row, ends, shown]);
  }
  for (const [row, { x1, y1, x2, y2 }, shown] of labels) {
    const at = Math.min(0.78, 1 - 27 / (x2 - x1));
    const dimmed = shown ? "" : " dimmed";
    const place = { x: x1 + at * (x2 - x1), y: y1 + at * (y2 - y1) + 4, class: `label${dimmed}` };
    drawing.append(svg("text", place, short(row[mode])));
  }
  const count = (sizes) => (sizes[0] * sizes[1]).toLocaleString("en");
  const ends = [data.layers[layer - 2].drawn.length, data.layers[layer - 1].drawn.length];
  const sizes = data.sizes.slice(layer - 2, layer);
  const between = count(ends) === count(sizes) ? "" : " between these neurons";
  const drawn =
    rows.length === sizes[0] * sizes[1]
      ? "all"
      : `the ${rows.length} largest of ${count(ends)}${between}`;
  return `${symbol(MODES[mode].edge, layer)}: ${drawn}, up to ${number(most, 3)}`;
}

function drawNeurons(drawing, layout, mode, layer, selected) {
  const known = data.layers[layer - 1];
  const values = new Map(known.drawn.map((j) => [j, neuronValue(mode, layer, j)]));
  const most = largestOf([...values.values()]);
  const letter = neuronLetter(mode, layer);
  for (const [j, value] of values) {
    const [x, y] = layout.columns[layer - 1].at(j);
    const chosen = selected && selected.k === undefined && selected.layer === layer && selected.j === j;
    const group = svg("g", {
      class: `neuron${chosen ? " chosen" : ""}`,
      "data-layer": layer,
      "data-j": j,
    });
    group.append(
      svg("circle", { cx: x, cy: y, r: layout.radius, class: "ground" }),
      svg("circle", {
        cx: x,
        cy: y,
        r: layout.radius,
        class: value < 0 ? "negative" : "positive",
        "fill-opacity": 0.06 + 0.5 * (Math.abs(value ?? 0) / most),
      }),
      svg("circle", { cx: x, cy: y, r: Math.max(layout.radius, Math.min(FINGERTIP, layout.spacing / 2)), class: "hit" }),
      svg("title", {}, `${symbol(letter, layer, j)} = ${number(value)}`),
    );
    if (layout.radius >= INSCRIBED)
      group.append(
        svg("text", { x, y: y - 3, class: "name" }, symbol(letter, layer, j)),
        svg("text", { x, y: y + 12, class: "value" }, short(value)),
      );
    if (layer === last) group.append(outputLabel(layout, x, y, j));
    drawing.append(group);
  }
}

// A long name is cut off; it stands whole among the details.
function className(j, letters) {
  const name = data.classes[j];
  return name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
}

function outputLabel(layout, x, y, j) {
  const a = number(data.layers[last - 1].a[j], 3);
  const target = data.classes && data.y[j] === Math.max(...data.y);
  const text = data.classes
    ? `${layout.wide ? "class " : ""}${className(j, layout.letters)}: ${a}${target ? (layout.wide ? " ◂ target" : " ◂") : ""}`
    : layout.radius >= INSCRIBED
      ? `y${translate(j + 1, LOWERED)} = ${number(data.y[j], 3)}`
      : `${a}, y ${number(data.y[j], 3)}`;
  const place = { x: x + layout.radius + 7, y: y + 4, class: `output${target ? " target" : ""}` };
  return svg("text", place, text);
}

function drawPicture(drawing, column, mode, selected) {
  const [rows, across] = data.image;
  const [x, y] = column.corner;
  const [w, h] = [across * column.pixel, rows * column.pixel];
  const image = pictureCanvas(relative(data.layers[0].a), data.image, "ink");
  drawing.append(
    svg("image", {
      ...{ x, y, width: w, height: h, href: image.toDataURL(), class: "pixels" },
      ...{ role: "img", "aria-label": `The input as a picture of ${rows} × ${across} pixels` },
    }),
    svg("rect", { x, y, width: w, height: h, class: "picture", "data-layer": 1 }),
  );
  // The pixel that is selected, or those from which lines lead to what is.
  const lines = edgesDrawn(mode, 2, Infinity).filter((row) => touches(selected, 2, row));
  const isPixel = selected?.layer === 1;
  for (const k of isPixel ? [selected.j] : lines.map((row) => row.k)) {
    const [cx, cy] = column.at(k);
    const side = column.pixel;
    const place = { x: cx - side / 2, y: cy - side / 2, width: side, height: side };
    drawing.append(svg("rect", { ...place, class: "pixel" }));
  }
}

function drawCaption(drawing, layout, layer) {
  const column = layout.columns[layer - 1];
  const known = data.layers[layer - 1];
  const total = data.sizes[layer - 1];
  const some = known.drawn.length < total ? [`${known.drawn.length} of ${total}`] : [];
  const room = Math.floor((layout.columns[1].x - layout.columns[0].x) / LETTER);
  const lines = [`Layer ${layer}`, layer === 1 ? "input" : cut(known.f, room), ...some];
  lines.forEach((text, n) =>
    drawing.append(
      svg(
        "text",
        { x: Math.max(column.x, (text.length * LETTER) / 2), y: 14 + 15 * n, class: "caption" },
        text,
      ),
    ),
  );
}
