// The units: one copy of their shapes, coloured by theme and year; pointed at, chosen, filtered.
function makeUnits(app, shapes) {
  const map = app.map;
  const chosenPane = map.createPane("chosen");
  chosenPane.style.zIndex = 470;
  chosenPane.style.pointerEvents = "none";
  const layer = new AreaLayer({ shapes: shapes, keys: [], entries: [], pane: "overlayPane", shown: null });
  const keysKnown = new Map();
  let lifted = null;

  // Promise of the index into theme.entries of every unit, for a theme and year (0: no year).
  app.keysOf = (id, year) => {
    const name = id + "|" + year;
    if (!keysKnown.has(name)) {
      keysKnown.set(name, part("keys-" + id).then((byYear) => Uint8Array.from(byYear[year], (letter) => letter.charCodeAt(0) - 48)));
    }
    return keysKnown.get(name);
  };
  app.keys = []; // those of the theme that is shown
  app.entryOf = (i) => app.theme.entries[app.keys[i]];
  app.boundsOf = (i) => boundsOf(shapes, i);
  // A Leaflet polygon of one unit, made when asked for; it is not on the map.
  app.unitLayer = (i, options) => L.polygon(latLngsOf(shapes, i), Object.assign({ interactive: false }, options || {}));
  app.redraw = () => layer.change({});
  app.unitCanvas = layer;

  // Leave only borders while something lies under the units: app.blank("grids", true) … app.blank("grids", false).
  const blanks = new Set();
  app.blank = (who, on) => {
    if (on) blanks.add(who);
    else blanks.delete(who);
    layer.change({ blank: blanks.size > 0 });
  };

  app.show = (id, year) => {
    const theme = app.themes.find((one) => one.id === id) || app.themes[0];
    const shown = theme.years.includes(year) ? year : theme.year;
    return app.keysOf(theme.id, shown).then((keys) => {
      app.theme = theme;
      app.year = shown;
      app.keys = keys;
      layer.change({ keys: keys, entries: theme.entries });
      app.tell("theme", theme, shown);
    });
  };

  app.filter = (visible) => {
    app.visible = visible;
    layer.change({ shown: visible });
    app.tell("filter", visible);
  };

  // Choose a unit (-1: none). options.zoom false leaves the view as it is; the others are for those who listen.
  app.select = (i, options) => {
    if (lifted) lifted.remove();
    lifted = null;
    app.selected = i;
    if (i >= 0) {
      lifted = app.unitLayer(i, { pane: "chosen", renderer: chosenPen, fill: false, color: "#111111", weight: 3 });
      lifted.addTo(map);
      if (!options || options.zoom !== false) map.fitBounds(app.boundsOf(i), { maxZoom: 14, padding: [60, 60], animate: false });
    }
    app.tell("select", i, options || {});
  };

  const chosenPen = L.svg({ pane: "chosen" });
  const tip = L.tooltip({ className: "unit-tip", direction: "top", offset: [0, -8] });
  let pointed = -1;
  map.on("mousemove", (event) => {
    const i = app.clicksTaken || map.dragging.moving() ? -1 : layer.at(event.latlng);
    if (i < 0 && pointed >= 0) tip.remove();
    else if (i >= 0) {
      if (i !== pointed) tip.setContent(el("div", {}, el("strong", { textContent: app.units[i].name }), el("br"), (app.entryOf(i) || {}).label || ""));
      tip.setLatLng(event.latlng);
      if (pointed < 0) tip.addTo(map);
    }
    pointed = i;
    map.getContainer().classList.toggle("pointing", i >= 0);
  });
  map.on("mouseout", () => { tip.remove(); pointed = -1; });
  // true while a tool (measuring) takes the clicks for itself
  app.clicksTaken = false;
  map.on("click", (event) => {
    if (app.clicksTaken) return;
    app.select(layer.at(event.latlng), { zoom: false, at: event.latlng });
  });
  layer.addTo(map);
  return layer;
}
