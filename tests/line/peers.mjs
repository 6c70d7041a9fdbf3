// Real clients on a lossy line: Chromium publishes by WHIP as the room's page does (three layers), Chromium watches by WHEP and is
// asked ten times a second what it really showed and played.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { root } from '../browser/support/browser.mjs';

// What the room's page does about a line that loses is a part of what is measured.
const esbuild = createRequire(path.join(root, 'server/web/package.json'))('esbuild');
const part = (name) =>
  esbuild.buildSync({
    entryPoints: [path.join(root, `server/web/src/room/${name}.ts`)],
    bundle: true, format: 'iife', globalName: name, write: false,
  }).outputFiles[0].text;
const [playout, codecs] = [part('playout'), part('codecs')];

/** Somebody speaks without a pause: a gap is a gap. 20 s, looped by the browser. */
export function makeVoice() {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'diemcau-voice-')), 'voice.wav');
  const rate = 48000;
  const samples = new Int16Array(rate * 20);
  let seed = 7;
  const noise = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x3fffffff - 1;
  for (let i = 0, phase = 0; i < samples.length; i++) {
    const t = i / rate;
    phase += (2 * Math.PI * (140 + 40 * Math.sin(2 * Math.PI * 0.7 * t))) / rate;
    const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 3.1 * t);
    const voiced = Math.sin(phase) + 0.6 * Math.sin(2 * phase) + 0.4 * Math.sin(3 * phase) + 0.3 * Math.sin(5 * phase);
    samples[i] = 6000 * (syllable * voiced * 0.5 + 0.05 * noise());
  }
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.byteLength, 40);
  fs.writeFileSync(file, Buffer.concat([head, Buffer.from(samples.buffer)]));
  return file;
}

/** An empty page at the server's own address, which may use camera and microphone. */
export async function openBlank(context, url) {
  const page = await context.newPage();
  await page.route('**/blank', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><body></body>' }));
  await page.goto(`${url}/blank`);
  await page.evaluate(helpers);
  await page.evaluate(`${playout}; window.playout = playout; ${codecs}; window.codecs = codecs;`);
  return page;
}

// --- in the page ---------------------------------------------------------------------------------

function helpers() {
  window.exchange = async (pc, url, token, ports) => {
    await pc.setLocalDescription(await pc.createOffer());
    if (pc.iceGatheringState !== 'complete')
      await new Promise((done) => {
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
      });
    const reply = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/sdp' },
      body: pc.localDescription.sdp,
    });
    if (reply.status !== 201) throw new Error(`${url}: ${reply.status} ${await reply.text()}`);
    let sdp = await reply.text();
    if (ports) sdp = sdp.replace(new RegExp(`^(a=candidate:\\S+ \\d+ udp \\d+ \\S+) ${ports.from} `, 'gim'), `$1 ${ports.to} `).replace(/^a=candidate:\S+ \d+ tcp .*\r\n/gim, '');
    await pc.setRemoteDescription({ type: 'answer', sdp });
    window.answer = sdp;
    window.pc = pc;
  };
  window.connected = (pc) =>
    new Promise((done, fail) => {
      const look = () => {
        if (pc.connectionState === 'connected') done();
        if (pc.connectionState === 'failed') fail(new Error('not connected'));
      };
      pc.addEventListener('connectionstatechange', look);
      look();
    });
}

async function publishIn({ url, token, ports, height, kbps, codec = null, svc = null }) {
  const width = (height * 16) / 9;
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: { exact: width }, height: { exact: height }, frameRate: { ideal: 30 } },
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  pc.addTransceiver(stream.getAudioTracks()[0], { direction: 'sendonly', streams: [stream] });
  const camera = pc.addTransceiver(stream.getVideoTracks()[0], {
    direction: 'sendonly',
    streams: [stream],
    sendEncodings: svc
      ? [{ maxBitrate: kbps[0] * 1000, scalabilityMode: svc }]
      : [
          { rid: 'f', maxBitrate: kbps[0] * 1000 },
          { rid: 'h', maxBitrate: kbps[1] * 1000, scaleResolutionDownBy: 2 },
          { rid: 'q', maxBitrate: kbps[2] * 1000, scaleResolutionDownBy: 4 },
        ],
  });
  window.codecs.offerDependencies(camera);
  if (codec) {
    const codecs = RTCRtpSender.getCapabilities('video').codecs;
    const first = (c) => (c.mimeType === `video/${codec}` ? 0 : 1);
    camera.setCodecPreferences(codecs.filter((c) => first(c) === 0 || /rtx$/.test(c.mimeType)));
  }
  await window.exchange(pc, url, token, ports);
  await window.connected(pc);
}

