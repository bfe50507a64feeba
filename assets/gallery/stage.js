// The stage: a lecture that is played thought by thought, each of which ends on a still frame.
"use strict";

const stage = (() => {
  const $ = (id) => document.getElementById(id);
  const DIGITS = 1000; // milliseconds in which a second digit joins the first
  const STIRRED = 2500; // milliseconds for which the tools stay

  let lecture = null; // its slides, thoughts and names of chapters
  let at = 0; // the thought that is told, or was
  let rests = true; // at the end of it, or
  let begins = false; // before it, on the frame that its chapter opens on
  let black = false;
  let left = () => {}; // hears of the frame at which the lecture was left
  let typed = { number: 0, time: -Infinity };
  let stirred = 0;
  const shown = new Map(); // slides that are ready, by their numbers: element and projector

  const thoughts = () => lecture.thoughts;
  const slideAt = (index) => thoughts()[index].slide;
  const isStill = ({ first, last }) => first === last;

  // --- slides

  function ready(number) {
    const slide = lecture.slides[number];
    if (!slide || shown.has(number)) return;
    const element = document.createElement(slide.film ? "video" : "img");
    let projector = null;
    element.className = "slide";
    element.dataset.theme = slide.theme;
    if (slide.film) {
      Object.assign(element, { muted: true, playsInline: true, preload: "auto" });
      element.setAttribute("aria-label", slide.alt);
      const fail = () => ($("stage-failure").textContent = `${slide.film.video} cannot be played.`);
      projector = new Projector(element, slide.film, { rest, fail });
      projector.load(slide.film, thoughts().find((thought) => thought.slide === number).first);
    } else Object.assign(element, { src: slide.card, alt: slide.alt });
    shown.set(number, { element, projector });
    $("slides").append(element);
  }

  /** Put a slide on, and have the ones beside it at hand. */
  function put(number) {
    for (const near of [number, number + 1]) ready(near);
    for (const [other, { element, projector }] of shown) {
      element.classList.toggle("on", other === number);
      if (other !== number && projector) projector.pause();
      if (Math.abs(other - number) > 1) {
        element.removeAttribute("src");
        element.remove();
        shown.delete(other);
      }
    }
    $("stage").dataset.theme = lecture.slides[number].theme;
    return shown.get(number).projector;
  }

  // --- where it is

  /** Rest at the end of a thought. */
  function go(index) {
    at = Math.min(Math.max(index, 0), thoughts().length - 1);
    halt(thoughts()[at].last);
    rest();
  }

  function halt(frame) {
    const projector = put(slideAt(at));
    if (!projector) return;
    projector.pause();
    projector.seek(frame);
  }

  function play(index) {
    const thought = thoughts()[index];
    if (!thought) return;
    if (isStill(thought)) return go(index);
    const projector = put(thought.slide);
    const begun = projector.frame >= thought.first - 1 && projector.frame < thought.last;
    if (!begun || slideAt(at) !== thought.slide) projector.seek(thought.first);
    [at, rests, begins] = [index, false, false];
    projector.play(thought.last);
    tell();
  }

  function rest() {
    [rests, begins] = [true, false];
    tell();
  }

  const following = () => (begins ? at : at + 1);

  const isHeld = () => !rests && shown.get(slideAt(at)).element.paused;

  function on() {
    if (rests) return play(following());
    if (isHeld()) return play(at);
    shown.get(slideAt(at)).projector.pause();
    tell();
  }

  const hurry = () => (rests ? play(following()) : go(at));

  /** To the still that a chapter begins with: a thought of its own, or before its first. */
  function toChapter(number) {
    const index = thoughts().findIndex((thought) => thought.chapter >= number);
    if (index < 0) return;
    const thought = thoughts()[index];
    if (isStill(thought)) return go(index);
    [at, rests, begins] = [index, true, true];
    halt(thought.opens);
    tell();
  }

  function digit(key, time) {
    const number = 10 * (time - typed.time < DIGITS ? typed.number : 0) + Number(key);
    const first = lecture.first ?? 1; // the number of the first chapter
    const known = number - first < lecture.chapters.length;
    typed = { number: known ? number : Number(key), time };
    if (typed.number >= first) toChapter(typed.number - first);
    else go(0);
  }

  // --- what else there is

  function blacken() {
    black = !black;
    $("stage").classList.toggle("black", black);
    tell();
  }

  // A browser ends full screen for reasons of its own, as when a window opens: the stage stays, and
  // the Escape that a browser keeps to itself takes another one to leave.
  function toggleFullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if ($("stage").requestFullscreen) $("stage").requestFullscreen().catch(() => {});
  }

  /** The others that see the lecture are told what is told: see presenter.js. */
  function tell() {
    const [now, next] = [described(at, begins), following()];
    $("stage-place").textContent = `${at + 1} / ${thoughts().length}`;
    $("stage").classList.toggle("plays", !rests && !isHeld());
    if (rests) $("stage-status").textContent = black ? "Black" : words(now);
    presenter.tell({
      title: lecture.title,
      at,
      count: thoughts().length,
      state: black ? "black" : rests ? "rests" : isHeld() ? "held" : "plays",
      now,
      next: thoughts()[next] ? described(next) : null,
      notes: lecture.slides[slideAt(at)].notes,
    });
  }

  const words = ({ beat, text }) => [beat, text].filter(Boolean).join(". ");

  function described(index, isBefore = false) {
    const { slide, opens, last, chapter, text } = thoughts()[index];
    const { film, card, alt, theme } = lecture.slides[slide];
    const whole = (address) => new URL(address, location).href;
    const picture = film
      ? { film: { ...film, video: whole(film.video) }, frame: isBefore ? opens : last, alt, theme }
      : { card: whole(card), alt, theme };
    const said = isBefore ? "" : text || (film ? "" : alt);
    return { ...picture, beat: lecture.chapters[chapter] ?? "", text: said };
  }

  // --- keys

  const actions = {
    " ": on,
    PageDown: hurry,
    Enter: hurry,
    ArrowRight: () => go(rests ? following() : at),
    ArrowDown: () => go(rests ? following() : at),
    PageUp: () => go(at - 1),
    ArrowLeft: () => go(at - 1),
    ArrowUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(Infinity),
    b: blacken,
    ".": blacken,
  };
  const here = { f: toggleFullscreen, p: openPresenter, "?": help, Escape: leave };

  function openPresenter() {
    const opened = presenter.open();
    const blocked = "The browser keeps the presenter’s window shut: allow it to open windows.";
    $("stage-failure").textContent = opened ? "" : blocked;
  }

  function help() {
    $("stage-keys").showModal();
  }

  /** Do what a key means, and say whether it means anything; some mean it on the stage alone. */
  function press(key, time, own = true) {
    const name = key.length === 1 ? key.toLowerCase() : key;
    const action = actions[name] ?? (own ? here[name] : undefined);
    if (action && lecture) action();
    else if (/^\d$/.test(name) && lecture) digit(name, time);
    else return false;
    return true;
  }

  function onKey(event) {
    if (!lecture || event.ctrlKey || event.metaKey || event.altKey || $("stage-keys").open) return;
    const isButton = event.target.matches("button");
    if (isButton && (event.key === " " || event.key === "Enter")) return;
    if (press(event.key, event.timeStamp)) event.preventDefault();
  }

  function stir() {
    $("stage").classList.add("stirred");
    clearTimeout(stirred);
    stirred = setTimeout(() => $("stage").classList.remove("stirred"), STIRRED);
  }

  // --- coming and going

  /** Begin a lecture at a thought; `whenLeft` hears of the frame that is on screen in the end. */
  function open(given, index = 0, whenLeft = () => {}) {
    [lecture, left] = [given, whenLeft];
    for (const other of document.body.children) other.inert = other !== $("stage");
    $("stage").hidden = false;
    $("stage").focus();
    document.documentElement.classList.add("lectures");
    if ($("stage").requestFullscreen) $("stage").requestFullscreen().catch(() => {});
    go(index);
  }

  function leave() {
    if (!lecture) return;
    if (document.fullscreenElement) document.exitFullscreen();
    if (black) blacken();
    const { projector } = shown.get(slideAt(at));
    const frame = projector ? projector.frame : 0;
    for (const { element } of shown.values()) element.removeAttribute("src");
    $("slides").replaceChildren();
    shown.clear();
    $("stage").hidden = true;
    $("stage-failure").textContent = "";
    document.documentElement.classList.remove("lectures");
    for (const other of document.body.children) other.inert = false;
    lecture = null;
    left(frame);
  }

  document.addEventListener("keydown", onKey);
  $("stage").addEventListener("pointermove", stir);
  $("stage").addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) press(button.dataset.key, event.timeStamp);
    else if (event.target.closest("#slides")) hurry();
  });
  presenter.hear({ press: (key, time) => press(key, time, false), tell: () => lecture && tell() });

  return {
    open,
    leave,
    toChapter,
    get at() {
      return at;
    },
    get rests() {
      return rests;
    },
    get begins() {
      return begins;
    },
  };
})();
