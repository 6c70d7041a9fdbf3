// Scenes of a meeting for the cardboard controller: what a room's page, the hall and the page afterwards have to show.
const MINUTE = 60_000;

/** A PDF of so many pages, by hand: one line on each, in a font that the reader must bring along. */
export function makePdf(pages) {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', null, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  const kids = [];
  for (let n = 1; n <= pages; n++) {
    const text = `BT /F1 40 Tf 80 420 Td (Bao cao thang 11 - trang ${n}/${pages}) Tj ET 80 380 680 6 re f`;
    objects.push(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
    objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents ${objects.length} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`);
    kids.push(`${objects.length} 0 R`);
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages} >>`;
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((o) => `${String(o).padStart(10, '0')} 00000 n \n`).join('')}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

export const PAPERS = [
  { id: 'p1', name: 'Báo cáo tình hình kinh tế - xã hội tháng 11.pdf', bytes: 1_200_000, type: 'application/pdf', item: 'a2', pages: 3 },
  { id: 'p2', name: 'Biểu số liệu kèm theo.xlsx', bytes: 90_000, type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', item: 'a2', pages: null },
];

const AGENDA = [
  { id: 'a1', title: 'Khai mạc, tuyên bố lý do', speaker: 'Văn phòng UBND tỉnh', endpoint: null, minutes: 10, papers: [] },
  { id: 'a2', title: 'Báo cáo tình hình kinh tế - xã hội tháng 11', speaker: 'Sở Tài chính', endpoint: null, minutes: 30, papers: ['p1', 'p2'] },
  { id: 'a3', title: 'Thảo luận của các xã, phường', speaker: '', endpoint: null, minutes: 60, papers: [] },
];

const VOTE = {
  id: 'v1',
  question: 'Thông qua kế hoạch sắp xếp nhà văn hoá thôn giai đoạn 2026–2030?',
  choices: ['Tán thành', 'Không tán thành', 'Không có ý kiến'],
  secret: false,
  majority: 'absolute',
  base: 'present',
  quorum_percent: 50,
  state: 'open',
  opened_at: Date.now() - MINUTE,
  closes_at: Date.now() + 3 * MINUTE,
  closed_at: null,
  eligible: 163,
  cast: 97,
  counts: null,
  my_choice: null,
};
const CLOSED = { ...VOTE, state: 'closed', closed_at: Date.now() + 600_000, cast: 160, counts: [141, 11, 8], passed: true, quorum_met: true, my_choice: 0 };

const CHAT = [
  { id: 'c1', at: Date.now() - 9 * MINUTE, endpoint: '14758-1', name: 'Phường Hạc Thành', text: 'Đề nghị gửi lại biểu số 3, bản in bị mờ.' },
  { id: 'c2', at: Date.now() - 8 * MINUTE, endpoint: null, name: '', text: 'Đã gửi lại trong mục Tài liệu.' },
  { id: 'c3', at: Date.now() - 2 * MINUTE, endpoint: '15001-1', name: 'Xã Nga Sơn', text: 'Cảm ơn văn phòng.' },
];
const CENSUS = { invited: 166, present: 163, waiting: 0, absent: 3, reconnecting: 0, fair: 5, bad: 2, delegates: 1847 };

const own = (world) => world.endpoints[3] ?? world.endpoints[1];
const floorOf = (endpoint, name, change = {}) => ({
  endpoint,
  name,
  state: 'speaking',
  since: Date.now() - 4 * MINUTE,
  seconds: 300,
  cut: false,
  picture: true,
  remark: false,
  ...change,
});

/** What the room of `own` is told, by scene; to be given to fakeController as `room`. */
export function scene(name, world) {
  const me = own(world);
  const seat = { mic_open: false, mic_locked: false, camera_on: true, spotlight: false, hand_at: null, head_count: 23, head_expected: 25, consent: false };
  const meeting = { layout: 'chair_content', agenda: { item: 'a2', since: Date.now() - 18 * MINUTE, minutes: 30 }, paper: null, floor: null };
  const welcome = { census: CENSUS, agenda: AGENDA, papers: PAPERS, chat: CHAT, vote: null };
  const pdf = makePdf(3);
  const rest = (_, url) => (/\/papers\//.test(url.pathname) ? pdf : undefined);
  const base = { seat, meeting, welcome, rest, more: [] };
  const speaking = { ...seat, mic_open: true, spotlight: true };
  const scenes = {
    quiet: base,
    asked: { ...base, seat: { ...seat, hand_at: Date.now(), queue: 2, topic: '' }, more: [{ type: 'queue_place', place: 2, length: 5 }] },
    floor: { ...base, seat: speaking, meeting: { ...meeting, floor: floorOf(me.id, me.name) } },
    floorLate: { ...base, seat: speaking, meeting: { ...meeting, floor: floorOf(me.id, me.name, { since: Date.now() - 282_000 }) } },
    ask: { ...base, more: [{ type: 'floor.ask', seconds: 20, remark: false }] },
    heads: { ...base, seat: { ...seat, head_count: null, head_expected: null } },
    vote: { ...base, welcome: { ...welcome, vote: VOTE } },
    result: { ...base, welcome: { ...welcome, vote: CLOSED } },
    banner: { ...base, more: [{ type: 'banner', text: 'Xã Nga Sơn chuẩn bị phát biểu, đề nghị mở camera.', from: 'Thư ký', until: null }] },
    paper: { ...base, meeting: { ...meeting, paper: { paper: 'p1', page: 2, by: '38-1' } } },
    other: { ...base, meeting: { ...meeting, paper: { paper: 'p2', page: 1, by: '38-1' } } },
    grid9: { ...base, meeting: { ...meeting, layout: 'grid9' } },
    grid16: { ...base, meeting: { ...meeting, layout: 'grid16' } },
    twoWay: { ...base, seat: speaking, meeting: { ...meeting, layout: 'two_way', floor: floorOf(me.id, me.name) } },
    strip: { ...base, meeting: { ...meeting, layout: 'speaker_strip' } },
    rehearsal: { ...base, meeting: { ...meeting, state: 'rehearsal', rehearsal: true, agenda: null } },
    waiting: {
      ...base,
      seat: { ...seat, state: 'waiting', head_count: null, head_expected: null },
      meeting: { ...meeting, agenda: null, lobby_message: 'Đề nghị các điểm cầu kiểm tra micro. 08:25 bắt đầu điểm danh.' },
      welcome: { ...welcome, waiting: true },
    },
  };
  return structuredCloneRest(scenes[name]);
}

const structuredCloneRest = ({ rest, ...data }) => ({ ...structuredClone(data), rest });

const DAY = new Date().setHours(0, 0, 0, 0);
const at = (h, m) => DAY + h * 3_600_000 + m * MINUTE;

/** What GET /meetings/{id}/report answers for so many sites. */
export function makeReport(world) {
  const attendance = world.endpoints.map((e, i) => {
    const never = i > 3 && i % 41 === 7;
    const late = i % 13 === 5 ? 4 + (i % 9) : 0;
    const broken = i % 29 === 9;
    const first = at(8, 30 + late) - (late ? 0 : 9 * MINUTE);
    const spans = never ? [] : broken ? [[first, at(9, 20)], [at(9, 21), at(11, 0)]] : [[first, at(11, 0)]];
    const mark = never ? (i % 2 ? 'excused' : 'absent') : 'present';
    return {
      endpoint: e.id,
      name: e.name,
      unit_name: e.unit_name,
      branch: i % 8 === 0 ? 'Miền núi' : '',
      invited: true,
      first_joined_at: never ? null : first,
      spans,
      minutes: never ? 0 : 150 - late,
      late_minutes: late,
      breaks: broken ? 1 : 0,
      mark,
      marked: never,
      reason: mark === 'excused' ? 'Mất điện do bão, đã báo Văn phòng' : '',
      head_count: never || i % 17 === 4 ? null : 8 + (i % 19),
      head_expected: i % 3 ? 25 : null,
      spoken_seconds: 0,
    };
  });
  const count = (mark) => attendance.filter((a) => a.mark === mark).length;
  const speaking = [4, 8, 13, 4].filter((i) => world.endpoints[i]).map((i, n) => ({
    endpoint: world.endpoints[i].id,
    name: world.endpoints[i].name,
    from: at(9, 10 + n * 7),
    seconds: 190 + n * 61,
    kind: n === 2 ? 'remark' : 'floor',
  }));
  return {
    from: at(8, 30),
    to: at(11, 0),
    counts: {
      invited: attendance.length,
      present: count('present'),
      absent: count('absent'),
      excused: count('excused'),
      not_called: 0,
      late: attendance.filter((a) => a.late_minutes > 0).length,
      delegates: attendance.reduce((sum, a) => sum + (a.head_count ?? 0), 0),
    },
    quorum: { percent: 50, present: count('present'), needed: Math.ceil(attendance.length / 2), reached: true },
    attendance,
    speaking,
    votes: [
      { question: VOTE.question, secret: false, choices: VOTE.choices, counts: [141, 11, 8], eligible: 163, passed: true, quorum_met: true, opened_at: at(10, 20), closed_at: at(10, 23) },
      { question: 'Chọn địa điểm Ngày hội chuyển đổi số?', secret: true, choices: ['Hạc Thành', 'Sầm Sơn', 'Bỉm Sơn'], counts: [61, 60, 21], eligible: 163, passed: false, quorum_met: true, opened_at: at(10, 40), closed_at: at(10, 44) },
    ],
    events: [
      { at: at(8, 30), actor: 'thuky', action: 'meeting.state', subject: null, detail: 'live' },
      { at: at(9, 10), actor: 'thuky', action: 'floor.granted', subject: world.endpoints[4]?.id, detail: '{"remark":false}' },
      { at: at(9, 14), actor: 'thuky', action: 'floor.released', subject: world.endpoints[4]?.id, detail: '{"seconds":190}' },
    ],
  };
}

/** The minutes as the server keeps them; `rival` saves a version of its own before the next save. */
export function fakeAfter(world) {
  const report = makeReport(world);
  const kept = { versions: [], rival: null };
  const newest = () => kept.versions[0] ?? { version: 0, text: '', author: '', at: null, approved_at: null, approved_by: '' };
  const store = (text, author) => kept.versions.unshift({ version: newest().version + 1, text, author, at: Date.now(), approved_at: null, approved_by: '' });
  const conflict = [409, { title: 'Đã có bản mới hơn', status: 409, detail: 'Hãy đọc bản mới.', code: 'minutes.version', title_en: 'Newer', detail_en: 'Read it.' }];
  const draft = '# BIÊN BẢN\n\n## Thành phần\n- Có mặt 163/166 điểm cầu, 1847 đại biểu.\n\n## Nội dung\n- 09:10 Xã A phát biểu.\n';
  const rest = (method, url, body) => {
    const path = url.pathname.replace(/^.*\/meetings\/[^/]+/, '');
    if (path === '/report') return [200, report];
    if (path === '/minutes/versions') return [200, { versions: kept.versions }];
    if (path === '/minutes/draft') return [200, { text: draft }];
    if (path === '/minutes/approve') {
      if (body().version !== newest().version) return conflict;
      kept.versions[0] = { ...newest(), approved_at: Date.now(), approved_by: 'Nguyễn Thị Hạnh' };
      return [200, newest()];
    }
    if (path !== '/minutes') return undefined;
    if (method === 'GET') return [200, newest()];
    if (kept.rival !== null) store(kept.rival, 'lethi.b');
    kept.rival = null;
    if (body().version !== newest().version) return conflict;
    store(body().text, 'thuky');
    return [200, newest()];
  };
  return { kept, rest };
}
