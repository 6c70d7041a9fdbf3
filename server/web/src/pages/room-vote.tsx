import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { percentOf } from '../lib/report';
import { formatSpan } from '../lib/time';
import { playAttention } from '../room/chime';
import type { RoomClient } from '../room/client';
import { voteLeft, votePart } from '../room/moment';
import type { Vote } from '../room/protocol';
import { selfSeat, type RoomState } from '../room/state';

interface VoteCardProps {
  client: RoomClient;
  state: RoomState;
  /** Server clock. */
  now: number;
  bare?: boolean;
}

/** A vote while it is open, and its result for a minute. */
export function VoteCard({ client, state, now, bare = false }: VoteCardProps): ReactNode {
  const { t } = useTranslation();
  const { vote } = state;
  const part = votePart(vote, selfSeat(state), now);
  const [hidden, setHidden] = useState<string | null>(null);
  const ringing = part === 'open' ? (vote?.id ?? null) : null;
  useEffect(() => {
    if (ringing !== null) playAttention();
  }, [ringing]);
  if (!vote || part === 'none' || (part === 'result' && hidden === vote.id)) return null;
  const left = vote.state === 'open' ? voteLeft(vote, now) : null;
  return (
    <section className={`vote vote-${part}`} aria-label={t('room.vote.title')} data-vote={vote.id} data-vote-part={part}>
      <p className="vote-kind">
        {t(part === 'result' ? 'room.vote.result' : 'room.vote.title')}
        {left !== null && <span> · {t('room.vote.left', { time: formatSpan(left * 1000) })}</span>}
      </p>
      <h2>{vote.question}</h2>
      {part === 'open' && <Choices key={vote.id} client={client} state={state} vote={vote} />}
      {part === 'answered' && (
        <p className="vote-done" role="status">
          ✓ {vote.secret ? t('room.vote.chosenSecret') : t('room.vote.chosen', { choice: vote.choices[vote.my_choice ?? 0] ?? '' })}
        </p>
      )}
      {part === 'watching' && <p>{t('room.vote.watching')}</p>}
      {part !== 'result' && <p className="vote-cast">{t('room.vote.cast', { cast: vote.cast, eligible: vote.eligible })}</p>}
      {part === 'result' && <Result vote={vote} />}
      {part === 'result' && !bare && (
        <button type="button" className="vote-hide" onClick={() => setHidden(vote.id)}>
          {t('room.vote.hide')}
        </button>
      )}
    </section>
  );
}

/** One press chooses, the second sends: it cannot be changed afterwards. */
function Choices({ client, state, vote }: { client: RoomClient; state: RoomState; vote: Vote }): ReactNode {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<number | null>(null);
  const busy = state.pending.has('vote.cast');
  return (
    <>
      <p>{t(vote.secret ? 'room.vote.secret' : 'room.vote.choose')}</p>
      <div className="vote-choices" role="radiogroup" aria-label={vote.question}>
        {vote.choices.map((choice, i) => (
          <button
            key={i}
            type="button"
            role="radio"
            aria-checked={chosen === i}
            className={chosen === i ? 'vote-chosen' : ''}
            data-choice={i}
            onClick={() => setChosen(i)}
          >
            {choice}
          </button>
        ))}
      </div>
      <button
        type="button"
        className="vote-send"
        data-button="vote"
        disabled={chosen === null || busy || state.phase !== 'in'}
        aria-busy={busy}
        onClick={() => chosen !== null && void client.castVote(vote.id, chosen)}
      >
        {busy ? `${t('room.pending')}…` : chosen === null ? t('room.vote.pick') : t('room.vote.send', { choice: vote.choices[chosen] })}
      </button>
    </>
  );
}

function Result({ vote }: { vote: Vote }): ReactNode {
  const { t } = useTranslation();
  const counts = vote.counts ?? [];
  const cast = counts.reduce((sum, n) => sum + n, 0);
  const word = vote.quorum_met === false ? 'noQuorum' : vote.passed ? 'passed' : 'rejected';
  return (
    <>
      <p className={`vote-word${vote.passed && vote.quorum_met !== false ? ' vote-passed' : ''}`} data-result={word}>
        {t(`room.vote.${word}`)}
      </p>
      <ul>
        {vote.choices.map((choice, i) => (
          <li key={i}>
            <span>{choice}</span>
            <strong>
              {counts[i] ?? 0} ({percentOf(counts[i] ?? 0, cast)} %)
            </strong>
            <span className="vote-bar" style={{ width: `${percentOf(counts[i] ?? 0, cast)}%` }} />
          </li>
        ))}
      </ul>
      <p className="vote-cast">{t('room.vote.cast', { cast, eligible: vote.eligible })}</p>
    </>
  );
}
