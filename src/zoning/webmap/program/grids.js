// Emission grids: pictures in the map's own projection. While one is shown the units keep their borders only, so that
// two fills never mix; one grid at a time, with its own legend.
zoningParts.push(function (app) {
  const grids = app.config.grids;
  if (!grids.length) return;
  const map = app.map;
  map.createPane("grids").style.zIndex = 370;
  map.getPane("grids").style.pointerEvents = "none";
  const chooser = el("select", { id: "grid", "aria-label": app.words["core.grids"] },
    el("option", { value: "", textContent: app.words["core.no_grid"] }),
    ...grids.map((one, place) => el("option", { value: String(place), textContent: one.title })));
  const slider = el("input", { type: "range", id: "grid-year", min: "0", step: "1", "aria-label": app.words["core.year"] });
  const told = el("output", { "for": "grid-year" });
  const years = el("div", { className: "years", hidden: true },
    el("label", { "for": "grid-year", textContent: app.words["core.year"] }), slider, told);
  const key = el("div", { id: "grid-legend", "aria-live": "polite" });
  let shown = null;
  let asked = 0;

  const placeOf = (grid, year) => grid.layers.findIndex((layer) => layer.year === year);

  function clear() {
    if (shown) shown.remove();
    shown = null;
  }

  function draw(grid, layer) {
    const turn = asked += 1;
    part(layer.part).then((packed) => {
      if (turn !== asked) return;
      clear();
      shown = L.imageOverlay(packed.picture, layer.bounds, { pane: "grids", interactive: false, className: "grid-picture" }).addTo(map);
      app.blank("grids", true);
      key.replaceChildren(el("p", { className: "legend-title", textContent: grid.legend + " · " + app.say("core.of_year", { year: layer.year }) }),
        legendOf(layer.entries), el("p", { className: "soft", textContent: layer.note }));
    });
  }

  function change() {
    const grid = grids[Number(chooser.value)];
    if (chooser.value === "") {
      asked += 1;
      clear();
      app.blank("grids", false);
      key.replaceChildren();
      years.hidden = true;
      return;
    }
    years.hidden = grid.layers.length < 2;
    slider.max = String(grid.layers.length - 1);
    const layer = grid.layers[Math.min(Number(slider.value), grid.layers.length - 1)];
    told.textContent = String(layer.year);
    slider.setAttribute("aria-valuetext", String(layer.year));
    draw(grid, layer);
  }

  chooser.addEventListener("change", () => {
    const grid = grids[Number(chooser.value)];
    if (chooser.value !== "") {
      const known = placeOf(grid, app.yearAsked);
      slider.max = String(grid.layers.length - 1);
      slider.value = String(known < 0 ? grid.first : known);
    }
    change();
  });
  slider.addEventListener("input", () => {
    change();
    app.askYear(grids[Number(chooser.value)].layers[Number(slider.value)].year);
  });
  app.onYear((year) => {
    const place = chooser.value === "" ? -1 : placeOf(grids[Number(chooser.value)], year);
    if (place < 0 || place === Number(slider.value)) return;
    slider.value = String(place);
    change();
  });
  app.panel.addSection("grids", app.words["core.grids"], el("div", {}, chooser, years, key), 42);
});
