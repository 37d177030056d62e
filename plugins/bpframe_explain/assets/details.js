// All quantities of one neuron or weight, with the formulas and the numbers in them.

const MOST_TERMS = 4;

function line(name, value, equation = "", formula = "") {
  const cells = [
    element("th", { scope: "row" }, name),
    element("td", { class: "number" }, typeof value === "string" ? value : number(value)),
    element("td", { class: "equation" }, equation),
  ];
  const rows = [element("tr", {}, ...cells)];
  if (formula) {
    const cell = element("td", { colspan: 3, class: "formula" }, formula);
    rows.push(element("tr", {}, cell));
  }
  return rows;
}

const table = (...lines) => element("table", { class: "quantities" }, ...lines.flat());

// A sum as it is worked out, where it is short and all of it is known.
function worked(terms, rest = "") {
  if (terms.length > MOST_TERMS || terms.some((pair) => pair.includes(undefined))) return "";
  return `= ${terms.map(([x, y]) => `${factor(x)} · ${factor(y)}`).join(" + ")}${rest}`;
}

function gradientLines(layer, row) {
  const name = parameterName(layer, row);
  const bias = isBias(layer, row);
  const known = data.layers[layer - 1];
  const delta = known.delta[row.j];
  const a = bias ? 1 : data.layers[layer - 2].a[row.k];
  const d = symbol("δ", layer, row.j);
  const definition = bias ? `= ${d}` : `= ${symbol("a", layer - 1, row.k)} ${d} = ${factor(a)} · ${factor(delta)}`;
  const equation = bias ? "(BP3)" : "(BP4)";
  const lines = [];
  if (data.rule.exact) lines.push(line(`∂C/∂${name}`, row.gradient, equation, definition));
  else
    lines.push(
      line(`∂C/∂${name}`, product([a, delta]), equation, definition),
      line(`by ${data.rule.name}, in its place`, row.gradient),
    );
  lines.push(line("by differences", row.differences, "(46)"));
  if (row.path_sum !== undefined) {
    const paths = row.paths.length === 1 ? "by its path" : `by its ${row.paths.length} paths`;
    lines.push(line(paths, row.path_sum, "(53)"));
  }
  if (row.penalty !== undefined) lines.push(line("of the penalty", row.penalty));
  lines.push(line("step", row.step), line(`new ${name}`, row.after));
  return lines;
}

// The paths of (53): for each the factors, from the cost down to the weight.
function pathList(layer, row) {
  const name = parameterName(layer, row);
  const items = row.paths.map(([neurons, factors]) => {
    const a = (n) => symbol("a", layer + n, neurons[n]);
    const top = neurons.length - 1;
    const symbols = [`∂C/∂${a(top)}`];
    for (let n = top; n > 0; n--) symbols.push(`∂${a(n)}/∂${a(n - 1)}`);
    symbols.push(`∂${a(0)}/∂${name}`);
    return element(
      "li",
      {},
      element("span", {}, symbols.join(" · ")),
      element("span", { class: "formula" }, `= ${factors.map(factor).join(" · ")} = ${number(product(factors))}`),
    );
  });
  return element("details", { open: "" }, element("summary", {}, "The paths of (53)"), element("ol", {}, ...items));
}

function slowness(layer, row) {
  const known = data.layers[layer - 1];
  const reasons = [];
  if (!isBias(layer, row) && nearZero(data.layers[layer - 2].a[row.k]))
    reasons.push(`its input activation ${symbol("a", layer - 1, row.k)} is near 0`);
  if (nearZero(known.derivative[row.j]) && !known.closed_form?.[row.j])
    reasons.push(`its neuron is saturated: f′(${symbol("z", layer, row.j)}) is near 0`);
  if (!reasons.length) return [];
  const text = `Learns slowly: ${reasons.join("; ")} (below ${data.small}).`;
  return [element("p", { class: "slow" }, text)];
}

function weightDetails({ layer, j, k }) {
  const row = rowOf(layer, j, k);
  const ends = isBias(layer, row)
    ? `Bias of neuron ${j + 1} of layer ${layer}`
    : `Weight from neuron ${k + 1} of layer ${layer - 1} to neuron ${j + 1} of layer ${layer}`;
  const name = parameterName(layer, row);
  return [
    element("h3", { tabindex: -1 }, name),
    element("p", {}, ends),
    table(line(name, row.value), ...gradientLines(layer, row)),
    ...slowness(layer, row),
    ...(row.paths ? [pathList(layer, row)] : []),
  ];
}

function inputDetails(k) {
  const [rows, across] = data.image ?? [0, 0];
  const where = data.image
    ? `, row ${Math.floor(k / across) + 1}, column ${(k % across) + 1} of the picture`
    : "";
  const a = data.layers[0].a[k];
  const quiet = nearZero(a);
  return [
    element("h3", { tabindex: -1 }, symbol("a", 1, k)),
    element("p", {}, `Input ${k + 1}${where}`),
    table(line(symbol("a", 1, k), a)),
    ...(quiet
      ? [element("p", { class: "slow" }, `Near 0 (below ${data.small}): the weights from here learn slowly, (BP4).`)]
      : []),
    weightList("Weights from it", 2, (row) => row.k === k, data.sizes[1]),
  ];
}

