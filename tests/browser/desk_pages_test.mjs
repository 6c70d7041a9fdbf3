// The secretary's and the administrator's pages before a controller of cardboard: each in both languages and several sizes,
// with its states; no error in the console, no scrolling sideways, no fault that shuts somebody out. Pictures to be looked at.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, shoot, until } from './support/browser.mjs';
import { fakeController, makeWorld } from './support/fake-controller.mjs';
import { deskOf } from './support/fake-desk.mjs';
import { servePages } from './support/static-pages.mjs';
import { DESK, PHONE, WALL, dress, lookAt } from './support/views.mjs';

const HOUR = 3_600_000;

let browser;
let pages;

before(async () => {
  pages = await servePages();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  pages?.close();
});

async function open(role, address, options = {}) {
  const { sites = 166, room = {}, change, ...rest } = options;
  const world = makeWorld({ sites });
  change?.(world, deskOf(world));
  const at = await openPage(browser, { signedIn: true, still: true, ...rest });
  await fakeController(at.page, world, role, room);
  await at.page.goto(pages.url + address);
  return { ...at, world, desk: deskOf(world), room };
}

const empty = (world, desk) => {
  world.meetings.length = 0;
  for (const list of ['notices', 'groups', 'resources', 'templates', 'mail', 'audit', 'settings']) desk[list].length = 0;
  desk.statistics.rows.length = 0;
};

const clashes = (world, desk) => {
  const at = (h) => new Date(world.now + h * HOUR).toISOString();
  const clash = (kind, id, name) => ({ kind, id, name, meeting: 'plan2', title: 'Họp Ban Chỉ đạo nông thôn mới', starts_at: at(26), ends_at: at(28) });
  desk.report = {
    endpoint_count: 167,
    clashes: [clash('endpoint', '14758-1', 'Phường Hàm Rồng'), clash('resource', 'r1', 'Hội trường A'), clash('chair', '38-1', 'Hội trường UBND tỉnh')],
    clash_count: 164,
    free_at: at(28.5),
    bandwidth_mbps: 200.4,
    capacity_ok: true,
    warnings: [{ code: 'papers_late', text: { vi: 'Giấy mời và tài liệu phải gửi trước 3 ngày làm việc.', en: 'Invitation and papers go out 3 working days ahead.' } }],
  };
};

// name, role, address, what shows that it is there, options
const PAGES = [
  ['home', 'secretary', '/', '[data-event]', { sizes: [DESK, PHONE, WALL] }],
  // FullCalendar names a day's cell by its number alone, whatever stands in it.
  ['home-month', 'secretary', '/?view=month', '[data-event]', { sizes: [DESK], off: ['label-content-name-mismatch'] }],
  ['home-list', 'secretary', '/?view=list', '[data-event]', { sizes: [DESK, PHONE] }],
  ['home-found', 'secretary', '/?q=chuyen%20doi', '[data-meeting=plan1]', { sizes: [DESK] }],
  ['home-empty', 'secretary', '/', 'h2', { change: empty, sizes: [DESK] }],
  ['home-technician', 'technician', '/', '[data-event]', { sizes: [DESK] }],
  ['booking-new', 'secretary', '/meetings/new', '.tree-row', { sizes: [DESK, PHONE, WALL] }],
  ['booking-clash', 'secretary', '/meetings/new', '[data-clash]', { change: clashes, sizes: [DESK] }],
  ['booking-edit', 'secretary', '/meetings/plan1/edit', '.agenda-row', { sizes: [DESK, PHONE] }],
  ['booking-late', 'secretary', '/meetings/live1/edit', 'h2', { sizes: [DESK] }],
  ['overview', 'secretary', '/meetings/plan1', '.overview-site', { sizes: [DESK, PHONE, WALL] }],
  ['overview-live', 'secretary', '/meetings/live1', '.overview-site', { sizes: [DESK] }],
  ['overview-postponed', 'secretary', '/meetings/post1', '.overview-site', { sizes: [DESK] }],
  ['overview-draft', 'secretary', '/meetings/draft1', '.overview-site', { sizes: [DESK] }],
  ['statistics', 'secretary', '/statistics?year=2026&month=11', 'table', {}],
  ['statistics-empty', 'secretary', '/statistics', 'h2', { change: empty, sizes: [DESK] }],
  ...['units', 'endpoints', 'users', 'groups', 'resources', 'templates', 'mail'].map((tab) => [`admin-${tab}`, 'administrator', `/admin/${tab}`, '[data-row]', {}]),
  ['admin-settings', 'administrator', '/admin/settings', '.setting', {}],
  ['admin-audit', 'administrator', '/admin/audit', '[data-event]', {}],
  ['admin-about', 'administrator', '/admin/about', '.about', { sizes: [DESK] }],
  ...['groups', 'resources', 'templates', 'audit', 'mail', 'settings'].map((tab) => [`admin-${tab}-empty`, 'administrator', `/admin/${tab}`, '.centered h2', { change: empty, sizes: [DESK], languages: ['vi'] }]),
  ['admin-secretary', 'secretary', '/admin', '[role=tab]', { sizes: [DESK] }],
  ['admin-no-right', 'secretary', '/admin/settings', 'h2', { sizes: [DESK] }],
];

