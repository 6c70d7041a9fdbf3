// The control room against the real program: a live meeting with virtual rooms (pictures) and sites without media that ask, vote and
// answer. Queue, floor, autoscan, waiting room, roll call, vote, message, chat, undo, the page's own reconnect, the chair's tablet.
import assert from 'node:assert/strict';
import { after, before, test as nodeTest } from 'node:test';
import { launch, openPage, shoot, until } from './support/browser.mjs';
import { Controller, signIn } from './support/controller.mjs';
import { readSlot } from './support/figures.mjs';
import { RawSites } from './support/raw-sites.mjs';

const ROOMS = 5;
const controller = new Controller({ rooms: ROOMS });
let browser;
let api;
let meeting; // live, with virtual rooms
let desk; // the operator's page
let sites; // of `meeting`
const raw = []; // three sites without media, by endpoint
let virtual; // endpoints of the virtual rooms, the chair's first

/** Each step stands on the ones before: after a fault the others are left out, not waited for. */
let broken = false;
function test(name, options, act) {
  nodeTest(name, options, async (t) => {
    if (broken) return t.skip('a step before failed');
    broken = true;
    await act(t);
    broken = false;
  });
}

before(async () => {
  await controller.start();
  browser = await launch();
  api = await controller.api('thuky');
  meeting = (await api('GET', '/meetings')).meetings.find((m) => m.state === 'live').id;
  await until('the virtual rooms are in', async () => (await connected()).length >= ROOMS, 120_000);
  virtual = await connected();
  const all = (await api('GET', `/meetings/${meeting}/seats`)).seats.map((s) => s.endpoint);
  raw.push(...all.filter((e) => !virtual.includes(e)).slice(-3));
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await controller.stop();
});

async function connected() {
  const { seats } = await api('GET', `/meetings/${meeting}/seats`);
  return seats.filter((s) => s.state === 'connected').map((s) => s.endpoint);
}

const order = () => desk.page.locator('[data-hand]').evaluateAll((rows) => rows.map((r) => r.dataset.hand));
const floor = () => desk.page.locator('[data-floor]').evaluateAll((shown) => shown[0]?.dataset.floor ?? null);
const spotlight = () => desk.page.locator('[data-spotlight]').getAttribute('data-spotlight');
const seatOf = async (endpoint) => (await api('GET', `/meetings/${meeting}/seats`)).seats.find((s) => s.endpoint === endpoint);

test('the operator comes in: counts, picture, three sites more', { timeout: 300_000 }, async () => {
  desk = await openPage(browser);
  await signIn(desk.page, controller.url, 'thuky', `/meetings/${meeting}/control`);
  await desk.page.locator('.control[data-media=connected]').waitFor();
  const side = await openPage(browser);
  await signIn(side.page, controller.url, 'thuky');
  sites = new RawSites(side.page, meeting);
  for (const endpoint of raw) assert.equal((await sites.open(endpoint)).type, 'welcome');
  await until('eight are counted', async () => (await desk.page.locator('.control-census').innerText()).includes(`${ROOMS + raw.length}/`));
  await until('the picture moves', async () => (await readSlot(desk.page, 'main')).frames > 3);
});

test('three ask; the secretary orders the queue by the keyboard, and the server keeps it', { timeout: 240_000 }, async () => {
  const { page } = desk;
  for (const endpoint of raw) {
    assert.equal((await sites.ask(endpoint, { type: 'hand', raised: true, topic: `Việc của ${endpoint}` })).type, 'ok');
    await until('it is in the queue', async () => (await order()).includes(endpoint));
  }
  assert.deepEqual(await order(), raw);
  await page.locator(`[data-hand="${raw[2]}"] .control-grip`).focus();
  // Each key is said to those who do not see the list; before that the row has not moved.
  const said = page.locator('[id^=DndLiveRegion]');
  for (const [key, place] of [['Space', 3], ['ArrowUp', 2], ['ArrowUp', 1]]) {
    await page.keyboard.press(key);
    await until(`${key} is said`, async () => (await said.allTextContents()).join().includes(`số ${place}.`));
  }
  await page.keyboard.press('Space');
  const wanted = [raw[2], raw[0], raw[1]];
  await until('the new order is confirmed', async () => (await page.locator('.control-queue[data-pending=false]').count()) > 0 && String(await order()) === String(wanted));
  await until('the site hears its place', async () => (await sites.last(raw[2], 'queue_place'))?.place === 1);
  await page.keyboard.press('Control+z');
  await until('undone', async () => String(await order()) === String(raw));
});

