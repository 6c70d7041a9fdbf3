// axe-core in a page: no serious and no critical fault may stand.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './browser.mjs';

const source = fs.readFileSync(createRequire(path.join(root, 'server/web/package.json')).resolve('axe-core/axe.min.js'), 'utf8');
const SEVERE = ['serious', 'critical'];

/** Serious and critical faults of what is shown now, one line each: rule, what is wrong, where. `off`: rules that are left out. */
export async function severeFaults(page, { exclude = [], off = [] } = {}) {
  // evaluate () goes by the debugger, so the page's Content-Security-Policy does not refuse it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const violations = await page.evaluate(
    async ([skip, levels, without]) => {
      const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
      const options = { rules, resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] };
      const found = await window.axe.run({ exclude: skip.map((s) => [s]) }, options);
      return found.violations
        .filter((v) => levels.includes(v.impact))
        .map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.map((n) => `${n.target.join(' ')}: ${n.failureSummary}`) }));
    },
    [exclude, SEVERE, off],
  );
  return violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 5).join('\n    ').replace(/\n\s*/g, ' ')}`);
}

export async function assertAccessible(page, what, options) {
  assert.deepEqual(await severeFaults(page, options), [], `${what}: faults that shut somebody out`);
}
