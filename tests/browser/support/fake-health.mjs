// The technician's half of the controller of cardboard: sites with faults, alarms, series, the relay's figures; answers REST and
// the health socket of a page.

import fs from 'node:fs';

const PICTURE = fs.readFileSync(new URL('./site-picture.jpg', import.meta.url));

const WORDS = {
  states: {
    ok: { vi: 'Tốt', en: 'Good' },
    absent: { vi: 'Chưa vào phòng họp', en: 'Not in the meeting yet' },
    lost: { vi: 'Mất liên lạc: gọi kỹ thuật tại chỗ, kiểm tra dây mạng và nguồn điện', en: 'Out of reach: call the technician there' },
    silent: { vi: 'Có mic mở nhưng không có tiếng: chọn sai micro, hoặc micro bị tắt trên thiết bị', en: 'The microphone is open, but silent' },
    poor_line: { vi: 'Đường truyền mất gói: dùng dây mạng, tắt việc tải khác', en: 'The line loses packets: use a cable' },
    black: { vi: 'Camera gửi hình đen: mở nắp che, bật đèn, chọn lại camera', en: 'The camera sends a black picture' },
  },
  reasons: { none: { vi: 'không có gì', en: 'nothing' }, loss: { vi: 'mất gói', en: 'packets are lost' } },
  causes: {
    cable: { vi: 'Đứt đường truyền hoặc mất điện: gọi kỹ thuật tại chỗ', en: 'The line is cut or the power is out' },
    shared_line: { vi: 'Đường truyền chung bị nghẽn: các điểm cùng địa chỉ đều kém', en: 'The shared line is congested' },
    wifi: { vi: 'Wi-Fi yếu: hãy dùng dây mạng', en: 'Weak Wi-Fi: use a cable' },
    room_device: { vi: 'Thiết bị của phòng: kiểm tra micro, loa, camera', en: "The room's device: check microphone, loudspeaker, camera" },
    udp_blocked: { vi: 'Tường lửa chặn UDP, phải đi TCP: mở cổng UDP của máy chủ', en: 'A firewall blocks UDP, TCP is used' },
  },
};

const NO_LOSS = { up: 0, down: 0 };

/** Faults by place in the list: light, state, cause, loss. */
function faultOf(i, endpoints) {
  if (i % 53 === 11) return { light: 'lost', state: 'lost', cause: 'cable', loss: NO_LOSS };
  if (i % 41 === 7) return { light: 'absent', state: 'absent', cause: null, loss: NO_LOSS };
  if (i % 61 === 12) return { light: 'poor', state: 'poor_line', cause: 'shared_line', peer: endpoints[i + 1]?.id ?? null, loss: { up: 8, down: 72 } };
  if (i % 29 === 9) return { light: 'fair', state: 'poor_line', cause: 'wifi', loss: { up: 31, down: 12 } };
  if (i % 47 === 20) return { light: 'fair', state: 'silent', cause: 'room_device', loss: NO_LOSS };
  if (i % 59 === 30) return { light: 'fair', state: 'ok', cause: 'udp_blocked', loss: NO_LOSS };
  return { light: 'good', state: 'ok', cause: null, loss: NO_LOSS };
}

export class FakeHealth {
  constructor(world, { branches = true } = {}) {
    this.world = world;
    this.now = Date.now();
    const codes = world.units.slice(1, 9).map((u) => u.code);
    this.sites = new Map(
      world.endpoints.map((e, i) => [e.id, this.site(e, i, branches && i > 0 ? codes[i % codes.length] : null)]),
    );
    this.alarms = [...this.sites.values()]
      .filter((s) => ['lost', 'poor', 'fair'].includes(s.light))
      .map((s, i) => this.alarm(s, i));
    this.asked = [];
    this.pictured = [];
    this.watched = [];
    this.socket = null;
  }

  site(e, i, branch) {
    const { cause, peer = null, ...fault } = faultOf(i, this.world.endpoints);
    const ill = fault.light !== 'good';
    return {
      endpoint: e.id, name: e.name, unit: e.unit_name, branch, phone: e.phone, meeting: 'live1', role: i === 0 ? 'chair' : 'site',
      ...fault,
      since: this.now - (ill ? 40_000 + i * 1000 : 900_000),
      score: { up: ill ? 61 : 93, down: ill ? 54 : 95 },
      reason: { up: 'none', down: ill ? 'loss' : 'none' },
      cause: cause && { id: cause, confidence: 85, since: this.now - 30_000, peer },
      speaking: i === 3, mic: i === 0 || i === 3, level: i === 3 ? 4 : 0,
      rtt: fault.light === 'lost' ? null : 20 + (i % 5) * 10, kbps: { up: 1200, down: 1600 }, tcp: cause === 'udp_blocked', network: cause === 'wifi' ? 'wifi' : 'ethernet', stale: false,
    };
  }