function neuronDetails({ layer, j }) {
  if (layer === 1) return inputDetails(j);
  const known = data.layers[layer - 1];
  const below = data.layers[layer - 2].a;
  const bias = biasOf(layer, j);
  const s = (letter) => symbol(letter, layer, j);
  const incoming = below.map((a, k) => [rowOf(layer, j, k)?.value, a]);
  const named = data.classes && layer === last ? `, class ${data.classes[j]}` : "";
  const lines = [
    line(s("z"), known.z[j], "(25)", `= Σₖ ${symbol("w", layer, j, "ₖ")} ${symbol("a", layer - 1, "ₖ")} + ${s("b")} ${worked(incoming, bias ? ` + ${factor(bias.value)}` : "")}`),
    line(s("a"), known.a[j], "", `= f(${s("z")}), ${known.own_f[j]}`),
    line(`f′(${s("z")})`, known.derivative[j], "", known.elementwise ? "" : "the diagonal of Σ′(z): f is not elementwise, (33)"),
    ...errorLines(layer, j),
  ];
  if (bias) lines.push(line(s("b"), bias.value), ...gradientLines(layer, bias));
  return [
    element("h3", { tabindex: -1 }, `Neuron ${j + 1} of layer ${layer}${named}`),
    table(...lines),
    ...(bias ? slowness(layer, bias) : []),
    ...saturation(known, j),
    ...(layer === 2 ? picturePair(j) : []),
    weightList("Weights to it", layer, (row) => row.j === j, data.sizes[layer - 2]),
    ...(layer < last
      ? [weightList("Weights from it", layer + 1, (row) => row.k === j, data.sizes[layer])]
      : []),
  ];
}

function errorLines(layer, j) {
  const known = data.layers[layer - 1];
  const s = (letter) => symbol(letter, layer, j);
  const gradA = `∂C/∂${s("a")}`;
  if (layer === last) {
    const how = known.closed_form?.[j]
      ? "the closed form of f and cost, in which f′(z) cancels"
      : known.elementwise
        ? `= ${gradA} · f′(${s("z")}) = ${factor(known.grad_a[j])} · ${factor(known.derivative[j])}`
        : "= Σ′(z) ∇ₐC, (33)";
    return [
      line(gradA, known.grad_a[j], "", `target y${translate(j + 1, LOWERED)} = ${number(data.y[j])}`),
      line(s("δ"), known.delta[j], "(BP1)", how),
    ];
  }
  const above = data.layers[layer].delta.map((delta, m) => [rowOf(layer + 1, m, j)?.value, delta]);
  const sum = `= Σₘ ${symbol("w", layer + 1, "ₘ", j)} ${symbol("δ", layer + 1, "ₘ")} ${worked(above)}`;
  const how = known.elementwise
    ? `= ${gradA} · f′(${s("z")}) = ${factor(known.grad_a[j])} · ${factor(known.derivative[j])}`
    : "= Σ′(z) (w)ᵀ δ, (34)";
  return [line(gradA, known.grad_a[j], "", sum), line(s("δ"), known.delta[j], "(BP2)", how)];
}

function saturation(known, j) {
  if (!known.closed_form?.[j] || !nearZero(known.derivative[j])) return [];
  const text = `Saturated (f′(z) below ${data.small}), but f′(z) cancels with this cost: that does not slow it.`;
  return [element("p", {}, text)];
}

const MOST_LISTED = 30;

function weightList(heading, layer, belongs, total) {
  const rows = weightsOf(layer).filter(belongs);
  const listed = [...rows]
    .sort((one, other) => Math.abs(other.gradient) - Math.abs(one.gradient))
    .slice(0, MOST_LISTED);
  const shown = rows.length <= MOST_LISTED ? rows : listed;
  const count = shown.length < total ? ` (${shown.length} of ${total})` : "";
  const items = shown.map((row) =>
    element(
      "li",
      {},
      element(
        "button",
        { type: "button", "data-layer": layer, "data-j": row.j, "data-k": row.k },
        element("span", {}, parameterName(layer, row)),
        element("span", {}, number(row.value, 3)),
        element("span", {}, number(row.gradient, 3)),
      ),
    ),
  );
  if (!items.length) return element("p", {}, `${heading}: none of the ${total} is among those that this page lists.`);
  return element(
    "details",
    shown.length <= 6 ? { open: "" } : {},
    element("summary", {}, heading + count),
    element("p", { class: "heads" }, element("span", {}, "weight"), element("span", {}, "w"), element("span", {}, "∂C/∂w")),
    element("ul", { class: "weights" }, ...items),
  );
}
