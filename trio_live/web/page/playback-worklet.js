// Plays the model's voice, 24 kHz, and counts what it has played of each epoch.
//
//   begin {epoch, played}   a call stands, or stands again: count on from here
//   play {epoch, pcm}       sound; that of an epoch which is over is passed over
//   flush {epoch}           fade out, throw the rest away, begin this epoch
//   hush / restore          fade out and hold the rest for 400 ms / go on where it stopped
//   volume {volume}
//
// It says: started, played (ten times a second), drained, flushed. Numbers are samples.

const FADE = Math.round(0.015 * sampleRate);
const HOLD = 0.4 * sampleRate;
const REPORT = 0.1 * sampleRate;
const LEAST_DEPTH = 0.06 * sampleRate;
const MOST_DEPTH = 0.3 * sampleRate;
const PATIENCE = 0.15 * sampleRate; // so long it waits for more before it plays what little there is
const SAME_ANSWER = 0.7 * sampleRate; // sound that comes so soon after the end should have come before it

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.target = LEAST_DEPTH;
    this.gain = 1;
    this.volume_ = 1;
    this.tail = null;
    this.begin({ epoch: 0, played: 0 });
    this.port.onmessage = ({ data }) => this[data.do](data);
  }

  begin({ epoch, played }) {
    this.epoch = epoch;
    this.played = this.reported = played;
    this.clear();
    this.isOver = false; // the user has thrown the rest of this epoch away
  }

  clear() {
    this.queue = [];
    this.offset = 0;
    this.depth = 0;
    this.isPlaying = false;
    this.waited = 0;
    this.quiet = Infinity;
    this.held = -1;
  }

  play({ epoch, pcm }) {
    if (epoch !== this.epoch || this.isOver) return;
    const samples = new Int16Array(pcm);
    const sound = new Float32Array(samples.length);
    for (let i = 0; i < samples.length; i++) sound[i] = samples[i] / 32768;
    if (!this.isPlaying && !this.depth && this.quiet < SAME_ANSWER) {
      this.target = Math.min(MOST_DEPTH, this.target * 1.5);
    }
    this.queue.push(sound);
    this.depth += sound.length;
  }

  flush({ epoch }) {
    if (!this.isOver) {
      if (this.isPlaying && this.held < 0) this.fadeOut();
      this.say('flushed');
    }
    this.begin({ epoch, played: 0 });
  }

  hush() {
    if (!this.isPlaying || this.held >= 0) return;
    this.fadeOut();
    this.held = 0;
  }

  restore() {
    if (this.held < 0) return;
    this.held = -1;
    this.gain = 0;
  }

  volume({ volume }) {
    this.volume_ = volume;
  }

  // What comes next, dying away; it is not counted as played.
  fadeOut() {
    this.tail = new Float32Array(FADE);
    let [at, offset, written] = [0, this.offset, 0];
    while (written < FADE && at < this.queue.length) {
      const piece = this.queue[at];
      while (offset < piece.length && written < FADE) {
        this.tail[written] = piece[offset++] * this.gain * (1 - written / FADE);
        written++;
      }
      at++;
      offset = 0;
    }
    this.tailAt = 0;
  }

  say(did) {
    this.reported = this.played;
    this.port.postMessage({ did, epoch: this.epoch, played: this.played });
  }

  process(_, outputs) {
    const channels = outputs[0];
    const out = channels[0];
    if (this.held >= 0) {
      this.held += out.length;
      if (this.held > HOLD) {
        this.say('flushed');
        this.clear();
        this.isOver = true;
      }
    } else if (this.isPlaying) {
      this.pull(out);
    } else if (this.depth) {
      this.waited += out.length;
      if (this.depth >= this.target || this.waited >= PATIENCE) {
        this.isPlaying = true;
        this.waited = 0;
        this.say('started');
      }
    } else {
      this.quiet += out.length;
    }
    if (this.tail) this.addTail(out);
    if (Math.abs(this.played - this.reported) >= REPORT) this.say('played');
    for (let i = 1; i < channels.length; i++) channels[i].set(out);
    return true;
  }

  pull(out) {
    const step = 1 / FADE;
    let written = 0;
    while (written < out.length && this.queue.length) {
      const piece = this.queue[0];
      while (this.offset < piece.length && written < out.length) {
        if (this.gain !== this.volume_) {
          this.gain += Math.max(-step, Math.min(step, this.volume_ - this.gain));
        }
        out[written++] = piece[this.offset++] * this.gain;
      }
      if (this.offset === piece.length) {
        this.queue.shift();
        this.offset = 0;
      }
    }
    this.depth -= written;
    this.played += written;
    if (!this.depth) {
      this.isPlaying = false;
      this.quiet = 0;
      this.say('drained');
    }
  }

  addTail(out) {
    const n = Math.min(out.length, this.tail.length - this.tailAt);
    for (let i = 0; i < n; i++) out[i] += this.tail[this.tailAt + i];
    this.tailAt += n;
    if (this.tailAt >= this.tail.length) this.tail = null;
  }
}

registerProcessor('playback', Playback);
