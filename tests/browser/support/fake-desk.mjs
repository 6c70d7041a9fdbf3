// The desk's part of the cardboard controller: booking, notices, lists, statistics and the administrator's pages.
const HOUR = 3_600_000;
const ENTRY = { mic: 'off', camera: 'on', waiting_room: true, recording: 'allowed', chat: true, floor_gather: false, auto_end: false, quorum_percent: 50, minutes_per_speaker: 5 };

/** What a world has beside its units, rooms and meetings; made once. */
export function deskOf(world) {
  world.desk ??= makeDesk(world);
  return world.desk;
}

function makeDesk(world) {
  const at = (hours) => new Date(world.now + hours * HOUR).toISOString();
  const notice = (id, kind, hours, vi, en, read) => ({ id, at: at(hours), kind, meeting: 'plan1', title: { vi, en }, text: { vi: 'Chủ trì: Tỉnh Thanh Hóa.', en: 'Host: Tỉnh Thanh Hóa.' }, read });
  const groups = [
    { id: 'g1', unit: '38', name: 'Các xã miền núi', endpoints: world.endpoints.slice(5, 30).map((e) => e.id) },
    { id: 'g2', unit: '38', name: 'Thường trực Tỉnh ủy', endpoints: world.endpoints.slice(0, 3).map((e) => e.id) },
  ];
  const resources = [
    { id: 'r1', unit: '38', unit_name: 'Tỉnh Thanh Hóa', name: 'Hội trường A', kind: 'hall', note: '300 chỗ, tầng 1' },
    { id: 'r2', unit: '38', unit_name: 'Tỉnh Thanh Hóa', name: 'Màn hình LED lưu động', kind: 'equipment', note: '' },
  ];
  const agenda = [
    { id: 'i1', title: 'Khai mạc', speaker: 'Chủ tịch UBND tỉnh', endpoint: '38-1', minutes: 10, papers: [] },
    { id: 'i2', title: 'Báo cáo tình hình kinh tế - xã hội tháng 11', speaker: 'Giám đốc Sở Kế hoạch và Đầu tư', endpoint: null, minutes: 30, papers: ['p1'] },
    { id: 'i3', title: 'Ý kiến các xã, phường', speaker: '', endpoint: null, minutes: 40, papers: [] },
  ];
  const papers = [
    { id: 'p1', name: 'Báo cáo tháng 11.pdf', bytes: 2_400_000, type: 'application/pdf', item: 'i2', pages: 24 },
    { id: 'p2', name: 'Giấy mời số 412.pdf', bytes: 180_000, type: 'application/pdf', item: null, pages: 1 },
  ];
  const row = (unit, unit_name, meetings, sites, minutes, on_time_percent) => ({ unit, unit_name, meetings, sites, sites_per_meeting: sites / meetings, minutes, on_time_percent });
  return {
    notices: [
      notice('n3', 'changed', -0.3, 'Đổi giờ: Tập huấn chuyển đổi số', 'Moved: Tập huấn chuyển đổi số', false),
      notice('n2', 'invitation', -3, 'Giấy mời: Tập huấn chuyển đổi số', 'Invitation: Tập huấn chuyển đổi số', false),
      notice('n1', 'papers', -26, 'Tài liệu mới: Giao ban tháng 11', 'New papers: Giao ban tháng 11', true),
    ],
    groups,
    resources,
    agenda,
    papers,
    templates: [{ id: 't1', unit: '38', name: 'Giao ban tháng', body: { title: 'Giao ban công tác tháng', units: ['38'], endpoints: [], chair_endpoint: '38-1', length_minutes: 150, agenda: agenda.map(({ title, speaker, minutes }) => ({ title, speaker, endpoint: null, minutes })) } }],
    statistics: { rows: [row('38', 'Tỉnh Thanh Hóa', 14, 1912, 1845, 93), row('14758', 'Phường Hạc Thành', 3, 24, 190, 100), row('14923', 'Xã Nga Sơn', 1, 6, 45, 0)], total: row('', '', 18, 1942, 2080, 89) },
    settings: makeSettings(),
    mail: [
      { id: '3', to: 'vanthu@hacthanh.thanhhoa.gov.vn', subject: 'Giấy mời: Giao ban công tác tháng 11', state: 'failed', attempts: 5, error: '550 5.1.1 User unknown', at: at(-1) },
      { id: '2', to: 'vanthu@ngason.thanhhoa.gov.vn', subject: 'Giấy mời: Giao ban công tác tháng 11', state: 'waiting', attempts: 1, error: 'Connection timed out', at: at(-1) },
      { id: '1', to: 'vanthu@thanhha.thanhhoa.gov.vn', subject: 'Giấy mời: Giao ban công tác tháng 11', state: 'sent', attempts: 1, error: '', at: at(-2) },
    ],
    audit: Array.from({ length: 40 }, (_, i) => ({ id: 40 - i, at: at(-i / 3), actor: i % 3 ? 'thuky' : 'admin', action: ['meeting.change', 'user.add', 'session.open', 'endpoint.change'][i % 4], meeting: i % 4 === 0 ? 'plan1' : null, subject: i % 4 === 1 ? 'xa1' : null, detail: null, source: '10.38.1.24' })),
    made: 0,
    report: null,
    drafts: new Map(),
    sent: [],
  };
}