// Seen in dark colours too.
const DARK = ['home', 'home-month', 'booking-edit', 'overview', 'statistics', 'admin-settings', 'admin-endpoints'];

for (const [name, role, address, ready, options] of PAGES) {
  test(`page ${name}`, { timeout: 240_000 }, async () => {
    const [first, ...others] = options.sizes ?? [DESK, PHONE];
    const begin = async (size) => {
      const opened = await open(role, address, { ...options, size });
      await opened.page.locator(ready).first().waitFor();
      return opened;
    };
    let at = await begin(first);
    const look = async (view, accessible) => {
      await dress(at.page, view);
      const { size, language = 'vi', scheme } = view;
      await lookAt(at, `desk-${name}-${language}-${size[0]}${scheme === 'dark' ? '-dark' : ''}`, { accessible, off: options.off });
    };
    if (DARK.includes(name)) await look({ size: first, scheme: 'dark' }, true);
    await look({ size: first }, true);
    const languages = options.languages ?? ['vi', 'en'];
    if (languages.includes('en')) await look({ size: first, language: 'en' }, false);
    for (const size of others) {
      // The calendar begins as a list where there is no room for a week.
      if (name.startsWith('home')) {
        await at.context.close();
        at = await begin(size);
      }
      for (const language of languages) await look({ size, language }, language === 'vi');
    }
    await at.context.close();
  });
}

test('a server that cannot be reached is named on every page', { timeout: 300_000 }, async () => {
  for (const [name, address] of [['booking', '/meetings/new'], ['overview', '/meetings/plan1'], ['statistics', '/statistics'], ['admin', '/admin/users']]) {
    const { page, context } = await open('administrator', address, { room: { failing: true } });
    await page.getByRole('alert').first().waitFor();
    await page.getByRole('button', { name: 'Thử lại' }).first().waitFor();
    await shoot(page, `desk-${name}-unreachable-vi-1366`);
    await context.close();
  }
});

test('notices: a bell with a count, the list reads them', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/');
  const { page, desk } = at;
  await page.getByRole('button', { name: '2 thông báo chưa đọc' }).click();
  await page.locator('[data-notice=n3]').waitFor();
  await lookAt(at, 'desk-notices-vi-1366');
  await until('they are read', () => desk.sent.some((s) => s.at === '/notices/read' && s.body.ids.length === 2));
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Thông báo', exact: true }).waitFor();
  at.room.deskSocket.send(JSON.stringify({ type: 'notice', notice: { ...desk.notices[0], id: 'n9', read: false } }));
  await page.getByRole('button', { name: '1 thông báo chưa đọc' }).waitFor();
  await at.context.close();
});

