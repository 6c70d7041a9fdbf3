// The technician's boards, of lines and of the rehearsal, and a room that tests itself, against a controller of cardboard: how they look
// with 0, 1, 166 and 600 sites, what their buttons do, what 600 sites that move cost, what axe-core finds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { launch, openPage, shoot, until } from './support/browser.mjs';
import { fakeController, makeWorld } from './support/fake-controller.mjs';
import { FakeHealth } from './support/fake-health.mjs';
import { FakeLines } from './support/fake-lines.mjs';
import { FakeRehearsal, testableRoom } from './support/fake-rehearsal.mjs';
import { servePages } from './support/static-pages.mjs';
import { DESK, PHONE, WALL, dress, lookAt } from './support/views.mjs';

let browser;
let pages;
const worlds = { 1: makeWorld({ sites: 1 }), 166: makeWorld({ sites: 166 }), 600: makeWorld({ sites: 600 }) };

before(async () => {
  pages = await servePages();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  pages?.close();
});

async function enter({ world = worlds[166], at = '/board', empty = false, failing = false, trial = null, ...options } = {}) {
  const health = new FakeHealth(world);
  const lines = new FakeLines(world, { empty, failing });
  if (empty) {
    health.sites.clear();
    health.alarms = [];
  }
  const opened = await openPage(browser, { signedIn: true, ...options });
  const rehearsal = new FakeRehearsal(world, trial ?? {});
  await fakeController(opened.page, world, 'technician', { rest: (...asked) => rehearsal.rest(...asked) ?? lines.rest(...asked) ?? health.rest(...asked) });
  await health.attach(opened.page);
  await opened.page.goto(`${pages.url}${at}`);
  return { ...opened, health, rehearsal };
}

const SITE = '/board/sites/14758-1';
const anyIll = [...new FakeHealth(worlds[166]).sites.values()].find((s) => s.light === 'fair').endpoint;
const aSite = `/board/sites/${anyIll}`;

// name, options, what must be there, sizes
const LOOKS = [
  ['board', {}, '.board-square', [DESK, PHONE]],
  ['board-600', { world: worlds[600] }, '.board-square', [DESK, WALL]],
  ['board-1', { world: worlds[1] }, '.board-square', [DESK]],
  ['board-empty', { empty: true }, '.centered', [DESK]],
  ['board-site', { at: aSite }, '.time-chart canvas', [DESK, PHONE]],
  ['rehearsal', { at: '/meetings/live1/rehearsal' }, '.trial-row[data-site]', [DESK, PHONE]],
  ['lines', { at: '/meetings/live1/line-report' }, '[data-row]', [DESK, PHONE]],
  ['lines-600', { world: worlds[600], at: '/line-reports' }, '[data-row]', [DESK]],
  ['lines-months', { at: '/line-reports?from=2026-09-01&to=2026-11-30&group=month' }, '[data-row]', [DESK, PHONE]],
  ['lines-empty', { empty: true, at: '/line-reports' }, '.centered', [DESK]],
  ['board-server', { at: '/board/server' }, '.time-chart canvas', [DESK, PHONE]],
];

for (const [name, options, ready, sizes] of LOOKS) {
  test(`${name} looks as it should`, { timeout: 300_000 }, async () => {
    const opened = await enter({ ...options, size: sizes[0], still: true });
    await opened.page.locator(ready).first().waitFor();
    for (const size of sizes) {
      for (const [language, scheme] of [['vi', 'light'], ['en', 'dark']]) {
        await dress(opened.page, { size, language, scheme });
        await lookAt(opened, `${name}-${language}-${size[0]}`, { accessible: size === DESK && language === 'vi' });
      }
    }
    await opened.context.close();
  });
}

test('the gravest first, with cause, telephone and figures; filter and search', { timeout: 240_000 }, async () => {
  const { context, page, health } = await enter();
  await page.locator('.board-lines li').first().waitFor();
  const first = page.locator('.board-lines li').first();
  assert.match(await first.innerText(), /Đứt đường truyền|mất điện/);
  assert.ok(await first.locator('a[href^="tel:"]').count());
  const squares = await page.locator('.board-square').count();
  assert.equal(squares, health.sites.size);
  await page.getByLabel('Tìm điểm cầu, không cần gõ dấu').fill('thanh');
  await until('fewer squares', async () => (await page.locator('.board-square').count()) < squares / 3);
  await page.getByLabel('Tìm điểm cầu, không cần gõ dấu').fill('khong co xa nay');
  await page.getByText('Không có điểm cầu nào khớp').waitFor();
  await context.close();
});