function makeSettings() {
  const one = (key, type, value, fallback, from, vi, en, extra = {}) => ({ key, group: key.split('.')[0], type, value, default: fallback, from, help: { vi, en }, secret: false, restart: false, ...extra });
  return [
    one('http.https_port', 'int', 443, 8443, 'file', 'Cổng HTTPS của các trang.', 'HTTPS port of the pages.', { restart: true }),
    one('mail.server', 'string', 'smtp.thanhhoa.gov.vn', '', 'file', 'Máy chủ SMTP gửi giấy mời.', 'SMTP server that sends invitations.'),
    one('mail.password', 'string', null, '', 'file', 'Mật khẩu SMTP.', 'SMTP password.', { secret: true }),
    one('schedule.paper_days', 'int', 3, 3, 'default', 'Tài liệu phải có trước phiên họp bao nhiêu ngày làm việc.', 'Working days before the meeting by which papers must be there.'),
    one('schedule.lead_time', 'bool', false, true, 'override', 'Cảnh báo khi đặt họp gấp.', 'Warn when a meeting is booked late.'),
  ];
}

function detailOf(world, meeting) {
  const desk = deskOf(world);
  const planned = meeting.id !== 'open1';
  return {
    kind: 'conference',
    co_chairs: [],
    series: null,
    occurrence: null,
    entry: ENTRY,
    published_at: new Date(world.now - 90 * HOUR).toISOString(),
    note: planned ? 'Kính mời các đồng chí dự họp đúng giờ, kiểm tra đường truyền trước 60 phút.' : '',
    ...meeting,
    endpoints: world.endpoints,
    agenda: planned ? desk.agenda : [],
    papers: planned ? desk.papers : [],
    resources: planned ? [desk.resources[0]] : [],
  };
}

const bodyOf = (request) => {
  try {
    return request.postDataJSON();
  } catch {
    return null;
  }
};

function clashReport(world, body) {
  const desk = deskOf(world);
  if (desk.report) return desk.report;
  const rooms = new Set(body.endpoints ?? []);
  if ((body.units ?? []).includes('38')) world.endpoints.forEach((e) => rooms.add(e.id));
  return { endpoint_count: rooms.size, clashes: [], clash_count: 0, free_at: null, bandwidth_mbps: rooms.size * 1.2, capacity_ok: true, warnings: [] };
}

function made(world, body, extra) {
  const desk = deskOf(world);
  const id = `new${(desk.made += 1)}`;
  const agenda = (body.agenda ?? []).map((a, i) => ({ papers: [], ...a, id: a.id ?? `${id}-i${i}` }));
  const units = world.units.find((u) => u.code === body.host_unit);
  const meeting = { ...world.meetings[2], reason: '', rehearsal: null, ...body, agenda, papers: [], resources: [], id, host_unit_name: units?.name ?? '', endpoint_count: clashReport(world, body).endpoint_count, may: ['edit', 'run', 'watch'], ...extra };
  desk.drafts.set(id, meeting);
  world.meetings.push(meeting);
  return meeting;
}

