// Filters findings, units and clauses by words, unit and severity; opens what a search finds; prints everything.
(function () {
  "use strict";
  const all = (query, root) => Array.from((root || document).querySelectorAll(query));
  const search = document.getElementById("search"), unit = document.getElementById("unit");
  const shown = document.getElementById("shown");
  const items = all(".item"), groups = all("#findings details, #clauses details");
  const words = new Map();  // lower-case text of every item, made when it is first asked for
  let severity = "";

  function textOf(item) {
    if (!words.has(item)) {
      const head = item.closest("details.unit");
      const title = head ? head.querySelector("summary").textContent : "";
      words.set(item, (item.textContent + " " + title).toLowerCase());
    }
    return words.get(item);
  }

  function draw() {
    const wanted = search.value.trim().toLowerCase(), code = unit.value;
    const filtered = Boolean(wanted || code || severity);
    let count = 0;
    items.forEach((item) => {
      const strip = item.matches("#strip tr"), finding = item.classList.contains("finding");
      const fits = (!code || strip || item.dataset.unit === code) && (!wanted || textOf(item).includes(wanted)) &&
        (!severity || !finding || item.dataset.severity === severity);
      item.hidden = !fits;
      if (fits && finding) { count += 1; }
    });
    groups.forEach((group) => {
      const left = group.querySelector(".item:not([hidden])");
      group.hidden = !left;
      if ((wanted || code) && left) { group.open = true; }
    });
    all("[data-pick]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.pick === code)));
    shown.textContent = filtered ? shown.dataset.text.replace("{count}", String(count)) : "";
  }

  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(draw, 150); });
  unit.addEventListener("change", draw);
  all("#severities button").forEach((button) => button.addEventListener("click", () => {
    severity = button.dataset.severity;
    all("#severities button").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    draw();
  }));
  all("[data-pick]").forEach((button) => button.addEventListener("click", () => {
    unit.value = unit.value === button.dataset.pick ? "" : button.dataset.pick;
    draw();
    if (unit.value) { document.getElementById("tools").scrollIntoView(); }
  }));
  all("#first a").forEach((link) => link.addEventListener("click", () => {
    const target = document.getElementById(link.getAttribute("href").slice(1));
    if (target) { target.open = true; }
  }));
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all("details:not([open])").filter((one) => !one.hidden);
    closed.forEach((one) => { one.open = true; });
  });
  window.addEventListener("afterprint", () => { closed.forEach((one) => { one.open = false; }); });
})();
