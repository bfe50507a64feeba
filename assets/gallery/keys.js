// The keyboard, and the panel that tells of it.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const KEPT = "epochreel-keys";
  const seconds = (count) => () => player.seek(player.frame + count * player.film.rate);

  const actions = {
    " ": player.toggle,
    k: player.toggle,
    ArrowLeft: seconds(-1),
    ArrowRight: seconds(1),
    j: seconds(-5),
    l: seconds(5),
    ",": () => player.step(-1),
    ".": () => player.step(1),
    p: () => player.toChapter(-1),
    n: () => player.toChapter(1),
    Home: () => player.seek(0),
    End: () => player.seek(Infinity),
    e: () => $("epoch").select(),
    "-": () => player.faster(-1),
    "−": () => player.faster(-1),
    "+": () => player.faster(1),
    "=": () => player.faster(1),
    c: player.toggleCaptions,
    v: nextShape,
    f: player.toggleFullscreen,
    s: () => $("lecture").click(),
    "?": help,
  };

  function nextShape() {
    const shapes = [...document.querySelectorAll("[name=shape]")];
    const now = shapes.findIndex((shape) => shape.checked);
    if (now >= 0) shapes[(now + 1) % shapes.length].click();
  }

  function help() {
    if (!$("keys").open) $("keys").showModal();
  }

  /** Whether a control does something of its own with a key. */
  function taken(target, key) {
    if (target.matches("select, [type=number]")) return true;
    if (target.matches("button, a, [type=checkbox]")) return key === " ";
    if (target.matches("#slider, [type=radio]")) return key === " " || key.length > 1;
    return false;
  }

  document.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!actions[key] || event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
    if (!$("stage").hidden) return;
    if (taken(event.target, key) || !($("keys-on").checked || key === "?")) return;
    event.preventDefault();
    actions[key]();
  });

  $("help").addEventListener("click", help);
  // Where nothing can be kept, the keys are in use again on the next page.
  try {
    $("keys-on").checked = localStorage.getItem(KEPT) !== "off";
    $("keys-on").addEventListener("change", (event) => {
      localStorage.setItem(KEPT, event.target.checked ? "on" : "off");
    });
  } catch {}
})();
