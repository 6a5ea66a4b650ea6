// What stands beside the tracks: tables and figures, all for the moment that the cursor shows.

import { Graph } from "./graph.js";
import { clock } from "./draw.js";

const { html: h, useEffect, useRef, useState } = window.htmPreact;

const MOST_TURNS = 60; // in the list at once
export const TABS = ["Turns", "Detail", "State", "Phases", "Tools", "Link", "Lanes", "Found"];

const ms = (seconds) => (seconds === null || seconds === undefined ? "–" : `${Math.round(seconds * 1000)} ms`);
const between = (from, to) => (from === null || to === null ? null : to - from);
const atOrBefore = (lines, at) => {
  let found = null;
  for (const line of lines) if (line[0] <= at + 1e-4) found = line;
  return found;
};

// A figure that lights up its span when it is clicked.
function Figure({ chart, label, begins, ends, children }) {
  if (begins === null || ends === null || begins === undefined || ends === undefined) return h`<span class="figure none">${children}</span>`;
  const light = () => {
    chart.lit = { begins, ends };
    chart.reveal({ begins, ends });
  };
  return h`<button class="figure" onClick=${light} title="show ${label} on the tracks">${children}</button>`;
}

function Words({ turn }) {
  if (turn.heard === null) return h`<span>${turn.model || "–"}</span>`;
  const rest = turn.model.startsWith(turn.heard) ? turn.model.slice(turn.heard.length) : ` (all that came: ${turn.model})`;
  return h`<span>${turn.heard}<del title="not heard">${rest}</del></span>`;
}

function Turns({ chart, store }) {
  const turns = store.table("turns");
  if (!turns.length) return h`<p class="none">${store.index.tables.turns[0] ? "…" : "No turn was held."}</p>`;
  const inView = turns.filter((turn) => (turn.ends === null ? store.index.length : turn.ends) >= chart.from && turn.begins <= chart.to);
  const shown = inView.slice(0, MOST_TURNS);
  return h`${inView.length < turns.length || shown.length < inView.length ? h`<p class="small">${shown.length} of ${turns.length} turns: those in view${shown.length < inView.length ? ", the first of them" : ""}</p>` : null}
  <ol class="turns">${shown.map((turn) => {
    const byte = between(turn.speech_ends, turn.first_byte);
    const played = between(turn.speech_ends, turn.first_played);
    return h`<li key=${turn.number} class=${turn.interrupted ? "cut" : ""}>
      <header><${Figure} chart=${chart} label="the turn" begins=${turn.begins} ends=${turn.ends === null ? store.index.length : turn.ends}><b>${turn.number}</b> ${clock(turn.begins, 0.1)}<//>
        ${turn.interrupted ? h`<em>interrupted</em>` : null}
        ${turn.ends === null ? h`<em>not over</em>` : null}</header>
      ${turn.user ? h`<p class="user">${turn.user}</p>` : null}
      <p class="model"><${Words} turn=${turn} /></p>
      <dl>
        <div><dt>first byte</dt><dd><${Figure} chart=${chart} label="the wait for the first byte" begins=${turn.speech_ends} ends=${turn.first_byte}>${ms(byte)}<//></dd></div>
        <div><dt>first played</dt><dd><${Figure} chart=${chart} label="the wait until it was heard" begins=${turn.speech_ends} ends=${turn.first_played}>${ms(played)}<//></dd></div>
        <div><dt>heard</dt><dd>${turn.received_seconds ? `${turn.heard_seconds.toFixed(1)} of ${turn.received_seconds.toFixed(1)} s` : "–"}</dd></div>
        <div><dt>tokens</dt><dd>${turn.prompt_tokens === null ? "–" : `${turn.prompt_tokens} + ${turn.response_tokens || 0}`}</dd></div>
        <div><dt>cost</dt><dd>${turn.cost_usd === null ? "–" : `$${turn.cost_usd.toFixed(4)}`}</dd></div>
      </dl></li>`;
  })}</ol>`;
}

