// Every page in both languages, at a desk's and a telephone's size, with few and many sites: each must stand without an error
// in the console and without scrolling sideways. With DIEMCAU_PICTURES=1 the pictures are kept in build/screenshots.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, shoot, until } from './support/browser.mjs';
import { fakeController, makeWorld } from './support/fake-controller.mjs';
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

const inMeeting = async (page) => {
  await page.locator('[data-media=connected]').waitFor();
  await until('a decoded picture', () => page.locator('[data-slot=main] video').evaluate((v) => v.videoWidth > 0 && v.readyState >= 2));
};

// name, role, address, options
const PAGES = [
  ['sign-in', 'secretary', '/', { room: { signedOut: true }, ready: 'input[name=user]', signedIn: false }],
  ['commune', 'room', '/', { ready: '[data-meeting=live1]' }],
  ['check', 'room', '/check', { ready: '.device-picture video' }],
  ['room', 'room', '/meetings/live1/room', { checked: true, ready: inMeeting, sizes: [DESK, PHONE, WALL] }],
  ['room-on-air', 'room', '/meetings/live1/room', { checked: true, ready: inMeeting, room: { content: true, seat: { mic_open: true, mic_locked: false, spotlight: true, camera_on: true } } }],
  ['room-locked', 'room', '/meetings/live1/room', { checked: true, ready: inMeeting, room: { seat: { mic_open: false, mic_locked: true, spotlight: false }, line: 'poor' } }],
  ['room-chair', 'chair', '/meetings/live1/room', { checked: true, ready: inMeeting }],
  ['room-ended', 'room', '/meetings/live1/room', { checked: true, ready: '[data-bye]', room: { bye: { code: 'ended', text: { vi: 'Phiên họp đã kết thúc.', en: 'The meeting has ended.' } } } }],
  ['room-not-open', 'room', '/meetings/plan1/room', { checked: true, ready: '[data-bye]', room: { bye: { code: 'not_open', text: { vi: 'Phiên họp chưa mở. Hãy vào lại khi thư ký mở phiên họp.', en: 'The meeting is not open yet.' } } } }],
  ['not-found', 'secretary', '/khong-co', { ready: 'h2' }],
  ['no-right', 'room', '/admin', { ready: 'h2' }],
];

// Seen in dark colours too.
const DARK = ['sign-in', 'not-found'];

for (const [name, role, address, options] of PAGES) {
  test(`page ${name}`, { timeout: 240_000 }, async () => {
    const { ready, room = {}, checked = false, signedIn = true } = options;
    for (const size of options.sizes ?? [DESK, PHONE]) {
      const opened = await openPage(browser, { size, checked, signedIn, still: true });
      const { context, page } = opened;
      await fakeController(page, worlds[166], role, room);
      await page.goto(pages.url + address);
      if (typeof ready === 'string') await page.locator(ready).first().waitFor();
      else await ready(page);
      for (const language of ['vi', 'en']) {
        await dress(page, { language });
        await lookAt(opened, `${name}-${language}-${size[0]}`, { accessible: false });
      }
      if (size === DESK && DARK.includes(name)) {
        await dress(page, { scheme: 'dark' });
        await lookAt(opened, `${name}-vi-1366-dark`, { accessible: false });
      }
      await context.close();
    }
  });
}

test('a server that cannot be reached is named, and tried again', { timeout: 240_000 }, async () => {
  const room = { failing: true };
  const { context, page } = await openPage(browser, { signedIn: true });
  await fakeController(page, worlds[166], 'secretary', room);
  await page.goto(pages.url);
  await page.getByRole('alert').waitFor();
  await shoot(page, 'meetings-unreachable-vi-1366');
  room.failing = false;
  await page.getByRole('button', { name: 'Thử lại' }).click();
  await page.locator('[data-meeting=live1]').waitFor();
  await context.close();
});

test('a lost line shows the attempt and keeps the seat', { timeout: 240_000 }, async () => {
  const socket = { current: null };
  const { context, page } = await openPage(browser, { checked: true, signedIn: true });
  await fakeController(page, worlds[166], 'room', { socket });
  await page.goto(`${pages.url}/meetings/live1/room`);
  await inMeeting(page);
  await socket.current.close();
  await page.locator('[data-phase=reconnecting]').waitFor();
  await shoot(page, 'room-reconnecting-vi-1366');
  await page.locator('[data-phase=in]').waitFor();
  await context.close();
});

test('rows move under the finger of the chair: the press is not heard, a key is', { timeout: 240_000 }, async () => {
  const granted = [];
  const socket = { current: null };
  const onMessage = (_, message) => message.type === 'floor.grant' && void granted.push(message.endpoint);
  const { context, page } = await openPage(browser, { checked: true, signedIn: true, still: true });
  await fakeController(page, worlds[166], 'chair', { socket, onMessage });
  await page.goto(`${pages.url}/meetings/live1/room`);
  const invite = (row) => row.getByRole('button', { name: 'Mời' });
  const rows = page.locator('.room-chair-queue li');
  await rows.nth(2).waitFor();
  const [, second, third] = await rows.evaluateAll((all) => all.map((row) => row.dataset.hand));
  await invite(rows.nth(2)).focus();
  // In the very moment when the first is gone the finger comes down where it lay.
  await page.evaluate(() => {
    const queue = document.querySelector('.room-chair-queue');
    new MutationObserver((_, observer) => {
      observer.disconnect();
      const button = queue.querySelector('li button');
      window.greyThen = button.hasAttribute('data-disabled');
      button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }));
    }).observe(queue, { childList: true });
  });
  const at = Date.now();
  socket.current.send(JSON.stringify({ type: 'queue', queue: [second, third].map((endpoint) => ({ endpoint, at, topic: '', held: false })) }));
  await until('the first is gone', async () => (await rows.count()) === 2);
  await page.keyboard.press('Enter');
  await until('the key is heard', () => granted.length > 0);
  assert.equal(await page.evaluate(() => window.greyThen), true, 'the buttons show that they are shut');
  assert.deepEqual(granted, [third], 'the key means the row it was on');
  await invite(rows.nth(0)).click(); // waits until the rows lie still
  await until('the finger is heard', () => granted.length > 1);
  assert.deepEqual(granted, [third, second]);
  await context.close();
});
