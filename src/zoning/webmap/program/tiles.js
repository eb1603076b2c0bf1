// Tiles of a map service, only if the study names one, and only when they are asked for: the page is whole without them.
zoningParts.push(function (app) {
  const tiles = app.config.tiles;
  if (!tiles) return;
  const missed = el("p", { className: "soft", role: "status" });
  const layer = L.tileLayer(tiles.url, { key: tiles.key, maxZoom: 18 });
  layer.on("tileerror", () => { missed.textContent = app.words["core.tiles_missed"]; });
  layer.on("tileload", () => { missed.textContent = ""; });
  const below = el("div", {}, el("p", { className: "soft",
    textContent: app.say("core.remark_tiles", { attribution: tiles.attribution || "—", approval: tiles.approval || "—" }) }), missed);
  const row = makeSwitch("tiles", app.words["core.tiles"], below, (shown) => {
    if (shown) layer.addTo(app.map); else layer.remove();
    app.blank("tiles", shown);
  });
  app.panel.addSection("layers-tiles", app.words["core.tiles_title"], row, 46);
});