test('a banner 60 minutes before, a window 15 minutes before', { timeout: 240_000 }, async () => {
  const says = [{ type: 'reminder', meeting: 'plan2', minutes: 60, title: 'Họp Ban Chỉ đạo nông thôn mới', starts_at: Date.now() + HOUR }];
  const at = await open('secretary', '/', { room: { says } });
  const { page, room } = at;
  await page.locator('[data-reminder=plan2]').waitFor();
  await page.locator('[data-event]').first().waitFor();
  await lookAt(at, 'desk-reminder-60-vi-1366');
  room.deskSocket.send(JSON.stringify({ ...says[0], minutes: 15, starts_at: Date.now() + HOUR / 4 }));
  await page.getByRole('dialog').getByText('còn 15 phút').waitFor();
  await lookAt(at, 'desk-reminder-15-vi-1366');
  await page.getByRole('dialog').getByRole('button', { name: 'Đã biết' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await at.context.close();
});

test('the desk comes back by itself when its line was cut', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/');
  const { page, room } = at;
  await page.locator('[data-event]').first().waitFor();
  const first = room.deskSocket;
  await first.close();
  await until('a new connection', () => room.deskSocket !== first);
  room.deskSocket.send(JSON.stringify({ type: 'reminder', meeting: 'plan1', minutes: 60, title: 'Tập huấn', starts_at: Date.now() + HOUR }));
  await page.locator('[data-reminder=plan1]').waitFor();
  await at.context.close();
});

test('an ad-hoc call: pick rooms, call, and the control room is there', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/');
  const { page, desk } = at;
  await page.getByRole('button', { name: 'Gọi họp đột xuất' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.tree-row').first().waitFor();
  await dialog.getByRole('button', { name: 'Gọi ngay' }).click();
  await dialog.getByText('Hãy chọn ít nhất một điểm cầu.').waitFor();
  await dialog.getByPlaceholder('Tìm đơn vị').fill('nga son');
  await dialog.getByRole('checkbox', { name: 'Mời Xã Nga Sơn' }).check();
  await lookAt(at, 'desk-call-vi-1366');
  await dialog.getByRole('button', { name: 'Gọi ngay' }).click();
  await page.waitForURL(/\/control$/);
  const call = desk.sent.find((s) => s.at === '/calls');
  assert.deepEqual([call.body.units.length, call.body.endpoints], [1, ['38-1']], 'the commune and the chair');
  await at.context.close();
});

test('a form that lacks something says what, and goes there', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/meetings/new');
  const { page } = at;
  await page.locator('.tree-row').first().waitFor();
  await page.getByRole('button', { name: 'Công bố' }).click();
  await page.getByText('Hãy ghi tên phiên họp.').waitFor();
  await page.getByText('Hãy chọn ít nhất một điểm cầu.').waitFor();
  await until('the title has the focus', () => page.evaluate(() => document.activeElement?.closest('div')?.parentElement?.textContent?.includes('Tên phiên họp')));
  await lookAt(at, 'desk-booking-faults-vi-1366');
  await at.context.close();
});

test('a meeting that repeats: words, dates, exceptions', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/meetings/new');
  const { page } = at;
  await page.getByRole('textbox', { name: 'Ngày', exact: true }).fill('30/11/2026');
  await page.getByRole('textbox', { name: 'Lặp' }).click();
  await page.getByRole('option', { name: 'Hằng tuần' }).click();
  await page.getByText('thứ Tư', { exact: true }).click();
  await page.getByText('Mỗi 1 tuần vào thứ Hai, thứ Tư; 10 lần').waitFor();
  await page.getByRole('checkbox', { name: '02/12/2026' }).uncheck();
  await page.getByText('trừ 1 lần').waitFor();
  await lookAt(at, 'desk-booking-repeat-vi-1366');
  await page.getByRole('textbox', { name: 'Lặp' }).click();
  await page.getByRole('option', { name: 'Quy tắc riêng' }).click();
  await page.getByLabel('Quy tắc RFC 5545').fill('FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=12');
  await lookAt(at, 'desk-booking-rule-vi-1366');
  await at.context.close();
});

