// Length and area by clicking, on the ellipsoid of WGS 84 (that of CGCS2000 differs by a tenth of a millimetre).
const zoningGeodesy = (function () {
  "use strict";
  const A = 6378137;
  const F = 1 / 298.257223563;
  const B = A * (1 - F);
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const radians = (degrees) => degrees * Math.PI / 180;

  // Length of the geodesic, m (T. Vincenty, 1975: Survey Review 23(176), inverse formula).
  function distance(from, to) {
    const L = radians(to.lng - from.lng);
    const u1 = Math.atan((1 - F) * Math.tan(radians(from.lat)));
    const u2 = Math.atan((1 - F) * Math.tan(radians(to.lat)));
    const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
    let lambda = L;
    for (let step = 0; step < 200; step += 1) {
      const sl = Math.sin(lambda);
      const cl = Math.cos(lambda);
      const ss = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
      if (ss === 0) return 0;
      const cs = s1 * s2 + c1 * c2 * cl;
      const sigma = Math.atan2(ss, cs);
      const sa = c1 * c2 * sl / ss;
      const ca2 = 1 - sa * sa;
      const cm = ca2 === 0 ? 0 : cs - 2 * s1 * s2 / ca2;
      const C = F / 16 * ca2 * (4 + F * (4 - 3 * ca2));
      const next = L + (1 - C) * F * sa * (sigma + C * ss * (cm + C * cs * (2 * cm * cm - 1)));
      if (Math.abs(next - lambda) < 1e-12) return length(ss, cs, sigma, ca2, cm);
      lambda = next;
    }
    return NaN; // nearly antipodal points: the series does not settle
  }

  function length(ss, cs, sigma, ca2, cm) {
    const u2 = ca2 * (A * A - B * B) / (B * B);
    const big = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
    const small = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
    const delta = small * ss * (cm + small / 4 * (cs * (2 * cm * cm - 1)
      - small / 6 * cm * (4 * ss * ss - 3) * (4 * cm * cm - 3)));
    return B * big * (sigma - delta);
  }

  function q(latitude) {
    const s = Math.sin(latitude);
    return (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E));
  }

  // Area of a polygon, m2: on the sphere of equal area, at authalic latitudes (J. P. Snyder, 1987: USGS PP 1395, eq. 3-11
  // to 3-13), with great circles as its sides.
  function area(points) {
    const pole = q(Math.PI / 2);
    const half = points.map((point) => Math.tan(Math.asin(q(radians(point.lat)) / pole) / 2));
    let excess = 0;
    points.forEach((point, place) => {
      const next = (place + 1) % points.length;
      const turn = Math.tan(radians(points[next].lng - point.lng) / 2);
      excess += 2 * Math.atan2(turn * (half[place] + half[next]), 1 + half[place] * half[next]);
    });
    return Math.abs(excess) * A * A * pole / 2;
  }

  return { distance: distance, area: area };
})();

