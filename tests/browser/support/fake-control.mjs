// The running of a meeting in cardboard: floor, queue, pictures, autoscan, waiting room, roll call, votes, messages, chat, agenda, as
// the room protocol says. Enough for the pages; the rules themselves are the real program's, tested with it.

const DISTRICTS = 12;

/** Sites by branch: a world of four levels out of the flat one, with levels and branches in its seats. */
export function withBranches(world) {
  const units = [...world.units];
  const top = units.find((u) => u.code === '38');
  const branch = (i) => `38-h${(i % DISTRICTS) + 1}`;
  for (let i = 0; i < DISTRICTS; i++) {
    units.push({ code: `38-h${i + 1}`, parent: '38', level: 'district', name: `Khu vực ${i + 1}`, endpoints: 0 });
  }
  let i = 0;
  const moved = units.map((u) => (u === top || u.level === 'district' ? u : { ...u, parent: branch(i++) }));
  const parent = new Map(moved.map((u) => [u.code, u.parent]));
  const seats = world.seats.map((s) => ({ ...s, branch: s.code === '38' ? null : parent.get(s.code), level: s.code === '38' ? 'province' : 'commune' }));
  return { ...world, units: moved, seats };
}

const AGENDA = [
  { id: 'a1', title: 'Khai mạc, giới thiệu đại biểu', speaker: 'Chánh Văn phòng UBND tỉnh', endpoint: null, minutes: 10, papers: [] },
  { id: 'a2', title: 'Báo cáo kết quả tháng 11 và nhiệm vụ tháng 12', speaker: 'Giám đốc Sở Tài chính', endpoint: null, minutes: 30, papers: ['p1'] },
  { id: 'a3', title: 'Thảo luận', speaker: '', endpoint: null, minutes: 60, papers: [] },
  { id: 'a4', title: 'Kết luận của Chủ tịch UBND tỉnh', speaker: '', endpoint: '38-1', minutes: 15, papers: ['p2'] },
];
const PAPERS = [
  { id: 'p1', name: 'Báo cáo tháng 11.pdf', bytes: 2_400_000, type: 'application/pdf', item: 'a2', pages: 24 },
  { id: 'p2', name: 'Dự thảo kết luận.docx', bytes: 90_000, type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', item: 'a4', pages: null },
];

/** A meeting as the protocol keeps it, and what its messages do to it. */
export class FakeMeeting {
  constructor(world, { role = 'operator', branch = null, waiting = 0, held = 0, roll = false, vote = null, floor = false, media = true } = {}) {
    this.media = media;
    this.world = world;
    this.role = role;
    this.branch = branch;
    this.sent = [];
    this.send = () => {};
    const now = Date.now();
    this.seats = new Map(world.seats.map((s, i) => [s.endpoint, completeSeat(s, i)]));
    const free = [...this.seats.values()].filter((s) => s.role !== 'chair' && s.state === 'connected' && s.hand_at === null && !s.spotlight);
    free.slice(-waiting || free.length).forEach((s) => (s.state = 'waiting'));
    this.queue = [...this.seats.values()]
      .filter((s) => s.hand_at !== null)
      .map((s, i) => ({ endpoint: s.endpoint, at: s.hand_at, topic: i === 0 ? 'Kiến nghị về kinh phí sửa đê' : '', held: false }));
    free.slice(0, held).forEach((s) => {
      s.hand_at = now - 33_000;
      s.held = true;
      this.queue.push({ endpoint: s.endpoint, at: s.hand_at, topic: '', held: true });
    });
    this.meeting = {
      kind: 'conference',
      spotlight: null,
      layout: 'chair_content',
      pins: { site: null, chair: null, cochair: null },
      floor: null,
      autoscan: null,
      agenda: { item: 'a2', since: now - 18 * 60_000, minutes: 30 },
      paper: null,
      locked: false,
      chat_closed: false,
      lobby_message: '',
      waiting_room: true,
      roll: roll ? { started_at: now - 240_000 } : null,
      quorum: { percent: 50, present: world.seats.length - 9, needed: Math.ceil(world.seats.length / 2), reached: world.seats.length > 20 },
      auto_end: false,
      rehearsal: false,
      co_chairs: [],
    };
    this.meeting.spotlight = [...this.seats.values()].find((s) => s.spotlight)?.endpoint ?? null;
    this.chat = [
      { id: 'c1', at: now - 200_000, endpoint: world.endpoints[1]?.id ?? null, name: world.endpoints[1]?.name ?? 'Thư ký', text: 'Điểm cầu đã sẵn sàng.' },
      { id: 'c2', at: now - 90_000, endpoint: null, name: 'Thư ký', text: 'Mời các điểm cầu báo số đại biểu.' },
    ];
    this.vote = vote;
    if (floor && this.meeting.spotlight) this.grant({ endpoint: this.meeting.spotlight, seconds: 300, cut: true }, now - 192_000);
  }

  /** What `fakeController` takes as its `room`. */
  get room() {
    return {
      ...this.extra,
      meeting: this.meeting,
      rest: (method, url) => (/\/events$/.test(url.pathname) ? [200, { events: this.events() }] : null),
      welcomeNow: () => ({
        role: this.role,
        branch: this.branch,
        seats: [...this.seats.values()],
        census: this.census(),
        queue: this.queue,
        agenda: AGENDA,
        papers: PAPERS,
        chat: this.chat,
        vote: this.vote,
        meeting: { ...this.world.meetings[0], ...this.meeting },
      }),
      onMessage: (fake, message) => this.onMessage(fake, message),
      noMedia: !this.media,
      onLines: (lines) => (this.lines = lines.filter((l) => l.role === 'main' || l.role === 'tile')),
      onRouted: (fake) => {
        this.page = fake.page;
        this.send = fake.send;
        this.route();
      },
    };
  }

  events() {
    const at = new Date(Date.now() - 60_000).toISOString();
    const subject = this.world.endpoints[1]?.id ?? '';
    return [
      { id: 1, at, action: 'meeting.live', subject: '', actor: 'thuky', detail: '' },
      { id: 2, at, action: 'seat.joined', subject, actor: subject, detail: '' },
      { id: 3, at, action: 'floor.granted', subject, actor: 'thuky', detail: '{"remark":false,"seconds":180}' },
    ];
  }

  census() {
    const all = [...this.seats.values()];
    const count = (pass) => all.filter(pass).length;
    return {
      invited: all.length,
      present: count((s) => s.state === 'connected'),
      waiting: count((s) => s.state === 'waiting'),
      absent: count((s) => s.state === 'absent'),
      reconnecting: count((s) => s.state === 'reconnecting'),
      fair: count((s) => s.state === 'connected' && s.line === 'fair'),
      bad: count((s) => s.state === 'reconnecting' || s.line === 'poor'),
      delegates: all.reduce((sum, s) => sum + (s.head_count ?? 0), 0),
      ...(this.vote ? { voted: this.vote.cast } : {}),
    };
  }

  onMessage(fake, message) {
    this.send = fake.send;
    this.page = fake.page;
    if (message.type === 'view') {
      this.tiles = message.tiles ?? [];
      this.route();
      return false;
    }
    const act = ACTS[message.type];
    if (!act) return false;
    this.sent.push(message);
    const fault = act.call(this, message);
    if (typeof fault === 'string') {
      const text = { vi: 'Không có ai trong hàng chờ.', en: 'Nobody is in the queue.' };
      this.send({ type: 'error', id: message.id, code: fault, text });
    } else {
      this.send({ type: 'ok', id: message.id });
    }
    return true;
  }

  /** Puts the sites that the page asked for into its tiles, and who is on screen into the large picture. */
  route() {
    if (!this.lines) return;
    const main = this.meeting.spotlight ?? this.world.endpoints[0].id;
    const tiles = (this.tiles ?? []).filter((e) => e !== main);
    const slots = this.lines.map((l) => ({ mid: l.mid, endpoint: l.role === 'main' ? main : (tiles.shift() ?? null), source: 'camera' }));
    this.send({ type: 'slots', slots });
    const labels = Object.fromEntries(slots.map((s) => [s.mid, this.seats.get(s.endpoint)?.name ?? '']));
    this.page?.evaluate((names) => Object.assign((window.fakeLabels ??= {}), names), labels).catch(() => {});
  }

  change(...endpoints) {
    this.send({ type: 'seats', seats: endpoints.map((e) => this.seats.get(e)).filter(Boolean) });
    this.send({ type: 'census', ...this.census() });
  }

  tell(change) {
    Object.assign(this.meeting, change);
    this.send({ type: 'meeting', meeting: { ...this.world.meetings[0], ...this.meeting } });
  }

  tellQueue() {
    this.send({ type: 'queue', queue: this.queue });
  }

  /** Changes a seat and says so, as the server does in its ticks. */
  set(endpoint, change) {
    Object.assign(this.seats.get(endpoint), change);
    return endpoint;
  }

  grant({ endpoint, seconds = 0, cut = false, picture = true }, since = Date.now()) {
    const before = this.meeting.floor?.endpoint;
    if (before) this.set(before, { mic_open: false, spotlight: false });
    this.queue = this.queue.filter((q) => q.endpoint !== endpoint);
    this.set(endpoint, { mic_open: true, mic_locked: false, spotlight: picture, hand_at: null });
    const floor = { endpoint, name: this.seats.get(endpoint).name, state: 'speaking', since, seconds, cut, picture, remark: !picture };
    this.tell({ floor, ...(picture ? { spotlight: endpoint } : {}) });
    this.route();
    this.tellQueue();
    this.change(endpoint, before);
  }

  release() {
    const holder = this.meeting.floor?.endpoint;
    if (!holder) return;
    this.set(holder, { mic_open: false, spotlight: false });
    this.tell({ floor: null, spotlight: null });
    this.change(holder);
  }

  show(endpoint) {
    const before = this.meeting.spotlight;
    if (before) this.set(before, { spotlight: false });
    if (endpoint) this.set(endpoint, { spotlight: true });
    this.tell({ spotlight: endpoint });
    this.route();
    this.change(before, endpoint);
  }
}

function completeSeat(seat, i) {
  return {
    shown_name: null,
    level: 'commune',
    branch: null,
    camera_locked: false,
    consent: i % 2 === 0,
    barred: false,
    held: false,
    topic: '',
    queue: null,
    head_count: seat.state === 'connected' && i % 3 !== 2 ? 8 + ((i * 7) % 19) : null,
    head_expected: 25,
    roll: { mark: i % 5 === 1 ? 'present' : i % 83 === 7 ? 'excused' : null, auto: seat.state === 'connected' ? (i % 11 === 3 ? 'partial' : 'present') : 'absent', reason: i % 83 === 7 ? 'mất điện' : '' },
    sound: false,
    moving: seat.state === 'connected',
    ...seat,
  };
}

// What each request does; returns the code of an error, else nothing.
const ACTS = {
  spotlight(m) {
    this.show(m.endpoint);
  },
  'floor.grant'(m) {
    this.grant(m);
  },
  'floor.release'() {
    this.release();
  },
  'floor.next'(m) {
    const first = this.queue.find((q) => !q.held && q.endpoint !== this.meeting.floor?.endpoint);
    if (!first) return 'queue.empty';
    this.grant({ endpoint: first.endpoint, seconds: m.seconds, cut: m.cut });
  },
  'floor.extend'(m) {
    const { floor } = this.meeting;
    if (floor) this.tell({ floor: { ...floor, seconds: floor.seconds + m.seconds } });
  },
  'queue.order'(m) {
    const place = new Map(m.endpoints.map((e, i) => [e, i]));
    this.queue.sort((a, b) => (place.get(a.endpoint) ?? 1e6) - (place.get(b.endpoint) ?? 1e6));
    this.tellQueue();
  },
  'queue.pass_up'(m) {
    this.queue = this.queue.map((q) => (q.endpoint === m.endpoint ? { ...q, held: !m.up } : q));
    this.tellQueue();
    this.change(this.set(m.endpoint, { held: !m.up }));
  },
  'hand.lower'(m) {
    this.queue = this.queue.filter((q) => q.endpoint !== m.endpoint);
    this.tellQueue();
    this.change(this.set(m.endpoint, { hand_at: null }));
  },
  'mic.ask'(m) {
    this.change(this.set(m.endpoint, { mic_open: true }));
  },
  layout(m) {
    this.tell({ layout: m.kind });
  },
  pin(m) {
    this.tell({ pins: { ...this.meeting.pins, [m.role]: m.endpoint } });
  },
  'autoscan.start'(m) {
    const ring = m.endpoints ?? [...this.seats.values()].filter((s) => s.state === 'connected' && s.role !== 'chair').map((s) => s.endpoint);
    this.ring = ring;
    this.tell({ autoscan: { running: true, paused: this.meeting.floor !== null, seconds: m.seconds, current: ring[0], next: ring[1] ?? null, branch: m.branch ?? null } });
  },
  'autoscan.stop'() {
    this.tell({ autoscan: null });
  },
  'autoscan.skip'() {
    const scan = this.meeting.autoscan;
    const at = this.ring.indexOf(scan.next);
    this.tell({ autoscan: { ...scan, current: scan.next, next: this.ring[at + 1] ?? this.ring[0] } });
  },
  'seat.mute'(m) {
    this.change(this.set(m.endpoint, { mic_locked: m.locked, ...(m.locked ? { mic_open: false } : {}) }));
  },
  'seat.camera'(m) {
    this.change(this.set(m.endpoint, { camera_locked: m.off, ...(m.off ? { camera_on: false } : {}) }));
  },
  'seat.rename'(m) {
    this.change(this.set(m.endpoint, { shown_name: m.name }));
  },
  'seat.remove'(m) {
    this.change(this.set(m.endpoint, { state: 'absent', barred: m.bar }));
  },
  'seat.unbar'(m) {
    this.change(this.set(m.endpoint, { barred: false }));
  },
  'mute.all'(m) {
    const muted = [...this.seats.values()].filter((s) => s.mic_open && s.role !== 'chair' && !m.except?.includes(s.endpoint) && (!m.branch || m.branch === s.branch));
    this.change(...muted.map((s) => this.set(s.endpoint, { mic_open: false })));
  },
  'lobby.admit'(m) {
    const waiting = [...this.seats.values()].filter((s) => s.state === 'waiting' && (m.all || m.endpoints?.includes(s.endpoint) || m.branch === s.branch));
    this.change(...waiting.map((s) => this.set(s.endpoint, { state: 'connected' })));
  },
  'lobby.return'(m) {
    this.change(this.set(m.endpoint, { state: 'waiting' }));
  },
  'lobby.message'(m) {
    this.tell({ lobby_message: m.text });
  },
  'meeting.lock'(m) {
    this.tell({ locked: m.locked });
  },
  'meeting.extend'(m) {
    const ends = Date.parse(this.meeting.ends_at ?? this.world.meetings[0].ends_at) + m.minutes * 60_000;
    this.tell({ ends_at: new Date(ends).toISOString() });
  },
  'agenda.go'(m) {
    const item = AGENDA.find((a) => a.id === m.item);
    this.tell({ agenda: item ? { item: item.id, since: Date.now(), minutes: item.minutes } : null });
  },
  'paper.show'(m) {
    this.tell({ paper: m.paper ? { paper: m.paper, page: m.page, by: '' } : null });
  },
  'paper.page'(m) {
    this.tell({ paper: { ...this.meeting.paper, page: m.page } });
  },
  message(m) {
    this.send({ type: 'banner', text: m.text, from: 'Thư ký', until: null });
  },
  'message.clear'() {
    this.send({ type: 'banner', text: null, from: '', until: null });
  },
  chat(m) {
    const line = { id: `c${this.chat.length + 1}`, at: Date.now(), endpoint: null, name: 'Thư ký', text: m.text };
    this.chat.push(line);
    this.send({ type: 'chat', items: [line] });
  },
  'chat.close'(m) {
    this.tell({ chat_closed: m.closed });
  },
  'roll.start'() {
    this.tell({ roll: { started_at: Date.now() } });
  },
  'roll.stop'() {
    this.tell({ roll: null });
  },
  'roll.mark'(m) {
    const mark = (e) => this.set(e, { roll: { ...this.seats.get(e).roll, mark: m.mark, reason: m.reason ?? '' } });
    this.change(...(m.endpoints ?? [m.endpoint]).map(mark));
  },
  'vote.open'(m) {
    const now = Date.now();
    const eligible = this.census().present;
    this.vote = { ...m, id: 'v1', state: 'open', opened_at: now, closes_at: m.seconds ? now + m.seconds * 1000 : null, closed_at: null, eligible, cast: 0, counts: m.secret ? null : m.choices.map(() => 0) };
    this.send({ type: 'vote', vote: this.vote });
  },
  'vote.close'() {
    const counts = this.vote.choices.map((_, i) => Math.round(this.vote.eligible * [0.9, 0.06, 0.02][i]));
    this.vote = { ...this.vote, state: 'closed', closed_at: Date.now(), counts, cast: counts.reduce((a, b) => a + b, 0), quorum_met: true, passed: true };
    this.send({ type: 'vote', vote: this.vote });
  },
  'vote.cancel'() {
    this.vote = { ...this.vote, state: 'cancelled', closed_at: Date.now() };
    this.send({ type: 'vote', vote: this.vote });
  },
};
