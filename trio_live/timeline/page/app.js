// Puts the page together: the tracks, the minimap, what stands beside them, keys and pointers.

import { FileSource, SocketSource } from "./source.js";
import { Store } from "./store.js";
import { AXIS, Chart, Minimap, clock } from "./draw.js";
import { kindsIn, recall, remember, rowsOf } from "./filters.js";
import { Panel } from "./panel.js";

const { html: page, render } = window.htmPreact;
const LIVE_EVERY = 500; // milliseconds
const PANEL_AFTER = 120;
const KNOWN_BY = {
  wire: "the wire",
  event: "events",
  mutation: "the State",
  step: "steps",
  sample: "looks at link and queues",
};

class App {
  constructor(source, index) {
    this.source = source;
    this.tab = "Turns";
    this.root = document.getElementById("app");
    this.store = new Store(source, index, () => this.chart && this.chart.soon());
    this.renderFrame();
    this.canvas = document.getElementById("tracks");
    this.chart = new Chart(this.canvas, this.store, () => this.afterDraw());
    this.hiddenKinds = recall();
    this.chart.hidden = rowsOf(this.hiddenKinds);
    this.chart.choose = (span) => this.choose(span);
    this.minimap = new Minimap(document.getElementById("map"), this.chart);
    this.listen();
    this.chart.draw();
    window.timeline = this; // for whoever drives the page
  }

  afterDraw() {
    this.minimap.draw();
    clearTimeout(this.panelSoon); // what stands beside the tracks follows when they stand still
    this.panelSoon = setTimeout(() => this.renderFrame(), PANEL_AFTER);
  }

  choose(span) {
    this.chart.selected = span;
    this.chart.lit = span ? { begins: span.begins, ends: span.ends } : null;
    if (span) {
      this.chart.cursor = span.begins;
      this.chart.follows = false;
      this.chart.reveal(span);
      this.setTab("Detail");
    }
    this.chart.soon();
  }

  setTab(tab) {
    this.tab = tab;
    this.renderFrame();
  }

  setFilter(text) {
    this.chart.filter = text.trim().toLowerCase();
    if (this.chart.filter) this.tab = "Found";
    this.chart.soon();
    this.renderFrame();
  }

  toggleKind(kind) {
    if (!this.hiddenKinds.delete(kind)) this.hiddenKinds.add(kind);
    this.chart.hidden = rowsOf(this.hiddenKinds);
    remember(this.hiddenKinds);
    this.chart.soon();
    this.renderFrame();
  }

  toggleBad() {
    this.chart.onlyBad = !this.chart.onlyBad;
    if (this.chart.onlyBad) this.tab = "Found";
    this.chart.soon();
    this.renderFrame();
  }

  renderFrame() {
    const { store, chart } = this;
    const { index } = store;
    const known = index.sources.map((source) => KNOWN_BY[source]).filter(Boolean).join(", ");
    const played = index.measured ? "played: as the player reported" : "played: estimated";
    render(
      page`<header class="bar"><h1 title=${index.title}>${index.title}</h1>
        <p class="about">${index.live ? page`<span class="live">live</span> ` : null}${clock(index.length)} · ${new Date(index.began * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC · from ${known} · ${played}${index.forgotten ? ` · the oldest ${index.forgotten} are forgotten` : ""}</p>
        <div class="tools-bar" role="toolbar" aria-label="View">
          <input id="filter" type="search" placeholder="filter ( / )" aria-label="Filter" onInput=${(event) => this.setFilter(event.target.value)} />
          <button aria-label="zoom in" title="zoom in ( + )" onClick=${() => chart.zoom(0.5)}>+</button>
          <button aria-label="zoom out" title="zoom out ( - )" onClick=${() => chart.zoom(2)}>−</button>
          <button title="the whole call ( f )" onClick=${() => chart.show(0, chart.length)}>fit</button>
          ${index.calls && index.calls.length > 1 ? page`<select aria-label="call" value=${index.call} onChange=${(event) => this.chooseCall(event.target.value)}>${index.calls.map((name) => page`<option value=${name}>call ${name}</option>`)}</select>` : null}
          ${index.live ? page`<button aria-pressed=${chart && chart.follows} onClick=${() => this.follow()}>follow</button>` : null}
        </div></header>
      ${chart ? page`<div class="chips">
        <div role="group" aria-label="Rows that are shown">${kindsIn(store).map((kind) => page`<button key=${kind} aria-pressed=${!this.hiddenKinds.has(kind)} onClick=${() => this.toggleKind(kind)}>${kind}</button>`)}</div>
        <button aria-pressed=${chart.onlyBad} title="dim what went well" onClick=${() => this.toggleBad()}>only errors</button></div>` : null}
      <div class="map"><canvas id="map" aria-hidden="true"></canvas></div>
      <main>
        <div class="tracks"><canvas id="tracks" tabindex="0" role="application" aria-label="Timeline. Arrows move, plus and minus zoom, n and p walk along a row, up and down change the row, f shows all."></canvas>
          <div id="tip" role="status" aria-live="polite"></div></div>
        ${chart ? page`<${Panel} chart=${chart} store=${store} tab=${this.tab} setTab=${(tab) => this.setTab(tab)} />` : null}
      </main>`,
      this.root,
    );
  }

