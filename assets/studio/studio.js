// The frames: those of every look that is shown, at the moment under the scrubber.
"use strict";

const studio = (() => {
  const $ = (id) => document.getElementById(id);
  const views = new Map(); // a look's name to what is shown of it
  const GAP = 16; // pixels between two frames
  const LABEL = 24; // and below one, for its name

  let seconds = Number((location.hash.match(/^#t=([\d.]+)$/) || [])[1] || 0);
  let source = null;
  let training = null;
  let going = null; // where and when playing began
  let drawn = null; // the clip on the time line
  let lost = false; // nobody answers

  const chosen = (id) => [...$(id).querySelectorAll(":checked")].map((input) => input.value);
  const first = () => [...views.values()].find((view) => view.clip);

  // --- looks

  function choose() {
    const names = chosen("themes").flatMap((theme) =>
      chosen("shapes").map((shape) => `${shape} ${theme}`),
    );
    const kept = names.map((name) => views.get(name) || view(name));
    views.clear();
    for (const each of kept) views.set(each.name, each);
    listen(names);
    fit();
    refresh();
  }

  function view(name) {
    const [figure, frame] = [document.createElement("figure"), document.createElement("div")];
    const [canvas, words] = [document.createElement("canvas"), document.createElement("figcaption")];
    const [shape, theme] = name.split(" ");
    const [across, up] = shape.split(":").map(Number);
    figure.className = theme;
    frame.className = "frame";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${name}, not drawn yet`);
    canvas.hidden = true;
    words.textContent = name;
    frame.append(canvas);
    figure.append(frame, words);
    return { name, figure, frame, canvas, ratio: across / up, clip: null, shown: "", busy: false,
      playing: false, fault: null, refused: null, findings: null, checking: false };
  }

  /** The largest height at which all frames find room, in as many rows as that takes. */
  function fit() {
    const stage = $("stage");
    const all = [...views.values()];
    const room = parseFloat(getComputedStyle(stage).maxHeight);
    const across = stage.parentElement.clientWidth;
    let [best, rows] = [0, []];
    for (let count = 1; count <= all.length; count++) {
      const each = Math.ceil(all.length / count);
      const cut = all.filter((_, at) => at % each === 0).map((_, at) => all.slice(at * each, (at + 1) * each));
      let height = (room - GAP * (cut.length - 1)) / cut.length - LABEL;
      for (const row of cut) {
        const ratios = row.reduce((sum, { ratio }) => sum + ratio, 0);
        height = Math.min(height, (across - GAP * (row.length - 1)) / ratios);
      }
      if (height > best) [best, rows] = [height, cut];
    }
    for (const { figure, ratio } of all) {
      figure.style.setProperty("--height", `${Math.floor(best)}px`);
      figure.style.setProperty("--width", `${Math.floor(best * ratio)}px`);
    }
    const divs = rows.map((row) => {
      const div = document.createElement("div");
      div.append(...row.map(({ figure }) => figure));
      return div;
    });
    stage.replaceChildren(...divs);
  }

  function outline(view) {
    const box = (name, [left, bottom, right, top]) => {
      const [area, words] = [document.createElement("i"), document.createElement("span")];
      area.className = name === "safe" ? "safe" : "slot";
      for (const [side, at] of Object.entries({ left, bottom, right: 1 - right, top: 1 - top })) {
        area.style.setProperty(side, `${100 * at}%`);
      }
      words.textContent = name;
      area.append(words);
      return area;
    };
    const areas = Object.entries({ safe: view.clip.safe, ...view.clip.slots });
    view.frame.replaceChildren(view.canvas, ...areas.map(([name, at]) => box(name, at)));
  }

  // --- frames

  const number = ({ clip }) =>
    Math.min(Math.floor(seconds * clip.frame_rate + 1e-6), clip.frames - 1);

  /** Draw the frame of the moment, and then that of the moment which it is by then. */
  async function draw(view) {
    if (view.busy || !view.clip || lost) return;
    const frame = number(view);
    const wanted = `${frame} after ${view.clip.saves}`;
    if (wanted === view.shown) return;
    view.busy = true;
    try {
      const answer = await fetch(`frames/${encodeURIComponent(view.name)}/${frame}`);
      if (answer.ok) put(view, await createImageBitmap(await answer.blob()), frame);
      view.refused = answer.ok ? null : await answer.text();
      view.shown = wanted;
    } catch {
      lost = true;
    }
    view.busy = false;
    say();
    if (views.get(view.name) === view) draw(view);
  }

  function put(view, picture, frame) {
    const { canvas } = view;
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      [canvas.width, canvas.height] = [picture.width, picture.height];
    }
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    canvas.hidden = false;
    canvas.dataset.frame = frame;
    canvas.dataset.saves = view.clip.saves;
    canvas.setAttribute("aria-label", `${view.name}, frame ${frame}`);
  }

  function refresh() {
    const view = first();
    if (view) {
      const { clip } = view;
      seconds = Math.min(Math.max(seconds, 0), (clip.frames - 1) / clip.frame_rate);
      if (clip !== drawn) timeline.show(clip, seek);
      drawn = clip;
      timeline.tell(clip, seconds);
    }
    views.forEach(draw);
  }

  function seek(to) {
    going = null;
    move(to);
  }

  function move(to) {
    seconds = to;
    refresh();
    $("play").setAttribute("aria-label", going ? "Pause" : "Play");
    $("play").classList.toggle("plays", Boolean(going));
    if (!going) history.replaceState(null, "", `#t=${seconds.toFixed(3)}`);
  }

  // Frames come as fast as they are drawn, and the clock waits for none of them.
  function tick(now) {
    if (!going) return;
    const view = first();
    const end = (view.clip.frames - 1) / view.clip.frame_rate;
    const to = going.seconds + (now - going.since) / 1000;
    if (to >= end) going = null;
    move(Math.min(to, end));
    requestAnimationFrame(tick);
  }

  function toggle() {
    const view = first();
    if (!view) return;
    if (going) return seek(seconds);
    const end = (view.clip.frames - 1) / view.clip.frame_rate;
    going = { seconds: seconds >= end ? 0 : seconds, since: performance.now() };
    requestAnimationFrame(tick);
  }

  const step = (frames) => () => {
    const view = first();
    if (view) seek((number(view) + frames) / view.clip.frame_rate);
  };

  const beat = (offset) => () => {
    const view = first();
    if (!view) return;
    const starts = view.clip.beats.map(({ start }) => start);
    const now = starts.findLastIndex((start) => start <= seconds + 1e-6);
    // Back from within a beat leads to its beginning first, as on any player.
    const begun = now >= 0 && seconds - starts[now] > 1;
    seek(starts[now + (offset < 0 && begun ? 0 : offset)] ?? (offset < 0 ? 0 : seconds));
  };

  // --- what is told

  function listen(names) {
    if (source) source.close();
    const asked = new URLSearchParams(names.map((name) => ["look", name]));
    source = new EventSource(`told?${asked}`);
    source.onopen = () => {
      lost = false;
      refresh();
      say();
    };
    source.onerror = () => {
      lost = true;
      say();
    };
    source.onmessage = ({ data }) => hear(...JSON.parse(data));
  }

  function hear(what, name, value) {
    const view = views.get(name);
    if (what === "training") training = value;
    else if (!view) return;
    else if (what === "clip") {
      view.clip = value;
      outline(view);
      if (view === first()) $("title").textContent = value.title;
      refresh();
    } else view[what] = value;
    if (what === "findings") findings();
    say();
  }

  function findings() {
    const found = new Map();
    for (const { name, findings } of views.values()) {
      for (const each of findings || []) {
        const key = JSON.stringify([each.rule, each.sentence]);
        if (!found.has(key)) found.set(key, { ...each, looks: [] });
        found.get(key).looks.push(name);
      }
    }
    const list = [...found.values()].sort((one, other) => one.seconds - other.seconds);
    if (drawn) timeline.find(list, drawn.duration, seek);
    return list.length;
  }

  /** Say what goes on, and what went wrong. */
  function say() {
    const all = [...views.values()];
    const some = (what) => all.some((view) => view[what]);
    const faults = new Set(all.map(({ fault, refused }) => fault || refused).filter(Boolean));
    let words = "";
    if (lost) words = "The studio is closed: start it again.";
    else if (training) words = "Training";
    else if (some("playing")) words = first() ? "Reloading …" : "Playing the clip for the first time …";
    putText("status", words);
    putText("fault", [...faults].join("\n"));
    $("fault").hidden = !faults.size;
    $("stage").setAttribute("aria-busy", some("playing"));
    for (const { figure, fault, refused } of all) {
      figure.classList.toggle("behind", Boolean(fault || refused));
    }
    $("training").hidden = !training;
    if (training) {
      const { trainer, epoch, epochs, loss } = training;
      const far = epochs ? `: epoch ${epoch} of ${epochs}` : " …";
      const of = loss == null ? "" : `, loss ${loss.toPrecision(3)}`;
      putText("training-words", `Training ${trainer}${far}${of}`);
      $("far").value = epochs ? epoch / epochs : 0;
    }
    const known = all.filter((view) => view.findings);
    const count = known.length ? findings() : 0;
    const checking = some("checking") || known.length < all.length;
    const verdict = count === 1 ? "One finding." : count ? `${count} findings.` : "Nothing to mend.";
    if (!first()) putText("verdict", "");
    else putText("verdict", checking ? (count ? `${verdict} Checking …` : "Checking …") : verdict);
  }

  /** Set a text where it is another, for what is set again is read out again. */
  function putText(id, words) {
    if ($(id).textContent !== words) $(id).textContent = words;
  }

  // --- controls

  function areas() {
    for (const name of ["slots", "safe"]) {
      $("stage").classList.toggle(`with-${name}`, chosen("areas").includes(name));
    }
  }

  function toggleAreas() {
    const boxes = [...$("areas").querySelectorAll("input")];
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
    areas();
  }

  for (const id of ["shapes", "themes"]) {
    $(id).addEventListener("change", (event) => {
      if (!chosen(id).length) event.target.checked = true; // one stays
      choose();
    });
  }
  $("areas").addEventListener("change", areas);
  $("play").addEventListener("click", toggle);
  $("help").addEventListener("click", () => $("keys").showModal());
  $("time").addEventListener("input", (event) => {
    const view = first();
    if (view) seek(Number(event.target.value) / view.clip.frame_rate);
  });
  addEventListener("resize", fit);

  const keys = {
    " ": toggle,
    k: toggle,
    ArrowLeft: () => seek(seconds - 1),
    ArrowRight: () => seek(seconds + 1),
    ",": step(-1),
    ".": step(1),
    p: beat(-1),
    n: beat(1),
    Home: () => seek(0),
    End: () => seek(Infinity),
    s: toggleAreas,
    "?": () => $("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!keys[key] || event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
    if (key === " " && event.target.matches("button, [type=checkbox]")) return;
    event.preventDefault();
    keys[key]();
  });

  choose();
  areas();
  return { toggle };
})();
