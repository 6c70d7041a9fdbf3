// The table of faults: what the board says of real rooms that are spoilt one way after the other.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, until } from '../browser/support/browser.mjs';
import { Controller } from '../browser/support/controller.mjs';
import { FaultRoom } from './fault_room.mjs';

const LIGHT_BAR_S = 5;
const NAMED_BAR = 0.9;
const ECHO_BAR_S = 10;
const PATIENCE_S = 15;
const POLL_MS = 200;
const BYSTANDERS = 48;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// --- the faults: name, the causes that are right, how it is done, how it is undone

const line = (what, causes, way) => [what, causes, (room) => room.set(way), (room) => room.set({})];
/** TCP passes, and is taken back with the fault so that the room returns to UDP. */
const blocked = (what, way) => [what, ['udp_blocked'], (room) => (room.media.shut(false), room.set(way)), (room) => (room.media.shut(true), room.set({}))];
const device = (what, act, ...values) => [what, ['room_device'], (room) => room.act(act, ...values), (room) => room.act(act, ...(act === 'picture' ? ['well'] : [1]))];
/** The room listens with its microphone open; the chair speaks. */
const echo = (gain, seconds) => [
  `echo ${gain} after ${seconds * 1000} ms`, ['echo'],
  async (room) => (await room.act('speak', 0.01), room.act('echo', gain, seconds)),
  async (room) => (await room.act('echo', 0, 0), room.act('speak', 1)),
];
const starved = (percent) => [`processor ${percent} %`, ['sender_cpu'], (room) => room.starve(percent), (room) => room.starve(100)];
const cable = (what) => [what, ['cable'], (room) => room.shut(true), (room) => room.shut(false)];
const loss = (percent, burst = 1) => ({ loss_percent: percent, loss_burst: burst });

const FAULTS = [
  ...[3, 5, 8, 12].map((p) => line(`loss up ${p} %`, ['up_loss'], { up: loss(p) })),
  ...[3, 5, 8, 12].map((p) => line(`loss down ${p} %`, ['down_loss'], { down: loss(p) })),
  line('loss both ways 4 %', ['up_loss', 'down_loss'], { up: loss(4), down: loss(4) }),
  line('loss both ways 7 %, in runs', ['up_loss', 'down_loss'], { up: loss(7, 4), down: loss(7, 4) }),
  ...[300, 200, 120].map((k) => line(`rate up ${k} kbps`, ['narrow_up'], { up: { rate_kbps: k } })),
  ...[350, 200, 120].map((k) => line(`rate down ${k} kbps`, ['narrow_down'], { down: { rate_kbps: k } })),
  line('rate both ways 200 kbps', ['narrow_up', 'narrow_down'], { up: { rate_kbps: 200 }, down: { rate_kbps: 200 } }),
  cable('cable pulled'), cable('cable pulled again'), cable('power cut'), cable('power cut again'),
  blocked('UDP blocked', { up: { cut: true }, down: { cut: true } }),
  blocked('UDP blocked upwards', { up: { cut: true } }),
  blocked('UDP blocked downwards', { down: { cut: true } }),
  blocked('UDP blocked again', { up: { cut: true }, down: { cut: true } }),
  device('black picture', 'picture', 'black'), device('lid before the lens', 'picture', 'capped'),
  device('black picture again', 'picture', 'black'), device('lid again', 'picture', 'capped'),
  device('microphone silent', 'speak', 0), device('microphone silent again', 'speak', 0),
  device('microphone nearly silent', 'speak', 0.00002), device('microphone silent, third time', 'speak', 0),
  echo(0.5, 0.15), echo(0.3, 0.25), echo(0.7, 0.4), echo(0.4, 0.3),
  starved(30), starved(20), starved(12),
];

// --- the stage

class Faults {
  async open(users) {
    this.controller = await new Controller({ settings: { 'meetings.camera_pause': 'off' } }).start();
    this.secretary = await this.controller.api('thuky');
    await this.controller.endAll('thuky');
    const endpointOf = async (user) => (await (await this.controller.api(user))('GET', '/session')).user.endpoint;
    this.chair = await endpointOf('chutoa');
    this.rooms = [];
    for (const user of users) this.rooms.push({ user, endpoint: await endpointOf(user) });
    const taken = [this.chair, ...this.rooms.map((r) => r.endpoint)];
    const { endpoints } = await this.secretary('GET', '/endpoints?limit=1000');
    this.others = endpoints.map((e) => e.id).filter((id) => !taken.includes(id)).slice(0, BYSTANDERS);
    const now = Date.now();
    const { id } = await this.secretary('POST', '/meetings', {
      title: 'Bảng sự cố', host_unit: '38', chair_endpoint: this.chair,
      starts_at: new Date(now + 600_000).toISOString(), ends_at: new Date(now + 14_400_000).toISOString(),
      endpoints: [...taken, ...this.others], units: [],
      // a hall of fifty voices at once is no meeting: the chair and the room that is watched open theirs
      entry: { mic: 'off', camera: 'on', waiting_room: false, chat: true, floor_gather: false, quorum_percent: 50, minutes_per_speaker: 3 },
    });
    this.meeting = id;
    await this.secretary('POST', `/meetings/${id}/open`, {});
    return this;
  }

