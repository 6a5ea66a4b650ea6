// The voice page: puts microphone, speakers, line and captions together, and shows how the call stands.

import { Captions } from './captions.js';
import { Connection, ENDS } from './connection.js';
import { Player } from './player.js';
import { explain, microphones, Recorder } from './recorder.js';

const HALF_DUPLEX_HANG = 250; // milliseconds after the agent's last sound
const $ = (id) => document.getElementById(id);

// What is kept: the call for every tab, so that a second one finds it; the tab's own name and the token for this one.
const kept = {
  get call() { return read(localStorage, 'call'); },
  set call(call) { write(localStorage, 'call', call); },
  get token() { return read(sessionStorage, 'token'); },
  set token(token) { write(sessionStorage, 'token', token); },
  get mode() { return read(localStorage, 'mode') || 'open'; },
  set mode(mode) { write(localStorage, 'mode', mode); },
  get device() { return read(localStorage, 'device'); },
  set device(device) { write(localStorage, 'device', device); },
  get typing() { return read(sessionStorage, 'typing'); },
  set typing(typing) { write(sessionStorage, 'typing', typing); },
  get tab() {
    const tab = read(sessionStorage, 'tab') || randomName();
    write(sessionStorage, 'tab', tab);
    return tab;
  },
};

function read(storage, name) {
  return storage.getItem(`trio-live ${location.pathname} ${name}`);
}

function write(storage, name, value) {
  const key = `trio-live ${location.pathname} ${name}`;
  if (value === null || value === '') storage.removeItem(key);
  else storage.setItem(key, value);
}

function randomName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const captions = new Captions($('lines'), $('call'), $('spoken'));

const player = new Player({
  told: (did, epoch, ms) => connection.say(did, { epoch, ms: Math.round(ms * 10) / 10 }),
  onaudible: (isAudible) => {
    clearTimeout(call.hang);
    call.hang = setTimeout(() => {
      call.agentSpeaks = isAudible;
      setGate();
      showStatus();
    }, isAudible ? 0 : HALF_DUPLEX_HANG);
  },
  onstate: (isRunning) => {
    if (isRunning) dismiss('speakers');
    else if (call.isOn) askForClick();
  },
});

const recorder = new Recorder({
  onframe: (frame) => connection.sound(frame),
  onlost: () => {
    connection.say('microphone_off');
    showMicrophone();
    notify('microphone', 'The microphone was taken away.', 'Try again', openMicrophone);
  },
});

const call = { isOn: false, isMuted: false, isHeld: false, agentSpeaks: false, link: '', words: 'Not connected', hang: 0 };

const connection = new Connection({
  message: (message) => hear[message.type]?.(message),
  sound: (epoch, pcm) => player.play(epoch, pcm),
  waiting: () => {
    document.body.dataset.link = 'wait';
    showStatus('Reconnecting…');
  },
  ended,
});

