// The outcome of the whole, in real browsers against the real program: a secretary books a meeting for communes ticked in the
// tree and opens it; the chair and two communes join; everyone sees and hears the chair, the chair sees them; then the controls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, press, shoot, until } from './support/browser.mjs';
import { Controller, signIn } from './support/controller.mjs';
import { readSlot, readSound, soundWithin } from './support/figures.mjs';

const TITLE = 'Giao ban công tác tháng 11';
const controller = new Controller();
let browser;
let meeting;
const at = {}; // secretary, chair, one, two: { context, page, errors }
const who = {}; // endpoint of chair, one, two

before(async () => {
  await controller.start();
  browser = await launch();
  for (const [role, user] of Object.entries({ chair: 'chutoa', one: 'xa1', two: 'xa2' })) {
    const api = await controller.api(user);
    who[role] = (await api('GET', '/session')).user.endpoint;
  }
  await controller.endAll('thuky');
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await controller.stop();
});

const mic = (page) => page.locator('[data-button=mic]');
const pressed = (button) => button.getAttribute('aria-pressed').then((v) => v === 'true');

async function openMic(page) {
  if (!(await pressed(mic(page)))) await press(mic(page));
  await until('the microphone is open', () => pressed(mic(page)));
}

async function closeMic(page) {
  if (await pressed(mic(page))) await press(mic(page));
  await until('the microphone is shut', async () => !(await pressed(mic(page))));
}

/** The main picture shows this endpoint, and it moves. */
async function sees(page, endpoint, what) {
  let first = null; // a new connection counts anew
  await until(`${what}: main shows ${endpoint}, and moves`, async () => {
    const now = await readSlot(page, 'main');
    if (now.endpoint !== endpoint || first === null || now.frames < first) first = now.endpoint === endpoint ? now.frames : null;
    return first !== null && now.frames > first + 10;
  });
}

async function hears(page, what) {
  const { energy } = await readSound(page);
  await until(`${what}: sound arrives`, async () => (await readSound(page)).energy > energy + 1e-4);
}

async function silent(page, what) {
  await until(`${what}: silent`, async () => (await soundWithin(page, 2500)).energy < 1e-5);
}

test('the secretary signs in and sees the meetings', { timeout: 240_000 }, async () => {
  at.secretary = await openPage(browser);
  const { page } = at.secretary;
  await page.goto(controller.url);
  await page.locator('input[name=user]').fill('thuky');
  await page.locator('input[name=password]').fill('sai mật khẩu');
  await page.locator('button[type=submit]').click();
  await page.getByRole('alert').waitFor();
  await signIn(page, controller.url, 'thuky');
  await page.locator('[data-meeting]').first().waitFor();
  // The refused log-in is the one thing that may stand in the console.
  at.secretary.errors.splice(0).forEach((e) => assert.match(e, /401/));
});

test('she books a meeting for communes ticked in the tree', { timeout: 240_000 }, async () => {
  const { page } = at.secretary;
  const api = await controller.api('thuky');
  const { endpoints } = await api('GET', '/endpoints?root=38');
  const nameOf = (id) => endpoints.find((e) => e.id === id).unit_name;
  await page.getByRole('link', { name: 'Đặt phiên họp' }).click();
  await page.getByLabel('Tên phiên họp').fill(TITLE);
  const now = new Date(Date.now() + 7 * 3_600_000);
  await page.getByLabel('Ngày', { exact: true }).fill(`${now.getUTCDate()}/${now.getUTCMonth() + 1}/${now.getUTCFullYear()}`);
  await page.getByLabel('Bắt đầu', { exact: true }).fill('00:00');
  await page.getByLabel('Kết thúc', { exact: true }).fill('23:59');
  const find = page.getByPlaceholder('Tìm đơn vị, không cần gõ dấu');
  for (const role of ['one', 'two']) {
    const name = nameOf(who[role]);
    await find.fill(name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/gi, 'd').toLowerCase());
    await page.getByRole('checkbox', { name: `Mời ${name}` }).first().check();
  }
  await find.fill('');
  await page.getByText('3 điểm cầu được mời').waitFor();
  await shoot(page, 'booking-filled-vi-1366');
  await page.getByRole('button', { name: 'Công bố' }).click();
  const row = page.locator('[data-meeting]').filter({ hasText: TITLE }).first();
  await row.waitFor();
  meeting = await row.getAttribute('data-meeting');
  const made = await api('GET', `/meetings/${meeting}`);
  assert.deepEqual(made.endpoints.map((e) => e.id).sort(), [who.chair, who.one, who.two].sort());
  assert.equal(made.chair_endpoint, who.chair);
});

