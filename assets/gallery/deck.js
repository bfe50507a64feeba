// A deck's page: the lecture on the stage, from its beginning or from a slide.
"use strict";

(() => {
  const lecture = JSON.parse(document.getElementById("data").textContent);
  const links = [...document.querySelectorAll("[data-slide]")];
  const begin = document.getElementById("begin");
  let [told, begun] = [0, false]; // from where S goes on

  function tell(from) {
    stage.open(lecture, from, () => {
      [told, begun] = [stage.at, stage.begins];
      links[lecture.thoughts[told].slide].focus();
    });
  }

  function goOn() {
    const { chapter } = lecture.thoughts[told];
    const anew = begun; // a chapter of which nothing was told
    tell(told);
    if (anew) stage.toChapter(chapter);
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
    if (event.key.toLowerCase() === "s") goOn();
  });
})();
