// Planes on canvases: grounds, lines and points in the colours of the theme.
"use strict";

const drawing = (() => {
  const light = matchMedia("(prefers-color-scheme: light)");
  const FINEST = 160; // cells of a ground, each way
  const REGION = 77; // of 255, how opaque the regions of classes are
  const ramp = Uint8Array.from(atob(nets.colours.energy), (each) => each.charCodeAt(0));

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
  const channels = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));

  /** The colours of the classes' marks or regions; none where there are no classes. */
  function classes(kind) {
    const known = nets.colours[light.matches ? "light" : "dark"];
    return known ? known[kind] : [];
  }

  /** A canvas's context in units of the page, cleared, and the side of the plane. */
  function sheet(canvas) {
    const side = canvas.parentElement.clientWidth;
    const scale = devicePixelRatio || 1;
    const pixels = Math.round(side * scale);
    if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, side, side);
    return [pen, side];
  }

  /** Where the points of a plane stand on its sheet. */
  const placed = (side, reach) => (x, y) => [
    (0.5 + x / (2 * reach)) * side,
    (0.5 - y / (2 * reach)) * side,
  ];

  function painted(cells, side, fill, opacity) {
    const picture = new ImageData(side, cells.length / side);
    cells.forEach((value, place) => picture.data.set([...fill(value), opacity], 4 * place));
    const small = document.createElement("canvas");
    [small.width, small.height] = [picture.width, picture.height];
    small.getContext("2d").putImageData(picture, 0, 0);
    return small;
  }

  const level = (share) => {
    const place = 3 * Math.round(255 * Math.min(Math.max(share, 0), 1));
    return ramp.subarray(place, place + 3);
  };

  /** The colours of energies from low to high, as a picture 256 wide. */
  const scale = () => painted([...Array(256).keys()], 256, (n) => level(n / 255), 255);

  /**
   * Regions of classes or levels of an energy, in as many cells as cost no more multiplications
   * than there are to spare; of the second plane if its number is given as `from`.
   */
  function ground(pen, side, reach, said, epoch, spare, from = 0) {
    const n = Math.max(16, Math.min(Math.floor(Math.sqrt(spare / said.cost)), FINEST));
    const rows = answers.cells(n, reach);
    const found = said.levels(rows, said.values(epoch, rows, from).at(-1));
    const [low, high] = said.limits;
    const regions = classes("regions").map(channels);
    const picture = said.net.classes
      ? painted(found, n, (value) => regions[value], REGION)
      : painted(found, n, (value) => level((value - low) / (high - low || 1)), 255);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, side, side);
  }

  /** Lines through rows of points, so many to a line. */
  function lines(pen, at, rows, samples) {
    pen.beginPath();
    for (let n = 0; n < rows.length / 2; n++) {
      const [x, y] = at(rows[2 * n], rows[2 * n + 1]);
      if (n % samples) pen.lineTo(x, y);
      else pen.moveTo(x, y);
    }
    pen.stroke();
  }

  function cross(pen, side) {
    pen.strokeStyle = colour("cross");
    pen.lineWidth = 1;
    lines(pen, (x, y) => [x * side, y * side], [0, 0.5, 1, 0.5, 0.5, 0, 0.5, 1], 2);
  }

  /** Points, with a rim where they lie on colours. */
  function scatter(pen, at, rows, fill, rimmed) {
    const [marks, { labels }] = [classes("marks"), nets.data];
    const radius = rows.length > 300 ? 1.5 : 2.5;
    pen.strokeStyle = colour("background");
    pen.lineWidth = 2;
    for (let n = 0; n < rows.length / 2; n++) {
      pen.fillStyle = marks.length ? marks[labels[n]] : colour(fill);
      pen.beginPath();
      pen.arc(...at(rows[2 * n], rows[2 * n + 1]), radius, 0, 7);
      if (rimmed) pen.stroke();
      pen.fill();
    }
  }

  /** A bar as long as a round number of units, for a plane that grows. */
  function ruler(pen, side, reach) {
    const ten = 10 ** Math.floor(Math.log10(reach / 2));
    const length = [5, 2, 1].find((factor) => factor * ten <= reach / 2) * ten;
    const y = side - 12;
    pen.strokeStyle = pen.fillStyle = colour("axis");
    pen.lineWidth = 1.5;
    lines(pen, (x, y) => [x, y], [12, y, 12 + (length / (2 * reach)) * side, y], 2);
    pen.font = `13px ${getComputedStyle(document.body).fontFamily}`;
    pen.fillText(String(Number(length.toPrecision(1))), 12, y - 6);
  }

  return { classes, colour, cross, ground, light, lines, placed, ruler, scale, scatter, sheet };
})();