async function watchIn({ url, token, ports, asRoom = true }) {
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const stream = new MediaStream();
  pc.addTransceiver('audio', { direction: 'recvonly' });
  window.codecs.offerDependencies(pc.addTransceiver('video', { direction: 'recvonly' })); // as the room does
  pc.ontrack = (event) => stream.addTrack(event.track);
  await window.exchange(pc, url, token, ports);
  const video = document.createElement('video');
  Object.assign(video, { autoplay: true, srcObject: stream, width: 640 });
  document.body.append(video);
  await window.connected(pc);
  if (asRoom) window.playout.followLine(pc);
  window.samples = [];
  const take = async () => {
    const now = performance.now();
    const sample = { ms: now };
    (await pc.getStats()).forEach((s) => {
      if (s.type !== 'inbound-rtp') return;
      if (s.kind === 'audio')
        sample.audio = {
          samples: s.totalSamplesReceived ?? 0,
          concealed: s.concealedSamples ?? 0,
          silent: s.silentConcealedSamples ?? 0,
          events: s.concealmentEvents ?? 0,
          packets: s.packetsReceived,
          lost: s.packetsLost,
          discarded: s.packetsDiscarded ?? 0,
          fec: s.fecPacketsReceived ?? 0,
          retransmitted: s.retransmittedPacketsReceived ?? 0,
          nacks: s.nackCount ?? 0,
          bufferS: s.jitterBufferDelay ?? 0,
          emitted: s.jitterBufferEmittedCount ?? 0,
        };
      else
        sample.video = {
          frames: s.framesDecoded ?? 0,
          keys: s.keyFramesDecoded ?? 0,
          height: s.frameHeight ?? 0,
          freezes: s.freezeCount ?? 0,
          frozenS: s.totalFreezesDuration ?? 0,
          bytes: s.bytesReceived,
          packets: s.packetsReceived,
          lost: s.packetsLost,
          retransmitted: s.retransmittedPacketsReceived ?? 0,
          nacks: s.nackCount ?? 0,
          plis: s.pliCount ?? 0,
          bufferS: s.jitterBufferDelay ?? 0,
          emitted: s.jitterBufferEmittedCount ?? 0,
          dropped: s.framesDropped ?? 0,
        };
    });
    window.samples.push(sample);
  };
  window.sampler = setInterval(() => void take(), 100);
}

// --- from the test -------------------------------------------------------------------------------

/** As the room's page publishes a camera of 720 lines. */
export async function publish(page, options) {
  await page.evaluate(publishIn, { height: 720, kbps: [1200, 400, 150], ...options });
}

export async function watch(page, options) {
  await page.evaluate(watchIn, options);
}

/** What was seen since the last call: one sample each 100 ms. */
export async function takeSamples(page) {
  return page.evaluate(() => window.samples.splice(0));
}

/** What the publisher's encoder says of itself. */
export async function readSent(page) {
  return page.evaluate(async () => {
    const out = [];
    (await window.pc.getStats()).forEach((s) => {
      if (s.type === 'outbound-rtp' && s.kind === 'video')
        out.push({ rid: s.rid, mode: s.scalabilityMode, height: s.frameHeight, fps: s.framesPerSecond, bytes: s.bytesSent, limit: s.qualityLimitationReason });
    });
    return out;
  });
}

export function removeVoice(file) {
  fs.rmSync(path.dirname(file), { recursive: true });
}

export function cpuPercent(pid, sinceTicks = 0) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]) - sinceTicks;
}

export const clockTicks = () => Number(execFileSync('getconf', ['CLK_TCK']));