  async chooseCall(name) {
    this.source.call = name;
    this.restart(await this.source.index());
  }

  follow() {
    this.chart.follows = !this.chart.follows;
    this.chart.soon();
    this.renderFrame();
  }

  listen() {
    const { canvas, chart } = this;
    window.addEventListener("resize", () => chart.soon());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      chart.readColours();
      chart.soon();
    });
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener(
      "wheel",
      (event) => {
        const isAlong = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
        if (!isAlong && !event.ctrlKey && !event.metaKey && !event.altKey) return; // the page scrolls
        event.preventDefault();
        if (isAlong) chart.pan(((event.deltaX || event.deltaY) * (chart.to - chart.from)) / chart.width);
        else chart.zoom(1.0015 ** event.deltaY, chart.at(place(event)[0]));
      },
      { passive: false },
    );
    const fingers = new Map();
    let moved = 0;
    let scrubs = false; // on the axis a finger moves the cursor, elsewhere the tracks
    const scrub = (x) => {
      chart.cursor = Math.min(chart.length, Math.max(0, chart.at(x)));
      chart.soon();
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, place(event));
      moved = 0;
      scrubs = place(event)[1] < AXIS;
      if (scrubs) scrub(place(event)[0]);
    });
    canvas.addEventListener("pointermove", (event) => {
      const now = place(event);
      const before = fingers.get(event.pointerId);
      if (!before) {
        this.tip(chart.hit(...now), now);
        return;
      }
      if (fingers.size === 2) {
        const other = [...fingers.entries()].find(([id]) => id !== event.pointerId)[1];
        const apart = Math.abs(now[0] - other[0]);
        const was = Math.abs(before[0] - other[0]);
        if (apart > 8 && was > 8) chart.zoom(was / apart, chart.at((now[0] + other[0]) / 2));
      } else if (scrubs) scrub(now[0]);
      else chart.pan((before[0] - now[0]) / chart.scale);
      moved += Math.abs(now[0] - before[0]);
      fingers.set(event.pointerId, now);
    });
    const up = (event) => {
      const now = fingers.get(event.pointerId);
      fingers.delete(event.pointerId);
      if (!now || scrubs || moved > 4 || event.type === "pointercancel") return;
      const span = chart.hit(...now);
      if (span) this.choose(span);
      scrub(now[0]);
    };
    canvas.addEventListener("pointerup", up);
    canvas.addEventListener("pointercancel", up);
    canvas.addEventListener("pointerleave", () => this.tip(null));
    document.addEventListener("keydown", (event) => this.key(event));
    const map = document.getElementById("map");
    const jump = (event) => {
      if (event.buttons !== 1) return;
      const at = this.minimap.at(event.clientX - map.getBoundingClientRect().left);
      const half = (chart.to - chart.from) / 2;
      chart.follows = false;
      chart.show(at - half, at + half);
    };
    map.addEventListener("pointerdown", (event) => {
      map.setPointerCapture(event.pointerId);
      jump(event);
    });
    map.addEventListener("pointermove", jump);
  }

  key(event) {
    if (event.target.matches("input, textarea, [role=tab]") || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === "Escape" && event.target.id === "filter") {
        event.target.value = "";
        this.setFilter("");
        this.canvas.focus();
      }
      return;
    }
    const { chart } = this;
    const span = chart.to - chart.from;
    const isOnTracks = event.target === this.canvas || event.target === document.body;
    const actions = {
      ArrowLeft: () => chart.pan(-span * 0.1),
      ArrowRight: () => chart.pan(span * 0.1),
      PageUp: () => chart.pan(-span * 0.9),
      PageDown: () => chart.pan(span * 0.9),
      Home: () => chart.show(0, span),
      End: () => chart.show(chart.length - span, chart.length),
      "+": () => chart.zoom(0.6),
      "=": () => chart.zoom(0.6),
      "-": () => chart.zoom(1 / 0.6),
      f: () => chart.show(0, chart.length),
      ",": () => this.scrub(-span * 0.01),
      ".": () => this.scrub(span * 0.01),
      n: () => this.walk(true),
      p: () => this.walk(false),
      ArrowDown: () => this.changeRow(1),
      ArrowUp: () => this.changeRow(-1),
      "/": () => document.getElementById("filter").focus(),
      Escape: () => this.choose(null),
    };
    if (!actions[event.key] || (!isOnTracks && /^(Arrow|Page|Home|End)/.test(event.key))) return;
    event.preventDefault();
    actions[event.key]();
  }

  scrub(seconds) {
    const { chart } = this;
    const at = chart.cursor === null ? (chart.from + chart.to) / 2 : chart.cursor;
    chart.cursor = Math.min(chart.length, Math.max(0, at + seconds));
    if (chart.cursor < chart.from || chart.cursor > chart.to) chart.pan(seconds * 50);
    chart.soon();
  }

  get row() {
    const rows = this.rowsShown();
    return this.chart.selected && rows.includes(this.chart.selected.row) ? this.chart.selected.row : rows.includes("turn") ? "turn" : rows[0];
  }

  rowsShown() {
    return this.chart.lanes.filter((lane) => lane.row).map((lane) => lane.row);
  }

  async walk(forward) {
    const at = this.chart.selected ? this.chart.selected.begins : this.chart.cursor === null ? -1 : this.chart.cursor;
    const span = await this.chart.neighbour(this.row, at, forward);
    if (span) this.choose(span);
  }

  async changeRow(step) {
    const rows = this.rowsShown();
    const row = rows[(rows.indexOf(this.row) + step + rows.length) % rows.length];
    const at = this.chart.cursor === null ? 0 : this.chart.cursor;
    const span = (await this.chart.neighbour(row, at - 1e-3, true)) || (await this.chart.neighbour(row, at, false));
    if (span) this.choose(span);
  }

  tip(span, where) {
    const tip = document.getElementById("tip");
    if (!span) {
      tip.classList.remove("shown");
      return;
    }
    tip.textContent = `${clock(span.begins, 0.001)}  ${span.title}`;
    tip.classList.add("shown");
    tip.style.left = `${Math.min(where[0] + 12, this.chart.width - 240)}px`;
    tip.style.top = `${where[1] + 16}px`;
  }

  async watch() {
    for (;;) {
      await new Promise((done) => setTimeout(done, LIVE_EVERY));
      try {
        const index = await this.source.index();
        if (index.call === this.store.index.call) this.store.use(index);
        else this.restart(index);
      } catch (problem) {
        if (this.source.isRefused) throw problem;
      }
    }
  }

  restart(index) {
    this.store.parts.clear();
    this.store.index = undefined;
    this.store.use(index);
    this.chart.follows = index.live;
    this.chart.selected = this.chart.lit = this.chart.cursor = null;
    this.chart.show(0, Math.max(30, index.length));
    document.title = index.title;
  }
}

const told = (words) => {
  const line = document.createElement("p");
  line.className = "refused";
  line.textContent = words;
  document.getElementById("app").replaceChildren(line);
};

async function begin() {
  const isFile = document.getElementById("index") !== null;
  const source = isFile ? new FileSource() : new SocketSource(decodeURIComponent(location.hash.slice(1)));
  try {
    let index = await source.index();
    while (!index.rows) {
      told("No call has begun yet. It appears here as soon as one does.");
      await new Promise((done) => setTimeout(done, LIVE_EVERY));
      index = await source.index();
    }
    document.getElementById("app").replaceChildren();
    document.title = index.title;
    const app = new App(source, index);
    if (!isFile) await app.watch();
  } catch (problem) {
    told(String(problem.message || problem));
    throw problem;
  }
}

begin();