function Detail({ chart, store }) {
  const span = chart.selected;
  if (!span) return h`<p class="none">Click anything on the tracks, or walk with <kbd>n</kbd> and <kbd>p</kbd>.</p>`;
  const row = store.rows[span.row];
  return h`<article class="detail"><h2>${span.title}</h2>
    <p>${clock(span.begins, 0.001)}${span.ends > span.begins ? ` – ${clock(span.ends, 0.001)} · ${(span.ends - span.begins).toFixed(3)} s` : ""}${` · ${row ? row.words : span.row}`}${span.outcome ? h` · <em>${span.outcome}</em>` : null}</p>
    <pre tabindex="0">${JSON.stringify(span.data, null, 2)}</pre></article>`;
}

const shownValue = (side) => (side === null ? "" : JSON.stringify(side.value));

function StateTree({ chart, store, now }) {
  const [only, setOnly] = useState("");
  const changes = store.table("changes").filter((change) => change[0] <= now + 1e-4);
  if (!store.index.tables.changes[0]) return h`<${Missing} store=${store} what="The State" />`;
  const newest = new Map();
  for (const change of changes) newest.set(change[1], change);
  const keys = [...newest.keys()].filter((key) => key.includes(only)).sort().slice(0, 300);
  const history = changes.filter((change) => change[1] === only).slice(-40);
  return h`<label class="search">key <input value=${only} onInput=${(event) => setOnly(event.target.value)} placeholder="all" /></label>
    <table class="state"><tbody>${keys.map((key) => {
      const [at, , old, value, who] = newest.get(key);
      return h`<tr key=${key} class=${now - at < 2 ? "fresh" : ""}><th><button onClick=${() => setOnly(key)}>${key}</button></th>
        <td>${value === null ? h`<del>${shownValue(old)}</del>` : shownValue(value)}<small>
          <${Figure} chart=${chart} label="when it was written" begins=${at} ends=${at}>${clock(at, 0.01)}<//> by ${who}</small></td></tr>`;
    })}</tbody></table>
    ${history.length ? h`<h3>How ${only} changed</h3><ol class="history">${history.map(
      ([at, , old, value, who]) => h`<li><${Figure} chart=${chart} label="the change" begins=${at} ends=${at}>${clock(at, 0.01)}<//> ${who}: <del>${shownValue(old)}</del> <ins>${shownValue(value)}</ins></li>`,
    )}</ol>` : null}`;
}

function Missing({ store, what }) {
  const tail = store.index.live ? "" : " The wire does not tell it: name the builder (--against), or a journal (--journal) or notes (--notes) that were kept beside the recording.";
  return h`<p class="none">${what} is not known.${tail}</p>`;
}

