// Numbers as pictures: blue above 0, orange below it, or ink for inputs.

const relative = (values) => {
  const most = largestOf(values);
  return values.map((v) => v / most);
};

function pictureCanvas(values, [rows, across], colour, said = "") {
  const canvas = element("canvas", { width: across, height: rows, role: "img", "aria-label": said });
  const context = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const [positive, negative] = [colour, "negative"].map((n) => style.getPropertyValue(`--${n}`));
  values.forEach((value, k) => {
    // Small values would hardly be seen in proportion.
    context.globalAlpha = colour === "ink" ? Math.abs(value) : Math.abs(value) ** 0.7;
    context.fillStyle = value < 0 ? negative : positive;
    context.fillRect(k % across, Math.floor(k / across), 1, 1);
  });
  return canvas;
}

// The weights that lead to a neuron of layer 2, and their gradients.
function weightPictures(j) {
  const n = data.pictures.neurons.indexOf(j);
  const { w, gradient } = data.pictures;
  if (n < 0) return [];
  const said = (what) => `The ${what} of the weights to neuron ${j + 1} of layer 2, as a picture`;
  return [
    pictureCanvas(w[n], data.image, "positive", said("values")),
    pictureCanvas(gradient[n], data.image, "positive", said("gradients")),
  ];
}

function picturePair(j) {
  if (!data.pictures) return [];
  const names = [symbol("w", 2, j, "ₖ"), symbol("∂C/∂w", 2, j, "ₖ")];
  const figures = weightPictures(j).map((canvas, n) =>
    element("figure", {}, canvas, element("figcaption", {}, names[n])),
  );
  return [element("div", { class: "pair large" }, ...figures)];
}

function drawPictures(place) {
  place.replaceChildren(
    ...data.pictures.neurons.map((j) => {
      const delta = data.layers[1].delta[j];
      return element(
        "button",
        { type: "button", class: "tile", "data-layer": 2, "data-j": j },
        element("span", { class: "pair" }, ...weightPictures(j)),
        element("span", {}, `${symbol("δ", 2, j)} ${number(delta, 2)}`),
      );
    }),
  );
}
