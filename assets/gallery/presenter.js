// The presenter's window, seen from both sides: the stage opens it, tells it what is told and what
// comes next, and is sent the keys that are pressed there. Messages, unlike anything else that two
// windows share, reach from page to page on the disk too; each side hears the other alone.
"use strict";

const presenter = (() => {
  const ADDRESS = document.currentScript.src.replace(/[^/]+$/, "presenter.html");
  let opened = null;
  let heard = { press: () => {}, tell: () => {} };

  addEventListener("message", ({ source, data, timeStamp }) => {
    // A stage that was loaded anew knows its window by who opened it.
    if (!source || source === window || source.opener !== window) return;
    const isNew = source !== opened;
    opened = source;
    if (data.key) heard.press(String(data.key), timeStamp);
    else if (isNew || data.asks) heard.tell();
  });

  return {
    /** Open the window, or bring it to the front; null where the browser does not let it open. */
    open() {
      opened = window.open(ADDRESS, "epochreel-presenter", "popup,width=1080,height=720");
      if (opened) heard.tell();
      return opened;
    },
    tell(message) {
      if (opened && !opened.closed) opened.postMessage(message, "*");
    },
    hear(listener) {
      heard = listener;
    },
  };
})();
