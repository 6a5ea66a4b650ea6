// Takes the microphone's sound at whatever rate the device has, and gives PCM16 at 16 kHz in frames of 20 ms.
//
// While the gate is shut, frames are silence: time passes for the model, and nothing of the room leaves the page.

const RATE = 16000;
const FRAME = 320;
const LOBES = 16; // of the sinc on each side
const STEPS = 256; // of its table, for each input sample

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.ratio = sampleRate / RATE;
    const cutoff = Math.min(1, 0.92 / this.ratio);
    this.half = Math.ceil(LOBES / cutoff);
    this.kernel = new Float32Array(this.half * STEPS + 1);
    for (let i = 0; i < this.kernel.length; i++) {
      const t = i / STEPS;
      const x = Math.PI * t * cutoff;
      this.kernel[i] = cutoff * (x ? Math.sin(x) / x : 1) * (0.5 + 0.5 * Math.cos((Math.PI * t) / this.half));
    }
    this.input = new Float32Array(0);
    this.at = 0; // of the next output sample, in input samples
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.isOpen = true;
    this.gain = 1;
    this.port.onmessage = ({ data }) => {
      this.isOpen = data.open;
    };
  }

  process(inputs) {
    const channel = inputs[0][0];
    if (channel) this.take(channel);
    return true;
  }

  take(channel) {
    const input = new Float32Array(this.input.length + channel.length);
    input.set(this.input);
    input.set(channel, this.input.length);
    while (this.at + this.half < input.length) {
      this.put(this.ratio === 1 ? input[Math.round(this.at)] : this.sample(input, this.at));
      this.at += this.ratio;
    }
    const done = Math.max(0, Math.floor(this.at) - this.half);
    this.input = input.slice(done);
    this.at -= done;
  }

  sample(input, at) {
    let sum = 0;
    const last = Math.min(input.length - 1, Math.floor(at + this.half));
    for (let i = Math.max(0, Math.ceil(at - this.half)); i <= last; i++) {
      sum += input[i] * this.kernel[Math.round(Math.abs(i - at) * STEPS)];
    }
    return sum;
  }

  put(sample) {
    const wanted = this.isOpen ? 1 : 0;
    if (this.gain !== wanted) this.gain = Math.max(0, Math.min(1, this.gain + (wanted ? 1 : -1) / FRAME));
    this.frame[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * this.gain * 32767)));
    if (this.filled === FRAME) {
      this.port.postMessage(this.frame.buffer, [this.frame.buffer]);
      this.frame = new Int16Array(FRAME);
      this.filled = 0;
    }
  }
}

registerProcessor('capture', Capture);
