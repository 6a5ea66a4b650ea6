// The microphone: opened with echo cancellation, and given to the capture worklet.

import { levelOf } from './player.js';

const PROBLEMS = {
  NotAllowedError: 'The browser refused the microphone. Allow it for this page, at the left of the address bar, and try again.',
  NotFoundError: 'There is no microphone. Plug one in and try again.',
  NotReadableError: 'The microphone cannot be opened; another program may be using it.',
  OverconstrainedError: 'That microphone is gone. Choose another one in the settings.',
  SecurityError: 'The browser gives no microphone to this address. Use https, or open the page on the machine itself.',
};

export function explain(error) {
  return PROBLEMS[error.name] || `The microphone cannot be opened: ${error.message || error.name}`;
}

export class Recorder {
  // onframe: 20 ms of PCM16, 16 kHz; onlost: the microphone was taken away.
  constructor({ onframe, onlost }) {
    this.onframe = onframe;
    this.onlost = onlost;
    this.isOpen = true;
  }

  get isOn() {
    return Boolean(this.stream);
  }

  get device() {
    return this.stream?.getAudioTracks()[0].getSettings().deviceId || '';
  }

  async start(deviceId) {
    if (!navigator.mediaDevices) throw new DOMException('no secure context', 'SecurityError');
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
        channelCount: 1,
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
      },
    });
    this.stop();
    this.stream = stream;
    stream.getAudioTracks()[0].onended = () => {
      this.stop();
      this.onlost();
    };
    const context = new AudioContext({ latencyHint: 'interactive' });
    this.context = context;
    await context.audioWorklet.addModule(new URL('capture-worklet.js', import.meta.url));
    if (this.context !== context) return; // stopped, or started anew, meanwhile
    const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
    this.node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0, channelCount: 1 });
    this.node.port.onmessage = ({ data }) => this.onframe(data);
    this.node.port.postMessage({ open: this.isOpen });
    this.analyser = new AnalyserNode(context, { fftSize: 1024 });
    source.connect(this.analyser);
    source.connect(this.node);
    await context.resume();
  }

  stop() {
    for (const track of this.stream?.getTracks() || []) {
      track.onended = null;
      track.stop();
    }
    if (this.node) this.node.port.onmessage = null;
    this.context?.close();
    this.stream = this.context = this.node = this.analyser = null;
  }

  // Shut, it gives silence.
  set open(isOpen) {
    this.isOpen = isOpen;
    this.node?.port.postMessage({ open: isOpen });
  }

  level() {
    return this.analyser && this.isOpen ? levelOf(this.analyser) : 0;
  }
}

// The microphones; their names are known once one was allowed.
export async function microphones() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) || [];
  return devices.filter((each) => each.kind === 'audioinput' && each.deviceId);
}
