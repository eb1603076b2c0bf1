// How a class looks: plain fill, or the hatch of the atlas as a pattern; swatches of legends are drawn by the same hand.
const PIXELS_PER_MM = 3.78;
const patternsMade = new Map();
let zoningHatches = {}; // word of a hatch → { angles, spacing }, from the configuration

function hatchTile(entry, density) {
  const hatch = zoningHatches[entry.hatch];
  const slanted = hatch.angles.some((angle) => angle % 90 !== 0);
  const side = Math.max(3, Math.round(hatch.spacing * PIXELS_PER_MM * density * (slanted ? Math.SQRT2 : 1)));
  const tile = document.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext("2d");
  if (entry.fill) {
    pen.fillStyle = entry.fill;
    pen.fillRect(0, 0, side, side);
  }
  // over another theme a light edge keeps dark lines legible on dark fills
  if (!entry.fill) hatchMarks(pen, hatch, { side: side, colour: "#ffffff", wider: 1.1, density: density });
  hatchMarks(pen, hatch, { side: side, colour: entry.outline, wider: 0, density: density });
  return tile;
}

function hatchMarks(pen, hatch, how) {
  pen.strokeStyle = how.colour;
  pen.fillStyle = how.colour;
  pen.lineWidth = (0.9 + how.wider) * how.density;
  pen.beginPath();
  if (!hatch.angles.length) pen.arc(how.side / 2, how.side / 2, (1.1 + how.wider / 2) * how.density, 0, 2 * Math.PI);
  hatch.angles.forEach((angle) => hatchLine(pen, angle, how.side));
  if (hatch.angles.length) pen.stroke();
  else pen.fill();
}

function hatchLine(pen, angle, side) {
  const half = side / 2;
  if (angle === 0) { pen.moveTo(0, half); pen.lineTo(side, half); return; }
  if (angle === 90) { pen.moveTo(half, 0); pen.lineTo(half, side); return; }
  // three copies, so that the corners of neighbouring tiles are filled too
  [-side, 0, side].forEach((shift) => {
    const down = angle > 90;
    pen.moveTo(shift - half, down ? -half : side + half);
    pen.lineTo(shift + side + half, down ? side + half : -half);
  });
}

// What to give to fillStyle; null for an entry that leaves what is below visible.
function fillOf(pen, entry, density) {
  if (!entry.hatch) return entry.fill || null;
  const key = [entry.fill, entry.outline, entry.hatch, density].join("|");
  if (!patternsMade.has(key)) patternsMade.set(key, hatchTile(entry, density));
  return pen.createPattern(patternsMade.get(key), "repeat");
}

// A small picture of a class for legends and cards; kind is "area" (default), "point" or "line".
function swatch(entry, kind) {
  const density = 2;
  const size = kind === "point" ? 28 : 16;
  const picture = el("canvas", { className: "swatch", width: 28 * density, height: size * density, "aria-hidden": "true" });
  picture.style.width = "28px";
  picture.style.height = size + "px";
  const pen = picture.getContext("2d");
  pen.scale(density, density);
  if (kind === "point") pointSwatch(pen, entry);
  else if (kind === "line") lineSwatch(pen, entry);
  else areaSwatch(pen, entry, density);
  return picture;
}

function areaSwatch(pen, entry, density) {
  pen.save();
  pen.scale(1 / density, 1 / density);
  const fill_ = fillOf(pen, entry, density);
  if (fill_) {
    pen.fillStyle = fill_;
    pen.fillRect(density, density, 26 * density, 14 * density);
  }
  pen.restore();
  pen.strokeStyle = entry.outline;
  pen.strokeRect(0.75, 0.75, 26.5, 14.5);
}

function lineSwatch(pen, entry) {
  pen.strokeStyle = entry.outline;
  pen.lineWidth = 1.6;
  pen.beginPath();
  pen.moveTo(1, 8);
  pen.lineTo(27, 8);
  pen.stroke();
}

function pointSwatch(pen, entry) {
  pen.beginPath();
  pen.arc(14, 14, entry.radius, 0, 2 * Math.PI);
  pen.fillStyle = entry.fill;
  if (entry.fill) pen.fill();
  pen.strokeStyle = entry.outline;
  pen.lineWidth = 1.2;
  pen.stroke();
}

// A legend: swatch, text and count of every entry.
function legendOf(entries, kind) {
  return el("ul", { className: "legend" }, ...entries.map((entry) => el("li", {}, swatch(entry, kind),
    el("span", { className: "label", textContent: entry.label }),
    entry.count === null ? null : el("span", { className: "count", textContent: entry.count.toLocaleString("en-US") }))));
}
