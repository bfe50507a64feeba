// A poster plays while the pointer or the keyboard is on it.
"use strict";

for (const card of document.querySelectorAll(".card")) {
  const video = card.querySelector("video");
  const start = Number(video.dataset.start);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const play = () => {
    if (calm.matches) return;
    if (!video.readyState) video.currentTime = start; // kept for when its length is known
    video.play().then(() => card.classList.add("plays"), () => {}); // else the poster stays
  };
  const rest = () => {
    if (card.matches(":hover, :focus-within")) return;
    video.pause();
    card.classList.remove("plays");
  };

  card.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && play());
  card.addEventListener("pointerleave", rest);
  card.addEventListener("focusin", play);
  card.addEventListener("focusout", () => setTimeout(rest)); // when the focus has moved
}
