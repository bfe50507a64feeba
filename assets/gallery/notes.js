// What the presenter's window shows: the thought that is told, the next one, notes and a clock.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const STATES = { rests: "At rest", plays: "Plays", held: "Held", black: "Black" };
  const stage = window.opener;
  const projectors = new Map();
  let began = null; // when the first thought was told

  const send = (message) => stage && stage.postMessage(message, "*");
  const two = (number) => String(Math.floor(number)).padStart(2, "0");

  function picture(name, view) {
    const [video, card] = [$(`${name}-film`), $(`${name}-card`)];
    video.hidden = !view?.film;
    card.hidden = !view?.card;
    if (view?.card) Object.assign(card, { src: view.card, alt: view.alt });
    if (!view?.film) return;
    video.dataset.theme = view.theme;
    video.style.setProperty("--ratio", view.film.width / view.film.height);
    video.setAttribute("aria-label", view.alt);
    const known = projectors.get(name);
    if (known?.film.video === view.film.video) known.seek(view.frame);
    else {
      if (!known) projectors.set(name, new Projector(video, view.film));
      projectors.get(name).load(view.film, view.frame);
    }
  }

  function show(message) {
    const { title, at, count, state, now, next, notes } = message;
    document.title = `${title} – Presenter’s window`;
    if (began === null && at > 0) began = Date.now();
    $("waiting").hidden = true;
    $("told").hidden = false;
    $("place").textContent = `${at + 1} / ${count}`;
    $("state").textContent = STATES[state] ?? "";
    for (const [name, view] of Object.entries({ now, next })) {
      picture(name, view);
      $(`${name}-beat`).textContent = view?.beat ?? "";
      $(`${name}-text`).textContent = view?.text ?? "";
    }
    $("over").hidden = next !== null;
    const paragraphs = notes.split(/\n\s*\n/).filter(Boolean);
    $("notes").replaceChildren(
      ...paragraphs.map((words) => {
        const paragraph = document.createElement("p");
        paragraph.textContent = words;
        return paragraph;
      }),
    );
  }

  function tick() {
    const now = new Date();
    const passed = began === null ? 0 : (now - began) / 1000;
    $("hour").textContent = `${two(now.getHours())}:${two(now.getMinutes())}`;
    $("passed").textContent = `${two(passed / 60)}:${two(passed % 60)}`;
    send({ here: true }); // by which a stage that was loaded anew finds this window
  }

  addEventListener("message", ({ source, data }) => {
    if (source === stage && data.now) show(data);
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("button") && (event.key === " " || event.key === "Enter")) return;
    if (event.key === "Tab") return;
    event.preventDefault();
    send({ key: event.key });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) send({ key: button.dataset.key });
  });
  $("anew").addEventListener("click", () => {
    began = Date.now();
    tick();
  });

  send({ asks: true });
  tick();
  setInterval(tick, 1000);
})();
