// A camera that nobody watches rests, and comes back at once; a room tests itself in a rehearsal, and its technician sees it turn
// green: Chromium against the real program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, launch, openPage, shoot, until } from './support/browser.mjs';
import { Controller, signIn } from './support/controller.mjs';
import { readSlot, soundWithin } from './support/figures.mjs';

/** A second on a quiet machine (it is said below); what a busy one takes tells nothing of us. */
const RESUME_MS = 10_000;
const controller = new Controller();
const who = {}; // endpoints of chair, one
let browser;
let secretary; // REST
let administrator;
let chair; // its page
let meeting;
let room;

before(async () => {
  await controller.start();
  browser = await launch();
  secretary = await controller.api('thuky');
  for (const [role, user] of Object.entries({ chair: 'chutoa', one: 'xa1' })) {
    const api = await controller.api(user);
    who[role] = (await api('GET', '/session')).user.endpoint;
  }
  await controller.endAll('thuky');
  const words = ['user', 'add', 'quantri', '--name', 'Quản trị', '--role', 'administrator', '--state-dir', controller.folder];
  const made = spawnSync(path.join(build, 'server/diemcau'), words, { input: 'diemcau-demo\n', encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  administrator = await controller.api('quantri');
  const now = Date.now();
  const booked = await secretary('POST', '/meetings', {
    title: 'Camera nghỉ',
    host_unit: '38',
    chair_endpoint: who.chair,
    starts_at: new Date(now + 600_000).toISOString(),
    ends_at: new Date(now + 7_800_000).toISOString(),
    endpoints: Object.values(who),
    units: [],
    entry: { mic: 'off', camera: 'on', waiting_room: false, chat: true, floor_gather: false, quorum_percent: 50, minutes_per_speaker: 3 },
  });
  meeting = booked.id;
  await secretary('POST', `/meetings/${meeting}/open`, {});
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await controller.stop();
});

const seatOf = async (endpoint) => (await secretary('GET', `/meetings/${meeting}/seats`)).seats.find((s) => s.endpoint === endpoint);

/** The camera's layers: whether they are switched on, and frames sent so far. Runs in the page. */
function readCamera() {
  const sender = window.testConnections.at(-1).getSenders().find((s) => s.getParameters().encodings.length > 1);
  return sender.getStats().then((stats) => {
    let frames = 0;
    stats.forEach((s) => {
      if (s.type === 'outbound-rtp') frames += s.framesSent ?? 0;
    });
    return { active: sender.getParameters().encodings.map((e) => e.active), frames };
  });
}

/** When the page switched a layer on again, and when it sent the first frame after that. Runs in the page. */
async function clockResume(read) {
  const look = new Function(`return (${read})()`);
  const { frames } = await look();
  let switched = 0;
  for (;;) {
    const now = await look();
    if (switched === 0 && now.active.some(Boolean)) switched = performance.now();
    if (switched !== 0 && now.frames > frames) return performance.now() - switched;
    await new Promise((done) => setTimeout(done, 20));
  }
}

test('nobody watches: the camera rests, and the room is well all the same', { timeout: 400_000 }, async () => {
  room = await openPage(browser, { checked: true });
  await signIn(room.page, controller.url, 'xa1', `/meetings/${meeting}/room`);
  await room.page.locator('[data-phase=in][data-media=connected]').waitFor();
  await until('frames are sent', async () => (await room.page.evaluate(readCamera)).frames > 0);
  await until('no layer is sent', async () => !(await room.page.evaluate(readCamera)).active.some(Boolean));
  // Long enough for the relay to say that no packets come.
  await new Promise((done) => setTimeout(done, 3000));
  const seat = await seatOf(who.one);
  assert.deepEqual([seat.paused, seat.moving, seat.video_active, seat.state], [true, true, true, 'connected']);
});

test('somebody watches: it is back at once', { timeout: 400_000 }, async () => {
  const clock = room.page.evaluate(clockResume, readCamera.toString());
  chair = await openPage(browser, { checked: true });
  await signIn(chair.page, controller.url, 'chutoa', `/meetings/${meeting}/room`);
  const ms = Math.round(await clock);
  console.log(`# resumed after ${ms} ms`);
  assert.ok(ms <= RESUME_MS, `${ms} ms`);
  await until('the chair sees it', async () => (await readSlot(chair.page, 'main')).frames > 10);
  await until('it is that one', async () => (await readSlot(chair.page, 'main')).endpoint === who.one);
  await until('it is told to rest no longer', async () => (await seatOf(who.one)).paused === false);
});

/** kbit/s that the camera sends, over so many milliseconds. Runs in the page. */
async function measureUp(ms) {
  const sender = window.testConnections.at(-1).getSenders().find((s) => s.getParameters().encodings.length > 1);
  const bytes = async () => {
    let sum = 0;
    (await sender.getStats()).forEach((s) => {
      if (s.type === 'outbound-rtp') sum += s.bytesSent ?? 0;
    });
    return sum;
  };
  const before = await bytes();
  await new Promise((done) => setTimeout(done, ms));
  return ((await bytes()) - before) * 8 / ms;
}

test('what a room may send is set while it sends', { timeout: 300_000 }, async () => {
  await until('it sends more', async () => (await room.page.evaluate(measureUp, 1000)) > 400);
  await administrator('PATCH', `/endpoints/${who.one}`, { up_kbps: 300 });
  const kbps = await until('it sends less', async () => {
    const now = await room.page.evaluate(measureUp, 1500);
    return now < 350 && Math.round(now);
  });
  console.log(`# ${kbps} kbit/s of 300`);
  await administrator('PATCH', `/endpoints/${who.one}`, { up_kbps: 0 });
  await until('it sends more again', async () => (await room.page.evaluate(measureUp, 1000)) > 400, 120_000);
});

test('a line that carries little is said in the room, and to those who run the meeting', { timeout: 400_000 }, async () => {
  const hint = room.page.locator('[data-survival]');
  await hint.waitFor({ state: 'detached' });
  await administrator('PATCH', `/endpoints/${who.one}`, { down_kbps: 100 });
  await hint.waitFor();
  await until('those who run it are told', async () => {
    const { survival, line } = await seatOf(who.one);
    return survival === true && line === 'fair';
  });
  await shoot(room.page, 'real-room-survival-vi-1366');
  await administrator('PATCH', `/endpoints/${who.one}`, { down_kbps: 0 });
  await hint.waitFor({ state: 'detached' });
  assert.deepEqual([...room.errors, ...chair.errors], []);
});

test('its page tells how its line is', { timeout: 400_000 }, async () => {
  const chair = await openPage(browser, { checked: true });
  await signIn(chair.page, controller.url, 'chutoa', `/meetings/${meeting}/room`);
  await chair.page.locator('[data-media=connected]').waitFor();
  const technician = await controller.api('kythuat');
  const health = await until('a report with a picture', async () => {
    const now = await technician('GET', `/health/sites/${who.one}`);
    const shown = now.sample?.streams.some((s) => s.kind === 'video_down' && s.active);
    return shown && (now.client?.decoded_fps ?? 0) > 0 && now.site.score.down !== null ? now : null;
  }, 120_000);
  assert.match(health.client.browser, /^Chrome \d+ /);
  assert.ok(['host', 'prflx'].includes(health.client.candidate), health.client.candidate);
  assert.ok(health.client.decoded_height > 0);
  assert.equal(health.client.blocked ?? false, false);
  assert.ok(health.sdp.includes('a=ice-ufrag:') && !health.sdp.includes('a=ice-pwd:'));
  // It leaves: a page that is only gone may come back, and counts as a watcher for a minute more.
  await chair.page.locator('[data-button=leave]').click();
  await chair.page.getByRole('button', { name: 'Rời phiên họp' }).click();
  await until('it has left', async () => (await seatOf(who.chair)).state === 'absent');
  await chair.context.close();
});

/** [red, green, blue] of the large picture, in the middle of each of the seven bars. Runs in the page. */
function readColours() {
  const video = document.querySelector('[data-slot=main] video');
  if (!video?.videoWidth) return [];
  const context = Object.assign(document.createElement('canvas'), { width: 70, height: 40 }).getContext('2d');
  context.drawImage(video, 0, 0, 70, 40);
  return Array.from({ length: 7 }, (_, i) => [...context.getImageData(i * 10 + 5, 10, 1, 1).data.slice(0, 3)]);
}

/** What a room may be told of its line when the machine is too busy to send and to take in time. */
const OF_PACE = ['loss_up', 'loss_down', 'narrow_up', 'narrow_down', 'jitter', 'far'];

/** White, yellow, cyan, green, magenta, red, blue. */
const isCard = (colours) => colours.map((c) => c.map((part) => (part > 120 ? 1 : 0)).join('')).join(' ') === '111 110 011 010 101 100 001';

test('a room tests itself in a rehearsal, and its technician sees it turn green', { timeout: 400_000 }, async () => {
  const endpoint = (await (await controller.api('xa2'))('GET', '/session')).user.endpoint;
  const soon = Date.now() + 60 * 86_400_000; // the demonstration has the hall on Mondays of six weeks
  await chair.context.close(); // nobody watches the first room any more
  const { id } = await secretary('POST', '/meetings', {
    title: 'Giao ban, thử trước',
    host_unit: '38',
    chair_endpoint: who.chair,
    starts_at: new Date(soon).toISOString(),
    ends_at: new Date(soon + 3_600_000).toISOString(),
    endpoints: [who.chair, endpoint],
    units: [],
  });
  await secretary('POST', `/meetings/${id}/rehearse`, {});
  const desk = await openPage(browser);
  await signIn(desk.page, controller.url, 'kythuat', `/meetings/${id}/rehearsal`);
  const row = desk.page.locator(`.trial-row[data-site="${endpoint}"]`);
  await row.waitFor();
  const site = await openPage(browser, { checked: true, language: 'en', scheme: 'dark' });
  await signIn(site.page, controller.url, 'xa2', `/meetings/${id}/room`);
  await site.page.locator('[data-phase=in][data-media=connected]').waitFor();
  // The centre asks, somebody in the room presses.
  await until('it is seen to be there', async () => /có mặt/.test(await row.innerText()));
  await row.getByRole('button', { name: /Thao tác/ }).click();
  await desk.page.getByRole('menuitem', { name: 'Yêu cầu chạy thử' }).click();
  const step = (name) => site.page.locator(`[data-test=running][data-step=${name}]`).waitFor();
  const press = (name) => site.page.locator(`[data-press=${name}]`).click();
  await site.page.locator('[data-test=asked]').waitFor();
  await press('next');
  await step('devices');
  await press('next');
  await step('speaker');
  await press('yes');
  await site.page.locator('[data-part=recording]').waitFor();
  await site.page.locator('.test-loop video').waitFor();
  await until('it sees itself move', () => site.page.locator('.test-loop video').evaluate((v) => v.currentTime > 1.5));
  await desk.page.locator(`.trial-row[data-site="${endpoint}"][data-running=true]`).waitFor();
  await shoot(site.page, 'real-room-test-en-1366');
  await press('skip');
  await site.page.locator('[data-verdict]').waitFor();
  await shoot(site.page, 'real-room-test-verdict-en-1366');
  await desk.page.locator(`.trial-row[data-site="${endpoint}"][data-light]:not([data-light=none])`).waitFor();
  await shoot(desk.page, 'real-rehearsal-vi-1366');
  const { rows } = await (await controller.api('kythuat'))('GET', `/meetings/${id}/rehearsal`);
  const tested = rows.find((r) => r.endpoint === endpoint);
  console.log(`# ${JSON.stringify(tested)}`);
  // A machine without time for its own sound and picture is told from a good line, too; nothing else may be found.
  assert.deepEqual(tested.advice.filter((id) => !OF_PACE.includes(id)), []);
  assert.deepEqual([tested.light === 'good', tested.runs], [tested.advice.length === 0, 1]);
  assert.deepEqual([tested.result.loop, tested.result.reach.udp, tested.result.speaker], [{ seen: true, heard: true }, true, 'yes']);
  assert.equal(await site.page.locator('[data-verdict]').getAttribute('data-verdict'), tested.light);
  // The centre's own picture and tone, on the way that the room's media takes.
  const card = async (on) => (await controller.api('kythuat'))('POST', `/meetings/${id}/rehearsal/sites/${endpoint}/ask`, { act: 'card', on });
  await card(true);
  await site.page.locator('[data-test-card]').waitFor();
  await site.page.locator('[data-verdict]').waitFor({ state: 'detached' }); // not in the way
  await until('the bars are seen', async () => isCard(await site.page.evaluate(readColours)));
  await until('the tone is heard', async () => (await soundWithin(site.page, 1500)).energy > 0.001);
  await shoot(site.page, 'real-room-card-vi-1366');
  await card(false);
  await site.page.locator('[data-test-card]').waitFor({ state: 'detached' });
  await site.page.locator('[data-verdict]').waitFor();
  assert.deepEqual([...site.errors, ...desk.errors], []);
  await Promise.all([site.context.close(), desk.context.close()]);
});

test('a technician looks at a site whose camera rests: its smallest layer wakes for a picture', { timeout: 400_000 }, async () => {
  await until('no layer is sent', async () => !(await room.page.evaluate(readCamera)).active.some(Boolean), 180_000);
  const technician = await openPage(browser);
  await signIn(technician.page, controller.url, 'kythuat', `/board/sites/${who.one}`);
  const picture = technician.page.locator('.site-picture');
  await picture.getByText('Đang đánh thức camera…').waitFor();
  await shoot(technician.page, 'real-site-wakes-vi-1366');
  const asked = Date.now();
  await picture.locator('img').waitFor();
  console.log(`# a picture after ${Date.now() - asked} ms`);
  assert.deepEqual((await room.page.evaluate(readCamera)).active.filter(Boolean), [true], 'one layer of several');
  await shoot(technician.page, 'real-site-woken-vi-1366');
  technician.errors.forEach((e) => assert.match(e, /404/)); // until there is a picture
  await technician.context.close();
});
