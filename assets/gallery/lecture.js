// A clip as a lecture: its thoughts on the stage, from the one that is on screen.
"use strict";

document.getElementById("lecture").addEventListener("click", () => {
  const { film, title, story } = player;
  const lecture = {
    title,
    slides: [{ film, alt: title, theme: film.theme, notes: story }],
    thoughts: film.thoughts.map((thought) => ({ slide: 0, ...thought })),
    chapters: film.chapters.map(({ name }) => name),
  };
  const told = film.thoughts.filter(({ last }) => last <= player.frame);
  player.pause();
  stage.open(lecture, told.length - 1, player.seek);
});
