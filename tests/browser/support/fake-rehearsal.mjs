// The rehearsal of a controller of cardboard: what the board reads and does, and what a room that tests itself is told.
const ADVICE = {
  use_cable: { vi: 'Phòng đang dùng Wi-Fi: hãy dùng dây mạng.', en: 'The room is on Wi-Fi: use a network cable.' },
  mic_silent: { vi: 'Micro không có tiếng: bật nút trên micro, hoặc chọn micro khác.', en: 'The microphone is silent: switch it on, or choose another.' },
  loss_up: { vi: 'Đường gửi lên mất gói: tắt các máy đang tải lên, báo nhà mạng.', en: 'The line up loses packets: stop other uploads, tell the provider.' },
  speaker_not_heard: { vi: 'Trong phòng không nghe thấy loa: bật loa, vặn to, hoặc chọn loa khác.', en: 'The room does not hear its loudspeaker: switch it on, turn it up.' },
  no_udp: { vi: 'Tường lửa chặn UDP: nhờ quản trị mạng mở cổng UDP của máy chủ.', en: "A firewall blocks UDP: have the server's UDP port opened." },
};
const TECHNICIANS = ['Lê Văn Tuấn', 'Phạm Thị Hoa', 'Trịnh Đình Sơn', ''];

function resultOf(light, i) {
  const bad = light === 'bad';
  return {
    devices: { camera: 'Logitech BRIO 4K', microphone: 'Jabra Speak 510', speaker: 'Jabra Speak 510' },
    mic: bad && i % 2 ? { ok: false, level: 71 } : { ok: true, level: 17 + (i % 9) },
    speaker: bad && !(i % 2) ? 'no' : 'yes',
    camera: { ok: true, dark: false, height: i % 5 ? 720 : 360 },
    echo: { ok: light !== 'fair', db: light === 'fair' ? 14 : 1 },
    loop: { seen: true, heard: !bad },
    reach: { udp: i % 11 !== 3, tcp: true },
    line: { network: light === 'fair' ? 'wifi' : 'ethernet', up_kbps: 1900 - (i % 7) * 110, down_kbps: 1500 - (i % 4) * 60, up_loss: bad ? 63 : i % 6, down_loss: i % 4, up_jitter_ms: 4, down_jitter_ms: 6, rtt_ms: 18 + (i % 30), seconds: 15 },
    relay: { up_loss: bad ? 60 : i % 6, down_loss: i % 4, rtt_ms: 19 + (i % 30) },
  };
}

function adviceFor(light, i) {
  if (light === 'bad') return i % 2 ? ['mic_silent', 'loss_up'] : ['speaker_not_heard', 'loss_up', 'use_cable'];
  if (light === 'fair') return i % 11 === 3 ? ['no_udp'] : ['use_cable'];
  return [];
}

export class FakeRehearsal {
  constructor(world, { meeting = 'live1', state = 'rehearsal', fresh = false } = {}) {
    this.world = world;
    this.meeting = { ...world.meetings.find((m) => m.id === meeting), state };
    this.asked = [];
    this.revision = 1;
    this.changed = new Map(); // endpoint -> revision
    const branches = world.units.slice(1, 6);
    this.rows = new Map(world.endpoints.map((e, i) => [e.id, this.row(e, i, i > 0 ? branches[i % branches.length] : null, fresh)]));
  }

  row(e, i, branch, fresh) {
    const away = i > 3 && i % 41 === 7;
    const light = fresh || away || i % 37 === 5 ? 'none' : i % 29 === 9 ? 'bad' : i % 13 === 4 ? 'fair' : 'good';
    return {
      endpoint: e.id, name: e.name, unit: e.unit_name, branch: branch?.code ?? null, branch_name: branch?.name ?? null, phone: i % 23 === 11 ? null : e.phone, technician: TECHNICIANS[i % 4],
      connected: !away, running: !away && i % 53 === 6, light, advice: adviceFor(light, i), at: light === 'none' ? null : Date.now() - i * 60_000,
      result: light === 'none' ? null : resultOf(light, i), runs: light === 'none' ? 0 : 1 + (i % 3), note: light === 'bad' && i % 2 ? 'tiếng nhỏ, đã gọi anh Sơn' : '',
      ticked: i % 17 === 2, ticked_by: i % 17 === 2 ? 'kythuat' : null, ticked_at: i % 17 === 2 ? Date.now() - 600_000 : null, seat_light: null,
    };
  }

