// What has been loaded. Everything is asked for by what is on the screen, kept in memory, and given up when it is old.

const MOST_KEPT = 600; // parts
const decoder = new TextDecoder();

function readTile(buffer, index, detail) {
  const view = new DataView(buffer);
  let at = 0;
  const take = (count) => {
    const piece = new Uint8Array(buffer, at, count);
    at += count;
    return piece;
  };
  const length = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const tile = { lines: {}, rows: {} };
  for (const name of index.lines) {
    const count = length();
    tile.lines[name] = { low: take(count), high: take(count) };
  }
  if (detail >= index.detail.rows) {
    for (const row of index.rows) {
      const count = length();
      const counts = new Uint16Array(buffer.slice(at, at + 2 * count));
      at += 2 * count;
      tile.rows[row.row] = { counts, cover: take(count) };
    }
  }
  return tile;
}

function readSpans(buffer, index, row) {
  const found = JSON.parse(decoder.decode(buffer));
  const unit = index.unit;
  return found.b.map((begins, at) => ({
    row,
    kind: found.kinds[found.k[at]],
    begins: begins / unit,
    ends: (begins + found.l[at]) / unit,
    title: found.d[found.t[at]][0],
    data: found.d[found.t[at]][1],
    outcome: index.outcomes[found.o[at]],
  }));
}

export class Store {
  constructor(source, index, changed) {
    this.source = source;
    this.changed = changed;
    this.parts = new Map();
    this.loading = new Map();
    this.tables = new Map();
    this.version = 0; // goes up with everything that comes
    this.use(index);
  }

  use(index) {
    const before = this.index;
    this.index = index;
    this.rows = Object.fromEntries(index.rows.map((row) => [row.row, row]));
    this.open = (index.open || []).map((span) => ({ ...span }));
    if (before) this.forgetTails(before, index);
    this.version += 1;
    this.changed();
  }

  // What was not complete when it was loaded is loaded again; until that is there, the old one is shown.
  forgetTails(before, index) {
    for (let detail = 0; detail < index.detail.details; detail += 1) {
      const seconds = this.binSeconds(detail) * index.detail.tile;
      for (let n = Math.floor(before.length / seconds); n <= Math.floor(index.length / seconds); n += 1) this.renew(`tile/${detail}/${n}`);
    }
    for (const row of before.rows) {
      const chunks = row.chunks || [];
      if (chunks.length && this.rows[row.row]) this.renew(`row/${row.row}/${row.first + chunks.length - 1}`);
    }
    for (const [name, [count, size]] of Object.entries(before.tables)) {
      if (name === "turns") for (let n = 0; n * size < count; n += 1) this.renew(`${name}/${n}`);
      else this.renew(`${name}/${Math.floor(count / size)}`);
    }
  }

  renew(name) {
    const part = this.parts.get(name);
    if (part) part.old = true;
  }

  binSeconds(detail) {
    return this.index.detail.seconds * this.index.detail.factor ** detail;
  }

  get(name, read) {
    const part = this.parts.get(name);
    if (!part || part.old) this.load(name, read);
    return part && part.value;
  }

  load(name, read) {
    if (!this.loading.has(name)) {
      const promise = this.fetchPart(name, read);
      this.loading.set(name, promise);
    }
    return this.loading.get(name);
  }

  async fetchPart(name, read) {
    let value = null;
    try {
      const buffer = await this.source.part(name);
      if (buffer) value = read(buffer);
    } catch (problem) {
      console.error(`${name}: ${problem}`);
    }
    this.parts.set(name, { value, old: false });
    if (this.parts.size > MOST_KEPT) this.parts.delete(this.parts.keys().next().value);
    this.loading.delete(name);
    this.version += 1;
    this.changed();
    return value;
  }

  tile(detail, number) {
    return this.get(`tile/${detail}/${number}`, (buffer) => readTile(buffer, this.index, detail));
  }

  // Numbers of the chunks of a row that overlap a window, and how many spans those hold.
  chunksIn(row, from, to) {
    const { chunks = [], first = 0 } = this.rows[row] || {};
    const numbers = [];
    let spans = 0;
    for (let n = 0; n < chunks.length; n += 1) {
      if (chunks[n][0] <= to && chunks[n][1] >= from) {
        numbers.push(first + n);
        spans += chunks[n][2];
      }
    }
    return { numbers, spans };
  }

  chunk(row, number) {
    return this.get(`row/${row}/${number}`, (buffer) => readSpans(buffer, this.index, row));
  }

  chunkSoon(row, number) {
    return Promise.resolve(this.chunk(row, number) || this.load(`row/${row}/${number}`, (buffer) => readSpans(buffer, this.index, row)));
  }

  // The spans of a row in a window; `complete` tells whether all of them are loaded.
  spansIn(row, from, to) {
    const { numbers } = this.chunksIn(row, from, to);
    const spans = [];
    let complete = true;
    for (const number of numbers) {
      const chunk = this.chunk(row, number);
      if (!chunk) complete = false;
      else for (const span of chunk) if (span.begins <= to && span.ends >= from) spans.push(span);
    }
    for (const span of this.open) if (span.row === row && span.begins <= to) spans.push({ ...span, ends: this.index.length });
    return { spans, complete };
  }

  // All lines of a table that are loaded; the rest is asked for. The same list until something comes.
  table(name) {
    const known = this.tables.get(name);
    if (known && known.version === this.version) return known.lines;
    const lines = this.readTable(name);
    this.tables.set(name, { version: this.version, lines });
    return lines;
  }

  readTable(name) {
    const [count, size] = this.index.tables[name];
    const lines = [];
    for (let n = 0; n * size < count; n += 1) {
      const chunk = this.get(`${name}/${n}`, (buffer) => JSON.parse(decoder.decode(buffer)));
      if (chunk) lines.push(...chunk);
    }
    return lines;
  }
}
