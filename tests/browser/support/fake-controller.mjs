// A controller of cardboard: answers REST and the room's WebSocket from made-up data, so that pages can be looked at with
// 1, 166 or 600 sites. Pictures come from a second peer connection inside the page itself.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './browser.mjs';
import { answerDesk, fakeDeskSocket } from './fake-desk.mjs';

const HOUR = 3_600_000;

export function makeWorld({ sites = 166, now = Date.now() } = {}) {
  const rows = fs.readFileSync(path.join(root, 'config/units-vietnam-2025.csv'), 'utf8').trim().split('\n').slice(1);
  const all = rows.map((row) => {
    const [code, parent, level, name] = row.split(',');
    return { code, parent: parent || null, level, name, endpoints: 0 };
  });
  const units = all.filter((u) => u.code === '38' || u.parent === '38');
  if (sites > units.length) units.push(...all.filter((u) => u.parent && u.parent !== '38' && u.parent !== 'VN').slice(0, sites - units.length).map((u) => ({ ...u, parent: '38' })));
  units.find((u) => u.code === '38').parent = null;
  units.slice(0, sites + 1).forEach((u) => (u.endpoints = 1));
  const endpoints = units
    .filter((u) => u.endpoints > 0)
    .map((u) => ({ id: `${u.code}-1`, unit: u.code, unit_name: u.name, name: u.code === '38' ? 'Hội trường UBND tỉnh' : u.name, phone: `0237 3${u.code}` }));
  const meeting = (id, title, state, fromHours, lasts, extra = {}) => ({
    id,
    title,
    state,
    reason: '',
    host_unit: '38',
    host_unit_name: 'Tỉnh Thanh Hóa',
    chair_endpoint: '38-1',
    chair_name: 'Hội trường UBND tỉnh',
    starts_at: new Date(now + fromHours * HOUR).toISOString(),
    ends_at: new Date(now + (fromHours + lasts) * HOUR).toISOString(),
    opened_at: null,
    started_at: state === 'live' ? new Date(now - 0.7 * HOUR).toISOString() : null,
    ended_at: null,
    endpoint_count: endpoints.length,
    may: ['edit', 'run', 'watch'],
    ...extra,
  });
  const meetings = [
    meeting('live1', 'Giao ban công tác tháng 11 với các xã, phường', 'live', -0.7, 2.5),
    meeting('open1', 'Phòng chống bão số 14', 'open', 0.3, 1),
    meeting('plan1', 'Tập huấn chuyển đổi số cho cán bộ cấp xã', 'scheduled', 0.8, 1, { rehearsal: { at: new Date(now - 17 * HOUR).toISOString(), good: 148, fair: 9, bad: 6, absent: 3 } }),
    meeting('post1', 'Sơ kết thực hiện chính quyền địa phương hai cấp', 'postponed', 0.9, 2, { reason: 'Chờ báo cáo của Sở Nội vụ' }),
    meeting('draft1', 'Kiểm điểm công tác cải cách hành chính', 'draft', 25, 1.5),
    meeting('plan2', 'Họp Ban Chỉ đạo nông thôn mới', 'scheduled', 26, 2),
    meeting('canc1', 'Kiểm tra công tác tiếp công dân', 'cancelled', 50, 2, { reason: 'Trùng lịch Tỉnh ủy' }),
    meeting('past1', 'Giao ban tuần 46', 'ended', -140, 2),
  ];
  return { units, endpoints, meetings, seats: makeSeats(endpoints, now), now };
}

function makeSeats(endpoints, now) {
  return endpoints.map((e, i) => ({
    endpoint: e.id,
    code: e.unit,
    name: e.name,
    unit_name: e.unit_name,
    role: e.id === '38-1' ? 'chair' : 'site',
    state: i > 3 && i % 41 === 7 ? 'absent' : i % 53 === 11 ? 'reconnecting' : 'connected',
    mic_open: i === 0 || i === 3,
    mic_locked: i % 9 === 5,
    camera_on: i % 17 !== 6,
    hand_at: [4, 8, 13].includes(i) ? now - (i + 2) * 21_000 : null,
    content: false,
    spotlight: i === 3,
    video_active: true,
    line: i % 29 === 9 ? 'fair' : i % 61 === 12 ? 'poor' : 'good',
    joined_at: now - HOUR,
  }));
}

const USERS = {
  administrator: { id: 1, login: 'admin', name: 'Quản trị hệ thống', role: 'administrator', unit: null, endpoint: null },
  secretary: { id: 2, login: 'thuky', name: 'Nguyễn Thị Hạnh, Văn phòng UBND tỉnh', role: 'secretary', unit: '38', endpoint: null },
  technician: { id: 3, login: 'kythuat', name: 'Lê Văn Tuấn', role: 'technician', unit: '38', endpoint: null },
};

