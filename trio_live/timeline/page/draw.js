// The canvas: one time axis, four tracks. Drawn from spans where they are few, and from bins where they are many.

export const TRACKS = { user: "User", model: "Model", wire: "Wire", control: "Control" };
const HEIGHTS = { vad: 9, edges: 9, said: 15, received: 7, heard: 7, words: 15, out: 16, in: 16, turn: 19, phase: 19, tool: 19, connection: 15 };
const OTHER = 13;
const WAVE = 46;
const GAP = 12;
export const AXIS = 24;
const MOST_CHUNKS = 4;
const MOST_SPANS = 1200; // of a row; more are drawn as bins
const FLOOR = 96; // of levels: about -60 dBFS
const LABELLED = 34; // pixels that a bar must have to bear a name
const SIDE = { user: ["user"], model: ["played", "unheard", "buffered"] };
const STACKS = 3; // bars of functions that run at once

export class Chart {
  constructor(canvas, store, changed) {
    this.canvas = canvas;
    this.store = store;
    this.changed = changed;
    this.from = 0;
    this.to = Math.max(store.index.live ? 30 : 1, store.index.length);
    this.hidden = new Set(); // rows
    this.filter = "";
    this.onlyBad = false; // whether what went well is dimmed
    this.lit = null; // what is lit up: { begins, ends, row }
    this.selected = null;
    this.cursor = null; // seconds
    this.follows = store.index.live;
    this.frames = 0;
    this.pending = false;
    this.readColours();
  }

  readColours() {
    const style = getComputedStyle(document.documentElement);
    const names = "text muted line paper user model wire control bad unheard select played buffer open alt".split(" ");
    this.colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }

  get length() {
    return Math.max(1, this.store.index.length);
  }

  get gutter() {
    return this.width < 520 ? 20 : 92;
  }

  get scale() {
    return (this.width - this.gutter) / (this.to - this.from);
  }

  x(at) {
    return this.gutter + (at - this.from) * this.scale;
  }

  at(x) {
    return this.from + (x - this.gutter) / this.scale;
  }

  // Rows that hold something, from top to bottom, with their places.
  layout() {
    const lanes = [];
    let y = AXIS;
    for (const [track, title] of Object.entries(TRACKS)) {
      const top = y;
      y += 4;
      const lines = SIDE[track];
      const label = track === "user" ? "level" : "played";
      if (lines && !this.hidden.has(label)) {
        lanes.push({ track, lines, y, height: WAVE, row: null, label });
        y += WAVE + 3;
      }
      for (const row of this.store.index.rows) {
        const isThere = row.chunks || this.store.open.some((span) => span.row === row.row);
        if (row.track !== track || !isThere || row.row === "unheard" || row.row === "interruption" || this.hidden.has(row.row)) continue;
        const height = HEIGHTS[row.row] || OTHER;
        lanes.push({ track, row: row.row, y, height, label: row.row });
        y += height + 3;
      }
      if (y > top + 4) lanes.push({ track, title, y: top, height: y - top, isTrack: true });
      y += GAP;
    }
    this.lanes = lanes;
    this.wanted = y;
    return lanes;
  }

  show(from, to) {
    const length = this.length;
    const span = Math.min(Math.max(to - from, 0.05), Math.max(length * 1.02, this.store.index.live ? 30 : 0));
    let begins = Math.min(Math.max(from, -0.01 * length), Math.max(0, length * 1.01 - span));
    if (span >= length) begins = Math.min(0, length - span);
    this.from = begins;
    this.to = begins + span;
    this.soon();
  }

  pan(seconds) {
    this.follows = false;
    this.show(this.from + seconds, this.to + seconds);
  }

  zoom(factor, around = (this.from + this.to) / 2) {
    this.follows = false;
    const span = (this.to - this.from) * factor;
    const share = (around - this.from) / (this.to - this.from);
    this.show(around - span * share, around + span * (1 - share));
  }

