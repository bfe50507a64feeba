// The film: which one plays, which frame is on screen, and the controls under it.
"use strict";

const player = (() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const video = $("video");
  const track = video.querySelector("track");
  const listeners = [];

  let film = data.films[0];
  let captions = false;
  const projector = new Projector(video, film, { frame: show, fail });

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const timeCode = (seconds) =>
    `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const chapterAt = (frame) =>
    film.chapters.findLastIndex((chapter) => frame >= Math.round(chapter.start * film.rate));
  const say = (words) => ($("status").textContent = words);

  // --- which frame

  function show(frame) {
    const seconds = frame / film.rate;
    const chapter = film.chapters[chapterAt(frame)];
    $("time").value = frame;
    $("time").style.setProperty("--at", frame / Math.max(film.frames - 1, 1));
    $("clock").textContent = timeCode(seconds);
    $("now").textContent = chapter ? chapter.name : "";
    const spoken = `${timeCode(seconds)} of ${timeCode(film.frames / film.rate)}`;
    $("time").setAttribute("aria-valuetext", chapter ? `${spoken}, ${chapter.name}` : spoken);
    const list = $("chapter-list");
    for (const [index, link] of [...(list ? list.querySelectorAll("a") : [])].entries()) {
      link.toggleAttribute("aria-current", index === chapterAt(frame));
    }
    for (const listener of listeners) listener(frame);
  }

  // --- which film

  function choose(index) {
    const seconds = projector.frame / film.rate;
    const going = !video.paused;
    film = data.films[index];
    $("failure").textContent = "";
    video.removeAttribute("poster");
    if (track) track.src = `data:text/vtt;charset=utf-8,${encodeURIComponent(film.captions)}`;
    setUp();
    projector.load(film, seconds * film.rate);
    if (going) projector.play();
  }

  function setUp() {
    $("player").style.setProperty("--ratio", film.width / film.height);
    $("time").max = film.frames - 1;
    $("length").textContent = timeCode(film.frames / film.rate);
    const tick = (chapter) => {
      const mark = document.createElement("span");
      mark.style.setProperty("--at", (chapter.start * film.rate) / Math.max(film.frames - 1, 1));
      return mark;
    };
    $("ticks").replaceChildren(...film.chapters.slice(1).map(tick));
    const item = (chapter) => {
      const entry = document.createElement("li");
      const link = document.createElement("a");
      const words = [timeCode(chapter.start), chapter.name].map((text) => {
        const span = document.createElement("span");
        span.textContent = text;
        return span;
      });
      words[0].className = "muted";
      link.href = `#t=${chapter.start}`;
      link.append(words[0], " ", words[1]);
      entry.append(link);
      return entry;
    };
    if ($("chapter-list")) $("chapter-list").replaceChildren(...film.chapters.map(item));
    showCaptions();
  }

  function fail() {
    $("failure").textContent =
      `${film.video} cannot be played here; download it below, or render the clip again.`;
  }

  // --- controls

  const seek = (frame) => projector.seek(frame);

  function toggle() {
    if (video.paused) projector.play();
    else projector.pause();
  }

  function step(frames) {
    projector.pause();
    seek(projector.frame + frames);
  }

  function toChapter(offset) {
    const now = chapterAt(projector.frame);
    // Back from within a chapter leads to its beginning first, as on any player.
    const begun = now >= 0 && projector.frame - film.chapters[now].start * film.rate > film.rate;
    const next = film.chapters[now + (offset < 0 && begun ? 0 : offset)];
    if (next) seek(Math.round(next.start * film.rate));
    else if (offset < 0) seek(0);
  }

  function setSpeed(value) {
    $("speed").value = value;
    video.defaultPlaybackRate = video.playbackRate = value; // the default outlives a new film
    say(`Speed ${value}`);
  }

  function faster(offset) {
    const speeds = [...$("speed").options].map((option) => Number(option.value));
    const place = clamp(speeds.indexOf(video.playbackRate) + offset, 0, speeds.length - 1);
    setSpeed(speeds[place]);
  }

  // The words stand under the picture, where they hide nothing and can be enlarged and copied.
  function showCaptions() {
    $("captions").setAttribute("aria-pressed", captions);
    $("captions").disabled = !film.captions;
    $("caption").hidden = !captions;
    if (track) track.track.mode = captions ? "hidden" : "disabled";
    caption();
  }

  function caption() {
    const cues = (track && track.track.activeCues) || [];
    $("caption").textContent = [...cues].map((cue) => cue.getCueAsHTML().textContent).join(" ");
  }

  function toggleCaptions() {
    if (!film.captions) return;
    captions = !captions;
    showCaptions();
    say(captions ? "Captions on" : "Captions off");
  }

  function toggleFullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if ($("player").requestFullscreen) $("player").requestFullscreen();
    else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
  }

  function fromAddress() {
    const [, seconds] = location.hash.match(/^#t=([\d.]+)$/) || [];
    if (seconds) seek(Math.round(seconds * film.rate));
  }

  function playing() {
    const going = !video.paused;
    $("player").classList.toggle("plays", going);
    $("play").setAttribute("aria-label", going ? "Pause" : "Play");
  }

  video.controls = false;
  document.querySelector(".controls").hidden = false;
  video.addEventListener("click", toggle);
  video.addEventListener("play", playing);
  video.addEventListener("pause", playing);
  if (track) track.addEventListener("cuechange", caption);
  $("play").addEventListener("click", toggle);
  $("time").addEventListener("input", (event) => seek(Number(event.target.value)));
  $("captions").addEventListener("click", toggleCaptions);
  $("speed").addEventListener("change", (event) => setSpeed(Number(event.target.value)));
  $("fullscreen").addEventListener("click", toggleFullscreen);
  if ($("chapter-list")) {
    $("chapter-list").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      seek(Math.round(Number(link.hash.slice(3)) * film.rate));
    });
  }
  if ($("shapes")) {
    $("shapes").addEventListener("change", (event) => choose(Number(event.target.value)));
  }
  addEventListener("hashchange", fromAddress);

  setUp();
  show(0);
  fromAddress();
  if (video.readyState) projector.begin(); // the film may have been quicker than this script
  if (video.error) fail();

  return {
    get film() {
      return film;
    },
    get frame() {
      return projector.frame;
    },
    runs: data.runs,
    title: data.title,
    story: data.story,
    /** Call a function with each frame that comes on screen. */
    onFrame(listener) {
      listeners.push(listener);
      listener(projector.frame);
    },
    seek,
    step,
    pause: () => projector.pause(),
    toggle,
    toChapter,
    faster,
    toggleCaptions,
    toggleFullscreen,
  };
})();
