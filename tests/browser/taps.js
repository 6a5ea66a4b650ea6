// Listens, in the page, to what goes to the speakers and to what comes from the microphone, beside the page's own code.
// Each entry is the loudness of 256 samples, and when they were played or heard, on the page's clock in milliseconds.
(() => {
  const taps = (window.taps = { out: [], mic: [], samples: [], rate: 0 });
  const connect = AudioNode.prototype.connect;

  function tap(source, context, into, keeps) {
    const node = context.createScriptProcessor(256, 1, 1);
    node.isTap = true;
    let begin = null;
    let count = 0;
    node.onaudioprocess = ({ inputBuffer, playbackTime }) => {
      const sound = inputBuffer.getChannelData(0);
      begin ??= playbackTime - 256 / context.sampleRate; // it was taken in a block before it is given away
      const at = begin + (count++ * 256) / context.sampleRate;
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      let sum = 0;
      for (const sample of sound) sum += sample * sample;
      const when = performanceTime ? performanceTime + (at - contextTime) * 1000 : performance.now();
      into.push([when, Math.sqrt(sum / sound.length)]);
      if (keeps) taps.samples.push(Array.from(sound, (sample) => Math.round(sample * 32767)));
    };
    taps.rate = context.sampleRate;
    connect.call(source, node);
    connect.call(node, context.destination);
  }

  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && !this.isTap) tap(this, to.context, taps.out, true);
    return connect.call(this, to, ...rest);
  };

  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (wish) {
    const stream = await open.call(this, wish);
    const context = new AudioContext();
    tap(new MediaStreamAudioSourceNode(context, { mediaStream: stream }), context, taps.mic, false);
    return stream;
  };
})();