  alarm(site, i) {
    const kind = site.cause?.id ?? site.state;
    return {
      id: String(100 + i), meeting: 'live1', endpoint: site.endpoint, name: site.name, severity: site.light === 'fair' ? 'warning' : 'critical', kind,
      confidence: 85, peer: null, text: WORDS.causes[kind] ?? WORDS.states[kind], raised: this.now - 60_000 + i * 1000, cleared: null,
      acked_by: null, acked: null, silenced_until: null, note: i === 1 ? 'Đã gọi anh Sơn, đang thay dây mạng' : null, silent: false,
    };
  }

  snapshot() {
    return { type: 'snapshot', at: this.now, words: WORDS, counts: { sites: this.sites.size, good: 0, fair: 0, poor: 0, absent: 0 }, meetings: this.world.meetings.filter((m) => m.state === 'live'), sites: [...this.sites.values()], alarms: this.alarms };
  }

  send(message) {
    this.socket?.send(JSON.stringify(message));
  }

  /** Some sites changed, a second later. */
  change(changes, alarms = []) {
    this.now += 1000;
    for (const { endpoint, ...more } of changes) Object.assign(this.sites.get(endpoint) ?? {}, more);
    this.send({ type: 'update', at: this.now, sites: changes, alarms });
  }

  detail() {
    const streams = [
      { name: 'mic', kind: 'audio_up', layer: 0, kbps: 32, pps: 50, lost: 0, jitter_us: 3000, fps: 0, width: 0, height: 0, frozen: 0, keyframes: 0, nacks: 0, plis: 0, rtx: 0, level: 30, muted: false, active: true, shown: null },
      { name: 'camera', kind: 'video_up', layer: 0, kbps: 1150, pps: 120, lost: 4, jitter_us: 5000, fps: 25, width: 1280, height: 720, frozen: 0, keyframes: 1, nacks: 2, plis: 0, rtx: 2, level: 0, muted: false, active: true, shown: null },
      { name: 's1', kind: 'video_down', layer: 0, kbps: 1600, pps: 160, lost: 0, jitter_us: 2000, fps: 25, width: 1280, height: 720, frozen: 0, keyframes: 0, nacks: 0, plis: 0, rtx: 0, level: 0, muted: false, active: true, shown: null },
    ];
    const client = { network: 'ethernet', candidate: 'host', protocol: 'udp', browser: 'Chromium 156', microphone: 'Jabra Speak 510', camera: 'Logitech C920', speaker: 'Jabra Speak 510', limited: 'none', decoded_fps: 25, concealed_permille: 0, encode_fps: 25, encode_height: 720, blocked: false, at: this.now };
    const sample = { rtt: 24, jitter_up: 3, loss_up: 4, loss_down: 0, kbps_up: 1200, kbps_down: 1600, estimate: 4000, target: 1700, streams };
    this.send({ type: 'detail', at: this.now, sites: this.watched.map((endpoint) => ({ endpoint, sample, client })) });
  }

  series(from) {
    const columns = ['t', 'light', 'loss_up', 'loss_down', 'rtt', 'jitter_up_100us', 'jitter_down_100us', 'kbps_up', 'kbps_down', 'estimate_kbps', 'height_up', 'fps_up', 'height_down', 'frozen_up_ms', 'frozen_down_ms', 'score_up', 'score_down', 'level'];
    const step = 2;
    const rows = [];
    for (let t = Math.max(from, this.now - 600_000), i = 0; t < this.now; t += step * 1000, i += 1) {
      if (i > 140 && i < 160) continue; // was away
      const ill = i > 220 && i < 260;
      rows.push([t, ill ? 3 : 1, ill ? 60 : i % 9, i % 4, 22 + (i % 7), 30 + (i % 3) * 10, 20, 1100 + 60 * Math.sin(i / 9), 1600 + 90 * Math.cos(i / 7), 4000, ill ? 360 : 720, ill ? 15 : 25, 720, ill ? 300 : 0, 0, ill ? 52 : 93, 95, 30 + 12 * Math.sin(i / 3)]);
    }
    return { endpoint: 'x', step, from, columns, rows };
  }

  relay() {
    this.now += 2000;
    const rates = { cpu_percent: 38 + (this.now % 7), rx_pps: 31000, tx_pps: 168000, rx_bytes_s: 26e6, tx_bytes_s: 160e6, rx_dropped_s: 0, tx_dropped_s: 0 };
    const shard = (n, transports, tracks, slots) => ({ shard: n, transports, tracks, slots, round_worst_us: 4100, packets_per_round: 8.7, ...rates });
    return { connected: true, shards: [shard(0, 310, 640, 4030), shard(1, 290, 598, 3770)], total: rates, rss_bytes: 104e6, uptime_s: 93_000 };
  }

