// A commune's whole way, in real browsers against the real program: its home, the check, the waiting room, admitted, a head count,
// asks to speak, has the floor, gives it back; a vote across a reload; the secretary's banner; a paper; the hall; a lost line;
// and the secretary's page afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { launch, openPage, press, shoot, until } from './support/browser.mjs';
import { Controller, signIn } from './support/controller.mjs';
import { makePdf } from './support/fake-room.mjs';
import { readSound } from './support/figures.mjs';
import { Operator } from './support/operator.mjs';

const TITLE = 'Giao ban phòng chống bão số 14';
const controller = new Controller();
let browser;
let secretary; // REST
let operator;
let meeting;
let paper;
const at = {}; // one, two, chair, desk: { context, page, errors }
const who = {};

/** Nothing of the demonstration may stand in the way. */
async function clearDay() {
  const { meetings } = await secretary('GET', '/meetings');
  for (const m of meetings.filter((x) => ['live', 'open'].includes(x.state))) await secretary('POST', `/meetings/${m.id}/end`, {});
}

before(async () => {
  await controller.start();
  browser = await launch();
  secretary = await controller.api('thuky');
  for (const [role, user] of Object.entries({ chair: 'chutoa', one: 'xa1', two: 'xa2' })) {
    const api = await controller.api(user);
    who[role] = (await api('GET', '/session')).user.endpoint;
  }
  await clearDay();
  const now = Date.now();
  const made = await secretary('POST', '/meetings', {
    title: TITLE,
    host_unit: '38',
    chair_endpoint: who.chair,
    starts_at: new Date(now + 10 * 60_000).toISOString(),
    ends_at: new Date(now + 130 * 60_000).toISOString(),
    endpoints: Object.values(who),
    units: [],
    agenda: [
      { title: 'Khai mạc', speaker: 'Văn phòng', endpoint: null, minutes: 10, papers: [] },
      { title: 'Báo cáo tình hình mưa bão', speaker: 'Chi cục Thuỷ lợi', endpoint: null, minutes: 20, papers: [] },
    ],
    entry: { mic: 'off', camera: 'on', waiting_room: true, chat: true, floor_gather: false, quorum_percent: 50, minutes_per_speaker: 3 },
  });
  meeting = made.id;
  paper = await uploadPaper();
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await controller.stop();
});

async function uploadPaper() {
  const name = encodeURIComponent('Báo cáo nhanh.pdf');
  const made = await secretary.raw('POST', `/meetings/${meeting}/papers?name=${name}`, makePdf(3), 'application/pdf');
  return made.id;
}

const button = (page, name) => page.locator(`[data-button=${name}]`);
const pressed = (locator) => locator.getAttribute('aria-pressed').then((v) => v === 'true');
const seatOf = async (endpoint) => {
  const { seats } = await secretary('GET', `/meetings/${meeting}/seats`);
  return seats.find((s) => s.endpoint === endpoint);
};

async function enter(role, user, options = {}) {
  at[role] = await openPage(browser, { checked: true, ...options });
  await signIn(at[role].page, controller.url, user, `/meetings/${meeting}/room${options.query ?? ''}`);
  return at[role].page;
}

test('the home of a commune reminds, and waits for the room to open', { timeout: 240_000 }, async () => {
  at.one = await openPage(browser, { checked: true });
  const { page } = at.one;
  await signIn(page, controller.url, 'xa1');
  const card = page.locator(`[data-meeting="${meeting}"]`);
  await card.waitFor();
  assert.equal(await card.getAttribute('data-act'), 'wait');
  await page.locator(`[data-reminder-window="${meeting}"]`).waitFor();
  await shoot(page, 'real-commune-window-vi-1366');
  await assertAccessible(page, 'the window of a reminder');
  await page.getByRole('button', { name: 'Đã biết' }).click();
  await page.locator(`[data-reminder="${meeting}"]`).waitFor();
  await assertAccessible(page, "the commune's home");
  await card.locator('[data-button=papers]').click();
  await page.locator('[data-paper-state=shown]').waitFor();
  await page.getByRole('button', { name: 'Trang sau' }).click();
  await page.locator('[data-paper-state=shown][data-page="2"]').waitFor();
  await page.getByRole('button', { name: 'Quay lại' }).click();
  await secretary('POST', `/meetings/${meeting}/open`, {});
  await card.getByRole('link', { name: 'Vào họp' }).waitFor();
});