function Phases({ store, now, chart }) {
  const { contract } = store.index;
  const current = store.spansIn("phase", now, now).spans.sort((a, b) => b.begins - a.begins)[0];
  const found = atOrBefore(store.table("explanations"), now);
  if (!contract && !found && !current) return h`<${Missing} store=${store} what="The phase" />`;
  const explained = found && found[1];
  const ways = explained ? explained.ways : [];
  return h`<div>
    ${current ? h`<p>in <b>${current.kind}</b> since <${Figure} chart=${chart} label="the phase" begins=${current.begins} ends=${current.ends}>${clock(current.begins, 0.01)}<//></p>` : null}
    ${contract && contract.phases && contract.phases.length ? h`<div class="scroll"><${Graph} contract=${contract} current=${current ? current.kind : explained && explained.phase} ways=${ways} /></div>` : null}
    ${explained ? h`<p class="small">as it stood at ${clock(found[0], 0.01)}</p>
      ${Object.entries(explained.needs || {}).map(([key, known]) => h`<p class=${known ? "yes" : "no"}>${known ? "✓" : "○"} needs ${key}</p>`)}
      ${ways.map((way) => h`<section class="way ${way.open ? "yes" : "no"}"><h3>${way.open ? "✓" : "✕"} to ${way.target}</h3>
        ${way.description ? h`<p>${way.description}</p>` : null}
        ${way.open ? h`<p>open: taken at the end of the turn</p>` : h`<ul>${way.obstacles.map((each) => h`<li>why not: ${each}</li>`)}</ul>`}</section>`)}
      ${explained.terminal ? h`<p>It is terminal: no guard leads on from here.</p>` : null}` : null}</div>`;
}

function Tools({ store, now, chart }) {
  const running = store.spansIn("tool", now, now).spans;
  const { numbers } = store.chunksIn("tool", 0, store.index.length);
  const all = numbers.flatMap((number) => store.chunk("tool", number) || []).filter((span) => span.begins <= now).slice(-60).reverse();
  const line = (span) => h`<li class=${span.outcome}><button onClick=${() => chart.choose(span)}>${span.title}</button>
    <small>${clock(span.begins, 0.01)} · ${ms(span.ends - span.begins)} ${span.outcome}</small></li>`;
  return h`<h3>in flight now: ${running.length}</h3><ul class="tools">${running.map(line)}</ul>
    <h3>before</h3><ul class="tools">${all.length ? all.map(line) : h`<li class="none">none</li>`}</ul>`;
}

function Gauge({ title, lines, view }) {
  const place = useRef(null);
  const plot = useRef(null);
  useEffect(() => {
    const width = Math.max(160, place.current.clientWidth);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const axis = { stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: "10px system-ui" };
    plot.current = new window.uPlot(
      {
        width,
        height: 120,
        scales: { x: { time: false } },
        legend: { live: false },
        cursor: { show: false },
        axes: [{ ...axis, values: (_, values) => values.map((value) => clock(value)) }, { ...axis, size: 34 }],
        series: [{}, ...lines.names.map((name, place_) => ({ label: name, stroke: colour(["user", "model", "control", "bad", "wire", "select"][place_ % 6]), width: 1.4, points: { show: false } }))],
      },
      lines.data,
      place.current,
    );
    return () => plot.current.destroy();
  }, [lines.names.join()]);
  useEffect(() => {
    plot.current.setData(lines.data);
    plot.current.setScale("x", { min: view.from, max: view.to });
  });
  return h`<figure class="gauge"><figcaption>${title}</figcaption><div ref=${place}></div></figure>`;
}

// Lines for a gauge from looks, thinned to what can be seen of them.
function gaugeOf(samples, from, to, read) {
  const inside = samples.filter(([at]) => at >= from - 1 && at <= to + 1);
  const step = Math.max(1, Math.ceil(inside.length / 400));
  const looks = inside.filter((_, place) => place % step === 0);
  const names = [...new Set(looks.flatMap(([, look]) => Object.keys(read(look) || {})))];
  return { names, data: [looks.map(([at]) => at), ...names.map((name) => looks.map(([, look]) => (read(look) || {})[name] ?? null))] };
}

function Link({ store, now, chart, view }) {
  const samples = store.table("samples");
  const look = atOrBefore(samples, now);
  const link = look && look[1].link;
  const connections = store.spansIn("connection", 0, now).spans.filter((span) => span.kind === "connection").sort((a, b) => b.begins - a.begins);
  const warned = store.chunksIn("in", 0, now).numbers.length <= 8 ? store.spansIn("in", 0, now).spans.filter((span) => span.kind === "goAway") : [];
  const left = link ? link.go_away_in : null;
  return h`<dl class="figures">
      <div><dt>generation</dt><dd>${link ? link.generation : connections.length || "–"}</dd></div>
      <div><dt>state</dt><dd>${link ? (link.is_up ? "up" : "down") : "–"}</dd></div>
      <div><dt>age</dt><dd>${link ? (link.age === null ? "–" : `${link.age.toFixed(1)} s`) : connections[0] ? `${Math.max(0, Math.min(now, connections[0].ends) - connections[0].begins).toFixed(1)} s` : "–"}</dd></div>
      <div><dt>GoAway in</dt><dd>${left === null || left === undefined ? (warned.length ? `warned at ${clock(warned.at(-1).begins)}` : "–") : `${left.toFixed(1)} s`}</dd></div>
      <div><dt>outbox</dt><dd>${link ? link.outbox : "–"}</dd></div>
      <div><dt>handle age</dt><dd>${link && link.handle_age !== null ? `${link.handle_age.toFixed(1)} s` : "–"}</dd></div>
    </dl>
    ${samples.length ? h`<${Gauge} title="outbox" view=${view} lines=${gaugeOf(samples, view.from, view.to, (each) => each.link && { outbox: each.link.outbox })} />` : h`<p class="none">${store.index.live ? "" : "Looks at the link are kept live, and in notes."}</p>`}
    <h3>connections</h3><ol class="history">${connections.map((span) => h`<li><${Figure} chart=${chart} label="the connection" begins=${span.begins} ends=${span.ends}>${clock(span.begins, 0.01)}<//> ${span.title}</li>`)}</ol>
    ${link && link.closes.length ? h`<h3>closes</h3><ol class="history">${link.closes.map((close) => h`<li>${close.generation}: ${close.code ?? "left"} ${close.reason} after ${close.lived.toFixed(1)} s</li>`)}</ol>` : null}`;
}

function Tree({ task }) {
  return h`<li>${task.name}${task.nurseries && task.nurseries.length ? h`<ul>${task.nurseries.flat().map((child) => h`<${Tree} task=${child} />`)}</ul>` : null}</li>`;
}

function Lanes({ store, now, view }) {
  const samples = store.table("samples");
  const look = atOrBefore(samples, now);
  if (!look || !look[1].queues) return h`<p class="none">Lanes and tasks are looked at while a session runs: live, or in notes that were kept of it.</p>`;
  const peaks = {};
  for (const [at, each] of samples) if (at <= now) for (const [name, queue] of Object.entries(each.queues || {})) peaks[name] = Math.max(peaks[name] || 0, queue);
  const tasks = atOrBefore(samples.filter(([, each]) => each.tasks), now);
  return h`<table class="lanes"><thead><tr><th>queue</th><th>now</th><th>peak</th><th>room</th></tr></thead><tbody>
    ${Object.entries(look[1].queues).map(([name, fill]) => {
      const room = (look[1].room || {})[name];
      return h`<tr><th>${name}</th><td>${fill}</td><td>${peaks[name]}</td><td>${room ?? "–"} ${room ? h`<meter min="0" max=${room} value=${peaks[name]}></meter>` : null}</td></tr>`;
    })}</tbody></table>
    <${Gauge} title="queue fill" view=${view} lines=${gaugeOf(samples, view.from, view.to, (each) => each.queues)} />
    ${tasks ? h`<h3>tasks</h3><ul class="tree"><${Tree} task=${tasks[1].tasks} /></ul>` : null}`;
}

function Found({ chart, store }) {
  const [found, setFound] = useState([]);
  const [looked, setLooked] = useState("");
  useEffect(() => {
    let alive = true;
    const look = async () => {
      const hits = [];
      if (!chart.seeks) {
        setFound(hits);
        return;
      }
      for (const row of [...store.index.rows].reverse()) {
        if (chart.hidden.has(row.row)) continue;
        const { numbers } = store.chunksIn(row.row, 0, store.index.length);
        for (const number of numbers) {
          if (!alive || hits.length >= 200) break;
          for (const span of (await store.chunkSoon(row.row, number)) || []) if (hits.length < 200 && chart.matches(span)) hits.push(span);
          setLooked(`looking at ${row.row}`);
        }
      }
      if (alive) {
        setFound(hits.sort((one, other) => one.begins - other.begins));
        setLooked("");
      }
    };
    const waiting = setTimeout(look, 250);
    return () => {
      alive = false;
      clearTimeout(waiting);
    };
  }, [chart.filter, chart.onlyBad, chart.hidden]);
  if (!chart.seeks) return h`<p class="none">Type something into the filter, or choose “only errors”.</p>`;
  return h`<p class="small">${looked || `${found.length}${found.length >= 200 ? " or more" : ""} found`}</p><ul class="tools">
    ${found.map((span) => h`<li><button onClick=${() => chart.choose(span)}>${span.title}</button><small>${clock(span.begins, 0.01)} · ${span.row}</small></li>`)}</ul>`;
}

const SHOW = { Turns, Detail, State: StateTree, Phases, Tools, Link, Lanes, Found };

export function Panel({ chart, store, tab, setTab }) {
  const now = chart.cursor === null ? store.index.length : chart.cursor;
  const view = { from: Math.max(0, chart.from), to: chart.to };
  const keys = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.stopPropagation();
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length];
    setTab(next);
    document.getElementById(`tab-${next}`).focus();
  };
  return h`<aside class="panel">
    <div role="tablist" aria-label="What to look at" onKeyDown=${keys}>${TABS.map(
      (name) => h`<button role="tab" id="tab-${name}" aria-selected=${name === tab} aria-controls="shown" tabindex=${name === tab ? 0 : -1} onClick=${() => setTab(name)}>${name}</button>`,
    )}</div>
    <div role="tabpanel" id="shown" aria-labelledby="tab-${tab}"><${SHOW[tab]} chart=${chart} store=${store} now=${now} view=${view} /></div>
  </aside>`;
}
