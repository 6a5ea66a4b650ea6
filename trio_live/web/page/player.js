// The speakers: a context of 24 kHz with the playback worklet in it.

const RATE = 24000;

export class Player {
  // told: {did, epoch, ms} of what was heard, for the server; onaudible: whether the agent is heard now.
  constructor({ told, onaudible, onstate }) {
    this.told = told;
    this.onaudible = onaudible;
    this.onstate = onstate;
    this.waiting = []; // for the worklet
    this.isAudible = false;
  }

  // Needs a click before it, in most browsers; tells whether sound comes out.
  async start() {
    if (!this.context) {
      this.context = new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
      this.context.onstatechange = () => this.onstate(this.isRunning);
      await this.context.audioWorklet.addModule(new URL('playback-worklet.js', import.meta.url));
      this.node = new AudioWorkletNode(this.context, 'playback', { numberOfInputs: 0, outputChannelCount: [1] });
      this.node.port.onmessage = ({ data }) => this.hear(data);
      this.analyser = new AnalyserNode(this.context, { fftSize: 1024 });
      this.node.connect(this.analyser).connect(this.context.destination);
      for (const [message, transfer] of this.waiting.splice(0)) this.node.port.postMessage(message, transfer);
    }
    if (!this.isRunning) {
      await Promise.race([this.context.resume(), new Promise((done) => setTimeout(done, 300))]);
    }
    return this.isRunning;
  }

  get isRunning() {
    return this.context?.state === 'running';
  }

  // Seconds from the worklet to the ears.
  get latency() {
    return (this.context.baseLatency || 0) + (this.context.outputLatency || 0);
  }

  begin(epoch, playedMs) {
    this.base = playedMs;
    this.noteAudible(false);
    this.post({ do: 'begin', epoch, played: Math.round((playedMs * RATE) / 1000) });
  }

  play(epoch, pcm) {
    this.post({ do: 'play', epoch, pcm }, [pcm]);
  }

  flush(epoch) {
    this.post({ do: 'flush', epoch });
    this.noteAudible(false);
    this.base = 0;
  }

  hush() {
    this.post({ do: 'hush' });
  }

  restore() {
    this.post({ do: 'restore' });
  }

  volume(volume) {
    this.post({ do: 'volume', volume });
  }

  level() {
    return this.analyser && this.isAudible ? levelOf(this.analyser) : 0;
  }

  post(message, transfer = []) {
    if (this.node) this.node.port.postMessage(message, transfer);
    else this.waiting.push([message, transfer]);
  }

  hear({ did, epoch, played }) {
    const ms = (played * 1000) / RATE;
    if (did === 'started') {
      this.noteAudible(true);
    } else if (did === 'drained') {
      // What the worklet has given away is still on its way to the ears.
      setTimeout(() => this.told(did, epoch, ms), this.latency * 1000);
      this.noteAudible(false);
    } else {
      if (did === 'flushed') this.noteAudible(false);
      const base = did === 'flushed' ? 0 : this.base;
      this.told(did, epoch, Math.max(base, ms - this.latency * 1000));
    }
  }

  noteAudible(isAudible) {
    if (this.isAudible === isAudible) return;
    this.isAudible = isAudible;
    this.onaudible(isAudible);
  }
}

// From 0 to 1, for a meter: -60 dB to full.
export function levelOf(analyser) {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.max(0, Math.min(1, 1 + (10 * Math.log10(sum / samples.length + 1e-10)) / 60));
}