test('the agenda is sorted by keyboard alone', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/meetings/plan1/edit');
  const { page, desk } = at;
  const titles = () => page.locator('.agenda-title input').evaluateAll((all) => all.map((i) => i.value));
  await page.locator('.agenda-row').first().waitFor();
  const before = await titles();
  await page.getByRole('button', { name: 'Đổi chỗ nội dung 1' }).focus();
  for (const key of ['Space', 'ArrowDown', 'Space']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(300);
  }
  await until('the first is second', async () => (await titles())[1] === before[0]);
  await page.getByRole('button', { name: 'Thêm nội dung' }).click();
  await page.keyboard.type('Kết luận, bế mạc');
  assert.equal((await titles())[3], 'Kết luận, bế mạc', 'the new row has the focus');
  await page.locator('.agenda').scrollIntoViewIfNeeded();
  await lookAt(at, 'desk-booking-agenda-vi-1366');
  await page.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await page.waitForURL(/\/meetings\/plan1$/);
  const sent = desk.sent.find((s) => s.method === 'PATCH' && s.at === '/meetings/plan1');
  assert.deepEqual(sent.body.agenda.map((a) => a.id), ['i2', 'i1', 'i3', undefined]);
  await at.context.close();
});

test('papers: progress, what is refused before it is sent, and an item of the agenda', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/meetings/plan1/edit');
  const { page, desk } = at;
  const input = page.locator('input[data-papers]');
  await input.setInputFiles([
    { name: 'Báo cáo.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    { name: 'Dự thảo nghị quyết.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') },
  ]);
  await page.getByText('Loại tệp này không nhận').waitFor();
  await page.getByRole('link', { name: 'Dự thảo nghị quyết.pdf' }).waitFor();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.papers-drop').scrollIntoViewIfNeeded();
  await lookAt(at, 'desk-booking-papers-vi-1366');
  await page.getByRole('textbox', { name: 'Nội dung dùng tài liệu Dự thảo' }).click();
  await page.getByRole('option', { name: '1. Khai mạc' }).click();
  await until('the item is told', () => desk.sent.some((s) => s.method === 'PATCH' && /papers/.test(s.at) && s.body.item === 'i1'));
  await at.context.close();
});

test('what is typed is kept: on this machine first, at the server when it has a title', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/meetings/new');
  const { page, desk, world } = at;
  await page.locator('.tree-row').first().waitFor();
  await page.getByRole('button', { name: 'Phường (19)' }).click();
  await page.reload();
  await page.getByText('20 điểm cầu được mời').waitFor();
  assert.equal(desk.made, 0, 'nothing at the server yet');
  await page.getByLabel('Tên phiên họp').fill('Giao ban khối phường');
  await page.locator('[data-kept=saved]').waitFor();
  await page.waitForURL(/\/meetings\/new1\/edit$/);
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'INPUT', 'the field keeps the focus');
  await page.keyboard.type(' tháng 12');
  await until('the change is saved', () => world.meetings.find((m) => m.id === 'new1')?.title === 'Giao ban khối phường tháng 12');
  assert.equal(desk.made, 1, 'one draft, not one per key');
  await at.context.close();
});

test('reading a file of rooms shows first what would change', { timeout: 240_000 }, async () => {
  const at = await open('administrator', '/admin/endpoints');
  const { page } = at;
  await page.getByRole('button', { name: 'Nhập từ tệp…' }).click();
  await page.locator('input[data-import]').setInputFiles({ name: 'diem-cau.csv', mimeType: 'text/csv', buffer: Buffer.from('id;unit;name\n') });
  await page.getByText('Thêm 2, sửa 1, xoá 0').waitFor();
  await page.getByText('Dòng 7: Không có đơn vị 99999.').waitFor();
  await lookAt(at, 'desk-import-endpoints-vi-1366');
  await at.context.close();
});

