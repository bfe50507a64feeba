// The plane in which a point is dragged, and what the net of the chosen epoch makes of it.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const LINES = 11; // of a grid, each way
  const SAMPLES = [31, 121]; // along a line, the fewest and the most
  const QUICK = 3e6; // multiplications to spare for a drawing while the epoch passes
  const SLOW = 30e6; // and when it rests
  const REST = 150; // milliseconds until it does
  const SAID = 500; // until what has changed is said
  const STEP = 0.01; // of the plane's width, by an arrow key
  const EDGE = 1.15; // from the data to the plane's edge

  const section = $("net");
  const [ground, image] = [$("net-ground"), $("net-image")];
  const { points } = answers;
  const known = new Map(); // by a net, what it says

  let said = null; // what the chosen net says
  let epoch = nets.epochs.at(-1);
  let point = points.length ? nets.data.points[Math.floor(nets.data.points.length / 3)] : [0.5, 0.5];
  let asked = false; // for a drawing
  let seen = false; // the section is on screen
  let resting = 0; // timers
  let saying = 0;

  // --- drawing

  /** So many points on each line as there are multiplications to spare for so many lines. */
  const samplesFor = (lines, spare) =>
    Math.round(Math.min(Math.max(spare / said.cost / lines, SAMPLES[0]), SAMPLES[1]));

  /** Lines of points, each with one coordinate held. */
  function held(places, samples) {
    const far = said.net.reach / EDGE;
    const along = Array.from({ length: samples }, (_, n) => far * ((2 * n) / (samples - 1) - 1));
    return places.flatMap(([x, y]) => [along.flatMap((t) => [t, y]), along.flatMap((t) => [x, t])].flat());
  }

  /** All but what follows the point. */
  function draw(spare) {
    const { net: own, reaches } = said;
    const places = Array.from({ length: LINES }, (_, line) => {
      const at = (own.reach / EDGE) * ((2 * line) / (LINES - 1) - 1);
      return [at, at];
    });
    const samples = samplesFor(2 * LINES, spare);
    const grid = held(places, samples);
    const [pen, side] = drawing.sheet(ground.querySelector("canvas"));
    const at = drawing.placed(side, own.reach);
    if (own.classes || said.levelled) drawing.ground(pen, side, own.reach, said, epoch, spare);
    else {
      drawing.cross(pen, side);
      pen.strokeStyle = drawing.colour("frame");
      drawing.lines(pen, at, grid, samples);
    }
    if (own.drawn) drawing.scatter(pen, at, points, `symbol-${own.input}`, said.levelled);
    if (reaches) drawSecond(spare, grid, samples);
    follow();
    clearTimeout(resting);
    if (spare < SLOW) resting = setTimeout(() => seen && draw(SLOW), REST);
  }

  function drawSecond(spare, grid, samples) {
    const { plane, classes, drawn, output, input } = said.net;
    const reach = said.reachAt(epoch);
    const [pen, side] = drawing.sheet(image.querySelector("canvas"));
    const at = drawing.placed(side, reach);
    if (classes) drawing.ground(pen, side, reach, said, epoch, spare, plane);
    drawing.cross(pen, side);
    pen.strokeStyle = drawing.colour("warped-grid");
    drawing.lines(pen, at, said.values(epoch, grid)[plane], samples);
    if (points.length) {
      const rows = drawn ? said.values(epoch, points)[plane] : points;
      drawing.scatter(pen, at, rows, drawn ? `symbol-${input}` : "symbol-y");
    }
    if (output === "h") drawing.ruler(pen, side, reach);
  }

  function ask() {
    if (asked || !seen) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw(QUICK);
    });
  }

  /** What follows the point: marks, lines through it, and numbers. */
  function follow() {
    const { net: own, reaches } = said;
    const values = said.values(epoch, point);
    const samples = samplesFor(2, QUICK);
    const through = held([point], samples);
    const [pen, side] = drawing.sheet(ground.querySelector(".over"));
    const at = drawing.placed(side, own.reach);
    pen.strokeStyle = drawing.colour("symbol-yprime");
    pen.globalAlpha = 0.5;
    drawing.lines(pen, at, through, samples);
    if (own.home) {
      pen.globalAlpha = 1;
      pen.lineWidth = 2;
      pen.strokeStyle = drawing.colour(`symbol-${own.output}`);
      drawing.lines(pen, at, [...point, ...values.at(-1)], 2);
    }
    put($("net-point"), at(...point), side);
    if (reaches) {
      const [other, width] = drawing.sheet(image.querySelector(".over"));
      const to = drawing.placed(width, said.reachAt(epoch));
      other.strokeStyle = drawing.colour("symbol-yprime");
      other.lineWidth = 1.5;
      drawing.lines(other, to, said.values(epoch, through)[own.plane], samples);
      put(image.querySelector(".point"), to(...values[own.plane]), width);
    }
    tell(values[own.plane], values.at(-1));
  }

  function put(mark, [x, y], side) {
    mark.style.translate = `${x}px ${y}px`;
    mark.classList.toggle("off", !(x >= 0 && y >= 0 && x <= side && y <= side));
  }

  // --- telling

  function tell(sent, answer) {
    const { input, output } = said.net;
    for (const index of [0, 1]) {
      const field = $(`net-at-${index + 1}`);
      if (document.activeElement !== field) field.value = point[index].toFixed(2);
    }
    const here = readings.coordinates(input, point);
    $("net-point").setAttribute("aria-valuenow", point[0].toFixed(2));
    $("net-point").setAttribute("aria-valuetext", here);
    const words = [here];
    if (sent) words.push(`sent to ${readings.coordinates(output, sent)}`);
    words.push(...readings.show(said, point, sent, answer));
    clearTimeout(saying);
    saying = setTimeout(() => {
      if (section.contains(document.activeElement)) $("net-said").textContent = `${words.join("; ")}.`;
    }, SAID);
  }

  // --- a net, a point, an epoch

  function choose(index) {
    const own = nets.nets[index];
    if (!known.has(own)) known.set(own, new answers.Answers(own));
    said = known.get(own);
    const { input, output, reach, plane, drawn, steps } = own;
    const whole = plane === steps.length;
    $("net-second").hidden = !plane;
    $("net-planes").classList.toggle("alone", !plane);
    $("net-from").replaceChildren(readings.symbol(input), drawn ? ", where the data lie" : ", a latent");
    $("net-to").replaceChildren(
      readings.symbol(output),
      ...(whole ? [", what comes of ", readings.symbol(input)] : [", on the way to the answer"]),
    );
    for (const index of [1, 2]) {
      $(`net-name-${index}`).replaceChildren(readings.symbol(input, index));
      [$(`net-at-${index}`).min, $(`net-at-${index}`).max] = [-reach, reach];
    }
    $("net-point").setAttribute("aria-valuemin", -reach);
    $("net-point").setAttribute("aria-valuemax", reach);
    move(...point);
    ask();
  }

  function move(...to) {
    const { reach } = said.net;
    point = to.map((value) => Math.min(Math.max(value, -reach), reach));
    follow();
  }

  function pass(next) {
    epoch = Math.min(Math.max(next, nets.epochs[0]), nets.epochs.at(-1));
    const words = `epoch ${readings.grouped(epoch)}`;
    const slider = $("net-epoch");
    $("net-when").textContent = words;
    slider.setAttribute("aria-valuetext", words);
    slider.style.setProperty("--at", slider.value / slider.max);
    ask();
  }

  // --- pointers and keys

  function pointed(event) {
    const { left, top, width } = ground.getBoundingClientRect();
    const { reach } = said.net;
    const [x, y] = [event.clientX - left, event.clientY - top];
    move(reach * ((2 * x) / width - 1), reach * (1 - (2 * y) / width));
  }

  // A finger drags the point itself: elsewhere it scrolls the page, and a tap brings the point.
  ground.addEventListener("pointerdown", (event) => {
    if (event.button || (event.pointerType === "touch" && event.target !== $("net-point"))) return;
    event.preventDefault();
    $("net-point").focus({ preventScroll: true });
    ground.setPointerCapture(event.pointerId);
    pointed(event);
  });
  ground.addEventListener("pointermove", (event) => {
    if (ground.hasPointerCapture(event.pointerId)) pointed(event);
  });
  ground.addEventListener("click", (event) => {
    if (event.pointerType === "touch") pointed(event);
  });

  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  $("net-point").addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = 2 * said.net.reach * STEP * (event.shiftKey ? 10 : 1);
    move(point[0] + step * way[0], point[1] + step * way[1]);
  });
  // Elsewhere on the page these keys are the film's.
  section.addEventListener("keydown", (event) => {
    if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation();
  });

  for (const index of [0, 1]) {
    const field = $(`net-at-${index + 1}`);
    field.addEventListener("input", () => {
      if (field.value) move(...point.map((old, n) => (n === index ? field.valueAsNumber : old)));
    });
    field.addEventListener("blur", follow);
  }

  // --- the film's epochs, or the run's where it shows none

  const slider = $("net-epoch");
  const passes = () => !$("epochs").hidden;

  /** The epoch of a frame of the film, or the one that it showed before, or will show. */
  function shownAt(frame) {
    const { steps, epochs } = player.film;
    const now = steps.findLastIndex((first) => first <= frame);
    const shows = (each) => each !== null;
    return epochs.slice(0, now + 1).findLast(shows) ?? epochs.find(shows);
  }

  function filmed(frame) {
    section.hidden = player.film.run !== nets.run;
    if (section.hidden || !passes()) return;
    [slider.max, slider.value] = [$("slider").max, $("slider").value];
    pass(shownAt(frame));
  }

  slider.addEventListener("input", () => {
    if (!passes()) return pass(nets.epochs[slider.value]);
    $("slider").value = slider.value;
    $("slider").dispatchEvent(new Event("input"));
  });

  // --- beginning

  nets.nets.forEach(({ name }, index) => $("net-choice").append(readings.radio(name, index)));
  $("net-choice").hidden = nets.nets.length < 2;
  $("net-choice").addEventListener("change", (event) => choose(Number(event.target.value)));
  $("net-facts").textContent =
    `The parameters travel with this page: those of ${nets.epochs.length} of ${nets.recorded} ` +
    `recorded epochs, with ${nets.bits} bits a number; in between they are interpolated.`;
  choose(0);
  if (!passes()) {
    slider.max = slider.value = nets.epochs.length - 1;
    pass(epoch);
  }
  player.onFrame(filmed);
  drawing.light.addEventListener("change", ask);
  new ResizeObserver(ask).observe($("net-planes"));
  new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    ask();
  }).observe(section);
})();
