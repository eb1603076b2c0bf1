// From the parts of the page to a map that answers.
function zoningMap(map, config) {
  "use strict";
  zoningHatches = config.hatches;
  const app = makeApp(map, config);
  const loading = document.getElementById("loading");

  function mark(name) {
    performance.mark("zoning-" + name);
    document.documentElement.setAttribute("data-zoning", name);
  }

  function fail(problem) {
    loading.hidden = false;
    loading.textContent = app.say("core.failed", { problem: String(problem && problem.message || problem) });
    throw problem;
  }

  function takeUnits(known, shapes) {
    app.units = known.codes.map((code, i) => ({ code: code, name: known.names[i], i: i, page: known.pages ? known.pages[i] : 0 }));
    app.units.forEach((unit) => {
      app.byCode.set(unit.code, unit.i);
      Object.defineProperty(unit, "bounds", { get: () => boundsOf(shapes, unit.i) });
    });
  }

  function firstView(shapes) {
    const whole = L.latLngBounds([]);
    for (let i = 0; i < shapes.shapes.length; i += 1) if (isFinite(shapes.boxes[i * 4])) whole.extend(boundsOf(shapes, i));
    map.fitBounds(whole, { padding: [24, 24], animate: false });
    app.wholeBounds = whole;
  }

  function wholeButton() {
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const button = el("button", { type: "button", className: "whole", title: app.words["core.whole"], "aria-label": app.words["core.whole"],
        textContent: "⌂" });
      const bar = el("div", { className: "leaflet-bar" }, button);
      L.DomEvent.disableClickPropagation(bar);
      button.addEventListener("click", () => map.fitBounds(app.wholeBounds, { padding: [24, 24], animate: false }));
      return bar;
    };
    control.addTo(map);
  }

  function furniture() {
    wholeButton();
    L.control.scale({ imperial: false, maxWidth: 160, position: "bottomright" }).addTo(map);
    const north = L.control({ position: "bottomright" });
    north.onAdd = () => {
      const arrow = el("canvas", { width: 32, height: 48, "aria-hidden": "true" });
      const pen = arrow.getContext("2d");
      pen.scale(2, 2);
      pen.fill(new Path2D("M8 1 14 22 8 17 2 22Z"));
      return el("div", { className: "north", title: app.words["core.north_up"] }, arrow, app.words["core.north"]);
    };
    north.addTo(map);
  }

  function openAsked() {
    const asked = app.byCode.get(decodeURIComponent(location.hash.slice(1)));
    if (asked !== undefined) app.select(asked);
  }

  loading.textContent = app.words["core.loading"];
  window.zoningApp = app;
  window.zoningReady = Promise.all([part("units"), part("shapes")]).then(([known, packed]) => {
    const shapes = decodeShapes(packed);
    takeUnits(known, shapes);
    app.panel = makePanel(app);
    firstView(shapes);
    makeUnits(app, shapes);
    zoningParts.forEach((register) => register(app));
    furniture();
    return app.show(config.themes[0].id, 0);
  }).then(() => {
    loading.hidden = true;
    requestAnimationFrame(() => setTimeout(() => performance.mark("zoning-painted"), 0));
    openAsked();
    window.addEventListener("hashchange", openAsked);
    mark("ready");
    return app;
  }).catch(fail);
}
