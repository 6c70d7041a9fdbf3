// A room in Chromium whose camera, microphone, cable and processor can be spoilt while it runs: its page, media and requests go through
// a lossy line and two TCP doors that can be shut.
import fs from 'node:fs';
import net from 'node:net';
import { launch, openPage } from '../browser/support/browser.mjs';
import { signIn } from '../browser/support/controller.mjs';
import { LossyLine } from '../browser/support/lossy-line.mjs';

/** Systems let a program run for some 5 to 30 ms before it is another's turn. */
const TURN_MS = 40;

/** TCP to a port of this machine; shut, nothing passes and nobody is told, as with a cable that was pulled. */
class Door {
  static async open(toPort) {
    const door = Object.assign(new Door(), { pairs: new Set(), isShut: false });
    door.server = net.createServer((near) => door.take(near, toPort));
    await new Promise((done) => door.server.listen(0, '127.0.0.1', done));
    door.port = door.server.address().port;
    return door;
  }

  take(near, toPort) {
    const far = net.connect(toPort, '127.0.0.1');
    const pair = { near, far };
    this.pairs.add(pair);
    const end = () => {
      near.destroy();
      far.destroy();
      this.pairs.delete(pair);
    };
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on('data', (data) => to.write(data)).on('error', end);
      from.on('close', () => !this.isShut && end());
      if (this.isShut) from.pause();
    }
  }

  shut(isShut) {
    this.isShut = isShut;
    for (const { near, far } of this.pairs)
      for (const end of [near, far])
        if (isShut) end.pause();
        else end.resume();
  }

  close() {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    this.server.close();
  }
}

// Runs in the page before its scripts: the line's ports in place of the relay's.
function throughLine({ from, udp, tcp }) {
  const take = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function set(description) {
    const sdp = description.sdp
      ?.replace(new RegExp(`^(a=candidate:\\S+ \\d+ udp \\d+ \\S+) ${from} `, 'gim'), `$1 ${udp} `)
      .replace(new RegExp(`^(a=candidate:\\S+ \\d+ tcp \\d+ \\S+) ${from} `, 'gim'), `$1 ${tcp} `);
    return take.call(this, { type: description.type, sdp });
  };
}

// Runs in the page before its scripts: a camera that can go black or stand still, a microphone that speaks, falls silent, or hears the
// loudspeaker.
function spoilDevices() {
  const fault = { picture: 'well', remotes: [] };
  window.fault = fault;
  const made = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      made.push(this);
      this.addEventListener('track', ({ track }) => track.kind === 'audio' && fault.hear(track));
    }
  };

  const sound = () => {
    if (fault.context) return fault;
    const context = new AudioContext();
    Object.assign(fault, { context, out: context.createMediaStreamDestination(), voice: context.createGain(), room: context.createDelay(2), back: context.createGain() });
    fault.back.gain.value = 0;
    fault.room.delayTime.value = 0.2;
    fault.room.connect(fault.back).connect(fault.out);
    fault.voice.connect(fault.out);
    // syllables in phrases, with pauses: as somebody speaks
    const rate = context.sampleRate;
    const buffer = context.createBuffer(1, rate * 12, rate);
    const samples = buffer.getChannelData(0);
    let seed = 11 + Math.floor(Math.random() * 1000);
    const noise = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x3fffffff - 1;
    for (let i = 0, phase = 0, loud = 0, next = 0, until = 0; i < samples.length; i += 1) {
      if (i >= next) {
        loud = noise() > -0.3 ? 0.3 + 0.25 * noise() : 0;
        until = i + rate * (0.08 + 0.1 * Math.abs(noise()));
        next = until + rate * (noise() > 0.7 ? 0.7 : 0.05);
      }
      phase += (2 * Math.PI * (150 + 30 * Math.sin(i / rate))) / rate;
      const voiced = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(4 * phase);
      samples[i] = (i < until ? loud * voiced * 0.4 : 0) + 0.0008 * noise();
    }
    const source = context.createBufferSource();
    Object.assign(source, { buffer, loop: true });
    source.connect(fault.voice);
    source.start();
    return fault;
  };
  fault.speak = (gain) => (sound().voice.gain.value = gain);
  fault.echo = (gain, seconds) => {
    sound().room.delayTime.value = seconds || 0.2;
    fault.back.gain.value = gain;
  };
  fault.hear = (track) => {
    const { context, room } = sound();
    context.createMediaStreamSource(new MediaStream([track])).connect(room);
  };

  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 360];
  const paint = canvas.getContext('2d');
  let frame = 0;
  const draw = () => {
    if (fault.picture === 'still') return;
    frame += 1;
    if (fault.picture === 'black') {
      paint.fillStyle = `rgb(${frame % 2}, 0, 0)`;
      paint.fillRect(0, 0, 640, 360);
      return;
    }
    if (fault.picture === 'capped') {
      // a lid before the lens: dark, and the noise of the chip
      for (let i = 0; i < 40; i += 1) {
        paint.fillStyle = `rgb(${6 + ((i * 7 + frame) % 5)}, 6, 7)`;
        paint.fillRect((i % 8) * 80, Math.floor(i / 8) * 72, 80, 72);
      }
      return;
    }
    for (let i = 0; i < 12; i += 1) {
      paint.fillStyle = `hsl(${(i * 30 + frame) % 360} 60% ${40 + 3 * i}%)`;
      paint.fillRect(i * 54, 0, 54, 360);
    }
    paint.fillStyle = '#fff';
    paint.fillRect((frame * 7) % 640, (frame * 3) % 360, 60, 60);
  };
  setInterval(draw, 40);
  const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const real = await asked(wanted);
    const tracks = real.getTracks().map((track) => {
      const mine = track.kind === 'video' ? canvas.captureStream(25).getVideoTracks()[0] : sound().out.stream.getAudioTracks()[0].clone();
      const settings = track.getSettings();
      const label = track.label;
      mine.getSettings = () => settings;
      Object.defineProperty(mine, 'label', { get: () => label });
      const stop = mine.stop.bind(mine);
      mine.stop = () => {
        track.stop();
        stop();
      };
      return mine;
    });
    return new MediaStream(tracks);
  };
}

