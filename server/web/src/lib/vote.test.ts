import { describe, expect, it } from 'vitest';
import type { Vote, VoteNew } from '../room/protocol';
import { CHOICES_MAX, QUESTION_MAX, resultsOf, voteFault } from './vote';

const vote: Vote = {
  id: 'v',
  question: 'Thông qua?',
  choices: ['Tán thành', 'Không tán thành', 'Không có ý kiến'],
  secret: false,
  majority: 'simple',
  base: 'present',
  quorum_percent: 50,
  state: 'open',
  opened_at: 1,
  closes_at: null,
  closed_at: null,
  eligible: 166,
  cast: 150,
};
const made: VoteNew = { question: 'Thông qua?', secret: false, majority: 'simple', base: 'present', quorum_percent: 50 };

describe('votes', () => {
  it('shows counts in whole percent of those cast', () => {
    expect(resultsOf({ ...vote, counts: [140, 7, 3] }).map((r) => [r.count, r.percent])).toEqual([
      [140, 93],
      [7, 5],
      [3, 2],
    ]);
  });

  it('shows no figure of a secret vote, and no percent of nothing', () => {
    expect(resultsOf(vote).every((r) => r.count === null && r.percent === null)).toBe(true);
    expect(resultsOf({ ...vote, cast: 0, counts: [0, 0, 0] })[0]).toMatchObject({ count: 0, percent: null });
  });

  it.each<[Partial<VoteNew>, string | null]>([
    [{}, null],
    [{ question: '  ' }, 'question'],
    [{ question: 'x'.repeat(QUESTION_MAX + 1) }, 'question'],
    [{ question: 'x'.repeat(QUESTION_MAX) }, null],
    [{ choices: ['a'] }, 'choices'],
    [{ choices: ['a', 'b'] }, null],
    [{ choices: ['a', ' a '] }, 'choices'],
    [{ choices: ['a', ''] }, 'choices'],
    [{ choices: ['a', 'x'.repeat(101)] }, 'choices'],
    [{ choices: Array.from({ length: CHOICES_MAX + 1 }, (_, i) => `c${i}`) }, 'choices'],
    [{ quorum_percent: 101 }, 'quorum'],
    [{ quorum_percent: -1 }, 'quorum'],
    [{ quorum_percent: 66.6 }, 'quorum'],
  ])('fault of %j: %s', (change, fault) => expect(voteFault({ ...made, ...change })).toBe(fault));
});
