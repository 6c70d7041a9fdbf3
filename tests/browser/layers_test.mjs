// Layers within a stream, with Chromium at both ends and the real relay between: VP9 and AV1 with spatial and temporal layers, VP8 with
// temporal ones. A room asks for pictures of other heights: it gets them, and what it is sent always decodes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, until } from './support/browser.mjs';
import { Controller, signIn } from './support/controller.mjs';

/** Of the camera, and of its layers: no more than shows that each is chosen, for a machine that encodes and decodes all of it. */
const [WIDTH, HEIGHT, FPS] = [960, 540, 15];
const [FULL, HALF, QUARTER] = [HEIGHT, HEIGHT / 2, HEIGHT / 4];
/** An encoder makes a layer's lines a multiple of something. */
const ROUNDED = 8;

const controller = new Controller();
let browser;
let secretary;
const who = {};

before(async () => {
  await controller.start();
  browser = await launch([`--use-fake-device-for-media-stream=fps=${FPS}`]);
  secretary = await controller.api('thuky');
  for (const [role, user] of Object.entries({ chair: 'chutoa', viewer: 'xa1' })) who[role] = (await (await controller.api(user))('GET', '/session')).user.endpoint;
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await controller.stop();
});

// --- in the pages --------------------------------------------------------------------------------

function join(path) {
  return new Promise((done, fail) => {
    const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + path, 'diemcau.room.v1');
    const waiting = new Map();
    let next = 1;
    window.ask = (message) =>
      new Promise((ok) => {
        const id = next++;
        waiting.set(id, ok);
        socket.send(JSON.stringify({ ...message, id }));
      });
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      waiting.get(message.id)?.(message);
    };
    socket.onerror = () => fail(new Error('refused'));
    socket.onopen = () => window.ask({ type: 'join' }).then(done);
    // as the room's page does (codecs.ts)
    window.offerDependencies = (transceiver) =>
      transceiver.setHeaderExtensionsToNegotiate?.(
        transceiver.getHeaderExtensionsToNegotiate().map((e) => (/#dependency-descriptor/.test(e.uri) ? { ...e, direction: 'sendrecv' } : e)),
      );
    window.exchange = async (pc, roles) => {
      if (window.tellsLayers !== false) for (const [transceiver] of roles) window.offerDependencies(transceiver);
      await pc.setLocalDescription(await pc.createOffer());
      const lines = roles.map(([transceiver, role]) => ({ mid: transceiver.mid, role }));
      const answer = await window.ask({ type: 'media.offer', sdp: pc.localDescription.sdp, lines });
      if (!answer.sdp) throw new Error(JSON.stringify(answer));
      window.offered = pc.localDescription.sdp;
      window.answered = answer.sdp;
      await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
      window.pc = pc;
    };
  });
}

async function publish({ codec, mode, size: [width, height, frameRate] }) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width, height, frameRate } });
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const sent = pc.addTransceiver(stream.getVideoTracks()[0], {
    direction: 'sendonly',
    sendEncodings: [{ scalabilityMode: mode, maxBitrate: 1_500_000 }],
  });
  const wanted = new RegExp(`video/(${codec}|rtx)$`, 'i');
  sent.setCodecPreferences(RTCRtpSender.getCapabilities('video').codecs.filter((c) => wanted.test(c.mimeType) && !/profile-id=[1-9]|profile=1/.test(c.sdpFmtpLine ?? '')));
  await window.exchange(pc, [[sent, 'camera']]);
  await window.ask({ type: 'camera', on: true });
}

async function watch({ tellsLayers }) {
  window.tellsLayers = tellsLayers;
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const main = pc.addTransceiver('video', { direction: 'recvonly' });
  await window.exchange(pc, [[main, 'main']]);
  const video = document.createElement('video');
  Object.assign(video, { autoplay: true, muted: true, srcObject: new MediaStream([main.receiver.track]) });
  document.body.append(video);
  // How late this page's own clock comes, at worst: what a machine without time does to it, no relay can mend.
  window.lateMs = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    window.lateMs = Math.max(window.lateMs, now - last - 50);
    last = now;
  }, 50);
}

async function readReceived() {
  let read = null;
  (await window.pc.getStats()).forEach((s) => {
    if (s.type !== 'inbound-rtp' || s.kind !== 'video') return;
    read = {
      height: s.frameHeight ?? 0,
      fps: s.framesPerSecond ?? 0,
      decoded: s.framesDecoded ?? 0,
      dropped: s.framesDropped ?? 0,
      keys: s.keyFramesDecoded ?? 0,
      freezes: s.freezeCount ?? 0,
      frozenS: s.totalFreezesDuration ?? 0,
      nacks: s.nackCount ?? 0,
      plis: s.pliCount ?? 0,
      lost: s.packetsLost,
      lateMs: Math.round(window.lateMs),
    };
  });
  return read;
}

async function readSent() {
  let read = null;
  (await window.pc.getStats()).forEach((s) => {
    if (s.type === 'outbound-rtp' && s.kind === 'video')
      read = { height: s.frameHeight ?? 0, fps: s.framesPerSecond, mode: s.scalabilityMode, limit: s.qualityLimitationReason, keys: s.keyFramesEncoded, frames: s.framesEncoded, ms: performance.now() };
  });
  return read;
}

// --- the scene -----------------------------------------------------------------------------------

