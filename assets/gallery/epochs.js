// The epochs: a slider over those that the film shows, and what was recorded at each.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const MARK = 52; // pixels that the label of an epoch needs

  let film = null;
  let sweeps = []; // of this film: the frames at which another epoch is shown, and the epochs
  let sweep = null;
  let drawn = ""; // name of the scalar in the plot
  let curve = null; // its range, and where its values stand

  const words = (name) => name.replaceAll("_", " ");
  const grouped = (epoch) => Math.round(epoch).toLocaleString("en").replaceAll(",", "\u202f");

  function written(name, value) {
    if (value === null) return "–";
    if (name.endsWith("accuracy")) return `${(100 * value).toFixed(1)} %`;
    const digits = Number(value.toPrecision(3));
    return Math.abs(digits) >= 1e-3 || digits === 0 ? String(digits) : value.toExponential(1);
  }

  /** The last place in an ascending array whose entry is at most a value, or -1. */
  function place(array, value) {
    let low = -1;
    for (let high = array.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (array[middle] <= value) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Where an epoch stands among those of a sweep, between two of them perhaps; or -1. */
  function between(epochs, epoch) {
    for (let index = 1; index < epochs.length; index++) {
      const [before, after] = [epochs[index - 1], epochs[index]];
      const share = (epoch - before) / (after - before);
      if (share >= 0 && share <= 1) return index - 1 + share;
    }
    return -1;
  }

  function nearest(array, value) {
    let best = 0;
    for (let index = 1; index < array.length; index++) {
      if (Math.abs(array[index] - value) < Math.abs(array[best] - value)) best = index;
    }
    return best;
  }

  // --- a film, a sweep

  function setFilm() {
    film = player.film;
    const { steps, epochs } = film;
    sweeps = film.sweeps.map(([first, last]) => {
      const found = { frames: [], epochs: [] };
      for (let index = first; index <= last; index++) {
        // After a pause of the counter the same epoch may be shown again.
        if (epochs[index] === null || epochs[index] === found.epochs.at(-1)) continue;
        found.frames.push(steps[index]);
        found.epochs.push(epochs[index]);
      }
      return found;
    });
    sweep = null;
    $("epochs").hidden = !sweeps.length;
  }

  function setSweep(next) {
    if (next === sweep) return;
    sweep = next;
    const { epochs } = sweep;
    $("slider").max = epochs.length - 1;
    $("epoch").min = Math.round(Math.min(epochs[0], epochs.at(-1)));
    $("epoch").max = Math.round(Math.max(epochs[0], epochs.at(-1)));
    const many = sweeps.length > 1 ? `, pass ${sweeps.indexOf(sweep) + 1} of ${sweeps.length}` : "";
    $("slider").setAttribute("aria-label", `Epoch${many}`);
    plot();
    scale();
  }

  const sweepAt = (frame) => sweeps.findLast(({ frames }) => frames[0] <= frame) || sweeps[0];

  // --- what is recorded

  const recorded = () => player.runs[film.run];
  const isLoss = (name) => name.endsWith("loss");

  /** Names of what was recorded, the losses first. */
  function names() {
    const known = Object.keys(recorded() || {}).filter((name) => name !== "epochs");
    return [...known.filter(isLoss), ...known.filter((name) => !isLoss(name))];
  }

  function setScalars() {
    const known = names();
    if (!known.includes(drawn)) drawn = known[0] || "";
    const buttons = known.map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "number";
      button.dataset.name = name;
      button.setAttribute("aria-pressed", name === drawn);
      const [label, value] = [document.createElement("span"), document.createElement("b")];
      label.textContent = words(name);
      button.append(label, " ", value);
      return button;
    });
    $("scalars").replaceChildren(...buttons);
    $("scalars").hidden = !known.length;
    $("epochs").classList.toggle("bare", !known.length);
  }

  /** Where a value stands in the plot, from 0 at the bottom to 1. */
  function heights(name) {
    const values = recorded()[name];
    const known = values.filter((value) => value !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const logarithmic = low > 0 && high > 30 * low;
    const bend = logarithmic ? Math.log : (value) => value;
    const span = bend(high) - bend(low) || 1;
    const range = `${written(name, low)} to ${written(name, high)}`;
    return {
      range: logarithmic ? `${range}, logarithmic` : range,
      of: (value) => (bend(value) - bend(low)) / span,
    };
  }

  function plot() {
    let path = "";
    if (drawn) {
      curve = heights(drawn);
      const last = sweep.epochs.length - 1;
      let pen = "M";
      sweep.epochs.forEach((epoch, index) => {
        const value = recorded()[drawn][nearestRecorded(epoch)];
        if (value === null) pen = "M";
        else {
          path += `${pen}${((1000 * index) / last).toFixed(1)} ${(100 - 100 * curve.of(value)).toFixed(1)}`;
          pen = "L";
        }
      });
    }
    $("rest").setAttribute("d", path);
    $("past").setAttribute("d", path);
  }

  function nearestRecorded(epoch) {
    const { epochs } = recorded();
    const before = Math.max(place(epochs, epoch), 0);
    const after = Math.min(before + 1, epochs.length - 1);
    return epoch - epochs[before] <= epochs[after] - epoch ? before : after;
  }

  /** Epochs under the slider, the round ones first, as many as there is room for. */
  function scale() {
    const { epochs } = sweep;
    const last = epochs.length - 1;
    const width = $("plot").clientWidth;
    const [low, high] = [Math.min(epochs[0], epochs[last]), Math.max(epochs[0], epochs[last])];
    const round = [];
    for (const factor of [1, 5, 2, 3]) {
      for (let ten = 1; ten <= high; ten *= 10) round.push(factor * ten);
    }
    const marks = new Map([[0, epochs[0]], [last, epochs[last]]]);
    const free = (index) =>
      [...marks.keys()].every((other) => (Math.abs(other - index) / last) * width > MARK);
    for (const epoch of round.filter((epoch) => epoch > low && epoch < high)) {
      const index = between(epochs, epoch);
      if (free(index)) marks.set(index, epoch);
    }
    const labels = [...marks].map(([index, epoch]) => {
      const label = document.createElement("span");
      label.textContent = grouped(epoch);
      label.style.setProperty("--at", index / last);
      return label;
    });
    $("scale").replaceChildren(...labels);
  }

  // --- following

  function follow(frame) {
    if (film !== player.film) {
      setFilm();
      setScalars();
    }
    if (!sweeps.length) return;
    setSweep(sweepAt(frame));
    const epoch = film.epochs[place(film.steps, frame)];
    const index = Math.max(place(sweep.frames, frame), 0);
    const at = index / (sweep.epochs.length - 1);
    $("slider").value = index;
    $("slider").setAttribute("aria-valuetext", `epoch ${grouped(sweep.epochs[index])}`);
    $("plot").style.setProperty("--at", at);
    if (document.activeElement !== $("epoch")) {
      $("epoch").value = epoch === null ? "" : Math.round(epoch);
    }
    if (drawn) tell(epoch, index);
  }

  function tell(epoch, index) {
    const here = epoch === null ? -1 : nearestRecorded(epoch);
    const valueOf = (name) => (here < 0 ? null : recorded()[name][here]);
    for (const button of $("scalars").children) {
      button.lastChild.textContent = written(button.dataset.name, valueOf(button.dataset.name));
    }
    const value = recorded()[drawn][nearestRecorded(sweep.epochs[index])];
    $("dot").hidden = value === null;
    $("plot").style.setProperty("--height", value === null ? 0 : curve.of(value));
    const from = here < 0 ? "No epoch is shown here" : `As recorded at epoch ${grouped(recorded().epochs[here])}`;
    $("source").textContent = `${from}. Curve: ${words(drawn)}, ${curve.range}.`;
  }

  $("slider").addEventListener("input", (event) => {
    player.seek(sweep.frames[Number(event.target.value)]);
  });
  $("epoch").addEventListener("change", (event) => toEpoch(event.target.value));
  $("epoch").addEventListener("blur", () => follow(player.frame));
  $("scalars").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    drawn = button.dataset.name;
    for (const other of $("scalars").children) other.setAttribute("aria-pressed", other === button);
    plot();
    follow(player.frame);
  });
  new ResizeObserver(() => sweep && scale()).observe($("plot"));

  /** To the first frame, of the passage that is on screen, that shows the epoch or the nearest. */
  function toEpoch(epoch) {
    if (epoch === "" || !sweep) return;
    player.step(sweep.frames[nearest(sweep.epochs, Number(epoch))] - player.frame);
  }

  function fromAddress() {
    const [, epoch] = location.hash.match(/^#epoch=([\d.]+)$/) || [];
    if (epoch) toEpoch(epoch);
  }

  player.onFrame(follow);
  addEventListener("hashchange", fromAddress);
  fromAddress();
})();
