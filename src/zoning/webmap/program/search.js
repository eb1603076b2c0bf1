// Search by any part of code or name; full and half width, upper and lower case are alike.
zoningParts.push(function (app) {
  "use strict";
  const el = app.el;
  const most = app.config.hits || 20;
  let folded = null;
  let hits = [];
  let active = -1;

  // How a text is compared: compatibility forms to plain ones, lower case, without blanks.
  function foldText(text) {
    return text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
  }

  function prepare() {
    if (folded === null) {
      folded = app.units.map((unit) => ({ code: foldText(unit.code), name: foldText(unit.name) }));
    }
    return folded;
  }

  // How well a unit fits all words: 0 exactly its code or name, 1 begins so, 2 within; -1 not at all.
  function rank(one, words) {
    const all = words.every((word) => one.code.includes(word) || one.name.includes(word));
    if (!all) return -1;
    if (words.length > 1) return 2;
    if (one.code === words[0] || one.name === words[0]) return 0;
    return one.code.startsWith(words[0]) || one.name.startsWith(words[0]) ? 1 : 2;
  }

  // Units that fit, best first: { found: [index], count }.
  app.find = (text) => {
    const words = text.split(/[\s\u3000]+/).map(foldText).filter((word) => word);
    const ranked = [[], [], []];
    if (words.length) {
      prepare().forEach((one, i) => {
        const place = rank(one, words);
        if (place >= 0) ranked[place].push(i);
      });
    }
    const found = ranked[0].concat(ranked[1], ranked[2]);
    return { found: found.slice(0, most), count: found.length };
  };

  const box = el("input", { type: "search", id: "unit-search", placeholder: app.say("search.placeholder"), autocomplete: "off",
    role: "combobox", "aria-label": app.say("search.placeholder"), "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": "unit-hits" });
  const listBox = el("ul", { id: "unit-hits", role: "listbox", "aria-label": app.say("search.hits"), hidden: true });
  const said = el("p", { id: "unit-hits-said", className: "soft", role: "status" });

  function close() {
    listBox.hidden = true;
    listBox.replaceChildren();
    hits = [];
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function point(place) {
    active = place;
    Array.from(listBox.children).forEach((node, at) => node.setAttribute("aria-selected", String(at === place)));
    if (place < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", "unit-hit-" + place);
      listBox.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(place) {
    const i = hits[place];
    close();
    said.textContent = "";
    box.value = app.units[i].code;
    app.select(i, { from: box });
  }

  function option(i, place) {
    const node = el("li", { id: "unit-hit-" + place, role: "option", "aria-selected": "false" },
      el("span", { className: "hit-name", textContent: app.units[i].name }),
      el("span", { className: "hit-code", textContent: app.units[i].code }));
    node.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(place);
    });
    return node;
  }

  function answer() {
    const text = box.value;
    if (!foldText(text)) {
      close();
      said.textContent = "";
      return;
    }
    const known = app.find(text);
    hits = known.found;
    listBox.replaceChildren(...hits.map(option));
    listBox.hidden = hits.length === 0;
    box.setAttribute("aria-expanded", String(hits.length > 0));
    point(hits.length ? 0 : -1);
    said.textContent = known.count === 0 ? app.say("search.none")
      : app.say(known.count > hits.length ? "search.more" : "search.count", { count: known.count, shown: hits.length });
  }

  function onKey(event) {
    if (event.isComposing || event.keyCode === 229) return; // the keys of an input method are its own
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!hits.length) answer();
      else point((active + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!hits.length) answer();
      if (hits.length) choose(Math.max(active, 0));
    } else if (event.key === "Escape" && hits.length) {
      event.stopPropagation();
      event.preventDefault();
      close();
    }
  }

  box.addEventListener("input", (event) => { if (!event.isComposing) answer(); });
  box.addEventListener("compositionend", answer);
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", close);
  app.panel.addSection("find", app.say("search.title"), el("div", { className: "tools" }, box, listBox, said), 10);
});