test('the check: four steps, remembered', { timeout: 240_000 }, async () => {
  const { page } = at.one;
  await page.getByRole('link', { name: 'Thử micro, camera, loa' }).click();
  await page.locator('[data-step=picture][data-done=true]').waitFor();
  await page.locator('[data-step=microphone][data-done=true]').waitFor();
  await page.getByRole('button', { name: 'Nghe thử' }).click();
  await page.getByRole('button', { name: 'Có', exact: true }).click();
  await button(page, 'line').click();
  await page.locator('[data-step=line][data-done=true]').waitFor();
  await shoot(page, 'real-check-vi-1366');
  await assertAccessible(page, 'the check');
  await page.getByRole('button', { name: 'Xong' }).click();
  await page.getByText(/Đã thử thiết bị lúc .*: tốt/).waitFor();
});

test('the waiting room: a message, the head count, and in by itself when admitted', { timeout: 300_000 }, async () => {
  const { page } = at.one;
  operator = await Operator.join(browser, controller.url, 'thuky', meeting);
  await page.locator(`[data-meeting="${meeting}"]`).getByRole('link', { name: 'Vào họp' }).click();
  await page.locator('[data-waiting]').waitFor();
  await operator.ask({ type: 'lobby.message', text: 'Đề nghị kiểm tra micro trước 08:25.' });
  await page.locator('[data-lobby-message]').getByText('kiểm tra micro').waitFor();
  await page.locator('input[name=present]').fill('23');
  await page.locator('input[name=expected]').fill('25');
  await shoot(page, 'real-waiting-vi-1366');
  await assertAccessible(page, 'the waiting room');
  await page.getByRole('button', { name: 'Ghi', exact: true }).click();
  await until('the head count is stored', async () => (await seatOf(who.one)).head_count === 23);
  await enter('two', 'xa2');
  await at.two.page.locator('[data-waiting]').waitFor();
  await operator.ask({ type: 'lobby.admit', all: true });
  for (const role of ['one', 'two']) await at[role].page.locator('.room[data-phase=in][data-media=connected]:not([data-waiting])').waitFor();
  await enter('chair', 'chutoa');
  await at.chair.page.locator('[data-phase=in][data-media=connected]:not([data-waiting])').waitFor();
  await until('the meeting is live', async () => (await secretary('GET', `/meetings/${meeting}`)).state === 'live');
  await at.one.page.locator(`[data-slot=main][data-endpoint="${who.chair}"]`).waitFor();
});

test('the head count is asked once, and can be changed', { timeout: 240_000 }, async () => {
  const one = at.one.page;
  const two = at.two.page;
  assert.equal(await one.locator('[data-heads]').count(), 0, 'told in the waiting room: not asked again');
  await two.locator('[data-heads]').waitFor();
  await two.getByRole('button', { name: 'Để sau' }).click();
  await one.locator('[data-tool=heads]').getByText('23/25').waitFor();
  await one.locator('[data-tool=heads]').click();
  await one.locator('input[name=present]').fill('24');
  await one.getByRole('button', { name: 'Ghi', exact: true }).click();
  await one.locator('[data-tool=heads]').getByText('24/25').waitFor();
  await until('it is stored', async () => (await seatOf(who.one)).head_count === 24);
});

test('asks to speak with a topic, gets the floor, gives it back', { timeout: 300_000 }, async () => {
  const one = at.one.page;
  await press(button(one, 'hand'));
  await one.locator('.room-hand[data-place="1"]').waitFor();
  await one.getByLabel('Xin phát biểu về việc gì?').fill('Đê sông Chu');
  await one.getByRole('button', { name: 'Gửi', exact: true }).click();
  await one.getByText('Về việc: Đê sông Chu').waitFor();
  assert.equal((await seatOf(who.one)).topic, 'Đê sông Chu');
  await shoot(one, 'real-asked-vi-1366');
  await operator.ask({ type: 'floor.grant', endpoint: who.one, seconds: 180 });
  await one.locator('.room-on-air [data-floor=speaking]').waitFor();
  await until('the microphone is open', () => pressed(button(one, 'mic')));
  assert.match(await one.locator('[data-floor]').innerText(), /ĐANG PHÁT BIỂU[\s\S]*còn [23]:/);
  await shoot(one, 'real-floor-vi-1366');
  await assertAccessible(one, 'a room that speaks');
  await at.two.page.locator(`[data-slot=main][data-endpoint="${who.one}"]`).waitFor();
  const { energy } = await readSound(at.two.page);
  await until('the other commune hears it', async () => (await readSound(at.two.page)).energy > energy + 1e-4);
  await button(one, 'done').click();
  await one.locator('[data-floor]').waitFor({ state: 'detached' });
  await until('the microphone is shut again', async () => !(await pressed(button(one, 'mic'))));
  assert.equal(await one.locator('.room-on-air').count(), 0);
});