  reveal(span) {
    const margin = Math.max(1, (span.ends - span.begins) * 0.6);
    const isInside = span.begins >= this.from && span.ends <= this.to && (span.ends - span.begins) * this.scale > 3;
    if (!isInside) this.show(span.begins - margin, span.ends + margin);
    this.soon();
  }

  soon() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  draw() {
    const box = this.canvas.parentElement.getBoundingClientRect();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.width = Math.max(200, Math.floor(box.width));
    if (this.follows) {
      const span = this.to - this.from;
      this.from = Math.max(0, this.length + 0.04 * span - span);
      this.to = this.from + span;
    }
    this.layout();
    const height = this.wanted;
    if (this.canvas.width !== this.width * ratio || this.canvas.height !== height * ratio) {
      this.canvas.width = this.width * ratio;
      this.canvas.height = height * ratio;
      this.canvas.style.height = `${height}px`;
    }
    const pen = this.canvas.getContext("2d");
    this.pen = pen;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.width, height);
    pen.font = "11px system-ui, sans-serif";
    pen.textBaseline = "middle";
    for (const lane of this.lanes) if (lane.isTrack) this.drawTrack(lane);
    this.drawAxis(height);
    pen.save();
    pen.beginPath();
    pen.rect(this.gutter, 0, this.width - this.gutter, height);
    pen.clip();
    for (const lane of this.lanes) {
      if (lane.lines) this.drawWaves(lane);
      else if (lane.row) this.drawRow(lane);
    }
    this.drawInterruptions();
    this.drawLit(height);
    pen.restore();
    if (this.gutter) this.drawLabels();
    this.frames += 1;
    this.changed();
  }

  drawTrack(lane) {
    const { pen } = this;
    pen.fillStyle = this.colours.alt;
    pen.beginPath();
    pen.roundRect(0, lane.y, this.width, lane.height + 2, 6);
    pen.fill();
  }

  drawLabels() {
    const { pen } = this;
    for (const lane of this.lanes) {
      if (lane.isTrack) {
        pen.save();
        pen.translate(11, lane.y + lane.height / 2);
        pen.rotate(-Math.PI / 2);
        pen.textAlign = "center";
        pen.font = "600 11px system-ui, sans-serif";
        pen.fillStyle = this.colours[lane.track];
        if (lane.height > 40) pen.fillText(lane.title, 0, 0);
        pen.restore();
      } else if (this.gutter > 40) {
        pen.textAlign = "right";
        pen.fillStyle = this.colours.muted;
        pen.fillText(lane.label, this.gutter - 8, lane.y + lane.height / 2);
      }
    }
    pen.textAlign = "left";
  }

  drawAxis(height) {
    const { pen } = this;
    const step = niceStep((this.to - this.from) / Math.max(2, (this.width - this.gutter) / 90));
    pen.strokeStyle = this.colours.line;
    pen.fillStyle = this.colours.muted;
    pen.textAlign = "left";
    pen.beginPath();
    for (let at = Math.ceil(this.from / step) * step; at <= this.to; at += step) {
      const x = Math.round(this.x(at)) + 0.5;
      if (x < this.gutter) continue;
      pen.moveTo(x, AXIS - 6);
      pen.lineTo(x, height - GAP);
      if (at >= 0 && x < this.width - 30) pen.fillText(clock(at, step), x + 3, AXIS / 2);
    }
    pen.stroke();
  }

  detail(least) {
    const pixels = (this.width - this.gutter) * 1.5;
    for (let detail = least; detail < this.store.index.detail.details; detail += 1) {
      if ((this.to - this.from) / this.store.binSeconds(detail) <= pixels) return detail;
    }
    return this.store.index.detail.details - 1;
  }

  // Calls `each` with the loaded tiles that cover the window; where a fine one is not there yet, a coarser one stands in.
  tiles(detail, each, from = this.from, to = this.to) {
    const { details, tile: size } = this.store.index.detail;
    const seconds = this.store.binSeconds(detail) * size;
    const last = Math.floor(Math.min(to, this.length) / seconds);
    for (let n = Math.max(0, Math.floor(from / seconds)); n <= last; n += 1) {
      const tile = this.store.tile(detail, n);
      if (tile) each(tile, n * seconds, this.store.binSeconds(detail), n * seconds, (n + 1) * seconds);
      else {
        for (let other = detail + 1; other < details; other += 1) {
          const width = this.store.binSeconds(other) * size;
          const part = this.store.parts.get(`tile/${other}/${Math.floor((n * seconds) / width)}`);
          if (part && part.value) {
            each(part.value, Math.floor((n * seconds) / width) * width, this.store.binSeconds(other), n * seconds, (n + 1) * seconds);
            break;
          }
        }
      }
    }
  }

  drawWaves(lane) {
    const detail = this.detail(0);
    const colours = { user: this.colours.user, played: this.colours.model, unheard: this.colours.unheard };
    this.tiles(detail, (tile, begins, width, first, last) => {
      for (const name of lane.lines) {
        if (name === "buffered") this.drawBuffer(lane, tile.lines[name], begins, width, first, last);
        else this.drawWave(lane, tile.lines[name], colours[name], begins, width, first, last);
      }
    });
  }

  drawWave(lane, line, colour, begins, width, first, last) {
    const { pen } = this;
    const middle = lane.y + lane.height / 2;
    const half = lane.height / 2;
    const from = Math.max(0, Math.floor((Math.max(this.from, first) - begins) / width));
    const to = Math.min(line.high.length, Math.ceil((Math.min(this.to, last) - begins) / width));
    const wide = Math.max(width * this.scale, 1);
    for (const [values, alpha] of [[line.high, 0.45], [line.low, 0.75]]) {
      pen.globalAlpha = alpha;
      pen.fillStyle = colour;
      for (let bin = from; bin < to; bin += 1) {
        const level = values[bin];
        if (level <= FLOOR) continue;
        const tall = (half * (level - FLOOR)) / (255 - FLOOR);
        pen.fillRect(this.x(begins + bin * width), middle - tall, wide > 3 ? wide - 1 : wide, 2 * tall);
      }
    }
    pen.globalAlpha = 1;
  }

  // How much waits to be played, as a line over the played sound: a full lane is five seconds.
  drawBuffer(lane, line, begins, width, first, last) {
    const { pen } = this;
    const from = Math.max(0, Math.floor((Math.max(this.from, first) - begins) / width));
    const to = Math.min(line.high.length, Math.ceil((Math.min(this.to, last) - begins) / width));
    pen.strokeStyle = this.colours.buffer;
    pen.lineWidth = 1.2;
    pen.beginPath();
    let isDown = false;
    for (let bin = from; bin < to; bin += 1) {
      const value = line.high[bin];
      const y = lane.y + lane.height - (Math.min(50, value) / 50) * (lane.height - 2);
      if (value && isDown) pen.lineTo(this.x(begins + (bin + 0.5) * width), y);
      else if (value) pen.moveTo(this.x(begins + (bin + 0.5) * width), y);
      isDown = value > 0;
    }
    pen.stroke();
    pen.lineWidth = 1;
  }

  drawRow(lane) {
    const { numbers } = this.store.chunksIn(lane.row, this.from, this.to);
    if (numbers.length <= MOST_CHUNKS) {
      const { spans, complete } = this.store.spansIn(lane.row, this.from, this.to);
      if (complete && spans.length <= MOST_SPANS) {
        this.drawSpans(lane, spans);
        return;
      }
    }
    this.drawBins(lane);
  }

  colour(lane, span) {
    if (span && isBad(span)) return this.colours.bad;
    if (lane.row === "unheard") return this.colours.unheard;
    return this.colours[lane.track];
  }

  get seeks() {
    return this.filter !== "" || this.onlyBad;
  }

  matches(span) {
    if (this.onlyBad && !isBad(span)) return false;
    return !this.filter || `${span.row} ${span.kind} ${span.title}`.toLowerCase().includes(this.filter);
  }

  drawSpans(lane, spans) {
    const { pen } = this;
    const ends = [];
    const bearsWords = lane.row === "said" || lane.row === "words";
    const following = lane.row === "turn" ? new Map(spans.map((span, place) => [span, spans[place + 1]])) : null;
    for (const span of spans) {
      const left = Math.max(this.x(span.begins), this.gutter - 4);
      const wide = Math.min(this.x(span.ends), this.width + 4) - left;
      const isMark = span.ends <= span.begins;
      let { y, height } = lane;
      if (lane.row === "tool" || lane.row === "effect") {
        let place = ends.findIndex((end) => end <= span.begins);
        if (place < 0) place = Math.min(ends.length, STACKS - 1);
        ends[place] = span.ends;
        span.place = place;
        if (lane.stacks > 1) {
          height = lane.height / lane.stacks;
          y += place * height;
        }
      }
      const strength = isMark ? (span.kind === "audio" || span.kind === "session" ? 0.28 : 0.9) : 0.32;
      pen.globalAlpha = this.matches(span) ? strength : 0.07;
      pen.fillStyle = this.colour(lane, span);
      if (isMark && bearsWords) pen.fillRect(left - 0.5, y + height - 3, 1.5, 3);
      else if (isMark) pen.fillRect(left - 0.5, y, 1.5, height);
      else if (wide < 5) pen.fillRect(left, y, Math.max(wide, 1), height);
      else {
        pen.beginPath();
        pen.roundRect(left, y, Math.max(wide, 1.5), height, Math.min(4, wide / 2));
        pen.fill();
        if (span.outcome === "cancelled" || span.outcome === "open") {
          pen.globalAlpha = 0.8;
          pen.strokeStyle = pen.fillStyle;
          pen.setLineDash([3, 2]);
          pen.stroke();
          pen.setLineDash([]);
        }
      }
      pen.globalAlpha = this.matches(span) ? 1 : 0.25;
      const next = following && following.get(span); // a turn may begin before the one before is over
      const room = Math.min(wide, next ? this.x(next.begins) - left : wide);
      if (room > LABELLED && height >= 12) this.label(span.title, left + 5, y + height / 2, room - 8);
    }
    if (bearsWords) this.drawWords(lane, spans);
    lane.stacks = Math.max(1, ends.length);
    pen.globalAlpha = 1;
    if (this.selected && this.selected.row === lane.row) this.outline(lane, this.selected);
  }

  // Pieces of what is said: those that stand close together are one text, as far as it has room.
  drawWords(lane, spans) {
    const sorted = [...spans].sort((one, other) => one.begins - other.begins);
    for (let place = 0; place < sorted.length; ) {
      const x = this.x(sorted[place].begins);
      const texts = [sorted[place].title];
      let next = place + 1;
      while (next < sorted.length && this.x(sorted[next].begins) - this.x(sorted[next - 1].begins) <= LABELLED) texts.push(sorted[next++].title);
      const room = (next < sorted.length ? this.x(sorted[next].begins) : this.width) - x - 6;
      if (room > LABELLED) this.label(texts.join(" "), Math.max(x, this.gutter) + 3, lane.y + lane.height / 2, room);
      place = next;
    }
  }

  label(text, x, y, room) {
    const { pen } = this;
    pen.fillStyle = this.colours.text;
    const most = Math.floor(room / 5.6);
    if (most < 3) return;
    pen.fillText(text.length > most ? `${text.slice(0, most - 1)}…` : text, x, y, room);
  }

  outline(lane, span) {
    const { pen } = this;
    const left = this.x(span.begins);
    const wide = Math.max(this.x(span.ends) - left, 2);
    pen.strokeStyle = this.colours.select;
    pen.lineWidth = 2;
    pen.strokeRect(left - 1.5, lane.y - 1, wide + 3, lane.height + 2);
    pen.lineWidth = 1;
  }

  drawBins(lane) {
    const { pen } = this;
    pen.fillStyle = this.colour(lane, null);
    this.tiles(this.detail(this.store.index.detail.rows), (tile, begins, width, first, last) => {
      const bins = tile.rows[lane.row];
      if (!bins) return;
      const from = Math.max(0, Math.floor((Math.max(this.from, first) - begins) / width));
      const to = Math.min(bins.counts.length, Math.ceil((Math.min(this.to, last) - begins) / width));
      const wide = Math.max(width * this.scale, 1);
      pen.globalAlpha = 0.3;
      for (let bin = from; bin < to; ) {
        const cover = bins.cover[bin];
        let next = bin + 1;
        while (next < to && bins.cover[next] === cover) next += 1; // what lasts is one stroke, not a thousand
        if (cover) pen.fillRect(this.x(begins + bin * width), lane.y, Math.max(wide, (next - bin) * width * this.scale), (lane.height * (80 + cover)) / 335);
        bin = next;
      }
      pen.globalAlpha = 0.6;
      for (let bin = from; bin < to; ) {
        const count = bins.counts[bin];
        let next = bin + 1;
        while (next < to && bins.counts[next] === count) next += 1;
        const tall = lane.height * Math.min(1, 0.2 + Math.log2(1 + count) / 14);
        if (count) pen.fillRect(this.x(begins + bin * width), lane.y + lane.height - tall, Math.max(wide, (next - bin) * width * this.scale), tall);
        bin = next;
      }
    });
    pen.globalAlpha = 1;
  }

  // The border between what was heard and what was not: a line through the track of the model.
  drawInterruptions() {
    const track = this.lanes.find((lane) => lane.isTrack && lane.track === "model");
    const { numbers } = this.store.chunksIn("interruption", this.from, this.to);
    if (!track || this.hidden.has("interruption") || numbers.length > MOST_CHUNKS) return;
    const { pen } = this;
    pen.strokeStyle = this.colours.bad;
    pen.fillStyle = this.colours.bad;
    const { spans } = this.store.spansIn("interruption", this.from, this.to);
    const isDense = spans.length * 9 > this.width; // then they are ticks, not lines
    for (const span of spans) {
      const x = Math.round(this.x(span.begins)) + 0.5;
      if (isDense) {
        pen.fillRect(x - 0.5, track.y, 1, 4);
        continue;
      }
      pen.beginPath();
      pen.moveTo(x, track.y + 2);
      pen.lineTo(x, track.y + track.height);
      pen.stroke();
      pen.beginPath();
      pen.moveTo(x - 4, track.y + 1);
      pen.lineTo(x + 4, track.y + 1);
      pen.lineTo(x, track.y + 7);
      pen.fill();
    }
  }

  drawLit(height) {
    const { pen } = this;
    if (this.lit) {
      const left = this.x(this.lit.begins);
      pen.fillStyle = this.colours.select;
      pen.globalAlpha = 0.14;
      pen.fillRect(left, AXIS, Math.max(2, this.x(this.lit.ends) - left), height - AXIS - GAP);
      pen.globalAlpha = 1;
    }
    if (this.cursor !== null) {
      pen.strokeStyle = this.colours.select;
      pen.beginPath();
      pen.moveTo(this.x(this.cursor), AXIS - 8);
      pen.lineTo(this.x(this.cursor), height - GAP);
      pen.stroke();
    }
  }

  // What lies under a point: the shortest span, so that what is small can be reached.
  hit(x, y) {
    const lane = (this.lanes || []).find((each) => !each.isTrack && y >= each.y - 2 && y <= each.y + each.height + 2);
    if (!lane) return null;
    const at = this.at(x);
    const reach = 4 / this.scale;
    const rows = lane.lines ? (lane.track === "model" ? ["interruption", "unheard", "heard"] : ["edges", "vad"]) : [lane.row];
    for (const row of rows) {
      if (this.hidden.has(row)) continue;
      if (this.store.chunksIn(row, at - reach, at + reach).numbers.length > MOST_CHUNKS) continue;
      const found = this.store.spansIn(row, at - reach, at + reach).spans.filter((span) => this.matches(span));
      if (found.length) return found.reduce((best, span) => (span.ends - span.begins < best.ends - best.begins ? span : best));
    }
    return null;
  }

  // The next span of a row, or the one before.
  async neighbour(row, at, forward) {
    const { chunks = [], first = 0 } = this.store.rows[row] || {};
    let best = null;
    const numbers = chunks.map((chunk, n) => [chunk, first + n]).filter(([chunk]) => (forward ? chunk[1] > at : chunk[0] < at));
    if (!forward) numbers.reverse();
    for (const [, number] of numbers.slice(0, 3)) {
      for (const span of (await this.store.chunkSoon(row, number)) || []) {
        if (forward ? span.begins > at : span.begins < at) {
          if (!best || (forward ? span.begins < best.begins : span.begins > best.begins)) best = span;
        }
      }
      if (best) break;
    }
    return best;
  }
}

