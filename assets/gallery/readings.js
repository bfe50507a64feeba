// What a net answers, in numbers, bars and words.
"use strict";

const readings = (() => {
  const $ = (id) => document.getElementById(id);
  const LETTERS = { ytilde: "ỹ" }; // of the symbols that are more than their names

  const letter = (name) => LETTERS[name] || name;
  const signed = (text) => text.replace(/-(?=[\d.])/g, "−");
  const two = (value) => signed(value.toFixed(2));
  const grouped = (value) => Math.round(value).toLocaleString("en").replaceAll(",", "\u202f");

  function three(value) {
    const size = Math.abs(value);
    const plain = size === 0 || (size >= 1e-3 && size < 1e5);
    return signed(plain ? String(Number(value.toPrecision(3))) : value.toExponential(1));
  }

  function element(tag, className, ...content) {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...content);
    return made;
  }

  /** A symbol in its colour, such as y₁. */
  function symbol(name, index) {
    const made = element("i", "symbol", letter(name));
    made.style.color = `var(--symbol-${name})`;
    if (index) made.append(element("sub", "", index));
    return made;
  }

  function radio(name, index) {
    const made = document.createElement("input");
    [made.type, made.name, made.value, made.checked] = ["radio", "net", index, index === 0];
    return element("label", "", made, element("span", "", name));
  }

  const coordinates = (name, [a, b]) => `${letter(name)}₁ ${two(a)}, ${letter(name)}₂ ${two(b)}`;

  /** Rows of what a net answers: a label, what it is called in words, a value, and a bar's hue. */
  function rows(said, point, sent, answer) {
    const { home, classes, output, plane, steps } = said.net;
    const found = [...(sent || [])].map((value, n) => [symbol(output, n + 1), "", value, ""]);
    if (home) found.push([symbol("F"), "energy", answers.apart(point, answer), ""]);
    else if (classes) {
      const marks = drawing.classes("marks");
      answers.energies(answer).forEach((value, k) => {
        found.push([`F(x, ${k + 1})`, `class ${k + 1}`, value, marks[k]]);
      });
    } else if (plane !== steps.length) {
      answer.forEach((value, k) => {
        const name = answer.length > 1 ? `output ${k + 1}` : "output";
        found.push([name, name, value, said.levelled ? "" : "var(--symbol-h)"]);
      });
    }
    return found;
  }

  /** Put the answer on the page; return what is to be said of it. */
  function show(said, point, sent, answer) {
    const { classes, home } = said.net;
    const [low, high] = said.limits;
    const found = rows(said, point, sent, answer);
    const told = found.filter(([, words]) => words);
    const least = classes ? Math.min(...told.map(([, , value]) => value)) : null;
    const share = (value) => Math.min(Math.max((value - low) / (high - low || 1), 0), 1);
    const made = found.map(([label, words, value, hue]) => {
      const bar = element("span", hue ? "amount" : "");
      if (hue) {
        bar.style.setProperty("--length", share(Math.abs(value)));
        bar.style.setProperty("--hue", hue);
      }
      const row = element("div", "energy", element("span", "name", label), bar, element("b", "", three(value)));
      row.classList.toggle("least", Boolean(words) && value === least);
      return row;
    });
    $("net-energies").replaceChildren(...made);
    $("net-means").textContent = home
      ? "F is the squared distance of the point from what comes of it."
      : classes ? "F is the energy of each class, its cross-entropy; the coldest is the answer." : "";
    $("net-key").hidden = !said.levelled;
    if (said.levelled) {
      $("net-key").style.setProperty("--at", share(told[0][2]));
      [$("net-low").textContent, $("net-high").textContent] = [three(low), three(high)];
    }
    if (!classes) return told.map(([, words, value]) => `${words} ${three(value)}`);
    const coldest = told.find(([, , value]) => value === least);
    return [`lowest energy: ${coldest[1]}, ${three(least)}`];
  }

  $("net-ramp").append(drawing.scale());

  return { coordinates, grouped, radio, show, symbol };
})();
