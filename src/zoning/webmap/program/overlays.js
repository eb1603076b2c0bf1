// What lies over or under the units: zones, hot spots, base layers. All are off at first but the base layers.
zoningParts.push(function (app) {
  const map = app.map;
  const groups = new Map();

  [["under", 380], ["over", 430], ["zones", 450]].forEach(([name, height]) => {
    const pane = map.createPane(name);
    pane.style.zIndex = height;
    pane.style.pointerEvents = "none";
  });

  function groupOf(name) {
    if (!groups.has(name)) {
      const box = el("div", {});
      groups.set(name, box);
      app.panel.addSection("layers-" + name, app.words["core." + name], box, 40);
    }
    return groups.get(name);
  }

  // Unpack a layer the first time it is shown.
  function lazily(make) {
    let made = null;
    return (shown) => {
      if (!made) made = make();
      made.then((layer) => { if (shown) layer.addTo(map); else layer.remove(); });
    };
  }

  function areas(overlay) {
    return part(overlay.part).then((packed) => {
      const keys = Uint8Array.from(packed.keys, (letter) => letter.charCodeAt(0) - 48);
      return new AreaLayer({ shapes: decodeShapes(packed), keys: keys, entries: overlay.entries, pane: overlay.pane,
        filled: overlay.filled, weight: overlay.weight, border: overlay.entries[0].outline });
    });
  }

  function named(overlay) {
    return part(overlay.part).then((packed) => L.layerGroup(packed.places.map((place) =>
      L.marker(place.at, { pane: overlay.pane, interactive: false, keyboard: false,
        icon: L.divIcon({ className: "place", iconSize: null, html: el("span", { textContent: place.label }) }) }))));
  }

  app.config.overlays.forEach((overlay) => {
    const toggle = lazily(() => (overlay.kind === "places" ? named(overlay) : areas(overlay)));
    const below = el("div", {}, overlay.entries.length ? legendOf(overlay.entries, overlay.kind) : null,
      overlay.note ? el("p", { className: "soft", textContent: overlay.note }) : null);
    const row = makeSwitch(overlay.id, overlay.title, below, toggle);
    groupOf(overlay.group).append(row);
    if (overlay.shown) row.querySelector("input").click();
  });
});