// What the server says.
const hear = {
  welcome({ call: name, resumed, epoch, played_ms: playedMs, captions: lines, model, about }) {
    kept.call = name;
    call.isOn = true;
    dismissAll();
    player.begin(epoch, playedMs);
    captions.replace(lines);
    $('model').textContent = model.replace(/^models\//, '');
    $('about').textContent = about;
    $('about').hidden = !about;
    document.body.dataset.link = 'on';
    view('call');
    showStatus('');
    if (!recorder.isOn && !kept.typing) openMicrophone();
    if (!player.isRunning) askForClick();
    if (!resumed) $('call').focus({ preventScroll: true });
  },
  state({ link, phase }) {
    call.link = link;
    $('phase').textContent = phase ? `Phase: ${phase}` : '';
    $('phase').hidden = !phase;
    showStatus();
  },
  caption: ({ line }) => captions.show(line),
  flush: ({ epoch }) => player.flush(epoch),
  volume: ({ volume }) => player.volume(volume),
  latency({ ms, heard }) {
    $('latency').textContent = `${ms} ms`;
    $('latency').title = heard ? 'From your last word to the first that you heard' : 'From your last word to the first that came';
    $('latency').hidden = false;
  },
  notice: ({ text }) => notify('notice', text),
  ended() {}, // the close that follows says the same
};

// -- the call ------------------------------------------------------------------------------------------------------

function connect({ name = null, take = false } = {}) {
  dismissAll();
  showStatus('Connecting…');
  document.body.dataset.link = 'wait';
  connection.open({ token: kept.token, tab: kept.tab, call: name, take });
}

async function begin({ typing }) {
  kept.typing = typing ? 'yes' : null;
  if ($('token').value.trim()) kept.token = $('token').value.trim();
  $('begin').disabled = $('begin-typing').disabled = true;
  try {
    await player.start(); // here, where the click is
    if (!typing) await openMicrophone();
  } finally {
    $('begin').disabled = $('begin-typing').disabled = false;
  }
  connect();
}

function ended(code, reason) {
  const end = ENDS[code] || { again: 'Call again' };
  const was = call.isOn;
  call.isOn = call.agentSpeaks = false;
  document.body.dataset.link = 'off';
  recorder.stop();
  player.begin(0, 0);
  showStatus('Not connected');
  $('desk').inert = true;
  if (!end.takes && code !== 4401) kept.call = null;
  if (end.asks) {
    $('token-form').hidden = false;
    showStart('This address needs a token', kept.token ? 'The token does not fit. It stands in the address that the server printed.' : 'It stands in the address that the server printed.');
    kept.token = null;
    $('token').focus();
    return;
  }
  if (code === 4410 && !was) {
    showStart(); // an old call, from before
    return;
  }
  const words = end.words || sentence(reason) || 'The call is over.';
  if (!was) showStart(code === 4409 ? 'One call, one tab' : 'No call', words, end);
  else notify('ended', words, end.again, () => again(end));
}

async function again(end) {
  if (end.reloads) return location.reload();
  await player.start();
  if (!kept.typing) await openMicrophone();
  if (end.takes) connect({ name: kept.call, take: true });
  else connect();
}

function sentence(reason) {
  return reason && `${reason[0].toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? '' : '.'}`;
}

// -- microphone and speakers -----------------------------------------------------------------------------------------

async function openMicrophone() {
  dismiss('microphone');
  kept.typing = null;
  try {
    await recorder.start(kept.device);
  } catch (error) {
    if (error.name === 'OverconstrainedError' && kept.device) {
      kept.device = null;
      return openMicrophone();
    }
    kept.typing = 'yes';
    notify('microphone', `${explain(error)} You can type meanwhile.`, 'Try again', openMicrophone);
  }
  setGate();
  showMicrophone();
  listMicrophones();
}

// Whether the microphone is heard now.
function setGate() {
  const open = { open: true, push: call.isHeld, half: !call.agentSpeaks }[kept.mode];
  recorder.open = open && !call.isMuted;
}

function askForClick() {
  notify('speakers', 'The browser wants a click before it plays sound.', 'Go on', async () => {
    await player.start();
    if (!recorder.isOn && !kept.typing) await openMicrophone();
  });
}

async function listMicrophones() {
  const found = await microphones();
  const options = found.map(({ deviceId, label }) => new Option(label || 'Microphone', deviceId, false, deviceId === recorder.device));
  $('device').replaceChildren(...(options.length ? options : [new Option('No microphone', '')]));
  $('device').disabled = !options.length;
}

function hold(isHeld) {
  if (call.isHeld === isHeld || kept.mode !== 'push') return;
  call.isHeld = isHeld;
  $('talk').setAttribute('aria-pressed', isHeld);
  $('talk').textContent = isHeld ? 'Listening…' : 'Hold to talk';
  if (isHeld) player.hush();
  else player.restore();
  setGate();
}

// -- what is shown ---------------------------------------------------------------------------------------------------

const STATES = { Connecting: 'Connecting…', SetupSent: 'Connecting…', ToolCallPending: 'Working…', ToolCallExecuting: 'Working…', Disconnecting: 'Ending…' };

// `words` stand until others do; without any, it is what the call does.
function showStatus(words = call.words) {
  call.words = words;
  const agent = call.agentSpeaks ? 'Agent speaks' : 'Listening';
  const listening = recorder.isOn ? agent : call.agentSpeaks ? 'Agent speaks' : 'Connected';
  $('status').textContent = words || (call.agentSpeaks ? agent : STATES[call.link] || listening);
}

function showStart(title = 'Talk to the agent', text = '', end = null) {
  $('start-title').textContent = title;
  if (text) $('start-text').textContent = text;
  $('begin').textContent = end?.again || 'Start talking';
  $('begin').onclick = end?.takes || end?.reloads ? () => again(end) : () => begin({ typing: false });
  $('begin-typing').hidden = Boolean(end?.takes || end?.reloads);
  view('start');
}

function view(name) {
  document.body.dataset.view = name;
  $('start').inert = name === 'call';
  $('desk').inert = !call.isOn;
}

function showMicrophone() {
  const off = !recorder.isOn;
  $('mute').setAttribute('aria-pressed', call.isMuted || off);
  $('mute-name').textContent = off ? 'Turn on' : call.isMuted ? 'Muted' : 'Mute';
  $('mute').setAttribute('aria-label', off ? 'Turn the microphone on' : 'Mute the microphone');
  showStatus();
}

function showMode() {
  document.querySelector(`input[name="mode"][value="${kept.mode}"]`).checked = true;
  $('talk').hidden = kept.mode !== 'push';
}

function notify(kind, words, button = 'Close', act = () => {}) {
  dismiss(kind);
  const notice = document.createElement('div');
  notice.className = 'notice';
  notice.dataset.kind = kind;
  const text = document.createElement('span');
  text.textContent = words;
  const press = document.createElement('button');
  press.type = 'button';
  press.textContent = button;
  press.onclick = () => {
    notice.remove();
    act();
  };
  notice.append(text, press);
  $('notices').append(notice);
}

function dismiss(kind) {
  document.querySelector(`.notice[data-kind="${kind}"]`)?.remove();
}

function dismissAll() {
  for (const kind of ['ended', 'notice', 'speakers']) dismiss(kind);
}

function draw() {
  $('level-in').style.transform = `scaleX(${recorder.level().toFixed(3)})`;
  $('level-out').style.transform = `scaleX(${player.level().toFixed(3)})`;
  requestAnimationFrame(draw);
}

// -- what the user does ----------------------------------------------------------------------------------------------

$('begin').onclick = () => begin({ typing: false });
$('begin-typing').onclick = () => begin({ typing: true });
$('token-form').onsubmit = (event) => {
  event.preventDefault();
  begin({ typing: false });
};
$('end').onclick = () => connection.say('bye');
$('mute').onclick = () => {
  if (!recorder.isOn) {
    openMicrophone();
    return;
  }
  call.isMuted = !call.isMuted;
  setGate();
  showMicrophone();
};
$('device').onchange = () => {
  kept.device = $('device').value;
  openMicrophone();
};
for (const radio of document.querySelectorAll('input[name="mode"]')) {
  radio.onchange = () => {
    kept.mode = radio.value;
    showMode();
    setGate();
  };
}
$('talk').onpointerdown = (event) => {
  $('talk').setPointerCapture(event.pointerId);
  hold(true);
};
$('talk').onpointerup = $('talk').onpointercancel = () => hold(false);
$('talk').onkeydown = (event) => (event.code === 'Space' || event.code === 'Enter') && hold(true);
$('talk').onkeyup = $('talk').onblur = () => hold(false);
addEventListener('keydown', (event) => {
  const isFree = !event.target.closest?.('input, select, button, summary');
  if (event.code === 'Space' && isFree && kept.mode === 'push') {
    event.preventDefault();
    hold(true);
  }
  if (event.code === 'Escape') $('settings').open = false;
});
addEventListener('keyup', (event) => event.code === 'Space' && hold(false));
addEventListener('blur', () => hold(false));
addEventListener('click', (event) => {
  if (!event.target.closest?.('#settings')) $('settings').open = false;
});
$('typing').onsubmit = (event) => {
  event.preventDefault();
  const words = $('words').value.trim();
  if (!words || !connection.isOpen) return;
  connection.say('text', { text: words });
  $('words').value = '';
};
navigator.mediaDevices?.addEventListener('devicechange', listMicrophones);

// -- the beginning ---------------------------------------------------------------------------------------------------

function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!given) return;
  kept.token = given;
  history.replaceState(null, '', location.pathname); // it is a secret, and need not be seen
}

takeToken();
addEventListener('hashchange', takeToken);
showMode();
draw();
listMicrophones();
if (kept.call) {
  player.start().catch(() => {}); // may have to wait for a click; the welcome asks for it
  connect({ name: kept.call });
}