test('what a camera shows: under the pointer, in focus, at a tap', { timeout: 240_000 }, async () => {
  const { context, page, health, errors } = await enter();
  const well = [...health.sites.values()].filter((s) => s.light === 'good' && s.role === 'site');
  const square = (site) => page.locator(`.board-square[data-site="${site.endpoint}"]`);
  const card = page.locator('.board-peek');
  await square(well[0]).hover();
  await card.locator('img').waitFor();
  await until('the picture is there', () => card.locator('img').evaluate((img) => img.naturalWidth === 240));
  assert.match(await card.innerText(), new RegExp(well[0].name));
  assert.match(await card.innerText(), /chụp [4-9] giây trước/);
  await shoot(page, 'board-peek-vi-1366');
  await page.mouse.move(2, 2);
  await card.waitFor({ state: 'detached' });
  await square(well[0]).focus();
  await page.keyboard.press('Tab');
  await card.locator('img').waitFor();
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  assert.equal(new Set(health.pictured).size, 2, 'only those that were looked at are asked for');
  await context.close();
  assert.deepEqual(errors, []);

  const phone = await enter({ size: PHONE, touch: true });
  const away = [...phone.health.sites.values()].find((s) => s.light === 'absent');
  await phone.page.locator(`.board-square[data-site="${away.endpoint}"]`).tap();
  await phone.page.getByText('camera đang tắt').waitFor();
  await phone.page.locator(`.board-square[data-site="${well[0].endpoint}"]`).tap();
  await phone.page.locator('.board-peek img').waitFor();
  await shoot(phone.page, 'board-peek-vi-390');
  await phone.page.getByRole('link', { name: 'Mở trang điểm cầu' }).tap();
  await phone.page.waitForURL(/\/board\/sites\//);
  await phone.page.locator('.site-picture img').waitFor();
  await phone.context.close();
});

test('lines: the worst first, by branch, by column, down to one room; files', { timeout: 240_000 }, async () => {
  const { context, page } = await enter({ at: '/meetings/live1/board' });
  await page.getByRole('link', { name: 'Báo cáo đường truyền' }).click();
  await page.locator('[data-row]').first().waitFor();
  assert.match(await page.locator('[data-row]').first().innerText(), /không vào/);
  const before = await page.locator('[data-summary]').innerText();
  await page.getByRole('textbox', { name: 'Nhánh' }).click();
  await page.getByRole('option', { name: 'Ven biển' }).click();
  await until('the sums of one branch', async () => (await page.locator('[data-summary]').innerText()) !== before);
  assert.match(page.url(), /branch=Ven/);
  await page.getByRole('button', { name: 'Sắp theo Hình đứng' }).click();
  await until('the most frozen first', async () => /86 giây/.test(await page.locator('[data-row]').first().innerText()));
  await page.getByRole('button', { name: /^Xuất/ }).click();
  const href = await page.locator('[data-export=pdf]').getAttribute('href');
  assert.equal(href, '/api/v1/meetings/live1/line-report.pdf?lang=vi');
  await page.goto(`${pages.url}/line-reports`);
  await page.locator('[data-row] a').nth(8).click();
  await page.getByText('Giao ban tuần 46').waitFor();
  assert.match(page.url(), /group=meeting/);
  await page.getByRole('button', { name: /^Chỉ điểm cầu/ }).click();
  await until('all rooms again', async () => (await page.locator('[data-row]').count()) > 3);
  await context.close();
});

test('lines that cannot be read are named', { timeout: 240_000 }, async () => {
  const { context, page } = await enter({ at: '/line-reports', failing: true });
  await page.getByRole('alert').getByText('Máy chủ đang bận').waitFor();
  await page.getByRole('button', { name: 'Thử lại' }).waitFor();
  await shoot(page, 'lines-failed-vi-1366');
  await context.close();
});

test('a light changes with the second, and an alarm rises', { timeout: 240_000 }, async () => {
  const { context, page, health } = await enter();
  const well = [...health.sites.values()].find((s) => s.light === 'good' && s.role === 'site');
  await page.locator(`[data-site="${well.endpoint}"]`).waitFor();
  const alarm = { ...health.alarm({ ...well, light: 'poor', state: 'poor_line' }, 900), raised: Date.now() };
  health.alarms.push(alarm);
  health.change([{ endpoint: well.endpoint, light: 'poor', state: 'poor_line', since: health.now }], [alarm]);
  await page.locator(`.board-square[data-site="${well.endpoint}"][data-light=poor]`).waitFor();
  const row = page.locator(`[data-alarm="${alarm.id}"]`);
  await row.getByText(well.name).waitFor();
  await row.getByRole('button', { name: 'Tôi xử lý' }).click();
  await row.getByText('kythuat đang xử lý').waitFor();
  await row.getByRole('button', { name: 'Ghi chú' }).click();
  await row.getByRole('textbox').fill('đã gọi, chờ nhà mạng');
  await row.getByRole('button', { name: 'Lưu ghi chú' }).click();
  await row.getByText('đã gọi, chờ nhà mạng').waitFor();
  await row.getByRole('button', { name: 'Im 30 phút' }).click();
  await row.getByText(/im đến/).waitFor();
  assert.deepEqual(health.asked.map((a) => a[1]), ['ack', 'note', 'silence']);
  await context.close();
});

test('a site: its figures, its charts, another one beside it', { timeout: 240_000 }, async () => {
  const { context, page, health, errors } = await enter({ at: aSite });
  await page.locator('.time-chart canvas').nth(6).waitFor();
  await page.getByText('203.0.113.7:50012').waitFor();
  await page.getByText('Jabra Speak 510').first().waitFor();
  await page.locator('[data-rehearsal] [data-detail]').waitFor();
  const other = [...health.sites.values()].find((s) => s.light === 'good' && s.role === 'site');
  await page.getByLabel('So với').first().fill(other.name.slice(0, 6));
  await page.getByRole('option', { name: other.name }).first().click();
  await until('two sites are watched', () => health.watched.length === 2);
  await page.locator('.board-two .time-chart canvas').nth(13).waitFor();
  await shoot(page, 'board-compare-vi-1366');
  assert.deepEqual(errors, []);
  await context.close();
});

test('a capture is started, watched, stopped and fetched; saved rings have headers', { timeout: 240_000 }, async () => {
  const { context, page, health, errors } = await enter({ at: aSite });
  const part = page.locator('.board-capture');
  await part.getByText('15 giây').click();
  assert.equal(await part.getByRole('checkbox').count(), 0); // no technician captures what is said
  await part.getByRole('button', { name: 'Bắt đầu ghi' }).click();
  await part.getByRole('progressbar').waitFor();
  await part.getByText(/4.321 gói, 338 kB/).waitFor();
  await part.scrollIntoViewIfNeeded();
  await shoot(page, 'board-capture-going-vi-1366');
  await part.getByRole('button', { name: 'Dừng ghi' }).click();
  const file = part.getByRole('link', { name: 'Tải tệp pcapng' });
  await file.waitFor();
  assert.match(await file.getAttribute('href'), /\/api\/v1\/health\/sites\/[^/]+\/capture\.pcapng$/);
  assert.deepEqual(health.asked, [['capture', { seconds: 15, payload: false }]]);
  await page.locator('a[href="/api/v1/health/evidence/7/headers.pcapng"]').scrollIntoViewIfNeeded();
  await shoot(page, 'board-capture-done-vi-1366');
  await assertAccessible(page, 'board-capture');
  assert.deepEqual(errors, []);
  await context.close();
});

test('a site that nobody knows says so', { timeout: 240_000 }, async () => {
  const { context, page } = await enter({ at: `${SITE}-none` });
  await page.getByText('Không có số liệu của điểm cầu này').waitFor();
  await context.close();
});

test('the heat map fills with time', { timeout: 240_000 }, async () => {
  const { context, page, health } = await enter();
  await page.locator('.board-square').first().waitFor();
  await page.getByText('Bản đồ nhiệt').click();
  const sites = [...health.sites.keys()];
  for (let i = 0; i < 60; i += 1) {
    health.now += 4000;
    health.change([{ endpoint: sites[i % sites.length], light: i % 3 ? 'fair' : 'poor' }]);
  }
  await page.locator('.board-heat canvas').waitFor();
  await shoot(page, 'board-heat-vi-1366');
  await page.getByText('1 giờ', { exact: true }).click();
  await page.getByText('mỗi ô 30 giây').waitFor();
  await shoot(page, 'board-heat-hour-vi-1366');
  const painted = await page.locator('.board-heat canvas').evaluate((c) => {
    const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    let n = 0;
    for (let i = 3; i < data.length; i += 4) n += data[i] > 0;
    return n / (data.length / 4);
  });
  assert.ok(painted > 0.2, `painted ${painted}`);
  await context.close();
});

// Counted is the processor time of the page's own thread: a busy machine changes nothing of it.
test('600 sites each second: at most a fifth of a core', { timeout: 300_000 }, async () => {
  const { context, page, health } = await enter({ world: worlds[600] });
  await page.locator('.board-square').first().waitFor();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find((m) => m.name === 'TaskDuration').value;
  };
  const sites = [...health.sites.keys()];
  const SECONDS = 10;
  const before = await busy();
  for (let s = 0; s < SECONDS; s += 1) {
    // every tenth site moves each second, as in a busy meeting
    health.change(sites.filter((_, i) => i % 10 === s % 10).map((endpoint, i) => ({ endpoint, rtt: 20 + 10 * (s % 3), level: i % 6, light: i % 31 === s ? 'fair' : 'good', loss: { up: i % 4, down: s % 4 } })));
    await new Promise((done) => setTimeout(done, 1000));
  }
  const share = ((await busy()) - before) / SECONDS;
  console.log(`# 600 sites each second: ${(share * 100).toFixed(1)} % of a core`);
  assert.ok(share <= 0.2, `${share}`);
  await context.close();
});

