// A film in a video element: which frame is on screen, and how another comes there.
"use strict";

class Projector {
  #video;
  #film;
  #hears;
  #shown = -1; // the frame on screen
  #wanted = null; // the frame to seek to as soon as the last seek has ended
  #last = Infinity; // the frame to stop at
  #loading = false; // the film is on its way as a whole

  /**
   * The element may have the film already: its address, frame rate and number of frames. `frame`
   * hears of each that comes on screen, `rest` of the one that was to be stopped at, `fail` of a
   * film that cannot be played.
   */
  constructor(video, film, { frame = () => {}, rest = () => {}, fail = () => {} } = {}) {
    this.#video = video;
    this.#film = film;
    this.#hears = { frame, rest, fail };
    video.addEventListener("loadedmetadata", () => this.begin());
    video.addEventListener("seeked", () => {
      this.#seekOn();
      this.#follow(video.currentTime);
    });
    video.addEventListener("ended", () => this.#last < Infinity && this.#land());
    video.addEventListener("error", () => this.#fail());
    if (video.requestVideoFrameCallback) {
      const onFrame = (_, { mediaTime }) => {
        this.#follow(mediaTime);
        video.requestVideoFrameCallback(onFrame);
      };
      video.requestVideoFrameCallback(onFrame);
    } else {
      video.addEventListener("timeupdate", () => this.#follow(video.currentTime));
    }
  }

  get film() {
    return this.#film;
  }

  get frame() {
    return Math.max(this.#shown, 0);
  }

  /** Put on another film, at a frame. */
  load(film, frame) {
    const video = this.#video;
    this.#film = film;
    this.#loading = false;
    this.#last = Infinity;
    if (video.src.startsWith("blob:")) URL.revokeObjectURL(video.src);
    video.src = film.video;
    this.#shown = -1;
    this.seek(frame);
  }

  /** Go to a frame: the numbers follow at once, the picture when it is decoded. */
  seek(frame) {
    const target = Math.min(Math.max(Math.round(frame), 0), this.#film.frames - 1);
    this.#show(target);
    this.#wanted = target;
    this.#seekOn();
  }

  /** Play, to a frame if one is given, and rest there. */
  play(last = Infinity) {
    this.#last = last;
    this.#video.play().catch(() => {}); // it was paused meanwhile, or "error" tells why
  }

  pause() {
    this.#last = Infinity;
    this.#video.pause();
  }

  /** Seek in what is loaded; a film may be quicker than the script that comes to it. */
  begin() {
    const { seekable, duration } = this.#video;
    if (this.#loading) return;
    if (seekable.length && seekable.end(0) > duration / 2) this.#seekOn();
    else this.#loadWhole();
  }

  #show(frame) {
    if (frame === this.#shown) return;
    this.#shown = frame;
    this.#hears.frame(frame);
  }

  // What cannot be sought now stays wanted: the film of a host that lets nobody seek may end a
  // seek, at its beginning, while it is on its way as a whole.
  #seekOn() {
    const video = this.#video;
    if (this.#wanted === null || video.seeking || !video.readyState || this.#loading) return;
    // The middle of a frame, so that no rounding shows the one before.
    video.currentTime = (this.#wanted + 0.5) / this.#film.rate;
    this.#wanted = null;
  }

  #follow(seconds) {
    const video = this.#video;
    if (video.seeking || this.#wanted !== null || !video.readyState) return;
    const { rate, frames } = this.#film;
    const frame = Math.min(Math.max(Math.floor(seconds * rate + 0.01), 0), frames - 1);
    // A film runs on while it is told to pause: it is stopped a frame early, and then sought.
    if (frame >= this.#last - 1 && !video.paused) this.#land();
    else this.#show(frame);
  }

  #land() {
    const last = this.#last;
    this.pause();
    this.seek(last);
    this.#hears.rest();
  }

  // A host that serves no parts of files, such as Python's http.server, lets nobody seek in them.
  async #loadWhole() {
    const video = this.#video;
    const film = this.#film;
    if (video.src.startsWith("blob:")) return;
    this.#loading = true;
    if (this.#wanted === null) this.#wanted = this.frame;
    try {
      const whole = await (await fetch(film.video)).blob();
      if (film !== this.#film) return;
      const going = !video.paused;
      video.src = URL.createObjectURL(whole);
      if (going) this.play(this.#last);
    } catch {
      this.#fail();
    } finally {
      if (film === this.#film) this.#loading = false;
    }
  }

  #fail() {
    if (this.#video.hasAttribute("src")) this.#hears.fail();
  }
}
