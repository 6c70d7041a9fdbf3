// Reports on lines, made up: some rooms ill, some that never came, the rest well; as the server answers them.
const KINDS = {
  wifi: ['Wi-Fi yếu', 'Weak Wi-Fi'],
  up_loss: ['Đường truyền lên của phòng này mất gói', "This room's upward line loses packets"],
  cable: ['Đứt đường truyền hoặc mất điện', 'The line is cut or the power is out'],
  silent: ['Có mic mở nhưng không có tiếng', 'The microphone is open, but silent'],
  shared_line: ['Đường truyền chung bị nghẽn', 'The shared line is congested'],
};
const kind = (id) => ({ id, text: { vi: KINDS[id][0], en: KINDS[id][1] } });
const MINUTES = 150;

function figures(i, at) {
  const never = i % 41 === 7;
  const ill = i % 13 === 4;
  const slight = i % 7 === 3;
  const usable = never ? 0 : ill ? 60 + (i % 60) : slight ? 146 : MINUTES;
  const causes = ill
    ? [
        { kind: kind(['wifi', 'up_loss', 'cable'][i % 3]), n: 2 + (i % 3), minutes: 12.4 + i / 10 },
        { kind: kind('silent'), n: 1, minutes: 3.2 },
      ]
    : slight
      ? [{ kind: kind('shared_line'), n: 1, minutes: 4 }]
      : [];
  return {
    meetings: 1,
    sites: 1,
    turns: 1,
    came: never ? 0 : 1,
    on_time: never || i % 19 === 5 ? 0 : 1,
    meeting_minutes: MINUTES,
    connected_minutes: never ? 0 : i % 19 === 5 ? 138 : MINUTES,
    breaks: ill ? 2 : 0,
    measured_seconds: never ? 0 : MINUTES * 60,
    usable_seconds: usable * 60,
    counted_seconds: MINUTES * 60,
    loss_up_percent: never ? null : ill ? 3.42 : slight ? 0.61 : 0.02,
    loss_down_percent: never ? null : slight ? 0.87 : 0.01,
    concealed_percent: never ? null : ill ? 2.1 : 0.1,
    rtt_ms: never ? null : 18,
    frozen_up_seconds: ill ? 74 : 0,
    frozen_down_seconds: slight ? 12 : 0,
    faults: causes.reduce((sum, c) => sum + c.n, 0),
    fault_minutes: causes.reduce((sum, c) => sum + c.minutes, 0),
    causes,
    worst: ill || slight ? { at: at + (i % 90) * 60_000, light: ill ? 'poor' : 'fair', kind: causes[0].kind, loss_up: ill ? 12.5 : 1.4, loss_down: 0 } : null,
    rehearsal: { good: ill || never ? 0 : 1, fair: ill ? 1 : 0, bad: 0, none: never ? 1 : 0 },
  };
}

function sumOf(rows) {
  const add = (name) => rows.reduce((sum, row) => sum + (row[name] ?? 0), 0);
  const causes = new Map();
  for (const c of rows.flatMap((row) => row.causes)) {
    const known = causes.get(c.kind.id) ?? { kind: c.kind, n: 0, minutes: 0 };
    causes.set(c.kind.id, { ...known, n: known.n + c.n, minutes: known.minutes + c.minutes });
  }
  const names = ['turns', 'came', 'on_time', 'connected_minutes', 'measured_seconds', 'usable_seconds', 'counted_seconds', 'frozen_up_seconds', 'frozen_down_seconds', 'faults', 'fault_minutes'];
  return {
    ...rows[0],
    ...Object.fromEntries(names.map((name) => [name, add(name)])),
    sites: rows.length,
    loss_up_percent: 0.34,
    loss_down_percent: 0.14,
    causes: [...causes.values()].sort((a, b) => b.minutes - a.minutes),
    worst: rows.find((row) => row.worst)?.worst ?? null,
    rehearsal: Object.fromEntries(['good', 'fair', 'bad', 'none'].map((light) => [light, rows.reduce((sum, row) => sum + row.rehearsal[light], 0)])),
  };
}

const withRates = (sum) => ({
  ...sum,
  on_time_percent: sum.turns ? (100 * sum.on_time) / sum.turns : null,
  availability_percent: sum.counted_seconds ? (100 * sum.usable_seconds) / sum.counted_seconds : null,
});

export class FakeLines {
  constructor(world, { empty = false, failing = false } = {}) {
    Object.assign(this, { world, empty, failing });
    this.from = world.now - 42 * 60_000;
  }

  rows() {
    const branches = ['Khối phường', 'Miền núi', 'Ven biển'];
    return this.world.endpoints.map((e, i) => {
      const sum = withRates(figures(i, this.from));
      return {
        key: e.id,
        name: e.name,
        unit_name: e.unit_name,
        branch: branches[i % 3],
        at: null,
        joined_at: sum.came ? this.from + (sum.on_time ? -600_000 : 720_000) : null,
        late_seconds: sum.came ? (sum.on_time ? 0 : 720) : null,
        ...sum,
      };
    });
  }

  report(group, meeting, more = {}) {
    const rows = this.empty ? [] : this.rows().sort((a, b) => a.availability_percent - b.availability_percent);
    const total = withRates(rows.length ? sumOf(rows) : sumOf([{ ...figures(1, 0), turns: 0, counted_seconds: 0, usable_seconds: 0 }]));
    return {
      group,
      meeting,
      title: '',
      host_name: 'Tỉnh Thanh Hóa',
      from: this.from,
      to: this.world.now,
      due: this.from,
      tolerance_minutes: 5,
      step_seconds: 10,
      over: false,
      pending: 0,
      total,
      rows,
      definitions: [{ vi: 'Đúng giờ: đã kết nối muộn nhất 5 phút sau giờ bắt đầu.', en: 'On time: connected at most 5 minutes after the start.' }],
      ...more,
    };
  }

  months() {
    const report = this.report('month', null, { pending: 1 });
    const keys = ['2026-09', '2026-10', '2026-11'];
    const rows = keys.map((key, i) => {
      const part = report.rows.filter((_, k) => k % 3 === i);
      return { ...report.rows[0], ...withRates(sumOf(part)), key, name: key, unit_name: '', branch: '', joined_at: null, late_seconds: null, meetings: 9 + i };
    });
    return { ...report, rows };
  }

  rest(method, url) {
    const at = url.pathname.replace('/api/v1', '');
    const one = /^\/meetings\/([^/]+)\/line-report$/.exec(at);
    if (!one && at !== '/line-reports') return undefined;
    if (this.failing) return [503, { type: 'about:blank', title: 'Bận', status: 503, detail: 'Máy chủ đang bận.', code: 'busy', title_en: 'Busy', detail_en: 'The server is busy.' }];
    if (one) return [200, this.report('site', one[1])];
    const group = url.searchParams.get('group');
    if (group === 'month') return [200, this.months()];
    const endpoint = url.searchParams.get('endpoint');
    if (endpoint) {
      const row = this.rows().find((r) => r.key === endpoint);
      return [200, this.report('meeting', null, { title: row.name, rows: [{ ...row, key: 'past1', name: 'Giao ban tuần 46', branch: '', unit_name: '', at: this.from }] })];
    }
    return [200, this.report(group ?? 'site', null)];
  }
}