/** [status, body] of a request of the desk's, or null when it is none. */
export function answerDesk(world, method, url, request) {
  const desk = deskOf(world);
  const at = url.pathname.replace('/api/v1', '');
  const body = ['POST', 'PATCH', 'PUT'].includes(method) ? bodyOf(request) : null;
  if (method !== 'GET') desk.sent.push({ method, at, body });
  const list = /^\/(notices|groups|resources|templates|mail|settings)$/.exec(at);
  if (list && method === 'GET') return [200, { [list[1]]: desk[list[1]] }];
  if (at === '/health') return [200, { status: 'ok', version: '0.1.0', relay: 'up' }];
  if (at === '/audit') return [200, { events: desk.audit }];
  if (at === '/statistics') return [200, desk.statistics];
  if (at === '/calendar/feed') return method === 'DELETE' ? [204, null] : [201, { url: '/api/v1/calendar/Zx81-abcdef.ics' }];
  if (at === '/notices/read') return [204, null];
  if (at === '/meetings/clash') return [200, clashReport(world, body)];
  if (at === '/calls') return [201, made(world, body, { state: 'live' })];
  if (/^\/(endpoints|groups)\/import$/.test(at)) return [200, { added: 2, changed: 1, removed: 0, errors: [{ line: 7, text: 'Không có đơn vị 99999.' }] }];
  if (at === '/settings' && method === 'PATCH') {
    for (const setting of desk.settings) if (setting.key in body) Object.assign(setting, { value: body[setting.key], from: 'override' });
    return [200, { settings: desk.settings }];
  }
  if (/^\/(units|users|endpoints|groups|resources|templates)(\/|$)/.test(at) && method !== 'GET' && !list) return method === 'DELETE' ? [204, null] : [200, body];
  if (list && method === 'POST') return [201, { id: `${list[1]}-new`, ...body }];
  if (at === '/meetings' && method === 'POST') return [201, made(world, body, { state: body.draft ? 'draft' : 'scheduled' })];
  const one = /^\/meetings\/([^/]+)(?:\/(.+))?$/.exec(at);
  const meeting = one && world.meetings.find((m) => m.id === one[1]);
  if (!meeting) return null;
  return answerMeeting(world, method, meeting, one[2], body, url);
}

function answerMeeting(world, method, meeting, act, body, url) {
  if (!act && method === 'GET') return [200, detailOf(world, meeting)];
  if (!act && method === 'PATCH') {
    const agenda = body.agenda?.map((a, i) => ({ papers: [], ...a, id: a.id ?? `${meeting.id}-i${i}` }));
    Object.assign(meeting, body, agenda ? { agenda } : {});
    return [200, { ...detailOf(world, meeting), ...(agenda ? { agenda } : {}) }];
  }
  if (!act && method === 'DELETE') {
    world.meetings.splice(world.meetings.indexOf(meeting), 1);
    return [204, null];
  }
  const next = { publish: 'scheduled', rehearse: 'rehearsal', 'rehearse/end': 'scheduled', open: 'open', postpone: 'postponed', cancel: 'cancelled', end: 'ended' }[act];
  if (next) {
    Object.assign(meeting, { state: next, reason: body?.reason ?? '' });
    return [200, detailOf(world, meeting)];
  }
  if (act === 'copy') return [201, made(world, { ...meeting, title: meeting.title }, { state: 'draft' })];
  if (act === 'extend') return [200, detailOf(world, meeting)];
  if (/^papers\//.test(act) && method !== 'GET') return method === 'DELETE' ? [204, null] : [200, body];
  if (act === 'papers' && method === 'POST') {
    const paper = { id: `p${Date.now()}`, name: url.searchParams.get('name'), bytes: 4, type: 'application/pdf', item: url.searchParams.get('item'), pages: 2 };
    return [201, paper];
  }
  return null;
}

/** The desk's WebSocket: says `says` when it is opened; `socket.current` sends more. */
export async function fakeDeskSocket(page, room) {
  await page.routeWebSocket(/\/api\/v1\/desk$/, (socket) => {
    room.deskSocket = socket;
    for (const message of room.says ?? []) socket.send(JSON.stringify(message));
    socket.onMessage(() => socket.send('{"type":"pong"}'));
  });
}