function userOf(world, role) {
  if (USERS[role]) return USERS[role];
  const e = role === 'chair' ? world.endpoints[0] : world.endpoints[3] ?? world.endpoints[1];
  return { id: 9, login: `phong-${e.id}`, name: e.name, role: 'endpoint', unit: e.unit, endpoint: e.id };
}

function answerRest(world, user, method, url, request) {
  const desk = user.role === 'endpoint' && !url.pathname.endsWith('/notices') ? null : answerDesk(world, method, url, request);
  if (desk) return desk;
  const at = url.pathname.replace('/api/v1', '');
  const meetings = user.role === 'endpoint' ? world.meetings.map((m) => ({ ...m, may: ['join'] })) : world.meetings;
  if (at === '/session') return method === 'DELETE' ? [204, null] : [200, { user, csrf: 'c', help_phone: '0237 3852 246' }];
  if (at === '/units') return [200, { units: world.units }];
  if (at === '/endpoints') return [200, { endpoints: world.endpoints }];
  if (at === '/users') return [200, { users: Object.values(USERS).map((u) => ({ ...u, disabled: false, locked: u.id === 3 })) }];
  if (at === '/relay') return [200, { connected: true, stats: {} }];
  if (at === '/meetings') return [200, { meetings }];
  if (/^\/meetings\/[^/]+\/papers$/.test(at)) return [200, { papers: [] }];
  const one = /^\/meetings\/([^/]+)(\/seats)?$/.exec(at);
  const found = one && meetings.find((m) => m.id === one[1]);
  if (found) return [200, one[2] ? { seats: world.seats } : { ...found, endpoints: world.endpoints }];
  const problem = { type: 'about:blank', title: 'Không có', status: 404, detail: 'Không tìm thấy.', code: 'not_found', title_en: 'Not found', detail_en: 'Not found.' };
  return [404, problem];
}

// Runs in the page: answers an offer with moving test pictures, the way the relay's slots would be filled.
async function answerOffer({ sdp, labels }) {
  const Native = Object.getPrototypeOf(window.RTCPeerConnection);
  const pc = new Native();
  window.fakeRelay?.close();
  window.fakeRelay = pc;
  const paint = (label, mid) => {
    const hue = (Number(mid) * 47) % 360;
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const draw = canvas.getContext('2d');
    let n = 0;
    // Four a second: each is drawn, encoded and decoded by the processor that the page has to live on.
    setInterval(() => {
      const sky = draw.createLinearGradient(0, 0, 320, 180);
      sky.addColorStop(0, `hsl(${hue} 45% 32%)`);
      sky.addColorStop(1, `hsl(${hue + 40} 40% 55%)`);
      draw.fillStyle = sky;
      draw.fillRect(0, 0, 320, 180);
      draw.fillStyle = '#fff';
      draw.font = '18px sans-serif';
      draw.textAlign = 'center';
      draw.fillText(window.fakeLabels?.[mid] ?? label, 160, 87);
      draw.fillRect((n++ * 10) % 320, 167, 20, 5);
    }, 250);
    return canvas.captureStream(4).getVideoTracks()[0];
  };
  await pc.setRemoteDescription({ type: 'offer', sdp });
  for (const t of pc.getTransceivers()) {
    if (labels[t.mid] === undefined) continue;
    t.direction = 'sendonly';
    await t.sender.replaceTrack(paint(labels[t.mid], t.mid));
  }
  await pc.setLocalDescription(await pc.createAnswer());
  await new Promise((done) => {
    if (pc.iceGatheringState === 'complete') done();
    pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
    setTimeout(done, 2000);
  });
  return pc.localDescription.sdp;
}

/** Puts the cardboard controller behind a page. `room` changes what the room's socket says; its `rest` answers more paths. */
export async function fakeController(page, world, role, room = {}) {
  const user = userOf(world, role);
  await page.route('**/api/v1/**', async (route) => {
    if (room.signedOut) return route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{}' });
    if (room.failing && !route.request().url().endsWith('/session')) return route.abort();
    const own = room.rest?.(route.request().method(), new URL(route.request().url()), route.request().postDataJSON?.bind(route.request()));
    if (own?.bytes) return route.fulfill({ status: 200, contentType: own.type, headers: own.headers, body: own.bytes });
    if (own instanceof Buffer) return route.fulfill({ status: 200, contentType: 'application/pdf', body: own });
    const [status, body] = own ?? answerRest(world, user, route.request().method(), new URL(route.request().url()), route.request());
    await route.fulfill({ status, contentType: 'application/json', body: body === null ? '' : JSON.stringify(body) });
  });
  await fakeDeskSocket(page, room);
  await page.routeWebSocket(/\/room(\?|$)/, (socket) => {
    if (room.socket) room.socket.current = socket;
    const send = (message) => socket.send(JSON.stringify(message));
    const operator = socket.url().includes('role=operator');
    const id = /meetings\/([^/]+)\/room/.exec(socket.url())[1];
    const fake = { page, world, user, room, operator, id, send };
    socket.onMessage((text) => {
      // A page that is closed while it is being answered is no fault.
      onRoomMessage(fake, JSON.parse(text)).catch((error) => page.isClosed() || console.error(error));
    });
  });
}

