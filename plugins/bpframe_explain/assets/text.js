// Numbers and the book's notation as text; neurons are counted from 1, as there.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";
const translate = (number, digits) => String(number).replace(/\d/g, (d) => digits[d]);

// The neurons are numbers from 0, or letters that run over neurons, such as ₖ.
function symbol(letter, layer, ...neurons) {
  const texts = neurons.map((n) => (typeof n === "string" ? n : translate(n + 1, LOWERED)));
  const separator = texts.some((t) => t.length > 1) ? "," : "";
  return letter + translate(layer, RAISED) + texts.join(separator);
}

function number(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e-4 && size < 1e6
      ? String(Number(value.toPrecision(digits)))
      : value.toExponential(digits - 2).replace(/\.?0+e/, "e").replace("e+", "e");
  return text.replaceAll("-", "−");
}

// For where there is room for seven signs.
function short(value) {
  const text = number(value, 3);
  if (text.length <= 7) return text;
  return Math.abs(value) < 1e-3 ? value.toExponential(1).replaceAll("-", "−") : number(value, 2);
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// A negative factor of a product stands in brackets.
const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));

const parameterName = (layer, row) =>
  row.k === data.sizes[layer - 2] ? symbol("b", layer, row.j) : symbol("w", layer, row.j, row.k);

// What is not finite is null, and so is a product with it.
const product = (factors) =>
  factors.includes(null) ? null : factors.reduce((one, other) => one * other, 1);

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function svg(name, attributes = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}
