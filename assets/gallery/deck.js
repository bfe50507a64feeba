// A deck's page: the lecture on the stage, from its beginning or from a slide.
"use strict";

(() => {
  const lecture = JSON.parse(document.getElementById("data").textContent);
  const links = [...document.querySelectorAll("[data-slide]")];
  const begin = document.getElementById("begin");
  let told = 0;

  function tell(from) {
    stage.open(lecture, from, () => {
      told = stage.at; // from where S goes on
      links[lecture.thoughts[told].slide].focus();
    });
  }

  begin.addEventListener("click", () => tell(0));
  for (const [slide, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      tell(0);
      stage.toChapter(slide);
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !document.getElementById("stage").hidden) {
      return;
    }
    if (event.key.toLowerCase() === "s") tell(told);
  });
})();
