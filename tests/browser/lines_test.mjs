// Lines that let little through, in Chromium: one room has no UDP and comes by TCP, another gets nothing out but TLS and comes
// through a TURN server with the password that it was given; they see and hear each other. Then a line that changes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, until } from './support/browser.mjs';
import { Controller, freeTcpPort, signIn } from './support/controller.mjs';
import { readSlot, readSound } from './support/figures.mjs';
import { TurnServer } from './support/turn-server.mjs';

const SECRET = 'only-the-two-servers-know-this';
let browser;
const at = {}; // chair, one: { context, page, errors }
const who = {};
let controller;
let turn;
let meeting;

before(async () => {
  turn = await new TurnServer(await freeTcpPort(), SECRET).start();
  controller = new Controller({ settings: { 'relay.addresses': '127.0.0.1', 'turn.urls': turn.url, 'turn.secret': SECRET } });
  await controller.start();
  browser = await launch(['--ignore-certificate-errors']);
  const secretary = await controller.api('thuky');
  for (const [role, user] of Object.entries({ chair: 'chutoa', one: 'xa1' })) {
    const api = await controller.api(user);
    who[role] = (await api('GET', '/session')).user.endpoint;
  }
  await controller.endAll('thuky');
  const now = Date.now();
  meeting = (await secretary('POST', '/meetings', {
    title: 'Đường truyền hẹp',
    host_unit: '38',
    chair_endpoint: who.chair,
    starts_at: new Date(now + 600_000).toISOString(),
    ends_at: new Date(now + 7_800_000).toISOString(),
    endpoints: Object.values(who),
    units: [],
    entry: { mic: 'on', camera: 'on', waiting_room: false, chat: true, floor_gather: false, quorum_percent: 50, minutes_per_speaker: 3 },
  })).id;
  await secretary('POST', `/meetings/${meeting}/open`, {});
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await controller?.stop();
  turn?.stop();
});

/** How the page's media go: { protocol, type, relay } of the selected pair. Runs in the page. */
async function readPath() {
  const report = await window.testConnections.at(-1).getStats();
  let path = null;
  report.forEach((s) => {
    if (s.type !== 'transport' || !s.selectedCandidatePairId) return;
    const pair = report.get(s.selectedCandidatePairId);
    const local = report.get(pair.localCandidateId);
    path = { protocol: local.protocol, type: local.candidateType, relay: local.relayProtocol ?? null, remote: report.get(pair.remoteCandidateId).protocol };
  });
  return path;
}

/** No connection of this page learns of a candidate by UDP. */
function tcpOnly() {
  const { setRemoteDescription } = window.RTCPeerConnection.prototype;
  window.RTCPeerConnection.prototype.setRemoteDescription = function set({ type, sdp }) {
    return setRemoteDescription.call(this, { type, sdp: sdp.replace(/^a=candidate:\S+ 1 udp .*\r\n/gm, '') });
  };
}

/** Every connection of this page goes through TURN. */
function relayOnly() {
  const Made = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Made {
    constructor(configuration) {
      super({ ...configuration, iceTransportPolicy: 'relay' });
    }
  };
}

async function enter(role, user, script) {
  at[role] = await openPage(browser, { checked: true });
  await at[role].context.addInitScript(script);
  const { page } = at[role];
  await signIn(page, controller.url, user, `/meetings/${meeting}/room`);
  await page.locator('[data-phase=in][data-media=connected]').waitFor();
}

async function seesAndHears(page, endpoint, what) {
  await until(`${what}: main shows ${endpoint}`, async () => (await readSlot(page, 'main')).endpoint === endpoint);
  const { frames } = await readSlot(page, 'main');
  await until(`${what}: frames are decoded`, async () => (await readSlot(page, 'main')).frames > frames + 20);
  const { packets } = await readSound(page);
  await until(`${what}: sound arrives`, async () => (await readSound(page)).packets > packets + 50);
}

test('a room without UDP comes by TCP', { timeout: 240_000 }, async () => {
  await enter('chair', 'chutoa', tcpOnly);
  const path = await at.chair.page.evaluate(readPath);
  assert.deepEqual([path.protocol, path.remote, path.type !== 'relay'], ['tcp', 'tcp', true], JSON.stringify(path));
});

test('a room that gets only TLS out comes through TURN', { timeout: 240_000 }, async () => {
  await enter('one', 'xa1', relayOnly);
  const path = await at.one.page.evaluate(readPath);
  assert.deepEqual([path.type, path.relay], ['relay', 'tls'], JSON.stringify(path));
  assert.match(turn.logText(), new RegExp(`user <\\d+:${who.one}>`));
  assert.ok(!controller.logText().includes(SECRET));
});

test('they see and hear each other', { timeout: 300_000 }, async () => {
  await seesAndHears(at.one.page, who.chair, 'the commune');
  await seesAndHears(at.chair.page, who.one, 'the chair');
  assert.deepEqual([...at.chair.errors, ...at.one.errors], []);
});

/** Sound that came, and pairs that were ever selected. Runs in the page. */
async function readLine() {
  const connection = window.testConnections.at(-1);
  const figures = { packets: 0, lost: 0, changes: 0, connections: window.testConnections.length };
  (await connection.getStats()).forEach((s) => {
    if (s.type === 'transport') figures.changes = s.selectedCandidatePairChanges;
    if (s.type !== 'inbound-rtp' || s.kind !== 'audio') return;
    figures.packets += s.packetsReceived;
    figures.lost += s.packetsLost;
  });
  return figures;
}

/** A new connection takes longer, also where the machine has little time. */
const GAP_MS = 3000;

/** The longest time without a packet of sound while `act` runs and for `ms` after, in milliseconds; of a page. */
async function longestGap(page, ms, act) {
  const watch = page.evaluate(async ([time, look]) => {
    const read = new Function(`return (${look})()`);
    const until = performance.now() + time;
    let { packets } = await read();
    let since = performance.now();
    let gap = 0;
    while (performance.now() < until) {
      await new Promise((done) => setTimeout(done, 20));
      const now = await read();
      if (now.packets > packets) since = performance.now();
      packets = now.packets;
      gap = Math.max(gap, performance.now() - since);
    }
    return gap;
  }, [ms, readLine.toString()]);
  await act();
  return Math.round(await watch);
}

test('the network changes: ICE is restarted once, sound hardly notices', { timeout: 240_000 }, async () => {
  const { page } = at.chair;
  const before = await page.evaluate(readLine);
  const restarts = () => page.evaluate(() => window.testConnections.at(-1).testOffers);
  await page.evaluate(() => {
    const connection = window.testConnections.at(-1);
    const { createOffer } = connection;
    connection.testOffers = 0;
    connection.createOffer = function offer(options) {
      connection.testOffers += options?.iceRestart ? 1 : 0;
      return createOffer.call(this, options);
    };
  });
  const gap = await longestGap(page, 5000, () => page.evaluate(() => {
    window.dispatchEvent(new Event('online'));
    navigator.connection?.dispatchEvent(new Event('change'));
  }));
  console.log(`# ${gap} ms without sound`);
  await until('the new pair is used', async () => (await page.evaluate(readLine)).changes > before.changes);
  assert.equal((await page.evaluate(readLine)).connections, before.connections);
  assert.equal(await restarts(), 1);
  assert.ok(gap <= GAP_MS, `${gap} ms`);
});
