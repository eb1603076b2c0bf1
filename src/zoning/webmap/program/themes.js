// The section of themes: which one, which year, and its legend with what occurs in that year.
zoningParts.push(function (app) {
  const words = app.words;
  const chooser = el("select", { id: "theme", "aria-label": words["core.theme"] },
    ...["units", "emissions", "synergy"].map((group) => ({ group: group, members: app.themes.filter((one) => one.group === group) }))
      .filter((one) => one.members.length).map((one) => el("optgroup", { label: words["core.group." + one.group] },
        ...one.members.map((theme) => el("option", { value: theme.id, textContent: theme.title })))));
  const slider = el("input", { type: "range", id: "year", min: "0", step: "1", "aria-label": words["core.year"] });
  const told = el("output", { id: "year-told", "for": "year" });
  const years = el("div", { className: "years", hidden: true },
    el("label", { "for": "year", textContent: words["core.year"] }), slider, told);
  const legend = el("div", { id: "legend", "aria-live": "polite" });
  const note = el("p", { className: "soft" });

  chooser.addEventListener("change", () => app.show(chooser.value, app.yearAsked));
  slider.addEventListener("input", () => app.askYear(app.theme.years[Number(slider.value)]));
  app.onYear((year) => { if (year !== app.year && app.theme.years.includes(year)) app.show(app.theme.id, year); });

  app.onTheme((theme, year) => {
    chooser.value = theme.id;
    years.hidden = theme.years.length < 2;
    slider.max = String(Math.max(theme.years.length - 1, 0));
    slider.value = String(Math.max(theme.years.indexOf(year), 0));
    slider.setAttribute("aria-valuetext", String(year));
    told.textContent = String(year);
    const counts = theme.counts[year];
    legend.replaceChildren(
      el("p", { className: "legend-title", textContent: theme.legend + (year ? " · " + app.say("core.of_year", { year: year }) : "") }),
      legendOf(theme.entries.map((entry, place) => Object.assign({}, entry, { count: counts[place] })).filter((entry) => entry.count > 0)));
    note.textContent = theme.note;
  });
  app.panel.addSection("themes", words["core.theme"], el("div", {}, chooser, years, legend, note), 20);
});
