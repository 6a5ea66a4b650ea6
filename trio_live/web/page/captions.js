// The lines of the conversation, and what a screen reader says of them.

const NAMES = { user: 'You', model: 'Agent', tool: 'Function' };

export class Captions {
  constructor(list, scroller, spoken) {
    this.list = list;
    this.scroller = scroller;
    this.spoken = spoken;
    this.rows = new Map();
    this.said = new Set();
  }

  // All of them at once, without a word: the page was loaded again.
  replace(lines) {
    this.rows.clear();
    this.list.replaceChildren();
    for (const line of lines) {
      this.said.add(line.id);
      this.show(line);
    }
  }

  show(line) {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const follows = scrollHeight - scrollTop - clientHeight < 80;
    let row = this.rows.get(line.id);
    if (!row) {
      row = document.createElement('li');
      row.className = 'line';
      row.dataset.who = line.who;
      row.append(piece('span', 'who', NAMES[line.who]), piece('p', 'what', ''));
      this.rows.set(line.id, row);
      this.list.append(row);
    }
    row.lastChild.replaceChildren(...parts(line));
    row.hidden = !(line.text || line.guess || line.unheard);
    if (follows) this.scroller.scrollTop = this.scroller.scrollHeight;
    if (line.final && !this.said.has(line.id)) {
      this.said.add(line.id);
      this.announce(line);
    }
  }

  // Only what is final: a line that grows would be read out again and again. What the agent says is heard anyway.
  announce({ who, text, unheard }) {
    if (who === 'tool' || !text) return;
    const words = `${NAMES[who]}: ${text}${unheard ? ' (interrupted)' : ''}`;
    this.spoken.append(piece('p', '', words));
    while (this.spoken.childElementCount > 4) this.spoken.firstChild.remove();
  }
}

function parts({ text, guess, unheard }) {
  const found = [];
  if (text) found.push(text);
  if (guess) found.push(text ? ' ' : '', piece('span', 'guess', guess));
  if (unheard) {
    const struck = piece('s', 'unheard', unheard);
    struck.title = 'Said, and not heard: it was interrupted';
    found.push(text ? ' ' : '', struck);
  }
  return found;
}

function piece(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
}