/** Process id -> { parent, words } of all that run. */
function processes() {
  const all = new Map();
  for (const entry of fs.readdirSync('/proc').filter((e) => /^\d+$/.test(e))) {
    try {
      const stat = fs.readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      all.set(Number(entry), { parent, words: fs.readFileSync(`/proc/${entry}/cmdline`, 'utf8') });
    } catch {
      // It ended while we looked.
    }
  }
  return all;
}

/** The browsers that this program started. */
function browsers() {
  return [...processes()].filter(([, p]) => p.parent === process.pid && p.words.includes('--user-data-dir=')).map(([pid]) => pid);
}

/** A browser and all that it started: pages, sound, network. */
function processesOf(browser) {
  const all = processes();
  const isBelow = (pid) => pid === browser || (all.has(pid) && isBelow(all.get(pid).parent));
  return [...all.keys()].filter(isBelow);
}

export class FaultRoom {
  /** As `user`, in `meeting` of `controller`. */
  static async join(controller, meeting, user, seed) {
    const room = Object.assign(new FaultRoom(), { user });
    room.line = await LossyLine.start(controller.mediaPort, { seed });
    room.http = await Door.open(controller.port);
    room.media = await Door.open(controller.mediaPort);
    room.media.shut(true); // a way round the line, but where that is the fault
    const before = browsers();
    room.browser = await launch(['--disable-features=WebRtcHideLocalIpsWithMdns']);
    room.pid = browsers().find((pid) => !before.includes(pid));
    await room.set({});
    const opened = await openPage(room.browser, { checked: true });
    await opened.context.addInitScript(spoilDevices);
    await opened.context.addInitScript(throughLine, { from: controller.mediaPort, udp: room.line.ports[0], tcp: room.media.port });
    room.page = opened.page;
    await signIn(room.page, `http://127.0.0.1:${room.http.port}`, user, `/meetings/${meeting}/room`);
    await room.page.locator('.room[data-phase=in][data-media=connected]').waitFor();
    const mic = room.page.locator('[data-button=mic]');
    if ((await mic.getAttribute('aria-pressed')) !== 'true') await mic.click();
    await room.page.locator('[data-button=mic][aria-pressed=true]').waitFor();
    return room;
  }

  /** Both ways at once; what is not named is as on a good line. */
  async set({ up = {}, down = {} }) {
    const well = { rate_kbps: 20_000, queue_ms: 300, delay_ms: 10, jitter_ms: 2, loss_percent: 0, loss_burst: 1, cut: false };
    await this.line.report({ up: { ...well, ...up }, down: { ...well, ...down } });
  }

  async shut(isShut) {
    this.http.shut(isShut);
    await this.set(isShut ? { up: { cut: true }, down: { cut: true } } : {});
  }

  /** Other programs leave its browser only `percent` of the processor, in turns as systems give them; 100: all of it. */
  starve(percent) {
    clearTimeout(this.turn);
    const send = (signal) => {
      for (const pid of this.starved ?? []) {
        try {
          process.kill(pid, signal);
        } catch {
          // It is gone.
        }
      }
    };
    send('SIGCONT');
    if (percent >= 100) return;
    this.starved = processesOf(this.pid);
    const rest = (TURN_MS * (100 - percent)) / 100;
    const stop = () => {
      send('SIGSTOP');
      this.turn = setTimeout(go, rest);
    };
    const go = () => {
      send('SIGCONT');
      this.turn = setTimeout(stop, TURN_MS - rest);
    };
    stop();
  }

  act(what, ...values) {
    return this.page.evaluate(([name, args]) => {
      if (name === 'picture') [window.fault.picture] = args;
      else window.fault[name](...args);
    }, [what, values]);
  }

  async close() {
    this.starve(100);
    await this.browser.close();
    this.http.close();
    this.media.close();
    await this.line.stop();
  }
}