  /** A capture that goes on until it is stopped. */
  captured(method, body) {
    this.capture ??= { state: 'none', may_payload: false };
    if (method === 'POST') {
      this.asked.push(['capture', body()]);
      this.capture = { state: 'running', may_payload: false, reason: null, payload: body().payload, seconds: body().seconds, started_at: new Date(Date.now() - 20_000).toISOString(), by: 'kythuat', bytes: 345_678, packets: 4_321, dropped: 0, file: false };
      return [202, this.capture];
    }
    if (method === 'DELETE') {
      this.capture = { ...this.capture, state: 'done', reason: 'stopped', file: true };
      return [204, null];
    }
    return [200, this.capture];
  }

  rest(method, url, body) {
    const at = url.pathname.replace('/api/v1', '');
    if (!at.startsWith('/health/')) return undefined;
    const act = /^\/health\/alarms\/(\d+)\/(\w+)$/.exec(at);
    if (method === 'POST' && act) {
      this.asked.push([act[1], act[2], body?.()]);
      const alarm = this.alarms.find((a) => a.id === act[1]);
      if (act[2] === 'ack') Object.assign(alarm, { acked_by: 'kythuat', acked: this.now });
      if (act[2] === 'note') alarm.note = body().text || null;
      if (act[2] === 'silence') alarm.silenced_until = body().minutes ? Date.now() + body().minutes * 60_000 : null;
      this.change([], [alarm]);
      return [204, null];
    }
    if (at === '/health/alarms') return [200, { alarms: this.alarms.filter((a) => a.endpoint === url.searchParams.get('endpoint')) }];
    if (at === '/health/heat') {
      const from = Number(url.searchParams.get('from'));
      const long = this.now - from > 11 * 60_000;
      const sites = [...this.sites.values()].map((s, i) => ({ endpoint: s.endpoint, name: s.name, lights: Array.from({ length: 120 }, (_, k) => ((i + k) % 37 === 0 ? 'p' : (i * k) % 11 === 3 ? 'f' : k < 8 ? '.' : 'g')).join('') }));
      return [200, { from, step: long ? 30 : 5, sites }];
    }
    if (/^\/health\/sites\/[^/]+\/events$/.test(at)) {
      return [200, { events: [['seat.joined', 500], ['floor.granted', 200], ['floor.released', 130]].map(([action, ago]) => ({ at: this.now - ago * 1000, action, meeting: 'm1', actor: 'thuky' })) }];
    }
    if (at === '/health/relay') return [200, this.relay()];
    if (at === '/health/evidence') return [200, { evidence: [{ id: 7, at: this.now - 50_000, reason: 'poor_line', headers: true }] }];
    if (/^\/health\/sites\/[^/]+\/capture$/.test(at)) return this.captured(method, body);
    const pictured = /^\/health\/sites\/([^/]+)\/picture$/.exec(at);
    if (pictured) return this.picture(decodeURIComponent(pictured[1]));
    const site = /^\/health\/sites\/([^/]+)(\/series)?$/.exec(at);
    const found = site && this.sites.get(decodeURIComponent(site[1]));
    if (!found) return [404, { type: 'about:blank', title: 'Không có', status: 404, detail: 'Không tìm thấy.', code: 'not_found', title_en: 'Not found', detail_en: 'Not found.' }];
    if (site[2]) return [200, this.series(Number(url.searchParams.get('from')))];
    return [200, { site: found, sample: null, client: null, transport: { id: 't', state: 'connected', address: '203.0.113.7:50012', tcp: found.tcp, since_ms: 1 }, sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1', candidates: ['candidate:1 1 udp 2130706431 192.168.1.7 50012 typ host'], history_s: 600 }];
  }

  /** What its camera shows, four seconds ago; of who is away the words why not. */
  picture(endpoint) {
    this.pictured.push(endpoint);
    if (this.sites.get(endpoint)?.light !== 'absent') return { bytes: PICTURE, type: 'image/jpeg', headers: { Age: '4' } };
    return [404, { type: 'about:blank', title: 'Không tìm thấy', status: 404, code: 'not_found', why: 'camera_off', detail: 'Điểm cầu chưa vào họp hoặc camera đang tắt.',
      title_en: 'Not found', detail_en: 'The site is not in the meeting, or its camera is off.' }];
  }

  async attach(page) {
    await page.routeWebSocket(/\/api\/v1\/health\/live$/, (socket) => {
      this.socket = socket;
      this.send(this.snapshot());
      socket.onMessage((text) => {
        const message = JSON.parse(text);
        if (message.type !== 'watch') return;
        this.watched = message.endpoints;
        if (this.watched.length > 0) this.detail();
      });
    });
  }
}
