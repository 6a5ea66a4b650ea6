// The phases as a picture, with the truth of each guard at one moment.

const { html } = window.htmPreact;
const BOX = { width: 96, height: 28, gapX: 26, gapY: 16 };

// Phases in ranks: how many transitions away from the first one.
export function ranksOf(contract) {
  const ranks = new Map([[contract.initial_phase, 0]]);
  const waiting = [contract.initial_phase];
  const byName = Object.fromEntries(contract.phases.map((phase) => [phase.name, phase]));
  while (waiting.length) {
    const name = waiting.shift();
    for (const way of byName[name] ? byName[name].transitions : []) {
      if (!ranks.has(way.target)) {
        ranks.set(way.target, ranks.get(name) + 1);
        waiting.push(way.target);
      }
    }
  }
  for (const phase of contract.phases) if (!ranks.has(phase.name)) ranks.set(phase.name, 0);
  return ranks;
}

export function Graph({ contract, current, ways }) {
  const ranks = ranksOf(contract);
  const places = new Map();
  const used = [];
  for (const phase of contract.phases) {
    const rank = ranks.get(phase.name);
    used[rank] = (used[rank] || 0) + 1;
    places.set(phase.name, { x: 8 + (used[rank] - 1) * (BOX.width + BOX.gapX), y: 6 + rank * (BOX.height + BOX.gapY) });
  }
  const width = 16 + Math.max(...used) * (BOX.width + BOX.gapX);
  const height = 12 + used.length * (BOX.height + BOX.gapY);
  const open = new Map((ways || []).map((way) => [way.target, way.open]));
  const edges = contract.phases.flatMap((phase) => phase.transitions.map((way) => [phase.name, way]));
  return html`<svg class="graph" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label="The phases; the current one is ${current || "not known"}">
    ${edges.map(([from, way]) => {
      const [a, b] = [places.get(from), places.get(way.target)];
      if (!a || !b) return null;
      const state = from === current ? (open.get(way.target) ? "open" : "shut") : "";
      const down = b.y > a.y;
      const x = a.x + BOX.width / 2 + (down ? 0 : 14);
      const to = b.x + BOX.width / 2 + (down ? 0 : 14);
      const path = `M ${x} ${down ? a.y + BOX.height : a.y} C ${x} ${a.y + (down ? 2 : -0.6) * BOX.height} ${to} ${b.y + (down ? -1 : 1.6) * BOX.height} ${to} ${down ? b.y - 2 : b.y + BOX.height + 2}`;
      return html`<path class="edge ${state}" d=${path}><title>${from} → ${way.target}: ${way.description || ""}</title></path>`;
    })}
    ${contract.phases.map((phase) => {
      const place = places.get(phase.name);
      const name = phase.name.length > 14 ? `${phase.name.slice(0, 13)}…` : phase.name;
      return html`<g class="phase ${phase.name === current ? "current" : ""}">
        <rect x=${place.x} y=${place.y} width=${BOX.width} height=${BOX.height} rx="7"><title>${phase.name}</title></rect>
        <text x=${place.x + BOX.width / 2} y=${place.y + BOX.height / 2 + 4} text-anchor="middle">${name}</text></g>`;
    })}
  </svg>`;
}
