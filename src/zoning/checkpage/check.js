// Filters the findings by severity; zooms the map to the shapes of a finding and back.
(function () {
  "use strict";
  const all = (query, root) => Array.from((root || document).querySelectorAll(query));
  const cards = all(".finding");
  const chart = document.getElementById("chart");
  const shapes = new Map(), marks = new Map();
  if (chart) {
    all(".fault", chart).forEach((one) => shapes.set(one.dataset.number, one));
    all(".mark", chart).forEach((one) => marks.set(one.dataset.number, one));
  }
  const numbersOf = (card) => card.dataset.shapes.split(" ").filter(Boolean);

  // ---- filter -------------------------------------------------------------------------------------------------
  const buttons = all("#filter button");
  buttons.forEach((button) => button.addEventListener("click", () => {
    const wanted = button.dataset.severity;
    const fits = (one) => !wanted || one.classList.contains(wanted);
    buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    cards.forEach((card) => { card.hidden = !fits(card); });
    all("#findings section").forEach((part) => { part.hidden = !part.querySelector(".finding:not([hidden])"); });
    shapes.forEach((one) => { one.style.display = fits(one) ? "" : "none"; });
    if (chart) { draw(); }
  }));
  if (!chart) { return; }

  // ---- view ---------------------------------------------------------------------------------------------------
  const SMALLEST = 2000, ROOM = 40000, APART = 24;  // centimetres, centimetres, pixels
  const place = chart.dataset;
  const [left, top, width, height] = chart.getAttribute("viewBox").split(" ").map(Number);
  const whole = { x: left + width / 2, y: top + height / 2, w: width, h: height };
  let view = whole;
  let chosen = "";

  const pixels = () => ({ w: chart.clientWidth || 640, h: chart.clientHeight || 480 });
  const scale = () => { const size = pixels(); return Math.max(view.w / size.w, view.h / size.h); };

  function draw() {
    const size = pixels(), unit = scale();
    chart.setAttribute("viewBox",
      [view.x - size.w * unit / 2, view.y - size.h * unit / 2, size.w * unit, size.h * unit].join(" "));
    const taken = [];
    const order = Array.from(marks.values()).reverse();  // the most harmful first, a chosen one before all
    order.sort((one, other) => other.classList.contains("on") - one.classList.contains("on"));
    order.forEach((mark) => {
      const x = Number(mark.dataset.x), y = Number(mark.dataset.y);
      mark.setAttribute("transform", `translate(${x} ${y}) scale(${unit})`);
      const shape = shapes.get(mark.dataset.number);
      const close = taken.some(([a, b]) => Math.abs(a - x) < APART * unit && Math.abs(b - y) < APART * unit);
      const shown = !close && !(shape && shape.style.display === "none");
      mark.style.display = shown ? "" : "none";
      if (shown) { taken.push([x, y]); }
    });
    bar(unit);
  }

  function bar(unit) {
    const most = unit * 110 / 100;  // metres in 110 pixels
    const power = Math.pow(10, Math.floor(Math.log10(most)));
    const length = [5, 2, 1].map((step) => step * power).find((one) => one <= most);
    const text = length >= 1000 ? `${length / 1000} km` : length >= 1 ? `${length} m` : `${Math.round(length * 100)} cm`;
    document.getElementById("length").textContent = text;
    document.querySelector("#scale i").style.width = `${length * 100 / unit}px`;
  }

  function zoom(factor, x, y) {
    const at = { x: x === undefined ? view.x : x, y: y === undefined ? view.y : y };
    const size = Math.max(SMALLEST / Math.max(view.w, view.h), Math.min(factor, 4 * whole.w / view.w));
    view = { x: at.x + (view.x - at.x) * size, y: at.y + (view.y - at.y) * size, w: view.w * size, h: view.h * size };
    draw();
  }

  function show(numbers) {
    const boxes = numbers.filter((one) => shapes.has(one))
      .map((one) => shapes.get(one).dataset.box.split(" ").map(Number));
    if (!boxes.length) { return; }
    const low = [0, 1].map((axis) => Math.min(...boxes.map((box) => box[axis])));
    const high = [2, 3].map((axis) => Math.max(...boxes.map((box) => box[axis])));
    view = { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2,
      w: Math.max((high[0] - low[0]) * 1.7, ROOM), h: Math.max((high[1] - low[1]) * 1.7, ROOM) };
  }

  // ---- choosing -----------------------------------------------------------------------------------------------
  function choose(numbers, card) {
    const key = numbers.join(" ");
    chosen = chosen === key ? "" : key;
    all(".on").forEach((one) => one.classList.remove("on"));
    if (chosen) {
      numbers.forEach((one) => [shapes.get(one), marks.get(one)].forEach((part) => part && part.classList.add("on")));
      all(".places button").forEach((one) => one.classList.toggle("on", numbers.includes(one.dataset.number)));
      if (card) { card.classList.add("on"); }
      show(numbers);
    } else {
      view = whole;
    }
    draw();
  }

  cards.forEach((card) => {
    if (!numbersOf(card).length) { return; }
    all(".places button", card).forEach((button) => button.addEventListener("click", (event) => {
      event.stopPropagation();
      choose([button.dataset.number], card);
    }));
    const head = card.querySelector("header");
    head.style.cursor = "pointer";
    head.addEventListener("click", () => choose(numbersOf(card), card));
  });

  function picked(number) {
    const card = cards.find((one) => numbersOf(one).includes(number));
    choose([number], card);
    if (card && chosen) { card.scrollIntoView({ block: "nearest" }); }
  }
  [...shapes.values(), ...marks.values()].forEach((one) => one.addEventListener("click", () => {
    if (!moved) { picked(one.dataset.number); }
  }));

  function step(factor) {  // towards the chosen shape, else towards the middle
    const mark = marks.get(chosen);
    if (mark && factor < 1) { view = { ...view, x: Number(mark.dataset.x), y: Number(mark.dataset.y) }; }
    zoom(factor);
  }
  document.getElementById("closer").addEventListener("click", () => step(0.5));
  document.getElementById("farther").addEventListener("click", () => step(2));
  document.getElementById("whole").addEventListener("click", () => choose([], null));
  all(".legend input").forEach((box) => box.addEventListener("change", () => {
    chart.querySelector(`.layer[data-layer="${box.dataset.layer}"]`).style.display = box.checked ? "" : "none";
  }));

  // ---- pointer ------------------------------------------------------------------------------------------------
  let held = null, moved = false;
  const ground = (event) => {
    const box = chart.getBoundingClientRect(), unit = scale();
    return { x: view.x + (event.clientX - box.left - box.width / 2) * unit,
      y: view.y + (event.clientY - box.top - box.height / 2) * unit };
  };
  chart.addEventListener("pointerdown", (event) => { held = { x: event.clientX, y: event.clientY, view }; moved = false; });
  window.addEventListener("pointerup", () => { held = null; chart.classList.remove("held"); });
  chart.addEventListener("pointermove", (event) => {
    const at = ground(event);
    const lon = Number(place.lon) + at.x / Number(place.east), lat = Number(place.lat) - at.y / Number(place.north);
    document.getElementById("pointer").textContent = `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
    if (!held) { return; }
    const dx = event.clientX - held.x, dy = event.clientY - held.y;
    moved = moved || Math.abs(dx) + Math.abs(dy) > 4;
    if (!moved) { return; }
    chart.classList.add("held");
    const unit = scale();
    view = { x: held.view.x - dx * unit, y: held.view.y - dy * unit, w: view.w, h: view.h };
    draw();
  });
  chart.addEventListener("pointerleave", () => { document.getElementById("pointer").textContent = ""; });
  chart.addEventListener("wheel", (event) => {
    event.preventDefault();
    const at = ground(event);
    zoom(event.deltaY > 0 ? 1.25 : 0.8, at.x, at.y);
  }, { passive: false });
  window.addEventListener("resize", draw);
  draw();
})();
