// The panel beside the map: head, sections in their order, what is printed of sources and simplification.
function makePanel(app) {
  const root = document.getElementById("panel");
  const body = el("div", { id: "sections" });
  const ranks = [];

  // Add a section; rank orders them (find 10, theme 20, filter 30, layers 40, tools 50, reading 90). Returns the section.
  function addSection(id, title, node, rank) {
    const section = el("section", { id: id, "aria-labelledby": id + "-title" },
      el("h2", { id: id + "-title", textContent: title }), node);
    const place = rank === undefined ? 50 : rank;
    const after = ranks.findIndex((one) => one > place);
    const before = after < 0 ? null : body.children[after];
    body.insertBefore(section, before);
    ranks.splice(after < 0 ? ranks.length : after, 0, place);
    return section;
  }

  function head(config) {
    return el("header", {},
      el("h1", { textContent: config.title }),
      config.marks.length ? el("p", { className: "marks" },
        ...config.marks.map((mark) => el("span", { className: "mark", textContent: mark }))) : null,
      el("p", { className: "soft", textContent: config.subtitle }),
      ...config.warnings.map((one) => el("details", { className: "warning" },
        el("summary", { textContent: one.kind + " (" + one.texts.length + ")" }),
        ...one.texts.map((text) => el("p", { textContent: text })))));
  }

  function reading(config) {
    return el("div", {}, ...config.remarks.map((text) => el("p", { className: "soft", textContent: text })),
      config.sources.length ? el("details", {}, el("summary", { textContent: app.words["core.sources"] }),
        ...config.sources.map((text) => el("p", { className: "soft", textContent: text }))) : null);
  }

  const fold = el("button", { id: "fold", type: "button", "aria-expanded": "true", "aria-controls": "panel",
    title: app.words["core.fold"], "aria-label": app.words["core.fold"], textContent: "◀" });
  fold.addEventListener("click", () => {
    const folded = document.body.classList.toggle("folded");
    fold.textContent = folded ? "▶" : "◀";
    fold.setAttribute("aria-expanded", String(!folded));
    app.map.invalidateSize({ animate: false });
  });
  root.append(head(app.config), body);
  root.after(fold);
  addSection("reading", app.words["core.reading"], reading(app.config), 90);
  return { root: root, addSection: addSection };
}

// A check box with what it shows beneath while it is ticked.
function makeSwitch(id, title, below, change) {
  const box = el("input", { type: "checkbox", id: id, "aria-controls": id + "-key" });
  const key = el("div", { className: "key", id: id + "-key", hidden: true }, below);
  box.addEventListener("change", () => {
    key.hidden = !box.checked;
    change(box.checked);
  });
  return el("div", { className: "switch" }, el("label", {}, box, el("span", { textContent: title })), key);
}