zoningParts.push(function (app) {
  "use strict";
  const el = app.el;
  const say = app.say;
  const map = app.map;
  const pane = map.createPane("measure");
  pane.style.zIndex = 640;
  pane.style.pointerEvents = "none";
  const pen = L.svg({ pane: "measure" });
  const STYLE = { pane: "measure", renderer: pen, interactive: false, color: "#12304f", weight: 2.5, fillColor: "#12304f", fillOpacity: 0.12 };
  let mode = null; // "length", "area", or null
  let points = [];
  let drawn = null;
  let follow = null;

  const said = el("p", { id: "measured", className: "soft", role: "status" });
  const buttons = ["length", "area"].map((name) => {
    const button = el("button", { type: "button", id: "measure-" + name, "aria-pressed": "false", textContent: say("measure." + name) });
    button.addEventListener("click", () => { if (mode === name) finish(); else begin(name); });
    return button;
  });
  const clear = el("button", { type: "button", id: "measure-clear", textContent: say("measure.clear"), disabled: true });
  clear.addEventListener("click", reset);

  function trimmed(value, error) {
    const places = Math.max(0, Math.min(6, -Math.floor(Math.log10(error))));
    const options = { minimumFractionDigits: places, maximumFractionDigits: places };
    return value.toLocaleString("en-US", options) + " ± " + error.toLocaleString("en-US", { maximumSignificantDigits: 1 });
  }

  function metresPerPixel() {
    const centre = map.getSize().divideBy(2);
    return zoningGeodesy.distance(map.containerPointToLatLng(centre), map.containerPointToLatLng(centre.add([100, 0]))) / 100;
  }

  const lengthOf = (line) => line.slice(1).reduce((sum, point, place) => sum + zoningGeodesy.distance(line[place], point), 0);

  // A click is right to a pixel: a length has one pixel for each of its sides, an area half a pixel along its border.
  function result(line) {
    const pixel = metresPerPixel() / 1000;
    if (mode === "length" || drawn && drawn.kind === "length") {
      return line.length < 2 ? "" : say("measure.length_is", { value: trimmed(lengthOf(line) / 1000, pixel * (line.length - 1)) });
    }
    if (line.length < 3) return "";
    const around = lengthOf(line.concat([line[0]])) / 1000;
    return say("measure.area_is", { value: trimmed(zoningGeodesy.area(line) / 1e6, around * pixel / 2), around: trimmed(around, pixel * line.length) });
  }

  function draw(line) {
    drawn.layer.clearLayers();
    const shape = drawn.kind === "area" && line.length > 2 ? L.polygon(line, STYLE) : L.polyline(line, STYLE);
    drawn.layer.addLayer(shape);
    points.forEach((point) => drawn.layer.addLayer(L.circleMarker(point, Object.assign({}, STYLE, { radius: 3.5, weight: 1.5,
      fillColor: "#ffffff", fillOpacity: 1 }))));
    const text = result(line);
    if (text) drawn.layer.addLayer(L.tooltip({ permanent: true, direction: "right", offset: [12, 0], className: "measure-label", pane: "measure" })
      .setLatLng(line[line.length - 1]).setContent(el("span", { textContent: text.split("\n")[0] })));
    said.textContent = text || say("measure.how");
  }

  function reset() {
    finish();
    if (drawn) drawn.layer.remove();
    drawn = null;
    points = [];
    said.textContent = "";
    clear.disabled = true;
  }

  function begin(name) {
    reset();
    mode = name;
    drawn = { kind: name, layer: L.layerGroup().addTo(map) };
    app.clicksTaken = true;
    map.doubleClickZoom.disable();
    document.body.classList.add("measuring");
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.id === "measure-" + name)));
    said.textContent = say("measure.how");
    clear.disabled = false;
  }

  function finish() {
    if (!mode) return;
    if (points.length) draw(points);
    mode = null;
    follow = null;
    document.body.classList.remove("measuring");
    buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
    // the click that ended it must not choose a unit, nor the double click zoom
    setTimeout(() => {
      if (mode) return;
      app.clicksTaken = false;
      map.doubleClickZoom.enable();
    }, 300);
  }

  const near = (one, other) => map.latLngToContainerPoint(one).distanceTo(map.latLngToContainerPoint(other)) < 3;

  map.on("click", (event) => {
    if (!mode) return;
    const last = points[points.length - 1];
    if (last && near(last, event.latlng)) return; // the second half of a double click
    points.push(event.latlng);
    draw(points);
  });
  map.on("dblclick", finish);
  map.on("mousemove", (event) => {
    if (!mode || !points.length || follow) return;
    follow = requestAnimationFrame(() => {
      follow = null;
      if (mode) draw(points.concat([event.latlng]));
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !mode) return;
    event.preventDefault();
    finish();
  });
  app.geodesy = zoningGeodesy;
  app.measured = () => ({ kind: drawn && drawn.kind, points: points, text: said.textContent });
  app.toolBox = el("div", {}, el("div", { id: "measure" }, ...buttons, clear, said));
  app.panel.addSection("tools", say("measure.title"), app.toolBox, 50);
});
