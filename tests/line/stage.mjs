// The stage of the bars: the real program, a publisher with three layers, and viewers behind lossy lines.
import { launch, until } from '../browser/support/browser.mjs';
import { Controller } from '../browser/support/controller.mjs';
import { LossyLine } from '../browser/support/lossy-line.mjs';
import { makeVoice, openBlank, publish, readSent, removeVoice, takeSamples, watch } from './peers.mjs';

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** One viewer or several behind one line. */
class Scene {
  constructor(stage, line) {
    Object.assign(this, { stage, line, viewers: [], samples: [], reports: [] });
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

  async take() {
    for (const [i, { page }] of this.viewers.entries()) this.samples[i].push(...(await takeSamples(page)));
  }

  /** Lets the time pass, taking the line's figures ten times a second; returns the viewers' clock at its beginning and end. */
  async play(seconds) {
    const page = this.viewers[0].page;
    const from = await page.evaluate(() => performance.now());
    const reports = [];
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      reports.push(await this.line.report());
      await wait(Math.min(100, Math.max(end - Date.now(), 0)));
    }
    const to = await page.evaluate(() => performance.now());
    await this.take();
    this.reports.push(...reports);
    return { from, to, reports };
  }

  async untilPictures(seconds = 20) {
    await until('every viewer has a picture', async () => {
      await this.take();
      return this.samples.every((s) => (s.at(-1)?.video?.frames ?? 0) > 10);
    }, seconds * 1000);
  }

  async close() {
    for (const { context } of this.viewers) await context.close();
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
    const api = await stage.controller.api('chutoa');
    const chair = (await api('GET', '/session')).user.endpoint;
    await stage.controller.endAll('thuky');
    const secretary = await stage.controller.api('thuky');
    const { id } = await secretary('POST', '/meetings', {
      title: 'Giao ban trên đường truyền kém', host_unit: '38', chair_endpoint: chair,
      starts_at: new Date(Date.now() + 600_000).toISOString(), ends_at: new Date(Date.now() + 7_800_000).toISOString(),
      endpoints: [chair], units: [],
    });
    await secretary('POST', `/meetings/${id}/open`, {});
    Object.assign(stage, { meeting: id, chair });
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
    }, 45_000);
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