test('the next is invited with a time box, extended, thanked', { timeout: 240_000 }, async () => {
  const { page } = desk;
  await page.keyboard.press('F2');
  await until('the first has the floor', async () => (await floor()) === raw[0]);
  await until('it waits no longer', async () => String(await order()) === String(raw.slice(1)));
  const seat = await until('its microphone is open', async () => {
    const now = await seatOf(raw[0]);
    return now.mic_open && now;
  });
  assert.deepEqual([seat.spotlight, seat.hand_at], [true, null]);
  await shoot(page, 'real-floor-vi-1366');
  await page.keyboard.press('F2');
  await until('the second has it', async () => (await floor()) === raw[1]);
  await until('the first is shut again', async () => !(await seatOf(raw[0])).mic_open);
  await page.keyboard.press('F3');
  await until('nobody has it', async () => (await page.locator('[data-floor]').count()) === 0);
  await until('its microphone is shut', async () => !(await seatOf(raw[1])).mic_open);
  await page.getByRole('button', { name: /Hoàn tác/ }).first().click();
  await until('given back by undo', async () => (await floor()) === raw[1]);
  await page.keyboard.press('F3');
  await until('nobody has it', async () => (await page.locator('[data-floor]').count()) === 0);
});

test('a site that did not ask: three letters, Shift+Enter; the picture is at every room', { timeout: 240_000 }, async () => {
  const { page } = desk;
  const target = virtual.at(-1);
  const { name } = await seatOf(target);
  const letters = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/gi, 'd').toLowerCase();
  await page.locator('.control-air').click({ position: { x: 5, y: 5 } });
  await page.keyboard.type(letters);
  await page.locator(`[data-selected="${target}"]`).waitFor();
  await page.keyboard.press('Enter');
  await until('it is on screen', async () => (await spotlight()) === target);
  await until('its picture is here', async () => (await readSlot(page, 'main')).endpoint === target && (await readSlot(page, 'main')).frames > 3);
  await page.keyboard.press('Shift+Enter');
  await until('asked, or speaking', async () => (await floor()) === target);
  await page.keyboard.press('Escape');
  await page.keyboard.press('F3');
  await until('nobody has it', async () => (await page.locator('[data-floor]').count()) === 0);
});

test('an audio remark leaves the picture where it was', { timeout: 240_000 }, async () => {
  const { page } = desk;
  assert.equal((await sites.ask(raw[0], { type: 'consent', standing: true })).type, 'ok');
  const before = await spotlight();
  await choose(raw[0]);
  await page.keyboard.press('Control+Enter');
  await until('it remarks', async () => (await floor()) === raw[0]);
  assert.equal(await spotlight(), before);
  await until('its microphone is open', async () => (await seatOf(raw[0])).mic_open);
  await page.keyboard.press('Escape');
  await page.keyboard.press('F3');
  await until('over', async () => (await page.locator('[data-floor]').count()) === 0);
});

/** Does the program know this message? A step for one that it lacks is left out. */
async function knows(t, message) {
  const { code } = await sites.ask(raw[0], message);
  if (code === 'message.unknown') t.skip(`the program has no ${message.type}`);
  return code !== 'message.unknown';
}

/** Chooses a site by typing its name. */
async function choose(endpoint) {
  const { page } = desk;
  const { name } = await seatOf(endpoint);
  await page.locator('.control-find input').fill(name);
  const row = page.locator(`[data-site="${endpoint}"] .control-row-name`);
  await row.click();
  await page.locator(`[data-selected="${endpoint}"]`).waitFor();
  await page.locator('.control-find input').focus();
}