test('a room that did not ask is asked, and agrees once for all', { timeout: 300_000 }, async () => {
  const two = at.two.page;
  await operator.ask({ type: 'floor.grant', endpoint: who.two, seconds: 60 });
  await two.locator('[data-floor-ask]').waitFor();
  await shoot(two, 'real-floor-ask-vi-1366');
  await assertAccessible(two, 'the question to a room');
  // The question stands for 20 s; to look at it may take longer, so it is put once more.
  await operator.ask({ type: 'floor.release' }).catch((error) => assert.match(error.message, /floor\.empty/));
  await two.locator('[data-floor-ask]').waitFor({ state: 'detached' });
  await operator.ask({ type: 'floor.grant', endpoint: who.two, seconds: 60 });
  await button(two, 'refuse').click();
  await two.locator('[data-floor-ask]').waitFor({ state: 'detached' });
  assert.equal(await pressed(button(two, 'mic')), false);
  await operator.ask({ type: 'floor.grant', endpoint: who.two, seconds: 20 });
  await two.locator('[data-floor-ask]').waitFor();
  await two.getByLabel('Lần sau mở mic ngay').check();
  await button(two, 'accept').click();
  await two.locator('[data-floor=speaking]').waitFor();
  await two.locator('.room-floor-warn').waitFor();
  await operator.ask({ type: 'floor.release' });
  await two.locator('[data-floor]').waitFor({ state: 'detached' });
  await operator.ask({ type: 'floor.grant', endpoint: who.two });
  await two.locator('[data-floor=speaking]').waitFor();
  await operator.ask({ type: 'floor.release' });
});

test('the secretary writes on the screen, and takes it away', { timeout: 240_000 }, async () => {
  const one = at.one.page;
  await operator.ask({ type: 'message', to: { endpoint: who.one }, text: 'Đề nghị bật thêm đèn.' });
  await one.locator('[data-banner]').getByText('Đề nghị bật thêm đèn.').waitFor();
  assert.equal(await at.two.page.locator('[data-banner]').count(), 0);
  await shoot(one, 'real-banner-vi-1366');
  await operator.ask({ type: 'message.clear' });
  await one.locator('[data-banner]').waitFor({ state: 'detached' });
});

test('rooms write to each other until it is closed', { timeout: 240_000 }, async () => {
  const one = at.one.page;
  const two = at.two.page;
  await one.locator('[data-tool=chat]').click();
  await one.getByRole('textbox', { name: 'Viết cho mọi điểm cầu' }).fill('Xin gửi lại biểu số 3');
  await one.getByRole('textbox', { name: 'Viết cho mọi điểm cầu' }).press('Enter');
  await two.getByText('Trao đổi, 1 tin mới').waitFor();
  await two.locator('[data-tool=chat]').click();
  await two.locator('.chat').getByText('Xin gửi lại biểu số 3').waitFor();
  await operator.ask({ type: 'chat.close', closed: true });
  await two.getByText('Thư ký đã đóng phần trao đổi.').waitFor();
  await assertAccessible(two, 'the chat');
  await two.locator('[data-tool=chat]').click();
  await one.locator('[data-tool=chat]').click();
});

