// Where the parts of a timeline come from: out of this file, or from a server. See `trio_live.timeline` for what they hold.

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export class FileSource {
  constructor() {
    this.first = JSON.parse(document.getElementById("index").textContent);
    this.text = document.getElementById("parts").textContent;
  }

  async index() {
    return this.first;
  }

  async part(name) {
    const place = this.first.parts[name];
    return place ? inflate(fromBase64(this.text.substr(place[0], place[1]))) : null;
  }
}

export class ServerSource {
  // The token stands behind the # of the address, so that no server logs it, and goes along in a header.
  constructor(base, token) {
    this.base = base;
    this.options = { headers: { Authorization: `Bearer ${token}` }, cache: "no-store" };
  }

  async index() {
    const answer = await fetch(`${this.base}index.json`, this.options);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  async part(name) {
    const answer = await fetch(`${this.base}part/${name}`, this.options);
    return answer.ok ? answer.arrayBuffer() : null;
  }
}