async function onRoomMessage(fake, message) {
  const { page, world, user, room, operator, send } = fake;
  if (message.type === 'join') {
    if (room.bye) return send({ type: 'bye', ...room.bye });
    send(welcome(fake));
    send({ type: 'line', up_loss: 0.1, down_loss: 0.3, rtt_ms: 24, state: room.line ?? 'good' });
    room.more?.forEach(send);
    send({ type: 'levels', levels: [[spotlightOf(world), 20], [world.endpoints[0].id, 35]] });
  }
  if (message.type === 'media.offer' && room.noMedia) return;
  if (message.type === 'media.offer') {
    const shown = fill(world, message.lines, room, operator ? null : user.endpoint);
    const labels = Object.fromEntries(shown.filter((s) => s.endpoint && s.source !== 'mic').map((s) => [s.mid, nameOf(world, s)]));
    for (const l of room.onLines?.(message.lines) ?? []) labels[l.mid] ??= '';
    const sdp = await page.evaluate(answerOffer, { sdp: message.sdp, labels });
    const receiving = { audio: 'audio', main: 'main', content_view: 'content', tile: 'tile' };
    const seen = {};
    const slots = message.lines
      .filter((l) => receiving[l.role])
      .map((l) => ({ mid: l.mid, role: receiving[l.role], index: (seen[l.role] = (seen[l.role] ?? -1) + 1) }));
    send({ type: 'media.answer', id: message.id, transport: 't.fake', sdp, slots });
    send({ type: 'slots', slots: shown });
    return room.onRouted?.(fake);
  }
  // A part of the protocol that a test plays itself (fake-control.mjs) answers by itself.
  if (room.onMessage?.(fake, message)) return;
  if (message.id !== undefined) send({ type: 'ok', id: message.id });
}

function welcome({ world, user, room, operator, id }) {
  const meeting = world.meetings.find((m) => m.id === id);
  const seats = world.seats.map((s) => (s.endpoint === user.endpoint ? { ...s, ...room.seat } : s));
  return {
    type: 'welcome',
    protocol: 1,
    role: operator ? 'operator' : user.endpoint === meeting.chair_endpoint ? 'chair' : 'site',
    endpoint: operator ? null : user.endpoint,
    meeting: { ...meeting, spotlight: spotlightOf(world), content_endpoint: room.content ? world.endpoints[0].id : null, ...room.meeting },
    seats,
    ...room.welcome,
    ice_servers: [],
    resumed: false,
    server_time: Date.now(),
    ...room.welcomeNow?.(),
  };
}

function fill(world, lines, room, self) {
  const connected = world.seats.filter((s) => s.state === 'connected' && s.endpoint !== self);
  let next = self ? 1 : 0;
  return lines
    .filter((l) => ['audio', 'main', 'content_view', 'tile'].includes(l.role))
    .map((l) => {
      if (l.role === 'main') return { mid: l.mid, endpoint: spotlightOf(world) === self ? world.endpoints[0].id : spotlightOf(world), source: 'camera' };
      if (l.role === 'content_view') return { mid: l.mid, endpoint: room.content ? world.endpoints[0].id : null, source: room.content ? 'content' : null };
      if (l.role === 'audio') return { mid: l.mid, endpoint: null, source: null };
      const seat = sortedPresent(connected)[next++];
      return { mid: l.mid, endpoint: seat?.endpoint ?? null, source: seat ? 'camera' : null };
    });
}

const spotlightOf = (world) => (world.endpoints[3] ?? world.endpoints[1]).id;

function sortedPresent(seats) {
  const collator = new Intl.Collator('vi');
  return [...seats].sort((a, b) => Number(b.role === 'chair') - Number(a.role === 'chair') || collator.compare(a.name, b.name));
}

function nameOf(world, slot) {
  return slot.source === 'content' ? 'Báo cáo tháng 11' : world.endpoints.find((e) => e.id === slot.endpoint).name;
}