  set(endpoint, change) {
    Object.assign(this.rows.get(endpoint), change);
    this.revision += 1;
    this.changed.set(endpoint, this.revision);
  }

  answer(since) {
    const all = [...this.rows.values()];
    const count = (f) => all.filter(f).length;
    return {
      revision: this.revision,
      meeting: { id: this.meeting.id, title: this.meeting.title, state: this.meeting.state, starts_at: this.meeting.starts_at },
      opened_at: this.meeting.state === 'rehearsal' ? Date.now() - 1_500_000 : null,
      opens_at: this.meeting.state === 'scheduled' ? Date.now() + 1_200_000 : null,
      counts: {
        sites: all.length, done: count((r) => r.light !== 'none'), good: count((r) => r.light === 'good'), fair: count((r) => r.light === 'fair'), bad: count((r) => r.light === 'bad'),
        running: count((r) => r.running), connected: count((r) => r.connected),
      },
      words: { advice: ADVICE },
      rows: since === 0 ? all : all.filter((r) => (this.changed.get(r.endpoint) ?? 0) > since),
    };
  }

  rest(method, url, body) {
    const at = url.pathname.replace('/api/v1', '');
    const path = /^\/meetings\/([^/]+)\/rehearsal(.*)$/.exec(at);
    if (!path) return undefined;
    if (this.failing) return [503, { title: 'Bận', status: 503, detail: 'Máy chủ bận. Hãy thử lại.', code: 'busy', title_en: 'Busy', detail_en: 'Busy. Try again.' }];
    if (path[2] === '') return [200, this.answer(Number(url.searchParams.get('since') ?? 0))];
    if (path[2] === '/ask') {
      this.asked.push(['all', body()]);
      return [202, {}];
    }
    const site = /^\/sites\/([^/]+)(\/ask|\/runs)?$/.exec(path[2]);
    const row = site && this.rows.get(decodeURIComponent(site[1]));
    if (!row) return undefined;
    if (site[2] === '/runs') {
      const { light, advice, at, result } = row;
      const before = ['bad', 'fair'].map((l, i) => ({ light: l, advice: adviceFor(l, i), at: at - (i + 1) * 900_000, result: resultOf(l, i) }));
      return [200, { runs: [{ light, advice, at, result }, ...before] }];
    }
    if (site[2]) {
      this.asked.push([row.endpoint, body()]);
      return [202, {}];
    }
    const { note, ticked } = body();
    this.asked.push([row.endpoint, body()]);
    this.set(row.endpoint, { ...(note === undefined ? {} : { note }), ...(ticked === undefined ? {} : { ticked, ticked_by: 'kythuat', ticked_at: Date.now() }) });
    return [200, row];
  }
}

/** Room options for fakeController: a server that lets a room test itself; `light` is its verdict. */
export function testableRoom({ light = 'good', seconds = 2, ...more } = {}) {
  const told = { results: [], loops: [] };
  const advice = { good: [], fair: ['use_cable'], bad: ['mic_silent', 'loss_up'] }[light].map((id) => ({ id, text: ADVICE[id] }));
  let lines = [];
  return {
    told,
    ...more,
    onLines: (offered) => {
      lines = offered;
      return offered.filter((l) => l.role === 'main');
    },
    onMessage: ({ send, user }, message) => {
      const ok = () => send({ type: 'ok', id: message.id });
      if (message.type === 'test.begin') {
        ok();
        send({ type: 'test.plan', test: 't1', kbps: 1200, seconds });
        return true;
      }
      if (message.type === 'test.loop') {
        told.loops.push(message.on);
        ok();
        send({ type: 'test.loop', on: message.on, seconds: message.on ? 60 : 0 });
        const mids = ['main', 'audio'].map((role) => lines.find((l) => l.role === role)?.mid).filter(Boolean);
        const shown = message.on ? user.endpoint : null;
        send({ type: 'slots', slots: mids.map((mid, i) => ({ mid, endpoint: shown, source: shown && (i ? 'mic' : 'camera') })) });
        return true;
      }
      if (message.type !== 'test.result') return false;
      told.results.push(message);
      ok();
      send({ type: 'test.verdict', test: message.test, light, advice });
      return true;
    },
  };
}