export class Minimap {
  constructor(canvas, chart) {
    this.canvas = canvas;
    this.chart = chart;
  }

  draw() {
    const { chart, canvas } = this;
    const { store, colours, length } = chart;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.max(100, Math.floor(canvas.parentElement.getBoundingClientRect().width));
    const height = 36;
    if (canvas.width !== width * ratio) {
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      canvas.style.height = `${height}px`;
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const scale = width / length;
    const key = `${store.version} ${width} ${length} ${colours.user}`;
    if (this.key !== key) {
      this.key = key;
      this.picture = this.picture || document.createElement("canvas");
      this.picture.width = width * ratio;
      this.picture.height = height * ratio;
      this.drawPicture(this.picture.getContext("2d"), ratio, width, height, scale);
    }
    pen.drawImage(this.picture, 0, 0, width, height);
    const left = chart.from * scale;
    const wide = Math.max(3, (chart.to - chart.from) * scale);
    pen.fillStyle = colours.select;
    pen.globalAlpha = wide > 0.95 * width ? 0.04 : 0.16; // all of it is no selection
    pen.fillRect(left, 0, wide, height);
    pen.globalAlpha = 1;
    pen.strokeStyle = colours.select;
    pen.strokeRect(left + 0.5, 0.5, Math.max(2, wide - 1), height - 1);
  }

  // Drawn when something has been loaded, and not with every move.
  drawPicture(pen, ratio, width, height, scale) {
    const { chart } = this;
    const { store, colours, length } = chart;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    let detail = 0;
    while (detail < store.index.detail.details - 1 && length / store.binSeconds(detail) > width * 1.5) detail += 1;
    const half = height / 2;
    for (const [name, colour, up] of [["user", colours.user, true], ["played", colours.model, false]]) {
      pen.fillStyle = colour;
      pen.globalAlpha = 0.6;
      chart.tiles(detail, (tile, begins, seconds) => {
        const values = tile.lines[name].high;
        for (let bin = 0; bin < values.length; bin += 1) {
          const tall = Math.max(0, ((half - 3) * (values[bin] - FLOOR)) / (255 - FLOOR));
          if (tall) pen.fillRect((begins + bin * seconds) * scale, up ? half - tall : half, Math.max(1, seconds * scale), tall);
        }
      }, 0, length);
    }
    pen.globalAlpha = 1;
  }

  at(x) {
    return (x / this.canvas.getBoundingClientRect().width) * this.chart.length;
  }
}

function isBad(span) {
  return span.outcome === "failed" || span.outcome === "cancelled" || span.kind === "error";
}

const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

function niceStep(least) {
  return STEPS.find((step) => step >= least) || 14400;
}

export function clock(at, step = 1) {
  const digits = step >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(step)));
  const hours = Math.floor(at / 3600);
  const minutes = Math.floor((at % 3600) / 60);
  const seconds = (at % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}