test('a commune waits, and comes in by itself when she opens the room', { timeout: 240_000 }, async () => {
  at.one = await openPage(browser, { checked: true });
  await signIn(at.one.page, controller.url, 'xa1', `/meetings/${meeting}/room`);
  await at.one.page.locator('[data-bye=not_open]').waitFor();
  const { page } = at.secretary;
  const row = page.locator(`[data-meeting="${meeting}"]`);
  await row.getByRole('button', { name: 'Mở phòng họp' }).click();
  await row.locator('[data-state=open]').waitFor();
  await at.one.page.locator('[data-phase=in]').waitFor();
});

test('the chair and two communes meet: everyone sees and hears the chair', { timeout: 300_000 }, async () => {
  at.chair = await openPage(browser, { checked: true });
  await signIn(at.chair.page, controller.url, 'chutoa');
  await at.chair.page.locator(`[data-meeting="${meeting}"]`).getByRole('link', { name: 'Vào họp' }).click();
  await at.chair.page.locator('[data-phase=in][data-media=connected]').waitFor();
  at.two = await openPage(browser);
  // This room was never here: it goes through the check first.
  await signIn(at.two.page, controller.url, 'xa2', `/meetings/${meeting}/room`);
  await at.two.page.locator('.device-picture video').waitFor();
  await at.two.page.getByRole('textbox', { name: 'Chất lượng hình gửi đi' }).click();
  await at.two.page.getByRole('option', { name: /360p/ }).click();
  await at.two.page.getByRole('button', { name: 'Vào họp' }).click();
  await at.two.page.locator('[data-phase=in][data-media=connected]').waitFor();

  await openMic(at.chair.page);
  await sees(at.one.page, who.chair, 'commune one');
  await sees(at.two.page, who.chair, 'commune two');
  await hears(at.one.page, 'commune one');
  await hears(at.two.page, 'commune two');
  const first = (await readSlot(at.chair.page, 'main')).endpoint;
  assert.ok([who.one, who.two].includes(first), `the chair's main picture shows ${first}`);
  await sees(at.chair.page, first, 'chair');
  await at.chair.page.locator('.room-on-air').waitFor();
  await shoot(at.one.page, 'real-room-vi-1366');
  await shoot(at.chair.page, 'real-chair-vi-1366');
});

test('the control room puts a commune on screen for all, and back', { timeout: 300_000 }, async () => {
  const { page } = at.secretary;
  await page.locator(`[data-meeting="${meeting}"]`).getByRole('link', { name: 'Phòng điều khiển' }).click();
  await page.locator('.control[data-media=connected]').waitFor();
  await sees(page, who.chair, 'control room');
  await page.locator(`[data-site="${who.one}"] button`).filter({ hasText: 'Lên hình' }).click();
  await sees(at.two.page, who.one, 'commune two');
  await sees(at.chair.page, who.one, 'chair');
  await sees(page, who.one, 'control room');
  await shoot(page, 'real-control-vi-1366');
  await page.locator(`[data-site="${who.two}"] button`).filter({ hasText: 'Lên hình' }).click();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await until('undone', async () => (await page.locator('[data-spotlight]').getAttribute('data-spotlight')) === who.one);
  await page.locator(`[data-site="${who.one}"] button`).filter({ hasText: 'Về chủ tọa' }).click();
  await sees(at.two.page, who.chair, 'commune two, back to the chair');
});

test('a hand goes up, the chair invites, and the commune is heard', { timeout: 300_000 }, async () => {
  const one = at.one.page;
  await press(one.locator('[data-button=hand]'));
  await at.secretary.page.locator(`[data-hand="${who.one}"]`).waitFor();
  await at.chair.page.locator('.room-chair').getByRole('button', { name: 'Mời' }).click();
  await at.secretary.page.locator(`[data-hand="${who.one}"]`).waitFor({ state: 'detached' });
  await one.locator('.room-on-air').waitFor();
  await until('its microphone opens by itself', () => pressed(mic(one)));
  await closeMic(at.chair.page);
  await hears(at.two.page, 'commune two');
  await hears(at.chair.page, 'chair');
});

test('a locked microphone is silent for the others, whatever its page does', { timeout: 300_000 }, async () => {
  const { page } = at.secretary;
  await page.locator(`[data-site="${who.one}"] [data-mic]`).click();
  await until('the lock is shown in the room', () => mic(at.one.page).isDisabled());
  assert.match(await mic(at.one.page).innerText(), /Chủ tọa đang tắt mic/);
  // A page that sends all the same: the relay drops it.
  await at.one.page.evaluate(() => {
    for (const sender of window.testConnections.at(-1).getSenders()) {
      if (sender.track?.kind === 'audio') sender.track.enabled = true;
    }
  });
  await silent(at.two.page, 'commune two');
  await silent(at.chair.page, 'chair');
  await page.locator(`[data-site="${who.one}"] [data-mic=locked]`).click();
  await until('the lock is gone', async () => !(await mic(at.one.page).isDisabled()));
});

