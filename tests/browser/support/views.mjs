// One page in several looks, loaded once: its size, language and colours are changed while it is open, the latter two as another window
// of the browser would change them. A page that chooses by the size at which it begins is loaded for each.
import assert from 'node:assert/strict';
import { assertAccessible } from './axe.mjs';
import { shoot } from './browser.mjs';

export const DESK = [1366, 768];
export const PHONE = [390, 844];
export const WALL = [3840, 2160];
export const TABLET = [1180, 820];

// Runs in the page.
function choose(wanted) {
  for (const [key, newValue] of Object.entries(wanted)) {
    const oldValue = localStorage.getItem(key);
    if (oldValue === newValue) continue;
    localStorage.setItem(key, newValue);
    window.dispatchEvent(new StorageEvent('storage', { key, oldValue, newValue, storageArea: localStorage }));
  }
}

/** The open page in another size, language and colours. */
export async function dress(page, { size, language = 'vi', scheme = 'light' }) {
  if (size) await page.setViewportSize({ width: size[0], height: size[1] });
  await page.evaluate(choose, { 'diemcau.language': language, 'mantine-color-scheme-value': scheme });
  await page.locator(`html[lang=${language}][data-mantine-color-scheme=${scheme}]`).waitFor({ state: 'attached' });
}

// Runs in the page: its fonts are there, nothing moves into its place any more, and it has drawn what it knows.
async function stillness() {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const moves = (a) => a.playState === 'running' && a.effect?.getComputedTiming().endTime !== Infinity;
  await document.fonts.ready;
  let rests = 0;
  for (const end = performance.now() + 3000; rests < 3 && performance.now() < end; ) {
    await frame();
    await new Promise((done) => requestIdleCallback(done, { timeout: 1000 }));
    rests = document.getAnimations().some(moves) ? 0 : rests + 1;
  }
}

// Contrast is measured once for each size and scheme: the words of another language have the same colours.
const PALETTE_RULES = ['color-contrast'];

/**
 * What must hold of a page however it looks: it does not scroll sideways (nor down, with `fixed`), nothing is red in the console, and,
 * with `accessible`, nobody is shut out. `off`: rules of axe that a library breaks.
 */
export async function lookAt({ page, errors }, name, { accessible = true, fixed = false, off = [] } = {}) {
  await page.evaluate(stillness);
  await shoot(page, name);
  const { sideways, down } = await page.evaluate(() => ({
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    down: document.documentElement.scrollHeight - document.documentElement.clientHeight,
  }));
  assert.ok(sideways <= 0, `${name} scrolls sideways by ${sideways} px`);
  if (fixed) assert.ok(down <= 0, `${name} scrolls down by ${down} px`);
  const english = await page.evaluate(() => document.documentElement.lang === 'en');
  if (accessible) await assertAccessible(page, name, { off: english ? [...off, ...PALETTE_RULES] : off });
  assert.deepEqual(errors, [], `${name}: errors in the console`);
}
