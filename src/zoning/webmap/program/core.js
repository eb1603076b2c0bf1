// The application: what the parts of the page share. Every text of a study is set as textContent, never as markup.
// A file of this folder adds itself with  zoningParts.push(function (app) { … });  they are called in the order of the
// page, once units and shapes are there. Nothing here is newer than Chrome 86.
const zoningParts = [];

// Build an element: el("p", { className: "soft", textContent: "…" }, child, "text", null).
// Properties are set as properties; names with a hyphen, and role, for and list, as attributes.
function el(tag, props, ...children) {
  const node = document.createElement(tag);
  Object.entries(props || {}).forEach(([name, value]) => {
    if (name.includes("-") || name === "role" || name === "for" || name === "list") node.setAttribute(name, value);
    else node[name] = value;
  });
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// Decoded parts of the page by name; a part is gzip in base64 and is unpacked the first time it is asked for.
const partsAsked = new Map();

function unpack(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place += 1) bytes[place] = letters.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

function part(name) {
  if (!partsAsked.has(name)) {
    const node = document.getElementById("part-" + name);
    const known = node ? unpack(node.textContent) : Promise.reject(new Error("no part " + name));
    if (node) node.remove();
    partsAsked.set(name, known);
  }
  return partsAsked.get(name);
}

function hasPart(name) {
  return partsAsked.has(name) || document.getElementById("part-" + name) !== null;
}

// Fill the slots of a text: say("core.count", { count: 3 }).
function fill(text, slots) {
  return Object.entries(slots || {}).reduce((made, [name, value]) => made.split("{" + name + "}").join(String(value)), text);
}

function makeApp(map, config) {
  const heard = { select: [], theme: [], filter: [], year: [] };
  const app = {
    config: config, // everything the page knows at once: texts, themes, legends
    words: config.words, // rows map2.* of the messages, without that prefix
    lang: config.lang, // "zh" or "en"
    map: map, // the Leaflet map
    units: [], // { code, name, i, bounds, page } in the order of the layer; page is 0 without an atlas
    themes: config.themes, // { id, title, note, unit, years, entries, legend }
    theme: null, // the theme that is shown
    year: 0, // its year; 0 for a theme of no year
    yearAsked: 0, // the year asked for last, whoever has a control of it; 0 before anyone did
    selected: -1, // index of the chosen unit
    visible: null, // fn(i) of the filter, or null
    el: el,
    part: part, // part(name) → Promise of the decoded JSON
    hasPart: hasPart,
    say: (key, slots) => fill(config.words[key] || key, slots),
    byCode: new Map(), // code → index
    onSelect: (fn) => heard.select.push(fn), // fn(i, options); i is -1 when nothing is chosen any more
    onTheme: (fn) => heard.theme.push(fn), // fn(theme, year)
    onFilter: (fn) => heard.filter.push(fn), // fn(visible)
    onYear: (fn) => heard.year.push(fn), // fn(year): whoever has numbers of it follows
    tell: (what, ...about) => heard[what].forEach((fn) => fn(...about)),
  };
  // One year for units, grids and enterprises: every control of years asks here.
  app.askYear = (year) => {
    app.yearAsked = year;
    app.tell("year", year);
  };
  return app;
}
