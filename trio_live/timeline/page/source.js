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

const ENDS = { 4401: "This page needs its token, behind the # of the address.", 4400: "The server did not understand this page: load it again." };

// One socket, over which parts are asked for by number. It is opened again when it breaks.
export class SocketSource {
  constructor(token) {
    this.token = token;
    this.call = null;
    this.number = 0;
    this.waiting = new Map();
  }

  open() {
    if (this.opening) return this.opening;
    this.opening = new Promise((done, failed) => {
      const address = new URL("parts", location.href);
      address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
      address.hash = "";
      const socket = new WebSocket(address);
      socket.binaryType = "arraybuffer";
      socket.onopen = () => {
        socket.send(JSON.stringify({ type: "hello", token: this.token }));
        done(socket);
      };
      socket.onmessage = ({ data }) => {
        const number = new DataView(data).getUint32(0, true);
        const asked = this.waiting.get(number);
        this.waiting.delete(number);
        if (asked) asked.done(data.byteLength > 4 ? inflate(new Uint8Array(data, 4)) : null);
      };
      socket.onclose = ({ code, reason }) => {
        this.opening = null;
        this.isRefused = code in ENDS;
        const problem = new Error(ENDS[code] || reason || "The server is not there.");
        failed(problem);
        for (const asked of this.waiting.values()) asked.failed(problem);
        this.waiting.clear();
      };
    });
    return this.opening;
  }

  async ask(what) {
    const socket = await this.open();
    this.number = (this.number + 1) % 2 ** 32;
    const { number } = this;
    const answer = new Promise((done, failed) => this.waiting.set(number, { done, failed }));
    socket.send(JSON.stringify({ ask: number, ...what }));
    return answer;
  }

  async index() {
    return JSON.parse(new TextDecoder().decode(await this.ask({ call: this.call })));
  }

  async part(name) {
    return this.ask({ part: name });
  }
}