test('reading a file of units compares, then does it step by step', { timeout: 240_000 }, async () => {
  const at = await open('administrator', '/admin/units');
  const { page, desk } = at;
  await page.getByRole('button', { name: 'Nhập từ tệp…' }).click();
  const text = 'code;parent_code;level;name\n90001;38;commune;Xã Mới\n14758;38;commune;Phường Hàm Rồng Mới\n90002;77777;commune;Xã Lạc\n';
  await page.locator('input[data-import]').setInputFiles({ name: 'don-vi.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByText('Thêm 1, sửa 1, xoá 0').waitFor();
  await page.getByText('Dòng 4: không có đơn vị cấp trên 77777').waitFor();
  await lookAt(at, 'desk-import-units-vi-1366');
  await page.getByRole('button', { name: 'Thực hiện 2 thay đổi' }).click();
  await until('both are sent', () => desk.sent.filter((s) => s.at.startsWith('/units')).length === 2);
  await at.context.close();
});

test('a setting is saved, and says when it needs a restart', { timeout: 240_000 }, async () => {
  const at = await open('administrator', '/admin/settings');
  const { page, desk } = at;
  const row = page.locator('[data-setting="http.https_port"]');
  await row.getByRole('textbox').fill('abc');
  await row.getByText('Hãy gõ một số.').waitFor();
  await row.getByRole('textbox').fill('9443');
  await row.getByRole('button', { name: 'Lưu' }).click();
  await until('it is sent', () => desk.sent.some((s) => s.at === '/settings' && s.body['http.https_port'] === 9443));
  await page.getByText('chỉ có hiệu lực sau khi khởi động lại').waitFor();
  await lookAt(at, 'desk-settings-saved-vi-1366');
  await at.context.close();
});

test('"/" goes to the search, three letters find', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/');
  const { page } = at;
  await page.locator('[data-event]').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('bao');
  await page.getByText('Tìm thấy 1 phiên họp').waitFor();
  await page.locator('[data-meeting=open1]').waitFor();
  await page.waitForURL(/q=bao/);
  await at.context.close();
});

test('dragging into a clash asks first, and No puts it back', { timeout: 240_000 }, async () => {
  const onWednesday = (world, desk) => {
    clashes(world, desk);
    Object.assign(world.meetings.find((m) => m.id === 'plan2'), { starts_at: '2026-12-02T01:00:00Z', ends_at: '2026-12-02T02:30:00Z' });
  };
  const at = await open('secretary', '/?date=2026-12-02', { change: onWednesday });
  const { page, desk } = at;
  const event = page.locator('[data-event=plan2]');
  await event.scrollIntoViewIfNeeded();
  const box = await event.boundingBox();
  await page.mouse.move(box.x + 20, box.y + 6);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 6, { steps: 5 });
  await page.mouse.move(box.x + 190, box.y + 6, { steps: 5 });
  await page.mouse.up();
  await page.getByRole('dialog').locator('[data-clash=resource]').waitFor();
  await lookAt(at, 'desk-move-clash-vi-1366');
  await page.getByRole('dialog').getByRole('button', { name: 'Không' }).click();
  assert.ok(!desk.sent.some((s) => s.method === 'PATCH'), 'not moved');
  await until('back in its place', async () => Math.abs((await event.boundingBox()).x - box.x) < 5);
  await at.context.close();
});

test('the calendar of a unit has an address that can be copied and revoked', { timeout: 240_000 }, async () => {
  const at = await open('secretary', '/');
  const { page, desk } = at;
  await page.getByRole('button', { name: 'Đăng ký lịch…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Tạo địa chỉ' }).click();
  assert.match(await page.getByLabel('Địa chỉ lịch').inputValue(), /^http:.*\.ics$/);
  await lookAt(at, 'desk-feed-vi-1366');
  await page.getByRole('dialog').getByRole('button', { name: 'Thu hồi' }).click();
  await until('revoked', () => desk.sent.some((s) => s.method === 'DELETE' && s.at === '/calendar/feed'));
  await at.context.close();
});
