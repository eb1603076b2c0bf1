// Colours one copy of the units by theme, draws the legend, answers clicks and searches.
// Every text of a study is set as textContent, never as markup.
function zoningMap(map, units, overlays, config) {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const PIXELS_PER_MM = 3.78;
  const words = config.words;

  function element(tag, options, ...children) {
    const node = document.createElement(tag);
    Object.assign(node, options || {});
    node.append(...children.filter((child) => child !== null));
    return node;
  }

  function svg(tag, attributes, parent) {
    const node = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
    if (parent) parent.appendChild(node);
    return node;
  }

  // --- fills: a plain colour, or a pattern of the hatch in the colour of the outline
  const patterns = new Map();
  const definitions = svg("defs", {}, svg("svg", { width: 0, height: 0, style: "position:absolute", "aria-hidden": "true" }, document.body));

  function fillOf(entry) {
    if (!entry.hatch) return entry.fill || "none";
    const key = [entry.fill, entry.outline, entry.hatch].join("|");
    if (!patterns.has(key)) patterns.set(key, makePattern("hatch-" + patterns.size, entry));
    return "url(#" + patterns.get(key) + ")";
  }

  function makePattern(id, entry) {
    const hatch = config.hatches[entry.hatch];
    const step = hatch.spacing * PIXELS_PER_MM;
    const turn = hatch.angles.length ? -hatch.angles[0] : 0;
    const pattern = svg("pattern", { id: id, width: step, height: step, patternUnits: "userSpaceOnUse", patternTransform: "rotate(" + turn + ")" }, definitions);
    if (entry.fill) svg("rect", { width: step, height: step, fill: entry.fill }, pattern);
    if (!hatch.angles.length) svg("circle", { cx: step / 2, cy: step / 2, r: 1.1, fill: entry.outline }, pattern);
    hatch.angles.forEach((angle) => {
      const across = (angle - hatch.angles[0]) % 180 !== 0;
      const path = across ? "M" + step / 2 + " 0V" + step : "M0 " + step / 2 + "H" + step;
      svg("path", { d: path, stroke: entry.outline, "stroke-width": 0.7 }, pattern);
    });
    return id;
  }

  function swatch(entry) {
    const picture = svg("svg", { width: 28, height: 16, "aria-hidden": "true" });
    svg("rect", { x: 0.5, y: 0.5, width: 27, height: 15, fill: fillOf(entry), stroke: entry.outline }, picture);
    return picture;
  }

  function legend(entries) {
    return element("ul", {}, ...entries.map((entry) => element("li", {}, swatch(entry),
      element("span", { className: "label", textContent: entry.label }),
      element("span", { className: "count", textContent: entry.count }))));
  }

  // --- themes
  let theme = config.themes[0];
  const classOf = (id, feature) => {
    const one = config.themes.find((candidate) => candidate.id === id);
    return one && one.entries.find((entry) => entry.key === one.keys[feature.properties.place]);
  };

  function styleOf(feature) {
    const entry = classOf(theme.id, feature);
    return { fillColor: fillOf(entry), fillOpacity: 1, color: entry.outline, weight: 0.8, opacity: 1 };
  }

  function show(id) {
    theme = config.themes.find((one) => one.id === id) || config.themes[0];
    units.setStyle(styleOf);
    if (chosen) highlight(chosen);
    legendBox.replaceChildren(legend(theme.entries));
    noteBox.textContent = theme.note;
  }

  // --- one unit: tooltip, popup, highlight
  let chosen = null;
  const highlight = (layer) => { layer.setStyle({ weight: 3.2, color: "#111111" }); layer.bringToFront(); };

  function release() {
    if (chosen) chosen.setStyle(styleOf(chosen.feature));
    chosen = null;
  }

  function chip(id, feature) {
    const entry = classOf(id, feature);
    return entry ? element("span", { className: "chip" }, swatch(entry), entry.label) : null;
  }

  function card(feature) {
    const facts = config.units[feature.properties.place];
    const rows = config.lines.map((line, place) => element("tr", {},
      element("th", { textContent: line, scope: "row" }), element("td", { textContent: facts.values[place] })));
    return element("div", { className: "card" },
      element("h3", { textContent: facts.name }),
      element("div", { className: "code", textContent: facts.code }),
      element("div", { className: "chips" }, chip("decision", feature), chip("unit_class", feature)),
      element("p", { textContent: facts.sentence }),
      facts.counterfactual ? element("p", { className: "soft", textContent: facts.counterfactual }) : null,
      ...facts.notes.map((note) => element("div", { className: "note", textContent: note })),
      element("table", {}, element("tbody", {}, ...rows)));
  }

  function choose(layer) {
    map.fitBounds(layer.getBounds(), { maxZoom: 14, padding: [80, 80], animate: false });
    layer.openPopup();
  }

  const byCode = new Map();
  units.eachLayer((layer) => {
    const facts = config.units[layer.feature.properties.place];
    byCode.set(facts.code, layer);
    layer.bindTooltip(() => element("div", {}, element("strong", { textContent: facts.name }), element("br"),
      (classOf(theme.id, layer.feature) || {}).label || ""), { sticky: true });
    layer.bindPopup(() => card(layer.feature), { maxWidth: 400, minWidth: 300, maxHeight: Math.max(300, map.getSize().y - 160) });
    layer.on({
      popupopen: () => { release(); chosen = layer; highlight(layer); },
      popupclose: () => { if (chosen === layer) release(); },
      mouseover: () => { if (layer !== chosen) layer.setStyle({ weight: 2.2 }); },
      mouseout: () => { if (layer !== chosen) layer.setStyle({ weight: 0.8 }); },
    });
  });

  // --- search by code or name
  function find(text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return;
    const known = config.units.find((facts) => facts.code.toLowerCase() === wanted)
      || config.units.find((facts) => (facts.code + " " + facts.name).toLowerCase().includes(wanted));
    missBox.textContent = known ? "" : words.not_found;
    if (known) choose(byCode.get(known.code));
  }

  const names = element("datalist", { id: "unit-names" },
    ...config.units.map((facts) => element("option", { value: facts.code, label: facts.name })));
  const box = element("input", { type: "search", placeholder: words.search, id: "unit-search" });
  box.setAttribute("list", "unit-names");
  box.setAttribute("aria-label", words.search);
  box.addEventListener("change", () => find(box.value));
  const missBox = element("p", { className: "soft" });
  missBox.setAttribute("role", "status");

  // --- the panel
  const themeBox = element("select", { id: "theme" },
    ...config.themes.map((one) => element("option", { value: one.id, textContent: one.title })));
  themeBox.addEventListener("change", () => show(themeBox.value));
  const legendBox = element("div", { id: "legend" });
  const noteBox = element("p", { className: "soft" });

  map.createPane("zones").style.zIndex = 450;
  map.getPane("zones").style.pointerEvents = "none";

  function overlayBox(overlay, place) {
    const layer = overlays[place];
    const entryOf = (feature) => overlay.entries.find((entry) => entry.key === feature.properties.subtype);
    layer.setStyle((feature) => ({ color: entryOf(feature).outline, weight: 1.3, opacity: 1, fillOpacity: 1, fillColor: fillOf(entryOf(feature)) }));
    const box_ = element("input", { type: "checkbox", id: overlay.id });
    const key = element("div", { className: "zones", hidden: true }, legend(overlay.entries));
    box_.addEventListener("change", () => {
      key.hidden = !box_.checked;
      if (box_.checked) map.addLayer(layer); else map.removeLayer(layer);
    });
    return element("div", {}, element("label", {}, box_, " " + overlay.title), key);
  }

  // --- emitters: circles above everything, named on hover, told on click
  map.createPane("emitters").style.zIndex = 460;
  const INK = "#12304f";

  function circle(size) {
    const picture = svg("svg", { width: 28, height: 28, "aria-hidden": "true" });
    svg("circle", { cx: 14, cy: 14, r: size.radius, fill: size.known ? INK : "none", "fill-opacity": 0.8, stroke: INK }, picture);
    return picture;
  }

  function emitterBox(known) {
    const layer = L.layerGroup(known.points.map((point) => {
      const marker = L.circleMarker(point.at, { pane: "emitters", radius: point.radius,
        color: point.known ? "#ffffff" : INK, weight: 1.2, fill: true, fillColor: INK, fillOpacity: point.known ? 0.8 : 0.05 });
      const rows = point.lines.map((line) => element("tr", {},
        element("th", { textContent: line[0], scope: "row" }), element("td", { textContent: line[1] })));
      marker.bindTooltip(() => element("div", { textContent: point.name }), { sticky: true });
      marker.bindPopup(() => element("div", { className: "card" }, element("h3", { textContent: point.name }),
        element("table", {}, element("tbody", {}, ...rows))), { maxWidth: 340 });
      return marker;
    }));
    const box_ = element("input", { type: "checkbox", id: "emitters" });
    const key = element("div", { className: "zones", hidden: true },
      element("ul", {}, ...known.sizes.map((size) => element("li", {}, circle(size),
        element("span", { className: "label", textContent: size.label }),
        element("span", { className: "count", textContent: size.count })))),
      element("p", { className: "soft", textContent: known.note }));
    box_.addEventListener("change", () => {
      key.hidden = !box_.checked;
      if (box_.checked) map.addLayer(layer); else map.removeLayer(layer);
    });
    return element("div", {}, element("label", {}, box_, " " + known.title), key);
  }

  document.getElementById("panel").append(
    element("h1", { textContent: config.title }),
    config.mark ? element("p", {}, element("span", { className: "mark", textContent: config.mark })) : "",
    element("p", { className: "soft", textContent: config.subtitle }),
    ...config.warnings.map((one) => element("details", { className: "warning" },
      element("summary", { textContent: one.kind + " (" + one.texts.length + ")" }),
      ...one.texts.map((text) => element("p", { textContent: text })))),
    element("div", { className: "tools" }, element("h2", { textContent: words.find }), box, names, missBox),
    element("h2", { textContent: words.theme }), themeBox, legendBox, noteBox,
    config.overlays.length ? element("h2", { textContent: words.zones }) : "",
    ...config.overlays.map(overlayBox),
    config.emitters ? element("h2", { textContent: words.points }) : "",
    config.emitters ? emitterBox(config.emitters) : "",
    element("h2", { textContent: words.reading }),
    ...config.remarks.map((text) => element("p", { className: "soft", textContent: text })));

  // --- scale, north, first view
  L.control.scale({ imperial: false, maxWidth: 160, position: "bottomright" }).addTo(map);
  const north = L.control({ position: "bottomright" });
  north.onAdd = () => {
    const arrow = svg("svg", { width: 16, height: 24, viewBox: "0 0 16 24" });
    svg("path", { d: "M8 1 14 22 8 17 2 22Z", fill: "#1d2329" }, arrow);
    return element("div", { className: "north", title: words.north_up }, arrow, words.north);
  };
  north.addTo(map);
  show(config.themes[0].id);
  map.fitBounds(units.getBounds(), { padding: [24, 24], animate: false });
  const asked = byCode.get(decodeURIComponent(location.hash.slice(1)));
  if (asked) choose(asked);
}