  /** The chair, who speaks, and rooms beside that are well. */
  startOthers(count) {
    const { controller, meeting } = this;
    const rooms = [this.chair, ...this.others.slice(0, count)].map((endpoint, i) => ({ endpoint, name: endpoint, token: controller.token(meeting, endpoint), mic_open: i === 0 }));
    const file = path.join(controller.folder, 'rooms.json');
    fs.writeFileSync(file, JSON.stringify({ url: controller.url, meeting, rooms }));
    const words = ['load', '--rooms', file, '--source', 'clip', '--clips', '6', '--height', '180', '--kbps', '80', '--receive-audio', '1', '--receive-video', '1', '--quiet'];
    this.load = spawn(path.join(build, 'server/diemcau'), words, { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  sites() {
    return this.secretary('GET', `/health/sites?meeting=${this.meeting}`).then((reply) => reply.sites);
  }

  async untilIn(count) {
    await until(`${count} rooms are in`, async () => (await this.sites()).filter((s) => s.light === 'good').length >= count, 90_000);
  }

  async close() {
    for (const { room } of this.rooms) await room?.close();
    this.load?.kill('SIGTERM');
    await this.controller?.stop();
  }
}

/** What the verdict is made of, for --trace. */
async function tell(stage, endpoint, atS) {
  const { sample, client } = await stage.secretary('GET', `/health/sites/${endpoint}?meeting=${stage.meeting}`);
  const short = ({ streams, ...line }) => ({ ...line, streams: streams?.map((s) => `${s.name} ${s.kind} ${s.layer ?? ''} ${s.kbps}k lost ${s.lost} jit ${s.jitter_us}`) });
  const line = stage.rooms.find((r) => r.endpoint === endpoint).room.line;
  console.log(`  ${atS.toFixed(1)} ${JSON.stringify(sample && short(sample))}\n      ${JSON.stringify(client)}\n      ${JSON.stringify(await line.report())}`);
}

/** Polls one room until it is named right, or patience ends. */
async function watchFault(stage, endpoint, causes, doIt) {
  const seen = { lightS: null, causeS: null, said: [], state: null };
  const start = Date.now();
  await doIt();
  for (;;) {
    const now = (Date.now() - start) / 1000;
    const site = (await stage.sites()).find((s) => s.endpoint === endpoint);
    if (site && site.light !== 'good') seen.lightS ??= now;
    if (site?.cause && seen.said.at(-1)?.id !== site.cause.id) seen.said.push({ id: site.cause.id, s: Math.round(now * 10) / 10 });
    if (site && causes.includes(site.cause?.id)) seen.causeS ??= now;
    seen.state = site?.state;
    if (trace) await tell(stage, endpoint, now);
    if ((seen.causeS !== null && seen.lightS !== null) || now > PATIENCE_S) return seen;
    await wait(POLL_MS);
  }
}

async function untilWell(stage, entry) {
  const { endpoint, user } = entry;
  let since = 0;
  const end = Date.now() + 60_000;
  for (;;) {
    const site = (await stage.sites()).find((s) => s.endpoint === endpoint);
    const isWell = site?.light === 'good' && !site.cause && site.state === 'ok';
    if (!isWell) since = 0;
    else if (since === 0) since = Date.now();
    if (since !== 0 && Date.now() - since > 3000) return true;
    if (Date.now() > end) {
      console.log(`  ${user} does not get well (${JSON.stringify(site && { light: site.light, state: site.state, cause: site.cause, loss: site.loss, tcp: site.tcp })}): joins anew`);
      await entry.room?.close();
      entry.room = await FaultRoom.join(stage.controller, stage.meeting, user, 7);
      return false;
    }
    await wait(POLL_MS);
  }
}

async function runFault(stage, entry, [what, causes, doIt, undo]) {
  await untilWell(stage, entry);
  const seen = await watchFault(stage, entry.endpoint, causes, () => doIt(entry.room));
  await undo(entry.room);
  const row = { what, expected: causes.join(' or '), light_s: seen.lightS, cause_s: seen.causeS, said: seen.said, state: seen.state };
  const show = (s) => (s === null ? '   -' : s.toFixed(1).padStart(4));
  const others = seen.said.map((c) => `${c.id} ${c.s}`).join(', ');
  console.log(`${seen.causeS !== null ? 'ok  ' : 'FAIL'} ${what.padEnd(30)} light ${show(seen.lightS)} s, cause ${show(seen.causeS)} s   [${others}] ${seen.state}`);
  return row;
}

async function runTable(stage, faults) {
  const rows = [];
  const queue = [...faults];
  const work = async (entry) => {
    for (let fault = queue.shift(); fault; fault = queue.shift()) rows.push(await runFault(stage, entry, fault));
  };
  await Promise.all(stage.rooms.map(work));
  return rows;
}

/** The first fault of each cause and first word. */
const oneOfEach = (faults) => faults.filter((f, i) => faults.findIndex((g) => `${g[1]}${g[0].slice(0, 5)}` === `${f[1]}${f[0].slice(0, 5)}`) === i);

/** Exit status of the table. */
function judge(rows) {
  const share = (list) => list.length / Math.max(rows.length, 1);
  const lit = rows.filter((r) => r.light_s !== null && r.light_s <= LIGHT_BAR_S);
  const named = rows.filter((r) => r.cause_s !== null);
  const quick = rows.filter((r) => r.cause_s !== null && r.cause_s <= LIGHT_BAR_S);
  const echoes = rows.filter((r) => r.expected === 'echo');
  const echoed = echoes.filter((r) => r.cause_s !== null && r.cause_s <= ECHO_BAR_S);
  console.log(`${lit.length} of ${rows.length} lights within ${LIGHT_BAR_S} s; right cause ${named.length} of ${rows.length} (bar ${NAMED_BAR * 100} %), ${quick.length} within ${LIGHT_BAR_S} s; echo within ${ECHO_BAR_S} s: ${echoed.length} of ${echoes.length}`);
  return share(named) >= NAMED_BAR && share(lit) >= NAMED_BAR ? 0 : 1;
}

async function runClean(stage, minutes) {
  const began = Date.now();
  let worst = 0;
  while (Date.now() - began < minutes * 60_000) {
    const ill = (await stage.sites()).filter((s) => s.light !== 'good');
    worst = Math.max(worst, ill.length);
    for (const s of ill) console.log(`  ${((Date.now() - began) / 1000).toFixed(0)} s: ${s.endpoint} ${s.light} ${s.state} ${JSON.stringify(s.cause)} loss ${JSON.stringify(s.loss)}`);
    await wait(1000);
  }
  const { alarms } = await stage.secretary('GET', `/health/alarms?from=${began}`);
  for (const a of alarms) console.log(`  alarm: ${a.endpoint} ${a.kind} ${a.text?.vi}`);
  console.log(`${alarms.length} alarms in ${minutes} clean minutes of ${stage.others.length + 1 + stage.rooms.length} rooms (bar 0)`);
  return { status: alarms.length ? 1 : 0, rows: alarms };
}

const OPTIONS = {
  short: { type: 'boolean' },
  trace: { type: 'boolean' },
  only: { type: 'string' },
  json: { type: 'string' },
  clean: { type: 'string' },
  bystanders: { type: 'string', default: String(BYSTANDERS) },
};

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    console.error(`fault-table: ${error.message} (--help)`);
    return process.exit(2);
  }
}

const values = readOptions();
const { trace } = values;
const stage = new Faults();
let status = 1;
try {
  // two that are ill at once behind one address would rightly be called a shared line
  await stage.open(['xa1']);
  stage.startOthers(Number(values.bystanders));
  for (const [i, entry] of stage.rooms.entries()) entry.room = await FaultRoom.join(stage.controller, stage.meeting, entry.user, i + 1);
  await stage.untilIn(Math.ceil((Number(values.bystanders) + 1 + stage.rooms.length) * 0.95));
  let rows;
  if (values.clean) ({ status, rows } = await runClean(stage, Number(values.clean)));
  else {
    const wanted = FAULTS.filter(([what, causes]) => !values.only || new RegExp(values.only).test(`${what} ${causes}`));
    rows = await runTable(stage, values.short ? oneOfEach(wanted) : wanted);
    status = judge(rows);
  }
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify({ machine: os.cpus()[0].model, rows }, null, 1)}\n`);
} finally {
  await stage.close();
}
process.exit(status);
