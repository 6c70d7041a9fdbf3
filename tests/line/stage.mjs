// The stage of the bars: the real program, a publisher with three layers, and viewers behind lossy lines.
import { launch, openPage, until } from '../browser/support/browser.mjs';
import { Controller, signIn } from '../browser/support/controller.mjs';
import { LossyLine } from '../browser/support/lossy-line.mjs';
import { makeVoice, openBlank, publish, readSent, removeVoice, takeSamples, watch } from './peers.mjs';

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// Runs in a page before its scripts: the line's port in place of the relay's, in every answer, and no way round it.
function throughLine({ from, to }) {
  const take = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function set(description) {
    const sdp = description.sdp?.replace(new RegExp(`^(a=candidate:\\S+ \\d+ udp \\d+ \\S+) ${from} `, 'gim'), `$1 ${to} `).replace(/^a=candidate:\S+ \d+ tcp .*\r\n/gim, '');
    return take.call(this, { type: description.type, sdp });
  };
}

/** One viewer or several behind one line. */
class Scene {
  constructor(stage, line) {
    Object.assign(this, { stage, line, viewers: [], rooms: [], samples: [], reports: [] });
  }

  async addViewer(options = {}) {
    const { stage, line } = this;
    const context = await stage.browser.newContext();
    const page = await openBlank(context, stage.controller.url);
    await watch(page, {
      url: `${stage.controller.url}/whep/${stage.meeting}`,
      token: stage.controller.token(stage.meeting),
      ports: { from: stage.controller.mediaPort, to: line.ports[0] },
      ...options,
    });
    this.viewers.push({ context, page });
    this.samples.push([]);
  }

  /** A room with its page, camera and all, as the user of a commune. */
  async addRoom(user) {
    const { stage, line } = this;
    const room = await openPage(stage.browser, { checked: true });
    await room.context.addInitScript(throughLine, { from: stage.controller.mediaPort, to: line.ports[0] });
    await signIn(room.page, stage.controller.url, user, `/meetings/${stage.meeting}/room`);
    await room.page.locator('.room[data-phase=in][data-media=connected]').waitFor();
    this.rooms.push(room);
  }

  async take() {
    for (const [i, { page }] of this.viewers.entries()) this.samples[i].push(...(await takeSamples(page)));
  }

  /** Lets the time pass, taking the line's figures ten times a second, and `eachSecond` what else is wanted; returns the viewers' clock at its beginning and end. */
  async play(seconds, eachSecond = null) {
    const { page } = [...this.viewers, ...this.rooms][0];
    const from = await page.evaluate(() => performance.now());
    const reports = [];
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      reports.push(await this.line.report());
      if (eachSecond && reports.length % 10 === 0) await eachSecond();
      await wait(Math.min(100, Math.max(end - Date.now(), 0)));
    }
    const to = await page.evaluate(() => performance.now());
    await this.take();
    this.reports.push(...reports);
    return { from, to, reports };
  }

  async untilPictures(seconds = 60) {
    await until('every viewer has a picture', async () => {
      await this.take();
      return this.samples.every((s) => (s.at(-1)?.video?.frames ?? 0) > 10);
    }, seconds * 1000);
  }

  async close() {
    for (const { context } of [...this.viewers, ...this.rooms]) await context.close();
    await this.line.stop();
  }
}

export class Stage {
  static async open({ settings = {} } = {}) {
    const stage = new Stage();
    stage.voice = makeVoice();
    stage.controller = await new Controller({ settings }).start();
    stage.browser = await launch([
      '--use-fake-device-for-media-stream=fps=30', `--use-file-for-fake-audio-capture=${stage.voice}`,
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ]);
    const endpointOf = async (user) => (await (await stage.controller.api(user))('GET', '/session')).user.endpoint;
    const [chair, commune] = [await endpointOf('chutoa'), await endpointOf('xa1')];
    await stage.controller.endAll('thuky');
    const secretary = await stage.controller.api('thuky');
    const { id } = await secretary('POST', '/meetings', {
      title: 'Giao ban trên đường truyền kém', host_unit: '38', chair_endpoint: chair,
      starts_at: new Date(Date.now() + 600_000).toISOString(), ends_at: new Date(Date.now() + 7_800_000).toISOString(),
      endpoints: [chair, commune], units: [],
    });
    await secretary('POST', `/meetings/${id}/open`, {});
    Object.assign(stage, { meeting: id, chair, commune, secretary });
    return stage;
  }

  /** The chair's camera and microphone; behind `line` if one is given. */
  async publish(line = null, options = {}) {
    const { controller, meeting } = this;
    this.sender = await openBlank(await this.browser.newContext({ permissions: ['camera', 'microphone'] }), controller.url);
    await publish(this.sender, {
      url: `${controller.url}/whip/${meeting}`,
      token: controller.token(meeting, this.chair),
      ports: line ? { from: controller.mediaPort, to: line.ports[0] } : null,
      ...options,
    });
    await until('three layers are sent', async () => {
      this.sent = await readSent(this.sender);
      return this.sent.some((s) => s.height === 720 && s.bytes > 100_000);
    }, 120_000);
  }

  /** What the relay thinks that the commune's line carries, in bits per second; 0: not known. */
  async estimate() {
    const { sample } = await this.secretary('GET', `/health/sites/${this.commune}?meeting=${this.meeting}`);
    return (sample?.estimate_kbps ?? 0) * 1000;
  }

  async line(settings, seed = 1) {
    const line = await LossyLine.start(this.controller.mediaPort, { seed });
    await line.report(settings);
    return line;
  }

  /** `viewers` behind one line with `settings`, { up, down }. */
  async scene(settings, { viewers = 1, seed = 1, ...options } = {}) {
    const scene = new Scene(this, await this.line(settings, seed));
    for (let i = 0; i < viewers; i++) await scene.addViewer(options);
    await scene.untilPictures();
    return scene;
  }

  async close() {
    await this.browser?.close();
    await this.controller?.stop();
    if (this.voice) removeVoice(this.voice);
  }
}
