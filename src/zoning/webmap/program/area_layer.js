// One canvas for thousands of shapes: each class is filled in one stroke of the pen, each shared border is drawn once.
// options: shapes (decoded), keys (index of the entry per shape), entries, pane, weight, shown (fn(i) or null);
// filled false: outline and hatch in the colours of the class; blank: borders alone, while a picture lies under them.
// A path of ten thousand lines takes a browser far longer than a thousand paths of ten.
const BUNCH = 16;

function inBunches(members, draw) {
  for (let place = 0; place < members.length; place += BUNCH) draw(members.slice(place, place + BUNCH));
}

const AreaLayer = L.Renderer.extend({
  options: { padding: 0.25, weight: 0.8, filled: true, border: "#4a4a4a" },

  initialize: function (options) {
    L.setOptions(this, options);
    L.stamp(this);
    this._layers = {};
  },

  getEvents: function () {
    const events = L.Renderer.prototype.getEvents.call(this);
    events.resize = this._update;
    return events;
  },

  _initContainer: function () {
    this._container = L.DomUtil.create("canvas", "zoning-canvas");
    this._pen = this._container.getContext("2d");
  },

  _destroyContainer: function () {
    this._container.remove();
    delete this._container;
    this._pen = null;
  },

  _onZoomEnd: function () {},
  _updatePaths: function () {},

  _update: function () {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    this.paint();
  },

  change: function (options) {
    L.setOptions(this, options);
    if (this._pen && this._bounds) this.paint();
  },

  paint: function () {
    const size = this._bounds.getSize();
    const density = window.devicePixelRatio > 1 || document.body.classList.contains("printing") ? 2 : 1;
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this._container.width = density * size.x;
    this._container.height = density * size.y;
    this._container.style.width = size.x + "px";
    this._container.style.height = size.y + "px";
    const frame = this._frame(density);
    const sorted = this._sort(frame);
    const pen = this._pen;
    pen.lineJoin = "bevel";
    // borders thin out where units are few pixels wide, so that colours stay visible
    frame.border = Math.min(this.options.weight, (sorted.mean - 3) / 14);
    this.options.entries.forEach((entry, place) => this._class(frame, entry, sorted.full[place]));
    if (!this.options.shapes.open && this.options.filled) this._borders(frame, sorted);
    this._dots(frame, sorted.dots);
    this._faded(frame, sorted.faded);
    this.fire("painted");
  },

  // Where the Mercator square lies on the canvas, and what of it is seen.
  _frame: function (density) {
    const scale = 256 * Math.pow(2, this._map.getZoom()) * density;
    const origin = this._map.getPixelOrigin().add(this._bounds.min).multiplyBy(density);
    const size = this._bounds.getSize().multiplyBy(density);
    return { density: density, scale: scale, left: origin.x, top: origin.y, width: size.x, height: size.y,
      west: origin.x / scale, north: origin.y / scale, east: (origin.x + size.x) / scale, south: (origin.y + size.y) / scale,
      lines: [] };
  },

  // Shapes in view by class: full ones, and those that are smaller than a dot.
  _sort: function (frame) {
    const { shapes, keys, shown } = this.options;
    const full = this.options.entries.map(() => []);
    const dots = this.options.entries.map(() => []);
    const faded = [];
    const least = 2 * frame.density / frame.scale;
    let sum = 0;
    let count = 0;
    for (let shape = 0; shape < shapes.shapes.length; shape += 1) {
      const at = shape * 4;
      const box = shapes.boxes;
      if (box[at] > frame.east || box[at + 2] < frame.west || box[at + 1] > frame.south || box[at + 3] < frame.north) continue;
      const side = Math.max(box[at + 2] - box[at], box[at + 3] - box[at + 1]);
      sum += side;
      count += 1;
      const key = keys[shape];
      if (key === undefined || key < 0 || key >= full.length) continue;
      if (shown && !shown(shape)) faded.push(shape);
      else if (side < least) dots[key].push(shape);
      else full[key].push(shape);
    }
    return { full: full, dots: dots, faded: faded, mean: count ? sum / count * frame.scale / frame.density : 0 };
  },

  // An arc on the canvas without the vertices that fall within the same pixel; both its neighbours see the same line.
  _line: function (frame, arc) {
    if (frame.lines[arc]) return frame.lines[arc];
    const { x, y, starts } = this.options.shapes;
    const made = [];
    const last = starts[arc + 1] - 1;
    let atX = Infinity;
    let atY = Infinity;
    for (let place = starts[arc]; place <= last; place += 1) {
      const nextX = x[place] * frame.scale - frame.left;
      const nextY = y[place] * frame.scale - frame.top;
      if (place === last || Math.abs(nextX - atX) + Math.abs(nextY - atY) >= 1) {
        made.push(nextX, nextY);
        atX = nextX;
        atY = nextY;
      }
    }
    frame.lines[arc] = made;
    return made;
  },

  _trace: function (frame, shape) {
    const pen = this._pen;
    this.options.shapes.shapes[shape].forEach((rings) => rings.forEach((ring) => {
      let started = false;
      ring.forEach((signed) => {
        const line = this._line(frame, signed < 0 ? ~signed : signed);
        for (let step = 0; step < line.length; step += 2) {
          const place = signed < 0 ? line.length - 2 - step : step;
          if (started) pen.lineTo(line[place], line[place + 1]);
          else pen.moveTo(line[place], line[place + 1]);
          started = true;
        }
      });
      if (!this.options.shapes.open) pen.closePath();
    }));
  },

  _class: function (frame, entry, members) {
    if (!members.length) return;
    const pen = this._pen;
    const fill_ = this.options.shapes.open || this.options.blank ? null : fillOf(pen, entry, frame.density);
    const outlined = !this.options.filled || this.options.shapes.open;
    const hair = this.options.filled && frame.border < 0.5; // between neighbours, where no border hides it
    if (fill_) pen.fillStyle = fill_;
    pen.strokeStyle = outlined ? entry.outline : fill_;
    pen.lineWidth = (outlined ? this.options.weight : 0.7) * frame.density;
    inBunches(members, (bunch) => {
      pen.beginPath();
      bunch.forEach((shape) => this._trace(frame, shape));
      if (fill_) pen.fill("evenodd");
      if (outlined && !this.options.filled) this._edged(frame, entry);
      else if (outlined || fill_ && hair) pen.stroke();
    });
  },

  // An outline over another theme: a light edge keeps it legible on dark fills.
  _edged: function (frame, entry) {
    const pen = this._pen;
    pen.strokeStyle = "#ffffff";
    pen.lineWidth = (this.options.weight + 1.6) * frame.density;
    pen.stroke();
    pen.strokeStyle = entry.outline;
    pen.lineWidth = this.options.weight * frame.density;
    pen.stroke();
  },

  // Each border once, though two units share it.
  _borders: function (frame, sorted) {
    if (frame.border <= 0.05) return;
    const pen = this._pen;
    const seen = new Uint8Array(this.options.shapes.starts.length);
    const arcs = [];
    sorted.full.forEach((members) => members.forEach((shape) => this.options.shapes.shapes[shape].forEach((rings) =>
      rings.forEach((ring) => ring.forEach((signed) => {
        const arc = signed < 0 ? ~signed : signed;
        if (!seen[arc]) arcs.push(arc);
        seen[arc] = 1;
      })))));
    pen.strokeStyle = this.options.border;
    pen.lineWidth = frame.border * frame.density;
    inBunches(arcs, (bunch) => {
      pen.beginPath();
      bunch.forEach((arc) => this._stroke(frame, arc));
      pen.stroke();
    });
  },

  _stroke: function (frame, arc) {
    const line = this._line(frame, arc);
    this._pen.moveTo(line[0], line[1]);
    for (let step = 2; step < line.length; step += 2) this._pen.lineTo(line[step], line[step + 1]);
  },

  // What is smaller than two pixels is a dot of two pixels: nothing vanishes.
  _dots: function (frame, dots) {
    const pen = this._pen;
    const box = this.options.shapes.boxes;
    dots.forEach((members, place) => {
      if (!members.length) return;
      const entry = this.options.entries[place];
      pen.beginPath();
      members.forEach((shape) => {
        const at = shape * 4;
        const x = (box[at] + box[at + 2]) / 2 * frame.scale - frame.left;
        const y = (box[at + 1] + box[at + 3]) / 2 * frame.scale - frame.top;
        pen.moveTo(x + frame.density, y);
        pen.arc(x, y, frame.density, 0, 2 * Math.PI);
      });
      pen.fillStyle = entry.fill || entry.outline;
      pen.fill();
    });
  },

  // Units that a filter leaves out: their outline alone.
  _faded: function (frame, members) {
    if (!members.length) return;
    const pen = this._pen;
    pen.strokeStyle = "#b4bcc3";
    pen.lineWidth = 0.5 * frame.density;
    inBunches(members, (bunch) => {
      pen.beginPath();
      bunch.forEach((shape) => this._trace(frame, shape));
      pen.stroke();
    });
  },

  // Index of the shape at a place, the last drawn first; -1 for none. Dots are met within three pixels.
  at: function (latLng) {
    const { shapes, shown } = this.options;
    const x = worldX(latLng.lng);
    const y = worldY(latLng.lat);
    for (let shape = shapes.shapes.length - 1; shape >= 0; shape -= 1) {
      if ((!shown || shown(shape)) && holds(shapes, shape, x, y)) return shape;
    }
    return this._near(x, y);
  },

  _near: function (x, y) {
    const { shapes, shown } = this.options;
    const reach = 3 / (256 * Math.pow(2, this._map.getZoom()));
    for (let shape = 0; shape < shapes.shapes.length; shape += 1) {
      const at = shape * 4;
      const box = shapes.boxes;
      const small = Math.max(box[at + 2] - box[at], box[at + 3] - box[at + 1]) < reach;
      const far = Math.abs((box[at] + box[at + 2]) / 2 - x) + Math.abs((box[at + 1] + box[at + 3]) / 2 - y);
      if (small && far < reach && (!shown || shown(shape))) return shape;
    }
    return -1;
  },
});
