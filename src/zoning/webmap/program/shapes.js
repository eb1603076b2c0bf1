// Shapes from shared arcs of quantised coordinates: decoded once into plain numbers of the Mercator square (0 to 1).
// A part holds { west, south, step, points: [[dx, dy, dx, dy …] per arc, each first point relative to the last one of
// the arc before], shapes: [per shape: [per polygon: [per ring: [arc, ~arc reversed …]]]], open: true for lines }.
function worldX(longitude) { return longitude / 360 + 0.5; }
function worldY(latitude) {
  const sine = Math.sin(latitude * Math.PI / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
function longitudeOf(x) { return (x - 0.5) * 360; }
function latitudeOf(y) { return 90 - 360 * Math.atan(Math.exp((y - 0.5) * 2 * Math.PI)) / Math.PI; }

function decodeShapes(packed) {
  const arcs = packed.arcs.length;
  const starts = new Int32Array(arcs + 1);
  packed.arcs.forEach((arc, place) => { starts[place + 1] = starts[place] + arc.length / 2; });
  const x = new Float64Array(starts[arcs]);
  const y = new Float64Array(starts[arcs]);
  let column = 0;
  let row = 0;
  let at = 0;
  packed.arcs.forEach((arc) => {
    for (let place = 0; place < arc.length; place += 2) {
      column += arc[place];
      row += arc[place + 1];
      x[at] = worldX(packed.west + column * packed.step);
      y[at] = worldY(packed.south + row * packed.step);
      at += 1;
    }
  });
  packed.arcs = null;
  const made = { x: x, y: y, starts: starts, shapes: packed.shapes, open: Boolean(packed.open) };
  made.boxes = boxesOf(made);
  made.arcBoxes = arcBoxesOf(made);
  return made;
}

// [west, north, east, south] of every arc, in the Mercator square.
function arcBoxesOf(known) {
  const count = known.starts.length - 1;
  const boxes = new Float64Array(count * 4);
  for (let arc = 0; arc < count; arc += 1) {
    let west = Infinity; let north = Infinity; let east = -Infinity; let south = -Infinity;
    for (let place = known.starts[arc]; place < known.starts[arc + 1]; place += 1) {
      west = Math.min(west, known.x[place]);
      east = Math.max(east, known.x[place]);
      north = Math.min(north, known.y[place]);
      south = Math.max(south, known.y[place]);
    }
    boxes.set([west, north, east, south], arc * 4);
  }
  return boxes;
}

function boxesOf(known) {
  const arcBoxes = arcBoxesOf(known);
  const boxes = new Float64Array(known.shapes.length * 4);
  known.shapes.forEach((polygons, shape) => {
    let west = Infinity; let north = Infinity; let east = -Infinity; let south = -Infinity;
    polygons.forEach((rings) => rings.forEach((ring) => ring.forEach((signed) => {
      const at = (signed < 0 ? ~signed : signed) * 4;
      west = Math.min(west, arcBoxes[at]);
      north = Math.min(north, arcBoxes[at + 1]);
      east = Math.max(east, arcBoxes[at + 2]);
      south = Math.max(south, arcBoxes[at + 3]);
    })));
    boxes.set([west, north, east, south], shape * 4);
  });
  return boxes;
}

// Call fn(x, y) for every vertex of a ring, in order; a vertex between two arcs comes twice, which does no harm.
function walkRing(known, ring, fn) {
  ring.forEach((signed) => {
    const arc = signed < 0 ? ~signed : signed;
    const first = known.starts[arc];
    const last = known.starts[arc + 1] - 1;
    if (signed < 0) for (let place = last; place >= first; place -= 1) fn(known.x[place], known.y[place]);
    else for (let place = first; place <= last; place += 1) fn(known.x[place], known.y[place]);
  });
}

// Is a place (of the Mercator square) inside a shape? Rings are counted, so holes are outside.
function holds(known, shape, x, y) {
  const at = shape * 4;
  const boxes = known.boxes;
  if (x < boxes[at] || y < boxes[at + 1] || x > boxes[at + 2] || y > boxes[at + 3]) return false;
  let inside = false;
  known.shapes[shape].forEach((rings) => rings.forEach((ring) => {
    let lastX = NaN;
    let lastY = NaN;
    walkRing(known, ring, (nextX, nextY) => {
      if ((nextY > y) !== (lastY > y) && lastY === lastY
        && x < (lastX - nextX) * (y - nextY) / (lastY - nextY) + nextX) inside = !inside;
      lastX = nextX;
      lastY = nextY;
    });
  }));
  return inside;
}

// Leaflet bounds of a shape.
function boundsOf(known, shape) {
  const at = shape * 4;
  const boxes = known.boxes;
  return L.latLngBounds([latitudeOf(boxes[at + 3]), longitudeOf(boxes[at])], [latitudeOf(boxes[at + 1]), longitudeOf(boxes[at + 2])]);
}

// [latitude, longitude] of every vertex, nested as L.polygon wants it.
function latLngsOf(known, shape) {
  return known.shapes[shape].map((rings) => rings.map((ring) => {
    const line = [];
    walkRing(known, ring, (x, y) => line.push([latitudeOf(y), longitudeOf(x)]));
    return line;
  }));
}