test('mute all asks once, then nobody but the chair is heard', { timeout: 240_000 }, async () => {
  const { page } = at.secretary;
  await openMic(at.chair.page);
  await openMic(at.two.page);
  await page.keyboard.press('F9');
  await page.getByRole('dialog').getByRole('button', { name: 'Tắt mic' }).click();
  await until('commune two is shut', async () => !(await pressed(mic(at.two.page))));
  assert.equal(await pressed(mic(at.chair.page)), true, 'the chair speaks on');
  await closeMic(at.chair.page);
  await silent(at.one.page, 'nobody speaks');
});

test('a reloaded tab is back in its seat as it was', { timeout: 300_000 }, async () => {
  const two = at.two.page;
  await at.secretary.page.locator(`[data-site="${who.two}"] [data-mic]`).click();
  await until('the microphone is locked', () => mic(two).isDisabled());
  await press(two.locator('[data-button=camera]'));
  await until('the camera is off', async () => !(await pressed(two.locator('[data-button=camera]'))));
  await two.reload();
  await two.locator('[data-phase=in][data-media=connected]').waitFor();
  assert.equal(await pressed(two.locator('[data-button=camera]')), false, 'the camera stays off');
  assert.equal(await mic(two).isDisabled(), true, 'the microphone stays locked');
  const shown = (await readSlot(at.secretary.page, 'main')).endpoint;
  await sees(two, shown, 'commune two, reloaded');
  const api = await controller.api('thuky');
  const { seats } = await api('GET', `/meetings/${meeting}/seats`);
  assert.equal(seats.length, 3);
  assert.equal(seats.find((s) => s.endpoint === who.two).state, 'connected');
});

test('what is presented reaches every room', { timeout: 300_000 }, async () => {
  await press(at.chair.page.locator('[data-button=share]'));
  await until('the chair presents', () => pressed(at.chair.page.locator('[data-button=share]')));
  for (const role of ['one', 'two']) {
    const { page } = at[role];
    await page.locator('[data-slot=content]').waitFor();
    await until(`${role}: the presentation is decoded`, async () => (await readSlot(page, 'content')).frames > 2);
  }
  await shoot(at.one.page, 'real-content-vi-1366');
  await press(at.chair.page.locator('[data-button=share]'));
  await at.one.page.locator('[data-slot=content]').waitFor({ state: 'detached' });
});

test('the line is lost for a while: same seat, same picture', { timeout: 300_000 }, async () => {
  const { page, context } = at.one;
  const seen = (await readSlot(page, 'main')).endpoint;
  await context.setOffline(true);
  await page.locator('[data-phase=reconnecting]').waitFor();
  await page.waitForTimeout(3000);
  await context.setOffline(false);
  await page.locator('[data-phase=in]').waitFor();
  await page.locator('[data-media=connected]').waitFor();
  await sees(page, seen, 'commune one, back');
  at.one.errors.splice(0).forEach((e) => assert.match(e, /ERR_INTERNET_DISCONNECTED|WebSocket/));
});

test('the relay is killed: the picture comes back, nobody is unmuted', { timeout: 300_000 }, async () => {
  const relay = controller.relayPid();
  assert.ok(relay, 'the relay runs as a process of its own');
  const { page } = at.two;
  const connections = () => page.evaluate(() => window.testConnections.length);
  const before = await connections();
  process.kill(relay, 'SIGKILL');
  await until('picture is back', async () => (await connections()) > before && (await readSlot(page, 'main')).frames > 3);
  assert.notEqual(controller.relayPid(), relay);
  assert.equal(await mic(page).isDisabled(), true);
});

test('the secretary ends the meeting, every room says so', { timeout: 240_000 }, async () => {
  const { page } = at.secretary;
  await page.getByRole('button', { name: 'Kết thúc…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Kết thúc phiên họp' }).click();
  for (const role of ['chair', 'one', 'two']) await at[role].page.locator('[data-bye=ended]').waitFor();
  await page.locator('[data-bye=ended]').waitFor();
  const api = await controller.api('thuky');
  assert.equal((await api('GET', `/meetings/${meeting}`)).state, 'ended');
});

test('no page has an error in its console', () => {
  for (const [role, { errors }] of Object.entries(at)) assert.deepEqual(errors, [], role);
});
