// The real program: `diemcau serve --demo` with its relay, in a temporary state folder, with ports of its own.
import { execFileSync, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { build, until } from './browser.mjs';

const PASSWORD = 'diemcau-demo';

export function freeTcpPort() {
  return new Promise((done, fail) => {
    const probe = net.createServer().on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

function freeUdpPort() {
  return new Promise((done, fail) => {
    const probe = dgram.createSocket('udp4').on('error', fail);
    probe.bind(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** A relay that faults comes back so soon that no page shows it: ILL, ABRT, BUS, FPE, SEGV. */
const FAULT = /the relay ended: signal (4|6|7|8|11)\b.*/;

export class Controller {
  constructor({ rooms = 0, settings = {} } = {}) {
    this.rooms = rooms;
    this.settings = settings;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'diemcau-browser-'));
    this.log = path.join(this.folder, 'serve.log');
  }

  async start() {
    this.port = await freeTcpPort();
    this.mediaPort = await freeUdpPort();
    const settings = {
      'http.http_port': this.port,
      'http.https_port': await freeTcpPort(),
      'relay.media_port': this.mediaPort,
      'relay.shards': 1,
      'demo.rooms': this.rooms,
      // A meeting that a test books for the next hour stays as it was booked.
      'rehearsal.minutes_before': 0,
      ...this.settings,
    };
    this.arguments = ['--state-dir', this.folder, '--web-root', path.join(build, 'web')];
    this.arguments.push(...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]));
    this.launch();
    await this.untilUp();
    return this;
  }

  launch() {
    const log = fs.openSync(this.log, 'a');
    this.process = spawn(path.join(build, 'server/diemcau'), ['serve', '--demo', ...this.arguments], { stdio: ['ignore', log, log] });
    fs.closeSync(log);
  }

  untilUp() {
    return until('the controller answers', async () => {
      if (this.process.exitCode !== null) throw new Error(`serve ended: ${this.logText()}`);
      const reply = await fetch(`${this.url}/api/v1/health`).catch(() => null);
      return reply?.ok && (await reply.json()).relay === 'up';
    });
  }

  /** For WHIP of an endpoint; without one, for WHEP. */
  token(meeting, endpoint) {
    const whom = endpoint ? ['--endpoint', endpoint] : ['--viewer'];
    const words = ['token', '--state-dir', this.folder, '--meeting', meeting, ...whom];
    return execFileSync(path.join(build, 'server/diemcau'), words, { encoding: 'utf8' }).trim();
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  logText() {
    return fs.readFileSync(this.log, 'utf8').slice(-4000);
  }

  async stop() {
    if (this.process?.exitCode === null) {
      const gone = new Promise((done) => this.process.once('exit', done));
      this.process.kill('SIGTERM');
      const late = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(late);
    }
    const relay = this.relayPid();
    if (relay) process.kill(relay, 'SIGKILL');
    const fault = fs.existsSync(this.log) && FAULT.exec(fs.readFileSync(this.log, 'utf8'));
    fs.rmSync(this.folder, { recursive: true, force: true });
    if (fault) throw new Error(fault[0]);
  }

  /** The relay of this state folder, found by its command line. */
  relayPid() {
    for (const entry of fs.readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      try {
        const words = fs.readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
        if (words[1] === 'relay' && words.some((w) => w.includes(this.folder))) return Number(entry);
      } catch {
        // It ended while we looked.
      }
    }
    return null;
  }

  /** Ends what runs: the demonstration's own meeting holds the hall for hours. */
  async endAll(user) {
    const api = await this.api(user);
    const { meetings } = await api('GET', '/meetings');
    for (const m of meetings) if (['open', 'live'].includes(m.state)) await api('POST', `/meetings/${m.id}/end`);
  }

  /** REST as a signed-in user. */
  async api(user) {
    const call = async (method, at, body, session = {}) => {
      const reply = await fetch(`${this.url}/api/v1${at}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...session },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${method} ${at}: ${reply.status} ${text}`);
      return { json: text ? JSON.parse(text) : null, cookie: reply.headers.get('set-cookie')?.split(';')[0] };
    };
    const { json, cookie } = await call('POST', '/session', { user, password: PASSWORD });
    const session = { Cookie: cookie, 'X-CSRF-Token': json.csrf };
    const api = async (method, at, body) => (await call(method, at, body, session)).json;
    /** A file as it is. */
    api.raw = async (method, at, bytes, type) => {
      const reply = await fetch(`${this.url}/api/v1${at}`, { method, headers: { ...session, 'Content-Type': type }, body: bytes });
      if (!reply.ok) throw new Error(`${method} ${at}: ${reply.status} ${await reply.text()}`);
      return reply.json();
    };
    /** What is there, or null while there is none. */
    api.bytes = async (at) => {
      const reply = await fetch(`${this.url}/api/v1${at}`, { headers: session });
      return reply.ok ? Buffer.from(await reply.arrayBuffer()) : null;
    };
    return api;
  }
}

export async function signIn(page, url, user, at = '/') {
  await page.goto(url + at);
  await page.locator('input[name=user]').fill(user);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.locator('input[name=user]').waitFor({ state: 'detached' });
}