test('autoscan goes from site to site, pauses for a speaker, skips and stops', { timeout: 300_000 }, async () => {
  const { page } = desk;
  await page.locator('[data-scan]').click();
  const seconds = page.getByLabel('Mỗi điểm cầu (giây)');
  await seconds.fill('3');
  await page.getByRole('button', { name: 'Bắt đầu quét' }).click();
  await page.locator('[data-scan=on]').waitFor();
  const seen = new Set();
  await until('two sites came on', async () => seen.add(await spotlight()).size >= 2);
  await page.locator('.control-queue-box h2').click();
  assert.equal((await sites.ask(raw[0], { type: 'hand', raised: true })).type, 'ok');
  await until('it asks', async () => (await order()).length > 0);
  await page.keyboard.press('F2');
  await page.locator('[data-scan=paused]').waitFor();
  await page.keyboard.press('F3');
  await page.locator('[data-scan=on]').waitFor();
  await page.keyboard.press('F7');
  await page.locator('[data-scan=off]').waitFor();
});

test('layout and pin are for all and can be undone', { timeout: 240_000 }, async () => {
  const { page } = desk;
  await page.locator('[data-layout]').click();
  await page.getByRole('menuitem', { name: 'Lưới 9 hình' }).click();
  await page.locator('[data-layout=grid9]').waitFor();
  await until('a site is told', async () => (await sites.last(raw[1], 'meeting'))?.meeting.layout === 'grid9');
  await page.keyboard.press('Control+z');
  await page.locator('[data-layout=chair_content]').waitFor();
});

