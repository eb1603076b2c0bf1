// The map on paper: title, theme, legend, scale, sources and mark on one sheet; controls stay on the screen.
zoningParts.push(function (app) {
  "use strict";
  const el = app.el;
  const say = app.say;
  const PAPERS = { "a4-landscape": [297, 210], "a3-landscape": [420, 297], "a4-portrait": [210, 297], "a3-portrait": [297, 420] };
  const MARGIN = 12; // mm on every side
  const GAP = 2; // mm between the parts of the sheet
  const LEAST = 0.4; // of the height of the paper that the map keeps, however long the lists are
  const SIDE = 62; // mm for the legend
  const choice = el("select", { id: "paper", "aria-label": say("print.paper") }, ...Object.keys(PAPERS).map((name) =>
    el("option", { value: name, textContent: say("print." + name) })));
  const button = el("button", { type: "button", id: "print", textContent: say("print.print") });
  const rule = el("style", {});
  const sheet = el("div", { id: "sheet", "aria-hidden": "true" });
  document.head.append(rule);
  document.body.append(sheet);
  let view = null;
  let frozen = []; // canvases and the pictures that stand for them on paper

  function paper() {
    const [width, height] = PAPERS[choice.value];
    return { width: width - 2 * MARGIN, height: height - 2 * MARGIN };
  }

  // Elements of the page that say something on paper too: keys of the layers that are switched on.
  function keysShown() {
    return Array.from(document.querySelectorAll("#panel .switch")).filter((one) => one.querySelector("input:checked"))
      .map((one) => el("div", {}, el("h3", { textContent: one.querySelector("label").textContent.trim() }), copied(one.querySelector(".key"))));
  }

  // A copy of a legend; a canvas is copied as the picture it shows.
  function copied(node) {
    const copy = node.cloneNode(true);
    const pictures = node.querySelectorAll("canvas");
    copy.querySelectorAll("canvas").forEach((canvas, place) => {
      const picture = el("img", { src: pictures[place].toDataURL(), alt: "" });
      picture.style.cssText = canvas.style.cssText;
      canvas.replaceWith(picture);
    });
    copy.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
    return copy;
  }

  function compose() {
    const config = app.config;
    const theme = app.theme;
    const filtered = document.getElementById("filter-said");
    const chosen = app.selected >= 0 ? app.units[app.selected] : null;
    sheet.replaceChildren(
      el("header", {}, el("h1", { textContent: config.title }), ...config.marks.map((mark) => el("span", { className: "mark", textContent: mark })),
        el("p", { textContent: theme.title + (app.year && !theme.title.includes(String(app.year)) ? " · " + app.year : "") })),
      el("div", { className: "sheet-legend" }, el("h2", { textContent: say("print.legend") }), legendOf(theme.entries),
        el("p", { textContent: theme.note }), ...keysShown(),
        app.visible && filtered ? el("p", {}, el("b", { textContent: filtered.textContent })) : null,
        chosen ? el("p", { textContent: say("print.chosen", { name: chosen.name, code: chosen.code }) }) : null),
      el("footer", {}, el("p", { textContent: config.subtitle }), ...config.sources.map((text) => el("p", { textContent: text })),
        el("p", { textContent: say("print.made") })));
  }

  // The map gets the height that title, sources and (on an upright sheet) the legend leave.
  function lay(size, landscape) {
    const put = (name, length) => document.documentElement.style.setProperty(name, length + "mm");
    const tall = (name) => sheet.querySelector(name).getBoundingClientRect().height * 25.4 / 96 + GAP;
    put("--paper-width", size.width);
    put("--side", landscape ? SIDE : 0);
    put("--legend-width", landscape ? SIDE - 2 * GAP : size.width);
    const head = tall("header");
    const legend = landscape ? 0 : tall(".sheet-legend");
    const height = Math.max(LEAST * size.height, size.height - head - legend - tall("footer") - GAP);
    put("--head", head);
    put("--map-width", size.width - (landscape ? SIDE : 0));
    put("--map-height", height);
    put("--foot-top", head + height + legend + GAP);
  }

  // Browsers print one canvas over another by wiping out the lower one; pictures lie over each other as on the screen.
  function freeze() {
    frozen = Array.from(app.map.getContainer().querySelectorAll("canvas.zoning-canvas")).map((canvas) => {
      const picture = el("img", { src: canvas.toDataURL(), alt: "" });
      picture.style.cssText = canvas.style.cssText + ";position:absolute;left:0;top:0;max-width:none";
      canvas.after(picture);
      canvas.style.visibility = "hidden";
      return { canvas: canvas, picture: picture };
    });
  }

  function thaw() {
    frozen.forEach((one) => {
      one.picture.remove();
      one.canvas.style.visibility = "";
    });
    frozen = [];
  }

  function before() {
    if (view) return;
    const size = paper();
    const landscape = size.width > size.height;
    view = app.map.getBounds();
    compose();
    document.body.classList.add("printing");
    document.body.classList.toggle("portrait", !landscape);
    lay(size, landscape);
    app.map.invalidateSize({ animate: false, pan: false });
    app.map.fitBounds(view, { animate: false });
    freeze();
  }

  function after() {
    if (!view) return;
    thaw();
    document.body.classList.remove("printing", "portrait");
    app.map.invalidateSize({ animate: false, pan: false });
    app.map.fitBounds(view, { animate: false });
    view = null;
  }

  function choose() {
    const [width, height] = PAPERS[choice.value];
    rule.textContent = "@page { size: " + width + "mm " + height + "mm; margin: " + MARGIN + "mm; }";
  }

  choice.addEventListener("change", choose);
  choose();
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  button.addEventListener("click", () => {
    before(); // so that the map is drawn at the size of the paper before the browser looks
    setTimeout(() => { window.print(); after(); }, 300);
  });
  app.toolBox.append(el("div", { id: "printing" }, button, choice));
});
