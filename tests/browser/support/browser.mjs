// Debian's Chromium by playwright-core, with a fake camera and microphone.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const build = process.env.DIEMCAU_BUILD ?? path.join(root, 'build');
export const pictures = path.join(build, 'screenshots');
// They are for people to look at; what a test asserts does not need them, and each costs as much as a page.
const DRAWS = process.env.DIEMCAU_PICTURES === '1';

/** What a machine that others share may need for what takes a moment; a test that is right never waits so long for nothing. */
export const PATIENCE_MS = 60_000;

// The pages' own packages hold the test tools too: one lock file, one `npm ci`.
const { chromium } = createRequire(path.join(root, 'server/web/package.json'))('playwright-core');

const FLAGS = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--auto-select-desktop-capture-source=Entire screen',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--no-sandbox',
];

export function launch(more = []) {
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: [...FLAGS, ...more] });
}

// Runs in every page before its scripts: remembers the peer connections, so that a test can read their statistics.
function watchConnections() {
  const made = [];
  window.testConnections = made;
  const Native = window.RTCPeerConnection;
  if (!Native) return;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      made.push(this);
    }
  };
}

function setUp({ language, scheme, choice, signedIn }) {
  if (window.localStorage.getItem('diemcau.language') === null) {
    window.localStorage.setItem('diemcau.language', language);
    window.localStorage.setItem('mantine-color-scheme-value', scheme);
    if (signedIn) window.localStorage.setItem('diemcau.signed-in', '1');
    if (choice) window.localStorage.setItem('diemcau.devices', JSON.stringify(choice));
  }
}

/**
 * A context with one page. Everything that a console would show in red is collected in `errors`.
 * `signedIn`: somebody has a session here. `checked`: the room's devices were checked before, so that it goes straight into a meeting; small pictures.
 * `still`: nothing glides into its place, so that it can be looked at without a wait.
 */
export async function openPage(browser, options = {}) {
  const { size = [1366, 768], language = 'vi', scheme = 'light', checked = false, signedIn = false, touch = false, still = false } = options;
  const context = await browser.newContext({
    viewport: { width: size[0], height: size[1] },
    ignoreHTTPSErrors: true,
    hasTouch: touch,
    reducedMotion: still ? 'reduce' : 'no-preference',
    permissions: ['camera', 'microphone'],
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
  });
  await context.addInitScript(watchConnections);
  await context.addInitScript(setUp, { language, scheme, signedIn, choice: checked ? { checked: true, height: 360 } : null });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  return { context, page, errors };
}

export async function shoot(page, name) {
  if (!DRAWS) return;
  fs.mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

/** Polls until `probe` gives something true; the last answer stands in the error. */
export async function until(what, probe, timeoutMs = PATIENCE_MS) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const last = await probe();
    if (last) return last;
    if (Date.now() > end) throw new Error(`timed out: ${what} (last: ${JSON.stringify(last)})`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** Presses once the button takes it: while its act is under way a large button of the room takes none. */
export async function press(button) {
  await until('the button takes presses', async () => (await button.getAttribute('aria-busy')) !== 'true');
  await button.click();
}