test('a lock and a rename are shown as the server has them', { timeout: 240_000 }, async () => {
  const { page } = desk;
  await choose(raw[1]);
  await page.keyboard.press('F4');
  await until('locked', async () => (await seatOf(raw[1])).mic_locked);
  await page.locator(`[data-site="${raw[1]}"] [data-mic=locked]`).waitFor();
  await page.keyboard.press('Control+z');
  await until('free again', async () => !(await seatOf(raw[1])).mic_locked);
  await page.getByRole('button', { name: 'Việc khác ▾' }).click();
  await page.getByRole('menuitem', { name: 'Đổi tên hiển thị…' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Tổ công tác số 1');
  await page.getByRole('dialog').getByRole('button', { name: 'Đổi tên' }).click();
  await page.keyboard.press('Escape');
  await page.locator('.control-find input').fill('to cong tac');
  await page.locator(`[data-site="${raw[1]}"]`).waitFor();
  await page.locator('.control-find input').fill('');
});

test('a banner reaches all, the chat runs both ways and is closed', { timeout: 240_000 }, async (t) => {
  if (!(await knows(t, { type: 'chat', text: 'Điểm cầu đã vào.' }))) return;
  const { page } = desk;
  await page.locator('.control-tab[data-panel=talk]').click();
  const dock = page.locator('[data-dock=talk]');
  await dock.getByLabel('Lời nhắn (hiện trên màn hình của phòng)').fill('Nghỉ giải lao 10 phút');
  await dock.locator('[data-act=message]').click();
  await until('every site has it', async () => (await Promise.all(raw.map((e) => sites.last(e, 'banner')))).every((b) => b?.text === 'Nghỉ giải lao 10 phút'));
  assert.equal((await sites.ask(raw[0], { type: 'chat', text: 'Xã đã rõ.' })).type, 'ok');
  await dock.getByText('Xã đã rõ.').waitFor();
  await dock.getByLabel('Viết cho mọi người…').fill('Cảm ơn các điểm cầu.');
  await page.keyboard.press('Enter');
  await until('a site reads it', async () => (await sites.last(raw[2], 'chat'))?.items.some((l) => l.text === 'Cảm ơn các điểm cầu.'));
  await dock.getByText('Đóng trò chuyện').click();
  await until('closed', async () => (await sites.ask(raw[0], { type: 'chat', text: 'x' })).code === 'chat.closed');
});

test('roll call: the sweep, a head count, a mark and its undo', { timeout: 240_000 }, async (t) => {
  if (!(await knows(t, { type: 'head_count', present: 20, expected: 25 }))) return;
  const { page } = desk;
  await page.keyboard.press('Alt+3');
  const dock = page.locator('[data-dock=roll]');
  await dock.locator('[data-act=roll]').click();
  await dock.getByText('Điểm danh từ').waitFor();
  assert.equal((await sites.ask(raw[0], { type: 'head_count', present: 23, expected: 25 })).type, 'ok');
  const row = dock.locator(`[data-roll-site="${raw[0]}"]`);
  await dock.getByLabel('Tìm điểm cầu…').fill((await seatOf(raw[0])).name);
  await row.getByText('23/25 người').waitFor();
  await row.getByRole('button', { name: 'Có mặt' }).click();
  await until('marked', async () => (await row.getAttribute('data-mark')) === 'present');
  await row.getByRole('button', { name: 'Có lý do' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('đi công tác');
  await page.getByRole('dialog').getByRole('button', { name: 'Lưu' }).click();
  await row.getByText('đi công tác').waitFor();
  await page.locator('.control-last button').click();
  await until('the mark before is back', async () => (await row.getAttribute('data-mark')) === 'present');
  await until('23 delegates are counted', async () => (await page.locator('.control-census').innerText()).includes('23 đại biểu'));
});

test('a vote: opened, cast once each, counted live, closed with its result', { timeout: 240_000 }, async (t) => {
  if (!(await knows(t, { type: 'vote.cast', vote: 'none', choice: 0 }))) return;
  const { page } = desk;
  await page.keyboard.press('Alt+4');
  const dock = page.locator('[data-dock=vote]');
  await dock.getByLabel('Nội dung biểu quyết').fill('Thông qua chương trình làm việc?');
  await dock.getByLabel('Số cần thiết (%)').fill('0');
  await dock.locator('[data-act=vote-open]').click();
  await dock.locator('[data-vote-state=open]').waitFor();
  await until('sites are asked', async () => Boolean((await sites.last(raw[2], 'vote'))?.vote?.id));
  const vote = (await sites.last(raw[2], 'vote')).vote.id;
  for (const [i, endpoint] of raw.entries()) {
    assert.equal((await sites.ask(endpoint, { type: 'vote.cast', vote, choice: i === 2 ? 1 : 0 })).type, 'ok');
  }
  assert.equal((await sites.ask(raw[0], { type: 'vote.cast', vote, choice: 0 })).type, 'ok', 'the same again is no fault');
  assert.equal((await sites.ask(raw[0], { type: 'vote.cast', vote, choice: 2 })).code, 'vote.cast');
  await until('three are counted live', async () => /3\/\d+ phiếu/.test(await dock.innerText()));
  await shoot(page, 'real-vote-vi-1366');
  await dock.locator('[data-act=vote-close]').click();
  await dock.locator('[data-outcome]').waitFor();
  assert.equal(await dock.locator('[data-outcome]').getAttribute('data-outcome'), 'passed');
  await until('all are told the result', async () => (await sites.last(raw[0], 'vote'))?.vote?.state === 'closed');
  await page.keyboard.press('Escape');
});

test('the page survives its own reconnect: same queue, same floor', { timeout: 240_000 }, async () => {
  const { page, context } = desk;
  for (const endpoint of raw) await sites.ask(endpoint, { type: 'hand', raised: false });
  await until('nobody asks', async () => (await order()).length === 0);
  await sites.ask(raw[1], { type: 'hand', raised: true });
  await sites.ask(raw[2], { type: 'hand', raised: true });
  await until('both ask', async () => (await order()).length === 2);
  await page.keyboard.press('F2');
  await until('one speaks', async () => (await floor()) === raw[1]);
  const before = [[raw[2]], raw[1], raw[1]]; // who waits, who speaks, who is shown
  const now = async () => String([await order(), await floor(), await spotlight()]);
  await until('all three are told', async () => (await now()) === String(before));
  await context.setOffline(true);
  await page.locator('.control[data-phase=reconnecting]').waitFor();
  await page.getByText('Đang nối lại với máy chủ').waitFor();
  // What happens meanwhile is there when it is back.
  await sites.ask(raw[0], { type: 'hand', raised: true });
  await context.setOffline(false);
  await page.locator('.control[data-phase=in][data-media=connected]').waitFor();
  await until('all as it is now', async () => (await now()) === String([[raw[2], raw[0]], raw[1], raw[1]]));
  await page.keyboard.press('F3');
  await until('the keys act again', async () => (await page.locator('[data-floor]').count()) === 0);
  desk.errors.splice(0).forEach((e) => assert.match(e, /ERR_INTERNET_DISCONNECTED|WebSocket/));
});

test("the chair's tablet invites and thanks, beside the hall's own computer", { timeout: 240_000 }, async () => {
  const chair = await openPage(browser, { size: [1180, 820] });
  await signIn(chair.page, controller.url, 'chutoa', `/meetings/${meeting}/chair`);
  await chair.page.locator('.chair[data-media=connected]').waitFor();
  await until('the hall keeps its seat', async () => (await connected()).includes(virtual[0]));
  const [first, next] = [raw[2], raw[0]];
  await until('both wait', async () => String(await chair.page.locator('[data-hand]').evaluateAll((rows) => rows.map((r) => r.dataset.hand))) === String([first, next]));
  // A site whose line is just coming back is refused, and the page says so: the chair presses again, at that site, wherever its row is.
  const invite = () => chair.page.locator(`[data-hand="${first}"]`).getByRole('button', { name: 'Mời' }).click({ timeout: 5_000 }).catch(() => {});
  await until('the first who asks has the floor', async () => {
    if ((await floor()) === first) return true;
    await invite();
    return false;
  });
  await shoot(chair.page, 'real-chair-tablet-vi-1180');
  // The rows move when the first has gone up: for a moment the tablet takes no press, so that none falls to whom it was not meant.
  const goOn = chair.page.getByRole('button', { name: 'Cảm ơn, mời người tiếp' });
  await until('the next has it', async () => (await floor()) === next || void (await goOn.click({ timeout: 5_000 }).catch(() => {})));
  // As with the invitation: pressed while a line comes back it is refused, and pressed again.
  const thanks = chair.page.getByRole('button', { name: 'Cảm ơn', exact: true });
  const isOver = async () => (await desk.page.locator('[data-floor]').count()) === 0;
  await until('over', async () => (await isOver()) || void (await thanks.click({ timeout: 5_000 }).catch(() => {})));
  assert.deepEqual(chair.errors, []);
  await chair.context.close();
});

test('a waiting room: message, admit one, admit all, back, lock', { timeout: 300_000 }, async () => {
  const { page } = desk;
  // The chair is free for another meeting only when this one is over.
  await api('POST', `/meetings/${meeting}/end`);
  await page.locator('[data-bye=ended]').waitFor();
  const now = Date.now();
  const made = await api('POST', '/meetings', {
    title: 'Họp có phòng chờ',
    host_unit: '38',
    chair_endpoint: virtual[0],
    starts_at: new Date(now).toISOString(),
    ends_at: new Date(now + 3_600_000).toISOString(),
    endpoints: [virtual[0], virtual[1], ...raw],
    units: [],
    entry: { waiting_room: true },
  });
  await api('POST', `/meetings/${made.id}/open`);
  const lobby = new RawSites(sites.page, made.id);
  await page.goto(`${controller.url}/meetings/${made.id}/control`);
  await page.locator('.control[data-phase=in]').waitFor();
  for (const endpoint of raw) await lobby.open(endpoint);
  await until('three wait', async () => (await page.locator('.control-tab[data-panel=lobby]').innerText()).includes('3'));
  await page.keyboard.press('Alt+1');
  const dock = page.locator('[data-dock=lobby]');
  await dock.getByLabel('Lời nhắn ở phòng chờ').fill('Xin chờ, 8 giờ vào họp.');
  await dock.getByRole('button', { name: 'Đặt lời nhắn' }).click();
  await until('those who wait read it', async () => (await lobby.last(raw[0], 'meeting'))?.meeting.lobby_message === 'Xin chờ, 8 giờ vào họp.');
  await dock.locator(`[data-waiting="${raw[0]}"]`).getByRole('button', { name: 'Cho vào' }).click();
  await until('one is in', async () => (await lobby.seat(raw[0]))?.state === 'connected');
  await page.locator('.control-last button').click();
  await until('undone: it waits again', async () => (await lobby.seat(raw[0]))?.state === 'waiting');
  await dock.locator('[data-act=admit-all]').click();
  await until('all are in', async () => (await Promise.all(raw.map((e) => lobby.seat(e)))).every((s) => s?.state === 'connected'));
  await dock.getByText('Khoá phòng', { exact: true }).click();
  await page.locator('.control-locked').waitFor();
  assert.equal((await lobby.open(virtual[1])).code, 'locked');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Kết thúc…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Kết thúc phiên họp' }).click();
  await page.locator('[data-bye=ended]').waitFor();
  assert.deepEqual(desk.errors, []);
});
