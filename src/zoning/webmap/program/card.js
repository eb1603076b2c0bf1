// The card of the chosen unit: opened from its part of the page, every text set as text.
zoningParts.push(function (app) {
  "use strict";
  const el = app.el;
  const say = app.say;
  let asked = 0; // a card that arrives after another unit was chosen is not shown
  let before = null; // where the focus was
  let shared = null; // what the cards of the page have in common
  let shown = null; // the card that is open

  const body = el("div", { className: "card-body" });
  const closer = el("button", { type: "button", className: "card-close", textContent: "×", title: say("card.close"),
    "aria-label": say("card.close") });
  const title = el("h2", { id: "card-title", tabIndex: -1 });
  const root = el("aside", { id: "card", hidden: true, role: "region", "aria-labelledby": "card-title" },
    el("div", { className: "card-bar" }, title, closer), body);
  const voice = el("div", { className: "unseen", role: "status", "aria-live": "polite" });
  document.body.append(root, voice);

  // --- texts and numbers
  function number(value) {
    if (value === null) return say("card.no_data");
    const grouped = (places) => value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
    if (Number.isInteger(value)) return grouped(0);
    const size = Math.abs(value);
    if (size >= 99.95) return grouped(0);
    if (size >= 9.995) return grouped(1);
    if (size >= 0.9995) return grouped(2);
    return String(Number(value.toPrecision(3)));
  }

  function amount(value, unit) {
    return value === null ? say("card.no_data") : number(value) + "\u00a0" + unit;
  }

  function share(value) {
    if (value === null) return say("card.no_data");
    const percent = 100 * value;
    if (percent > 0 && percent < 0.05) return "<0.1%"; // one of thousands of units is little, not nothing
    return (percent > 0 && percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)) + "%";
  }

  function label(kind, code) {
    const known = shared.labels[kind];
    return known && known[code] || code;
  }

  function plain(tag, className, text) {
    return text ? el(tag, { className: className, textContent: text }) : null;
  }

  // A text with the given characters marked; spans count characters, not halves of surrogate pairs.
  function marked(text, spans) {
    const letters = Array.from(text);
    const pieces = [];
    let at = 0;
    for (let place = 0; place < spans.length; place += 2) {
      pieces.push(letters.slice(at, spans[place]).join(""));
      pieces.push(el("mark", { textContent: letters.slice(spans[place], spans[place + 1]).join("") }));
      at = spans[place + 1];
    }
    pieces.push(letters.slice(at).join(""));
    return pieces;
  }

  // A paragraph that is folded while it is long.
  function paragraph(className, text, spans) {
    const node = el("p", { className: className }, ...marked(text, spans || []));
    if (text.length <= shared.fold) return node;
    node.classList.add("folded");
    const button = el("button", { type: "button", className: "more", "aria-expanded": "false", textContent: say("card.more") });
    button.addEventListener("click", () => {
      const folded = node.classList.toggle("folded");
      button.textContent = say(folded ? "card.more" : "card.less");
      button.setAttribute("aria-expanded", String(!folded));
    });
    return el("div", {}, node, button);
  }

  // The first rows, and the rest behind a fold.
  function rows(nodes, most, wrap) {
    if (nodes.length <= most + 2) return [wrap(nodes)];
    const rest = nodes.slice(most);
    return [wrap(nodes.slice(0, most)),
      el("details", { className: "rest" }, el("summary", { textContent: say("card.rest", { count: rest.length }) }), wrap(rest))];
  }

  function section(key, count, nodes, open) {
    if (!nodes.length) return null;
    const heading = say(key) + (count === null ? "" : " (" + count + ")");
    return el("details", { className: "card-part", open: open !== false }, el("summary", {}, el("h3", { textContent: heading })), ...nodes);
  }

  function table(pairs) {
    return el("table", {}, el("tbody", {}, ...pairs.map((pair) => el("tr", {},
      el("th", { scope: "row", textContent: pair[0] }), el("td", { textContent: pair[1] })))));
  }

  function chip(theme, code) {
    const known = shared.symbols[theme][code];
    return known ? el("span", { className: "chip" }, swatch(known), el("span", { textContent: known.label })) : null;
  }

  // --- the parts of a card, in the order in which they are read
  function copier(code) {
    const button = el("button", { type: "button", className: "copy", textContent: say("card.copy") });
    button.addEventListener("click", () => {
      const box = el("textarea", { value: code, className: "unseen" });
      root.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      button.focus();
      button.textContent = say(done ? "card.copied" : "card.not_copied");
    });
    return button;
  }

  function head(card, unit) {
    const page = unit.page ? el("a", { className: "to-atlas", target: "_blank", rel: "noopener",
      href: (app.config.atlas || "atlas.pdf") + "#page=" + unit.page,
      textContent: say("card.atlas", { page: unit.page }) }) : null;
    return el("header", {},
      el("p", { className: "code-line" }, el("span", { className: "code", textContent: card.code }), copier(card.code), page),
      el("p", { className: "chips" }, chip("decision", card.decision), chip("unit_class", card.unit_class)));
  }

  function hatched(entry) {
    const hatch = zoningHatches[entry.hatch];
    if (!hatch) return "none";
    const line = (angle) => "repeating-linear-gradient(" + (180 - angle) + "deg," + entry.outline + " 0 1px,transparent 1px 5px)";
    return hatch.angles.length ? hatch.angles.map(line).join(",")
      : "radial-gradient(" + entry.outline + " 1px,transparent 1.5px) 0 0/5px 5px";
  }

  function piece(sector, value, whole) {
    const entry = shared.sectors[sector];
    const node = el("span", { className: "piece", title: entry.label + " " + amount(value, shared.units.mass) + " · " + share(value / whole) });
    node.style.width = 100 * value / whole + "%";
    node.style.background = hatched(entry);
    node.style.backgroundColor = entry.fill;
    return node;
  }

  const positive = (value) => value !== null && value > 0;

  function bar(masses, place) {
    const values = masses.values[place];
    const sum = masses.sums[place];
    const drawn = values.filter(positive).reduce((total, value) => total + value, 0);
    const pieces = drawn > 0 ? masses.sectors.map((sector, at) => positive(values[at]) ? piece(sector, values[at], drawn) : null) : [];
    const name = label("species", masses.species[place]);
    const year = masses.years && masses.years[place] > 0 && masses.years[place] !== masses.year ? masses.years[place] : 0;
    return el("div", { className: "bar-row" },
      el("div", { className: "bar-head" }, el("span", { className: "bar-name", textContent: name }),
        el("span", { className: "bar-sum", textContent: amount(sum, shared.units.mass) + (year ? " · " + year : "") }),
        sum !== null && masses.shares[place] !== null
          ? el("span", { className: "bar-share", textContent: say("card.of_all", { share: share(masses.shares[place]) }) }) : null),
      el("div", { className: "bar", "aria-hidden": "true" }, ...pieces));
  }

  // Every tonne of the bars as numbers, for reading aloud and for those who check.
  function massTable(masses) {
    const cells = (at) => masses.values.map((values) => el("td", { textContent: number(values[at]) }));
    return el("div", { className: "wide" }, el("table", { className: "masses" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col", textContent: say("card.sector") + " (" + shared.units.mass + ")" }),
        ...masses.species.map((species) => el("th", { scope: "col", textContent: label("species", species) })))),
      el("tbody", {}, ...masses.sectors.map((sector, at) => el("tr", {},
        el("th", { scope: "row", textContent: shared.sectors[sector].label }), ...cells(at))))));
  }

  // The year that the map shows, if the unit has numbers of it; else the one nearest to the base year.
  function massesShown(card) {
    return card.masses.find((one) => app.year && one.year === app.year && !one.years) || card.masses[card.near] || card.masses[0];
  }

  function bars(card) {
    const masses = massesShown(card);
    if (!masses) return el("div", { id: "card-masses", hidden: true });
    const used = masses.sectors.filter((sector, at) => masses.values.some((values) => positive(values[at])));
    const unknown = masses.species.filter((species, at) => masses.sums[at] === null).map((species) => label("species", species));
    const made = section("card.masses", null, [
      el("p", { className: "soft", textContent: say("card.masses_year", { year: masses.year }) }),
      el("ul", { className: "bar-legend" }, ...used.map((sector) => el("li", {}, swatch(shared.sectors[sector]),
        el("span", { textContent: shared.sectors[sector].label })))),
      ...masses.species.map((species, place) => masses.sums[place] === null ? null : bar(masses, place)),
      unknown.length ? el("p", { className: "soft", textContent: say("card.species_unknown", { species: unknown.join(app.lang === "en" ? ", " : "、") }) }) : null,
      el("details", { className: "rest" }, el("summary", { textContent: say("card.numbers") }), massTable(masses))]);
    made.id = "card-masses";
    return made;
  }

  app.onTheme(() => {
    const old = document.getElementById("card-masses");
    if (old && shown) old.replaceWith(bars(shown));
  });

  function zones(lines) {
    const wrap = (nodes) => el("div", { className: "wide" }, el("table", { className: "zones-in" },
      el("thead", {}, el("tr", {}, ...["zone", "zone_area", "zone_share", "zone_co2"].map((key) =>
        el("th", { scope: "col", textContent: say("card." + key) })))),
      el("tbody", {}, ...nodes)));
    return section("card.zones", lines.length, lines.length ? rows(lines.map((zone) => el("tr", {},
      el("th", { scope: "row" }, el("span", { className: "zone-kind", textContent: label("zones." + zone.element, zone.subtype) }),
        el("span", { className: "soft", textContent: [zone.name, zone.code].filter((text) => text).join(" · ") })),
      el("td", { textContent: amount(zone.area, shared.units.area) }),
      el("td", { textContent: share(zone.area_share) }),
      el("td", { textContent: share(zone.co2_share) }))), shared.rows, wrap) : []);
  }

  function reason(one) {
    return el("details", { className: "reason " + one.answer, open: one.answer === "true" },
      el("summary", {}, el("span", { className: "answer", textContent: label("answer", one.answer) }),
        el("span", { textContent: one.rule + " " + (one.name === one.rule ? "" : one.name) })),
      plain("p", "", one.sentence), one.evidence.length ? table(one.evidence) : null,
      one.thresholds.length ? el("ul", { className: "thresholds", "aria-label": say("card.thresholds") },
        ...one.thresholds.map((text) => el("li", { textContent: text }))) : null,
      one.missing ? el("p", { className: "note", textContent: one.missing }) : null,
      plain("p", "soft", one.counterfactual));
  }

  function clause(one) {
    const state = shared.symbols.carbon_state[one.state];
    return el("li", { className: "clause" },
      el("p", { className: "clause-head" }, plain("span", "number", one.number),
        plain("span", "dimension", label("dimension", one.dimension)),
        state ? el("span", { className: "chip" }, swatch(state), el("span", { textContent: state.label })) : null,
        el("span", { className: "grade", textContent: say("card.grade", { grade: one.grade }) }),
        one.counts ? null : el("span", { className: "soft", textContent: say("card.counts_not") }),
        one.certain ? null : el("span", { className: "soft", textContent: say("card.uncertain") })),
      paragraph("clause-text", one.text, one.spans), plain("p", "soft source", one.place));
  }

  function clauses(lines) {
    const levels = [];
    lines.forEach((one) => { if (!levels.includes(one.level)) levels.push(one.level); });
    return section("card.clauses", lines.length, levels.map((level) => {
      const own = lines.filter((one) => one.level === level);
      return el("details", { className: "level", open: level === "unit" || own.length <= shared.rows },
        el("summary", { textContent: label("level", level) + " (" + own.length + ")" }), el("ul", {}, ...own.map(clause)));
    }));
  }

  function draft(one) {
    const line = (key, text) => text ? el("p", { className: "soft" }, el("b", { textContent: say(key) }), " " + text) : null;
    return el("li", { className: "draft" },
      el("p", { className: "clause-head" }, el("span", { className: "drafted", textContent: say("card.drafted") }),
        el("span", { textContent: label("action", one.action) }), el("span", { textContent: label("level", one.level) }),
        plain("span", "dimension", label("dimension", one.dimension)),
        one.rank > 1 ? el("span", { className: "soft", textContent: say("card.alternative") }) : null,
        one.shared ? el("span", { className: "soft", textContent: say("card.shared") }) : null),
      paragraph("clause-text", one.text),
      one.gaps.length ? el("p", { className: "note", textContent: say("card.gaps") + one.gaps.join(app.lang === "en" ? ", " : "、") }) : null,
      one.before ? el("div", {}, el("b", { textContent: say("card.before") }), paragraph("soft", one.before)) : line("card.target", one.target),
      line("card.why", one.why), line("card.basis", one.basis), line("card.status", one.status));
  }

  function fill(card, unit) {
    const reasons = card.reasons.length ? [el("div", {}, ...card.reasons.map(reason))] : [];
    shown = card;
    title.textContent = card.name || card.code;
    const made = [head(card, unit), plain("p", "sentence", card.sentence), plain("p", "soft", card.counterfactual),
      ...card.notes.map((text) => el("p", { className: "note", textContent: text })),
      section("card.figures", null, card.figures.length ? rows(card.figures, shared.figures, table) : []),
      bars(card), zones(card.zones), section("card.reasons", card.reasons.length, reasons), clauses(card.clauses),
      section("card.drafts", card.drafts.length, card.drafts.length ? [el("ul", {}, ...card.drafts.map(draft))] : [])];
    body.replaceChildren(...made.filter((node) => node !== null));
  }

  // --- from lists of fixed places to names (see card_parts.py)
  function resolve(value, texts) {
    if (Array.isArray(value)) return value.map((one) => resolve(one, texts));
    return value !== null && typeof value === "object" ? texts[value.t] : value;
  }

  function named(names, line) {
    const made = {};
    names.split(" ").forEach((name, place) => { made[name] = line[place]; });
    return made;
  }

  const paired = (kind, line) => shared.once[kind][line[0]].map((name, place) => [name, line[place + 1]]);
  const lineOf = (kind, line) => typeof line === "number" ? shared.once[kind][line] : line;

  function massesOf(line) {
    const masses = named("year sheet years values sums shares", line);
    [masses.species, masses.sectors] = shared.once.sheets[masses.sheet];
    return masses;
  }

  function reasonOf(line) {
    const made = named("rule name answer missing thresholds", shared.once.rules[line[0]]);
    return Object.assign(made, { sentence: line[1], counterfactual: line[2], evidence: paired("evidence", line[3]) });
  }

  function zoneOf(line) {
    return Object.assign(named("element subtype code name", shared.once.zones[line[0]]), named("area area_share co2_share", line.slice(1)));
  }

  function open(chunk, place) {
    const line = chunk.columns.map((column) => resolve(column[place], chunk.texts));
    const card = named("code name unit_class decision sentence counterfactual figures masses zones reasons clauses drafts notes", line);
    card.figures = paired("figures", card.figures);
    [card.near, card.masses] = card.masses;
    card.masses = card.masses.map(massesOf);
    card.zones = card.zones.map(zoneOf);
    card.reasons = card.reasons.map(reasonOf);
    card.clauses = card.clauses.map((one) => named("level number dimension text state grade spans place counts certain", lineOf("clauses", one)));
    card.drafts = card.drafts.map((one) => named("action level dimension text target before why basis status rank gaps shared",
      lineOf("drafts", one)));
    return card;
  }

  // The card of a unit as named values: Promise.
  app.card = (i) => app.part("cards").then((known) => {
    shared = known;
    return app.part("cards-" + Math.floor(i / known.size)).then((chunk) => open(chunk, i % known.size));
  });

  // --- opening and closing
  function makeRoom(i, options) {
    document.body.classList.add("with-card");
    app.map.invalidateSize({ pan: false, animate: false });
    if (options.zoom !== false) app.map.fitBounds(app.units[i].bounds, { maxZoom: 14, padding: [60, 60], animate: false });
    else if (options.at) app.map.panInside(options.at, { padding: [60, 60], animate: false });
  }

  function show(i, options) {
    const turn = asked += 1;
    if (root.hidden) before = options.from || document.activeElement;
    root.hidden = false;
    makeRoom(i, options);
    return app.card(i).then((card) => {
      if (turn !== asked) return;
      fill(card, app.units[i]);
      body.scrollTop = 0;
      root.setAttribute("data-code", card.code);
      voice.textContent = say("card.opened", { name: card.name || card.code });
      title.focus({ preventScroll: true });
    }).catch((problem) => {
      if (turn === asked) body.replaceChildren(el("p", { className: "note", role: "alert",
        textContent: say("card.failed", { problem: String(problem && problem.message || problem) }) }));
    });
  }

  function hide() {
    asked += 1;
    if (root.hidden) return;
    root.hidden = true;
    root.removeAttribute("data-code");
    shown = null;
    body.replaceChildren();
    document.body.classList.remove("with-card");
    app.map.invalidateSize({ pan: false, animate: false });
    if (before && document.contains(before) && before !== document.body) before.focus({ preventScroll: true });
    before = null;
  }

  closer.addEventListener("click", () => app.select(-1));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !root.hidden && !app.clicksTaken) app.select(-1);
  });
  app.onSelect((i, options) => { if (i < 0) hide(); else show(i, options || {}); });
});
