// Which units are shown: any of the choices within a group, all groups together; counts follow every change.
zoningParts.push(function (app) {
  "use strict";
  const el = app.el;
  const say = app.say;
  const holder = el("div", {});
  const section = app.panel.addSection("filter", say("filter.title"), holder, 30);
  if (!app.hasPart("filter")) {
    section.hidden = true;
    return;
  }

  app.part("filter").then((known) => {
    const groups = known.groups;
    if (!groups.length) {
      section.hidden = true;
      return;
    }
    const chosen = groups.map(() => new Set());
    const counters = groups.map(() => []);
    const boxes = [];
    const said = el("p", { role: "status", id: "filter-said" });
    const clear = el("button", { type: "button", id: "filter-clear", textContent: say("filter.clear"), disabled: true });
    const saver = el("button", { type: "button", id: "filter-save", textContent: say("filter.save") });

    // A unit has one choice of a group, or several: every rule that holds is a reason.
    const placesOf = (group, i) => [].concat(groups[group].places[i]);
    const passes = (group, i) => chosen[group].size === 0 || placesOf(group, i).some((place) => chosen[group].has(place));
    const visible = (i) => groups.every((one, group) => passes(group, i));
    const any = () => chosen.some((set) => set.size > 0);

    // A choice counts the units it would show with what is chosen in the other groups.
    const add = (counts, group, i) => placesOf(group, i).forEach((place) => { counts[group][place] += 1; });

    function count() {
      const counts = groups.map((group) => group.entries.map(() => 0));
      let shown = 0;
      app.units.forEach((unit, i) => {
        const failing = groups.reduce((found, one, group) => passes(group, i) ? found : found.concat(group), []);
        if (!failing.length) {
          shown += 1;
          groups.forEach((one, group) => add(counts, group, i));
        } else if (failing.length === 1) add(counts, failing[0], i);
      });
      return { counts: counts, shown: shown };
    }

    function tellCounts() {
      const now = count();
      now.counts.forEach((list, group) => list.forEach((number, place) => {
        counters[group][place].textContent = number.toLocaleString("en-US");
        counters[group][place].closest("li").classList.toggle("empty", number === 0);
      }));
      said.textContent = now.shown === 0 ? say("filter.none")
        : say(any() ? "filter.shown" : "filter.all", { shown: now.shown.toLocaleString("en-US"), count: app.units.length.toLocaleString("en-US") });
      clear.disabled = !any();
      saver.disabled = now.shown === 0;
    }

    function change() {
      tellCounts();
      app.filter(any() ? visible : null);
    }

    function choice(group, entry, place) {
      const box = el("input", { type: "checkbox", id: "filter-" + groups[group].id + "-" + entry.key });
      const counter = el("span", { className: "count" });
      counters[group][place] = counter;
      boxes.push(box);
      box.addEventListener("change", () => {
        if (box.checked) chosen[group].add(place);
        else chosen[group].delete(place);
        change();
      });
      return el("li", {}, el("label", {}, box, entry.outline ? swatch(entry) : null,
        el("span", { className: "label", textContent: entry.label }), counter));
    }

    // --- the list of what is shown, as a table for Excel: no cell can be taken for a formula
    function cell(text) {
      const safe = /^[\s]*[=+\-@\t\r]/.test(text) ? "'" + text : text;
      return '"' + safe.replace(/"/g, '""') + '"';
    }

    app.filteredTable = () => {
      const head = [say("filter.code"), say("filter.name"), ...groups.map((group) => group.title)];
      const lines = app.units.filter((unit, i) => visible(i)).map((unit) => [unit.code, unit.name,
        ...groups.map((group, at) => placesOf(at, unit.i).map((place) => group.entries[place].label).join(app.lang === "en" ? "; " : "；"))]);
      return "\ufeff" + [head].concat(lines).map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
    };

    saver.addEventListener("click", () => {
      const address = URL.createObjectURL(new Blob([app.filteredTable()], { type: "text/csv" }));
      const link = el("a", { href: address, download: say("filter.file") });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
    });
    clear.addEventListener("click", () => {
      chosen.forEach((set) => set.clear());
      boxes.forEach((box) => { box.checked = false; });
      change();
    });

    holder.append(said, ...groups.map((group, at) => el("details", { className: "choices" },
      el("summary", { textContent: group.title }),
      el("ul", {}, ...group.entries.map((entry, place) => choice(at, entry, place))))), clear, saver);
    tellCounts();
  });
});