const rowOf = (page, endpoint) => page.locator(`.trial-row[data-site="${endpoint}"]`);

test('the rehearsal: red first with its telephone, notes, ticks, what is asked of a room', { timeout: 240_000 }, async () => {
  const { context, page, rehearsal, errors } = await enter({ at: '/meetings/live1/board' });
  await page.getByRole('link', { name: 'Phiên thử', exact: true }).click();
  const first = page.locator('.trial-row[data-site]').first();
  await first.waitFor();
  assert.equal(await first.getAttribute('data-light'), 'bad');
  const red = await first.getAttribute('data-site');
  assert.ok(await first.locator('a[href^="tel:"]').count());
  await page.locator('[data-progress]').getByText(/\d+\/167 điểm cầu đã thử/).waitFor();
  // A note is typed while results come: the row stays where it is.
  const note = rowOf(page, red).getByRole('textbox');
  await note.fill('đã gọi, thay dây mạng');
  rehearsal.set(red, { light: 'good', advice: [] });
  await page.locator(`.trial-row[data-site="${red}"][data-light=good]`).waitFor();
  assert.equal(await note.inputValue(), 'đã gọi, thay dây mạng');
  await note.press('Enter');
  await until('the note is kept', () => rehearsal.rows.get(red).note === 'đã gọi, thay dây mạng');
  await until('green is no longer first', async () => (await first.getAttribute('data-site')) !== red);
  const next = await first.getAttribute('data-site');
  await first.getByRole('checkbox').click();
  await until('the tick is kept', () => rehearsal.rows.get(next).ticked);
  const act = async (name) => {
    await rowOf(page, next).getByRole('button', { name: 'Thao tác' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await page.getByLabel('Tìm điểm cầu, không cần gõ dấu').fill(rehearsal.rows.get(next).name);
  await act('Yêu cầu chạy thử');
  await act('Gửi hình và tiếng thử');
  await act('Thôi gửi hình và tiếng thử');
  await act('Tải lại trang của phòng');
  await page.getByRole('button', { name: 'Tải lại', exact: true }).click();
  await until('all was asked', () => rehearsal.asked.filter(([e, b]) => e === next && b.act).length === 4);
  assert.deepEqual(rehearsal.asked.filter(([e, b]) => e === next && b.act).map(([, b]) => b), [{ act: 'test' }, { act: 'card', on: true }, { act: 'card', on: false }, { act: 'reload' }]);
  await rowOf(page, next).locator('.trial-name').click();
  await page.locator(`[data-detail="${next}"] [data-line-table]`).waitFor();
  await shoot(page, 'rehearsal-detail-vi-1366');
  rehearsal.set(next, { runs: 3 });
  const earlier = page.locator(`[data-runs="${next}"]`);
  await earlier.getByText('Các lần thử trước').click();
  assert.deepEqual(await until('the earlier runs', async () => {
    const lights = await earlier.locator('[data-run]').evaluateAll((runs) => runs.map((r) => r.dataset.run));
    return lights.length && lights;
  }), ['bad', 'fair']);
  await earlier.locator('[data-run=bad] > summary').click();
  await earlier.locator('[data-run=bad] [data-line-table]').waitFor();
  await shoot(page, 'rehearsal-runs-vi-1366');
  await page.keyboard.press('Escape');
  await page.locator('[data-button=ask-all]').click();
  await page.getByRole('button', { name: 'Yêu cầu chạy thử', exact: true }).click();
  await until('all are asked', () => rehearsal.asked.some(([e, b]) => e === 'all' && b.act === 'test'));
  assert.deepEqual(errors, []);
  await context.close();
});

test('the rehearsal: what is old is said to be, what fails at first, what is not open yet', { timeout: 240_000 }, async () => {
  const trial = { meeting: 'plan1', state: 'scheduled', fresh: true };
  const { context, page, rehearsal } = await enter({ world: worlds[600], at: '/meetings/plan1/rehearsal', trial });
  await page.locator('.trial-row[data-site]').first().waitFor();
  await page.getByText('Phiên thử chưa mở').waitFor();
  await shoot(page, 'rehearsal-waits-vi-1366');
  rehearsal.failing = true;
  await page.locator('[data-stale]').waitFor();
  rehearsal.failing = false;
  await page.locator('[data-stale]').waitFor({ state: 'detached' });
  rehearsal.failing = true;
  await page.reload();
  await page.getByRole('alert').waitFor();
  rehearsal.failing = false;
  await page.getByRole('button', { name: 'Thử lại' }).click();
  await page.locator('.trial-row[data-site]').first().waitFor();
  await context.close();
});

/** A room of the rehearsal before a controller of cardboard, its test begun. */
async function enterTest(more = {}, options = {}) {
  const room = testableRoom({ meeting: { state: 'rehearsal', rehearsal: true }, ...more });
  const opened = await openPage(browser, { signedIn: true, checked: true, ...options });
  await fakeController(opened.page, worlds[166], 'room', room);
  await opened.page.goto(`${pages.url}/meetings/live1/room`);
  await opened.page.locator('[data-media=connected]').waitFor();
  return { ...opened, room };
}

const stepIs = (page, step) => page.locator(`[data-test=running][data-step=${step}]`).waitFor();
const press = (page, name) => page.locator(`[data-press=${name}]`).click();

test('a room tests itself, at a desk and on a telephone', { timeout: 240_000 }, async () => {
  const { context, page, room, errors } = await enterTest({ light: 'bad' });
  const look = async (name, accessible = false) => {
    for (const [width, height] of [PHONE, DESK]) {
      await page.setViewportSize({ width, height });
      await shoot(page, `room-test-${name}-vi-${width}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 1, `${name} at ${width} is ${wide} px too wide`);
    }
    if (accessible) await assertAccessible(page, name);
  };
  await page.locator('[data-heads-line]').waitFor();
  await look('start');
  assert.equal(await page.locator('[data-heads]').count(), 0, 'the head count does not cover the picture');
  await page.locator('[data-heads-line]').getByRole('button', { name: 'Ghi số' }).click();
  await page.locator('[data-heads]').getByRole('button', { name: 'Để sau' }).click();
  await page.locator('[data-heads-line]').waitFor({ state: 'detached' });
  await page.locator('[data-button=test]').click();
  await stepIs(page, 'devices');
  await look('devices', true);
  await page.keyboard.press('Enter');
  await stepIs(page, 'camera');
  await page.locator('.test-picture video').waitFor();
  await stepIs(page, 'speaker');
  await look('speaker');
  await press(page, 'yes');
  await page.locator('[data-part=recording]').waitFor();
  await look('loop', true);
  await press(page, 'skip');
  await page.locator('[data-verdict=bad]').waitFor();
  await look('verdict', true);
  assert.deepEqual([room.told.loops, room.told.results.length], [[true, false], 1]);
  const { mic, camera, speaker, devices } = room.told.results[0];
  assert.deepEqual([mic.ok, camera.ok, speaker, devices.microphone.startsWith('Fake')], [true, true, 'yes', true]);
  await press(page, 'close');
  await page.locator('[data-last=bad]').waitFor();
  assert.deepEqual(errors, []);
  await context.close();
});

test('the centre asks a room: it begins by itself, or at a press; the card is said', { timeout: 240_000 }, async () => {
  const socket = { current: null };
  const { context, page, errors } = await enterTest({ socket });
  const say = (message) => socket.current.send(JSON.stringify(message));
  say({ type: 'test.ask', act: 'card', on: true });
  await page.locator('[data-test-card]').waitFor();
  await shoot(page, 'room-test-card-vi-1366');
  say({ type: 'test.ask', act: 'card', on: false });
  await page.locator('[data-test-card]').waitFor({ state: 'detached' });
  say({ type: 'test.ask', act: 'test' });
  await page.locator('[data-test=asked]').waitFor();
  await shoot(page, 'room-test-asked-vi-1366');
  await page.keyboard.press('Enter');
  await stepIs(page, 'devices');
  await press(page, 'stop');
  await page.locator('[data-test]').waitFor({ state: 'detached' });
  say({ type: 'test.ask', act: 'playback' });
  await page.locator('[data-part=recording]').waitFor();
  await press(page, 'stop');
  assert.deepEqual(errors, []);
  await context.close();
});
