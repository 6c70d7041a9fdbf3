/** What a vote comes to. Pure; the server decides, this only words it. */
import type { Vote, VoteNew } from '../room/protocol';

export const CHOICES_MAX = 10;
export const CHOICE_MAX = 100;
export const QUESTION_MAX = 500;

export interface ChoiceResult {
  text: string;
  /** null: secret as yet. */
  count: number | null;
  /** Of those cast, in percent, whole. */
  percent: number | null;
}

export function resultsOf(vote: Vote): ChoiceResult[] {
  return vote.choices.map((text, i) => {
    const count = vote.counts?.[i] ?? null;
    return { text, count, percent: count === null || vote.cast === 0 ? null : Math.round((count / vote.cast) * 100) };
  });
}

export type VoteFault = 'question' | 'choices' | 'quorum' | null;

/** What keeps a new vote from being opened; null: nothing. */
export function voteFault(vote: VoteNew): VoteFault {
  if (vote.question.trim() === '' || vote.question.length > QUESTION_MAX) return 'question';
  const choices = vote.choices ?? [];
  const named = new Set(choices.map((c) => c.trim()));
  if (choices.length > 0 && (choices.length < 2 || choices.length > CHOICES_MAX)) return 'choices';
  if (choices.some((c) => c.trim() === '' || c.length > CHOICE_MAX) || named.size !== choices.length) return 'choices';
  if (!Number.isInteger(vote.quorum_percent) || vote.quorum_percent < 0 || vote.quorum_percent > 100) return 'quorum';
  return null;
}
