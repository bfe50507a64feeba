// The time line: what a clip shows when, and what the check has to say about it.
"use strict";

const timeline = (() => {
  const $ = (id) => document.getElementById(id);

  const timeCode = (seconds) =>
    `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  const at = (list, seconds) =>
    list.findLast(({ start, end }) => start <= seconds + 1e-6 && seconds < end - 1e-6);

  function piece(kind, { start, end }, duration) {
    const found = document.createElement(kind);
    found.style.setProperty("--start", start / duration);
    found.style.setProperty("--end", end / duration);
    return found;
  }

  /** Draw the beats, captions and epochs of a clip; `seek` is called with seconds. */
  function show(clip, seek) {
    const { beats, captions, duration } = clip;
    $("length").textContent = timeCode(duration);
    $("time").max = clip.frames - 1;
    const items = beats.map((beat) => {
      const [item, button] = [piece("li", beat, duration), document.createElement("button")];
      button.type = "button";
      button.textContent = button.title = beat.name;
      button.addEventListener("click", () => seek(beat.start));
      item.append(button);
      return item;
    });
    $("beats").replaceChildren(...items);
    $("beats").hidden = !items.length;
    $("captions").replaceChildren(...captions.map((each) => piece("i", each, duration)));
    $("curve").setAttribute("d", curve(clip.epochs));
  }

  /** The epochs over the frames, from 0 at the bottom to the largest, in a square of 1. */
  function curve(epochs) {
    const known = epochs.filter((epoch) => epoch !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    let [path, pen] = ["", "M"];
    epochs.forEach((epoch, frame) => {
      if (epoch === null) {
        pen = "M";
        return;
      }
      if (epoch === epochs[frame - 1] && epoch === epochs[frame + 1]) return;
      const height = high > low ? (epoch - low) / (high - low) : 0.5;
      path += `${pen}${(frame / epochs.length).toFixed(5)} ${(0.94 - 0.88 * height).toFixed(4)}`;
      pen = "L";
    });
    return path;
  }

  /** Tell where the clip is. */
  function tell(clip, seconds) {
    const frame = Math.min(Math.floor(seconds * clip.frame_rate + 1e-6), clip.frames - 1);
    const [beat, caption] = [at(clip.beats, seconds), at(clip.captions, seconds)];
    const epoch = clip.epochs[frame];
    $("tracks").style.setProperty("--at", seconds / clip.duration);
    $("time").value = frame;
    const tenths = Math.floor(10 * (seconds % 1) + 1e-6);
    $("clock").textContent = `${timeCode(seconds)}.${tenths}`;
    const spoken = `${timeCode(seconds)} of ${timeCode(clip.duration)}`;
    $("time").setAttribute("aria-valuetext", beat ? `${spoken}, ${beat.name}` : spoken);
    $("epoch").textContent = epoch === null ? "" : `epoch ${Math.round(epoch).toLocaleString("en").replaceAll(",", "\u202f")}`;
    $("caption").textContent = caption ? caption.text : "";
    for (const [index, item] of [...$("beats").children].entries()) {
      item.firstChild.toggleAttribute("aria-current", clip.beats[index] === beat);
    }
  }

  /** List what the check found, each with the looks in which it did, and mark it. */
  function find(found, duration, seek) {
    const marks = found.map(({ seconds }) =>
      piece("i", { start: seconds, end: seconds }, duration),
    );
    $("marks").replaceChildren(...marks);
    const items = found.map(({ rule, seconds, sentence, looks }) => {
      const [item, button] = [document.createElement("li"), document.createElement("button")];
      const words = document.createElement("span");
      button.type = "button";
      button.textContent = timeCode(seconds);
      button.setAttribute("aria-label", `Go to ${timeCode(seconds)}`);
      button.addEventListener("click", () => seek(seconds));
      words.textContent = `${rule}: ${sentence}`;
      const where = document.createElement("span");
      where.className = "muted";
      where.textContent = looks.join(", ");
      item.append(button, words, where);
      return item;
    });
    $("findings").replaceChildren(...items);
  }

  return { show, tell, find };
})();
