// The control room and the chair's tablet against a controller of cardboard: how they look with 0, 1, 166 and 600 sites, in both
// languages, on a desk, a wall and a telephone; what the keyboard does; how smoothly 600 sites move; what axe-core finds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { launch, openPage, shoot, until } from './support/browser.mjs';
import { FakeMeeting, withBranches } from './support/fake-control.mjs';
import { fakeController, makeWorld } from './support/fake-controller.mjs';
import { servePages } from './support/static-pages.mjs';

const DESK = [1366, 768];
const PHONE = [390, 844];
const WALL = [3840, 2160];
const TABLET = [1180, 820];

let browser;
let pages;
const worlds = { 1: makeWorld({ sites: 1 }), 166: makeWorld({ sites: 166 }), 600: withBranches(makeWorld({ sites: 600 })) };
const nobody = () => {
  const world = makeWorld({ sites: 1 });
  return { ...world, seats: [] };
};

before(async () => {
  pages = await servePages();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  pages?.close();
});

/** A page of a meeting in cardboard. */
async function enter({ world = worlds[166], at = 'control', user = 'secretary', meeting = {}, ...options } = {}) {
  const fake = new FakeMeeting(world, meeting);
  const opened = await openPage(browser, { signedIn: true, ...options });
  const socket = { current: null };
  await fakeController(opened.page, world, user, { ...fake.room, socket });
  await opened.page.goto(`${pages.url}/meetings/live1/${at}`);
  return { ...opened, fake, socket };
}

const inMeeting = async (page) => {
  await page.locator('[data-media=connected]').waitFor();
  await until('a decoded picture', () => page.locator('[data-slot=main] video').evaluate((v) => v.videoWidth > 0 && v.readyState >= 2));
};

const openVote = (world) => ({
  id: 'v1',
  question: 'Thông qua Nghị quyết về kế hoạch phát triển kinh tế - xã hội năm 2027?',
  choices: ['Tán thành', 'Không tán thành', 'Không có ý kiến'],
  secret: false,
  majority: 'simple',
  base: 'present',
  quorum_percent: 50,
  state: 'open',
  opened_at: Date.now() - 40_000,
  closes_at: Date.now() + 80_000,
  closed_at: null,
  eligible: world.seats.length - 4,
  cast: world.seats.length - 30,
  counts: [world.seats.length - 40, 7, 3],
});

const panel = (name) => async (page) => {
  await page.locator(`.control-tab[data-panel=${name}]`).click();
  await page.locator(`[data-dock=${name}]`).waitFor();
};

// name, what is running, sizes, what is done before the picture
const LOOKS = [
  ['control', { meeting: { floor: true, held: 2, waiting: 3, roll: true } }, [DESK, PHONE]],
  ['control-600', { world: worlds[600], meeting: { floor: true, held: 3, waiting: 5, roll: true } }, [DESK, WALL]],
  ['control-1', { world: worlds[1] }, [DESK, PHONE]],
  ['control-0', { world: nobody() }, [DESK]],
  ['control-wall', { meeting: { floor: true } }, [DESK], async (page) => {
    await page.keyboard.press('F8');
    await until('tiles', () => page.locator('.control-tile video').count());
  }],
  ['control-chosen', { meeting: { floor: true } }, [DESK], async (page) => {
    await page.keyboard.type('thanh');
    await page.locator('[data-selected]').waitFor();
  }],
  ['control-lobby', { meeting: { waiting: 9 } }, [DESK, PHONE], panel('lobby')],
  ['control-agenda', {}, [DESK, PHONE], panel('agenda')],
  ['control-roll', { meeting: { roll: true } }, [DESK, PHONE], panel('roll')],
  ['control-vote-new', {}, [DESK], panel('vote')],
  ['control-vote', { meeting: { vote: openVote(worlds[166]) } }, [DESK, PHONE], panel('vote')],
  ['control-talk', {}, [DESK, PHONE], panel('talk')],
  ['control-log', {}, [DESK], panel('log')],
  ['control-keys', {}, [DESK], async (page) => {
    await page.keyboard.press('?');
    await page.locator('.control-key-list').waitFor();
  }],
  ['control-layout', {}, [DESK], async (page) => {
    await page.locator('[data-layout]').click();
    await page.getByRole('menu').waitFor();
  }],
  ['control-scan', {}, [DESK], async (page) => {
    await page.locator('[data-scan]').click();
    await page.locator('.control-form').waitFor();
  }],
  ['control-desk', { world: worlds[600], meeting: { role: 'desk', branch: '38-h1', held: 4 } }, [DESK]],
  ['control-observer', { meeting: { role: 'observer' } }, [DESK]],
  ['chair', { at: 'chair', user: 'chair', meeting: { floor: true } }, [TABLET, PHONE]],
  ['chair-none', { at: 'chair', user: 'chair', world: worlds[1] }, [TABLET]],
];

for (const [name, options, sizes, act] of LOOKS) {
  test(`looks: ${name}`, { timeout: 240_000 }, async () => {
    for (const size of sizes) {
      for (const language of ['vi', 'en']) await look(`${name}-${language}-${size[0]}`, { ...options, size, language }, act);
    }
    await look(`${name}-vi-${sizes[0][0]}-dark`, { ...options, size: sizes[0], language: 'vi', scheme: 'dark' }, act);
  });
}

async function look(name, options, act) {
  const { context, page, errors } = await enter(options);
  if (options.world?.seats.length === 0 || options.world === worlds[1]) await page.locator('[data-media=connected], .control, .chair').first().waitFor();
  else await inMeeting(page);
  await page.evaluate(() => document.fonts.ready);
  await act?.(page);
  await page.waitForTimeout(400);
  await shoot(page, name);
  const { sideways, down } = await page.evaluate(() => ({
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    down: document.documentElement.scrollHeight - document.documentElement.clientHeight,
  }));
  assert.ok(sideways <= 0, `${name} scrolls sideways by ${sideways} px`);
  if (options.size[0] > 1100) assert.ok(down <= 0, `${name} scrolls down by ${down} px`);
  await assertAccessible(page, name);
  assert.deepEqual(errors, [], `${name}: errors in the console`);
  await context.close();
}