test('the agenda and a page of its paper are shown', { timeout: 240_000 }, async () => {
  const one = at.one.page;
  const { agenda } = await secretary('GET', `/meetings/${meeting}`);
  await operator.ask({ type: 'agenda.go', item: agenda[1].id });
  await one.locator(`[data-agenda="${agenda[1].id}"]`).getByText(/còn 20 phút/).waitFor();
  await operator.ask({ type: 'paper.show', paper, page: 1 });
  await one.locator('[data-slot=paper] [data-paper-state=shown][data-page="1"]').waitFor();
  await operator.ask({ type: 'paper.page', page: 2 });
  await one.locator('[data-slot=paper] [data-paper-state=shown][data-page="2"]').waitFor();
  const dark = await one.locator('[data-slot=paper] canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) n += data[i] < 100 ? 1 : 0;
    return n;
  });
  assert.ok(dark > 500, `the page has words: ${dark} dark points`);
  await shoot(one, 'real-paper-vi-1366');
  await operator.ask({ type: 'paper.show', paper: null, page: 1 });
  await one.locator('[data-slot=paper]').waitFor({ state: 'detached' });
});

test('layouts change without a new connection', { timeout: 240_000 }, async () => {
  const one = at.one.page;
  const before = await one.evaluate(() => window.testConnections.length);
  for (const kind of ['grid4', 'two_way', 'speaker_strip', 'chair_content']) {
    await operator.ask({ type: 'layout', kind });
    await one.locator(`.stage[data-layout=${kind}]`).waitFor();
    await one.locator(`[data-slot=main][data-endpoint="${who.chair}"]`).waitFor();
  }
  assert.equal(await one.evaluate(() => window.testConnections.length), before);
});

test('a vote counts once, also across a reload', { timeout: 300_000 }, async () => {
  const one = at.one.page;
  const two = at.two.page;
  const question = 'Thông qua phương án sơ tán dân vùng ven biển?';
  await operator.ask({ type: 'vote.open', question, secret: false, majority: 'simple', base: 'present', quorum_percent: 50 });
  await one.locator('[data-vote-part=open]').waitFor();
  await assertAccessible(one, 'a vote');
  assert.equal(await button(one, 'vote').isDisabled(), true, 'nothing is sent before a choice');
  await one.locator('[data-choice="0"]').click();
  await shoot(one, 'real-vote-vi-1366');
  await button(one, 'vote').click();
  await one.locator('[data-vote-part=answered]').waitFor();
  await one.reload();
  await one.locator('[data-vote-part=answered]').waitFor();
  assert.match(await one.locator('[data-vote]').innerText(), /Đã gửi phiếu: Tán thành/);
  await two.reload();
  await two.locator('[data-vote-part=open]').waitFor();
  await two.locator('[data-choice="1"]').click();
  await button(two, 'vote').click();
  await two.locator('[data-vote-part=answered]').waitFor();
  const vote = await one.locator('[data-vote]').getAttribute('data-vote');
  await operator.ask({ type: 'vote.close', vote });
  await one.locator('[data-vote-part=result]').waitFor();
  const shown = (await one.locator('[data-vote]').innerText()).replace(/\s+/g, ' ');
  assert.match(shown, /Tán thành 1 \(50 %\).*Không tán thành 1 \(50 %\)/);
  await shoot(one, 'real-vote-result-vi-1366');
});

