// What the drawing shows in each of its modes, and where it finds it.

const MODES = {
  value: { edge: "w", neuron: "a" },
  gradient: { edge: "∂C/∂w", neuron: "δ" },
  step: { edge: "Δw", neuron: "Δb" },
};

const last = data.sizes.length;
const isBias = (layer, row) => row.k === data.sizes[layer - 2];
const weightsOf = (layer) => data.parameters[layer - 2].filter((row) => !isBias(layer, row));
const rowOf = (layer, j, k) => data.parameters[layer - 2].find((r) => r.j === j && r.k === k);
const biasOf = (layer, j) => rowOf(layer, j, data.sizes[layer - 2]);

// Inputs have no δ and no bias: they keep their activation.
function neuronValue(mode, layer, j) {
  const known = data.layers[layer - 1];
  if (layer === 1 || mode === "value") return known.a[j];
  return mode === "gradient" ? known.delta[j] : (biasOf(layer, j)?.step ?? null);
}

function neuronLetter(mode, layer) {
  return layer === 1 ? "a" : MODES[mode].neuron;
}

// What is not finite is null here, and not near 0.
const nearZero = (value) => value !== null && Math.abs(value) < data.small;

const largestOf = (values) => Math.max(...values.map((v) => Math.abs(v ?? 0)), 0) || 1;

// The weights that are drawn: the largest in this mode among those whose two neurons are drawn.
function edgesDrawn(mode, layer, most) {
  const [from, to] = [data.layers[layer - 2].drawn, data.layers[layer - 1].drawn].map(
    (drawn) => new Set(drawn),
  );
  return weightsOf(layer)
    .filter((row) => from.has(row.k) && to.has(row.j))
    .sort((one, other) => Math.abs(other[mode]) - Math.abs(one[mode]))
    .slice(0, most);
}
