// The line to the server: hello, messages, sound, and coming back when it breaks.

export const VERSION = 1;
const MOST_UNSENT = 64 * 1024; // bytes: two seconds of the microphone; more is dropped
const FIRST_RETRY = 250; // milliseconds
const LAST_RETRY = 4000;
const DEFAULT_GRACE = 30;

// What a close means. `again`: what the button says that tries again; without it there is none.
export const ENDS = {
  4400: { again: 'Load again', reloads: true },
  4401: { words: 'This address needs a token.', asks: 'token' },
  4408: { again: 'Try again' },
  4409: { words: 'This call is open in another tab.', again: 'Bring it here', takes: true },
  4410: { again: 'Call again' },
  4413: { again: 'Try again' },
  4429: { again: 'Try again' },
  4500: { again: 'Call again' },
  4502: { again: 'Try again' },
};

export class Connection {
  // on: {message(object), sound(epoch, pcm), waiting(seconds left), ended(code, reason)}
  constructor(on) {
    this.on = on;
    this.call = null;
    this.grace = DEFAULT_GRACE;
    this.dropped = 0;
    addEventListener('online', () => this.hurry?.());
  }

  // hello: {token, call, tab, take}
  open(hello) {
    this.hello = hello;
    this.call = hello.call;
    this.lostAt = null;
    this.retry = FIRST_RETRY;
    this.dial();
  }

  dial() {
    this.hurry = null;
    const address = new URL('call', location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    address.search = address.hash = '';
    const socket = new WebSocket(address);
    this.socket?.close();
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', version: VERSION, ...this.hello, call: this.call }));
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      if (typeof data !== 'string') {
        this.on.sound(new DataView(data).getUint32(0, true), data.slice(4));
        return;
      }
      const message = JSON.parse(data);
      if (message.type === 'welcome') {
        this.call = message.call;
        this.grace = message.grace;
        this.lostAt = null;
        this.retry = FIRST_RETRY;
        this.hello = { ...this.hello, take: false };
      }
      this.on.message(message);
    };
    socket.onclose = ({ code, reason }) => {
      if (socket !== this.socket) return;
      this.socket = null;
      if (code === 1000 || ENDS[code]) this.on.ended(code, reason);
      else this.lost();
    };
  }

  // The line broke. The server keeps the call for a while: try until then.
  lost() {
    this.lostAt ??= performance.now();
    const left = this.grace - (performance.now() - this.lostAt) / 1000;
    if (left < 0 || !this.call) {
      this.on.ended(1006, this.call ? 'The line was lost.' : 'The server cannot be reached.');
      return;
    }
    this.on.waiting(left);
    const timer = setTimeout(() => this.dial(), this.retry);
    this.retry = Math.min(LAST_RETRY, this.retry * 2);
    this.hurry = () => {
      clearTimeout(timer);
      this.dial();
    };
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  say(type, fields = {}) {
    if (this.isOpen) this.socket.send(JSON.stringify({ type, ...fields }));
  }

  sound(frame) {
    if (!this.isOpen) return;
    if (this.socket.bufferedAmount > MOST_UNSENT) this.dropped++;
    else this.socket.send(frame);
  }
}