test('the hall: no buttons, a clock, and a remote control', { timeout: 300_000 }, async () => {
  const { page } = at.two;
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.locator('[data-tool=hall]').click();
  await page.locator('[data-hall]').waitFor();
  assert.match(page.url(), /hall=1/);
  assert.equal(await page.locator('[data-hall] button').count(), 0, 'nothing to press');
  assert.match(await page.locator('.hall-clock').innerText(), /\d\d:\d\d/);
  await page.waitForTimeout(500);
  await shoot(page, 'real-hall-vi-1920');
  await assertAccessible(page, 'the hall');
  await page.keyboard.press('Enter');
  await page.locator('[data-hall-menu]').waitFor();
  await until('a button has the focus', () => page.evaluate(() => document.activeElement?.dataset.button === 'mic'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await until('the hand has the focus', () => page.evaluate(() => document.activeElement?.dataset.button === 'hand'));
  await page.keyboard.press('Enter');
  await page.locator('.room-hand').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-hall-menu]').waitFor({ state: 'detached' });
  await operator.ask({ type: 'hand.lower', endpoint: who.two });
  await page.locator('.room-hand').waitFor({ state: 'detached' });
});

test('a lost line: the attempt is shown, the seat is kept', { timeout: 300_000 }, async () => {
  const { page, context, errors } = at.one;
  await context.setOffline(true);
  await page.locator('[data-phase=reconnecting]').waitFor();
  await page.getByText(/Đang nối lại… lần \d+, còn chỗ của bạn/).waitFor();
  await shoot(page, 'real-reconnecting-vi-1366');
  await page.waitForTimeout(2500);
  await context.setOffline(false);
  await page.locator('[data-phase=in][data-media=connected]').waitFor();
  await page.locator('[data-tool=heads]').getByText('24/25').waitFor();
  errors.splice(0).forEach((e) => assert.match(e, /ERR_INTERNET_DISCONNECTED|WebSocket/));
});

test('a room that is sent out is told what to do', { timeout: 240_000 }, async () => {
  const { page } = at.two;
  await operator.ask({ type: 'seat.remove', endpoint: who.two, bar: false });
  await page.locator('[data-bye=removed]').waitFor();
  assert.match(await page.locator('.room-bye').innerText(), /gọi trung tâm/);
  await shoot(page, 'real-removed-vi-1366');
});

test('afterwards: attendance, votes, and minutes that two write', { timeout: 300_000 }, async () => {
  await operator.ask({ type: 'meeting.end' });
  await at.one.page.locator('[data-bye=ended]').waitFor();
  at.desk = await openPage(browser);
  const { page } = at.desk;
  await signIn(page, controller.url, 'thuky', `/meetings/${meeting}/after`);
  await page.locator('[data-summary]').getByText(/3\/3 điểm cầu có mặt/).waitFor();
  await page.locator(`[data-site="${who.one}"]`).getByText('24/25').waitFor();
  await shoot(page, 'real-after-vi-1366');
  await assertAccessible(page, 'attendance');
  await page.getByRole('tab', { name: /Phát biểu/ }).click();
  await page.getByRole('table').getByText(await nameOf(who.one)).first().waitFor();
  await page.getByRole('tab', { name: /Biểu quyết/ }).click();
  await page.getByText('Thông qua phương án sơ tán dân vùng ven biển?').waitFor();
  await page.getByRole('tab', { name: /Biên bản/ }).click();
  await page.locator('[data-act=draft]').click();
  const text = page.getByLabel('Nội dung biên bản');
  await until('drafted', async () => /Chuyên cần/.test(await text.inputValue()));
  await page.locator('[data-act=save]').click();
  await page.locator('[data-minutes=saved][data-version="1"]').waitFor();
  await secretary('PUT', `/meetings/${meeting}/minutes`, { text: 'Bản của người khác.', version: 1 });
  await text.fill('Bản của tôi.');
  await page.locator('[data-act=save]').click();
  await page.locator('[data-conflict="2"]').waitFor();
  assert.equal(await text.inputValue(), 'Bản của tôi.', 'nothing typed is lost');
  await shoot(page, 'real-minutes-conflict-vi-1366');
  await assertAccessible(page, 'minutes with a conflict');
  at.desk.errors.splice(0).forEach((e) => assert.match(e, /409/));
  await page.locator('[data-act=keep-mine]').click();
  await page.locator('[data-act=save]').click();
  await page.locator('[data-minutes=saved][data-version="3"]').waitFor();
  await page.locator('[data-act=approve]').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Duyệt, không sửa nữa' }).click();
  await page.locator('[data-minutes=approved]').waitFor();
  assert.equal(await text.getAttribute('readonly'), '');
  await shoot(page, 'real-minutes-approved-vi-1366');
});

test('the files: CSV, XLSX, PDF, minutes', { timeout: 240_000 }, async () => {
  const { page } = at.desk;
  for (const [kind, start] of [['csv', '\ufeff'], ['xlsx', 'PK'], ['pdf', '%PDF']]) {
    await page.getByRole('button', { name: /Xuất/ }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-export=${kind}]`).click()]);
    const chunks = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    assert.ok(bytes.toString(kind === 'csv' ? 'utf8' : 'latin1').startsWith(start), kind);
    if (kind === 'csv') assert.match(bytes.toString('utf8'), new RegExp(await nameOf(who.one)));
  }
  const [minutes] = await Promise.all([page.waitForEvent('download'), page.locator('[data-export=minutes]').click()]);
  assert.ok((await minutes.path()) !== null);
});

async function nameOf(endpoint) {
  const { endpoints } = await secretary('GET', `/meetings/${meeting}`);
  return endpoints.find((e) => e.id === endpoint).name;
}

test('no page has an error in its console', () => {
  for (const [role, { errors }] of Object.entries(at)) assert.deepEqual(errors, [], role);
});
