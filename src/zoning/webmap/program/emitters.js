// Located emitters: circles above everything, by the CO2 of a year; named on hover, told on click.
zoningParts.push(function (app) {
  const known = app.config.emitters;
  if (!known) return;
  const map = app.map;
  const INK = "#12304f";
  map.createPane("emitters").style.zIndex = 460;
  const pen = L.canvas({ pane: "emitters", padding: 0.2 });
  const layers = new Map();
  const key = el("div", {});
  const slider = el("input", { type: "range", id: "emitters-year", min: "0", max: String(known.years.length - 1), step: "1",
    value: String(known.years.indexOf(known.year)), "aria-label": app.words["core.year"] });
  const told = el("output", { "for": "emitters-year" });
  const years = el("div", { className: "years", hidden: known.years.length < 2 },
    el("label", { "for": "emitters-year", textContent: app.words["core.year"] }), slider, told);
  let shown = null;
  let on = false;

  function circle(point) {
    const marker = L.circleMarker(point.at, { renderer: pen, pane: "emitters", radius: point.radius, bubblingMouseEvents: false,
      color: point.known ? "#ffffff" : INK, weight: 1.2, fill: true, fillColor: INK, fillOpacity: point.known ? 1 : 0.05 });
    const rows = point.lines.map((line) => el("tr", {}, el("th", { textContent: line[0], scope: "row" }), el("td", { textContent: line[1] })));
    marker.bindTooltip(() => el("div", { textContent: point.name }), { sticky: true });
    marker.bindPopup(() => el("div", { className: "emitter" }, el("h3", { textContent: point.name }),
      el("table", {}, el("tbody", {}, ...rows))), { maxWidth: 340 });
    return marker;
  }

  function layerOf(year) {
    if (!layers.has(year)) layers.set(year, part("emitters-" + year).then((one) => ({ one: one, group: L.layerGroup(one.points.map(circle)) })));
    return layers.get(year);
  }

  function change() {
    const year = known.years[Number(slider.value)];
    told.textContent = String(year);
    slider.setAttribute("aria-valuetext", String(year));
    layerOf(year).then((found) => {
      if (known.years[Number(slider.value)] !== year) return;
      if (shown) shown.remove();
      shown = found.group;
      if (on) shown.addTo(map);
      const sizes = found.one.sizes.map((size) => ({ radius: size.radius, fill: size.known ? INK : "", outline: INK, label: size.label, count: size.count }));
      key.replaceChildren(el("p", { className: "legend-title", textContent: found.one.title }), legendOf(sizes, "point"),
        el("p", { className: "soft", textContent: found.one.note }));
    });
  }

  slider.addEventListener("input", () => app.askYear(known.years[Number(slider.value)]));
  app.onYear((year) => {
    if (!known.years.includes(year)) return;
    slider.value = String(known.years.indexOf(year));
    if (on) change();
  });
  const row = makeSwitch("emitters", app.words["core.emitters"], el("div", {}, years, key), (checked) => { on = checked; change(); if (!on && shown) shown.remove(); });
  app.panel.addSection("layers-points", app.words["core.points"], row, 44);
});