async function openMeeting() {
  await controller.endAll('thuky');
  const { id } = await secretary('POST', '/meetings', {
    title: 'Lớp hình', host_unit: '38', chair_endpoint: who.chair,
    starts_at: new Date(Date.now() + 600_000).toISOString(), ends_at: new Date(Date.now() + 7_800_000).toISOString(),
    endpoints: Object.values(who), units: [],
  });
  await secretary('POST', `/meetings/${id}/open`, {});
  return id;
}

async function enter(user, endpoint, meeting) {
  const made = await openPage(browser);
  await signIn(made.page, controller.url, user);
  await made.page.evaluate(join, `/api/v1/meetings/${meeting}/room?endpoint=${endpoint}`);
  return made;
}

async function scene(codec, mode, { tellsLayers = true, height = FULL } = {}) {
  const meeting = await openMeeting();
  const sender = await enter('chutoa', who.chair, meeting);
  const viewer = await enter('xa1', who.viewer, meeting);
  await sender.page.evaluate(publish, { codec, mode, size: [WIDTH, HEIGHT, FPS] });
  await viewer.page.evaluate(watch, { tellsLayers });
  await until(`${codec} ${mode} is sent`, async () => {
    const sent = await sender.page.evaluate(readSent);
    return sent?.height >= height && sent.mode === mode && sent;
  });
  return { meeting, sender: sender.page, viewer: viewer.page, close: () => Promise.all([sender.context.close(), viewer.context.close()]) };
}

/** Width, and mean red, green, blue of a JPEG. Runs in the page. */
async function measurePicture(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  context.drawImage(bitmap, 0, 0, 1, 1);
  return { width: bitmap.width, rgb: [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] };
}

/** The small picture of the sender's lowest layer: Chromium's fake camera is green. */
async function assertPictured(at) {
  const jpeg = await until('a small picture', () => secretary.bytes(`/health/sites/${who.chair}/picture?meeting=${at.meeting}`));
  const { width, rgb: [red, green, blue] } = await at.viewer.evaluate(measurePicture, jpeg.toString('base64'));
  assert.equal(width, 240);
  assert.ok(green > red + 40 && green > blue + 40, `${red} ${green} ${blue}`);
}

/** Asks for a height and waits until pictures of it are shown; frames must go on being decoded all the while. */
async function ask(at, asked, shown) {
  await at.viewer.evaluate((h) => window.ask({ type: 'view', main_height: h }), asked);
  const before = await at.viewer.evaluate(readReceived);
  const now = await until(`${shown} lines are shown`, async () => {
    const read = await at.viewer.evaluate(readReceived);
    return Math.abs((read?.height ?? 0) - shown) < ROUNDED && read.decoded > (before?.decoded ?? 0) + 10 && read;
  }).catch(async (error) => {
    throw new Error(`${error.message}; received ${JSON.stringify(await at.viewer.evaluate(readReceived))}; sent ${JSON.stringify(await at.sender.evaluate(readSent))}`);
  });
  return { before, now };
}

/** From here on the picture goes on and need not be asked for anew. Where the machine itself had no time for it, that is only said. */
async function watchFlow(at) {
  const read = async () => ({ seen: await at.viewer.evaluate(readReceived), sent: await at.sender.evaluate(readSent) });
  await at.viewer.evaluate(() => (window.lateMs = 0));
  const first = await read();
  return {
    async assertSteady() {
      const last = await read();
      const told = JSON.stringify({ first, last });
      const fps = ((last.sent.frames - first.sent.frames) * 1000) / (last.sent.ms - first.sent.ms);
      if (fps < FPS * 0.8 || last.seen.lateMs > 100) return console.log(`# no time: ${fps.toFixed(1)} pictures a second were made: ${told}`);
      // Short ones come from the machine as well; a layer that does not decode stands until the next key frame that is asked for.
      assert.ok(last.seen.frozenS - first.seen.frozenS <= (last.sent.ms - first.sent.ms) / 4000, told);
      assert.ok(last.seen.plis - first.seen.plis <= 1, told);
    },
  };
}

for (const [codec, mode] of [['VP9', 'L3T3_KEY'], ['VP9', 'L3T3'], ['AV1', 'L3T3_KEY']]) {
  test(`${codec} ${mode}: each height is a layer, down and up`, { timeout: 240_000 }, async () => {
    const at = await scene(codec, mode);
    try {
      await ask(at, FULL, FULL);
      const flow = await watchFlow(at);
      for (const height of [QUARTER, HALF, FULL, HALF, QUARTER, FULL]) await ask(at, height, height);
      await flow.assertSteady();
      await assertPictured(at);
    } finally {
      await at.close();
    }
  });
}

test('AV1 L3T3_KEY: who does not know of layers gets the lowest', { timeout: 240_000 }, async () => {
  const at = await scene('AV1', 'L3T3_KEY', { tellsLayers: false });
  try {
    await ask(at, FULL, QUARTER);
  } finally {
    await at.close();
  }
});

test('VP8 L1T3: whole', { timeout: 240_000 }, async () => {
  const at = await scene('VP8', 'L1T3', { height: QUARTER });
  try {
    const read = () => at.viewer.evaluate(readReceived);
    const first = await until('a picture is shown', async () => { const now = await read(); return now?.decoded > 10 && now; });
    const flow = await watchFlow(at);
    await until('frames go on', async () => (await read()).decoded > first.decoded + 50);
    await flow.assertSteady();
    await assertPictured(at);
  } finally {
    await at.close();
  }
});

test('H264: a small picture of it', { timeout: 240_000 }, async () => {
  const at = await scene('H264', 'L1T1', { height: QUARTER });
  try {
    await assertPictured(at);
  } finally {
    await at.close();
  }
});
