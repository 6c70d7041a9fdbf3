import { Button, Checkbox, NumberInput, Select, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/use-now';
import { formatSpan } from '../lib/time';
import { CHOICES_MAX, QUESTION_MAX, resultsOf, voteFault } from '../lib/vote';
import type { Majority, Vote, VoteBase, VoteNew } from '../room/protocol';
import { useDesk, useMay, usePending, useRoomState } from './control-desk';

const MAJORITIES: readonly Majority[] = ['simple', 'absolute', 'two_thirds'];
const BASES: readonly VoteBase[] = ['present', 'invited'];

/** One vote at a time: ask, count while it is open, close, read the result. */
export function VotePanel(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const vote = useRoomState((s) => s.vote);
  const [again, setAgain] = useState<string | null>(null);
  if (vote && vote.id !== again) return <VoteView vote={vote} onAgain={() => setAgain(vote.id)} />;
  return may.run ? <VoteForm /> : <p className="quiet control-none">{t('control.vote.none')}</p>;
}

function VoteForm(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const pending = usePending('vote.open');
  const [question, setQuestion] = useState('');
  const [choices, setChoices] = useState(t('control.vote.usual'));
  const [secret, setSecret] = useState(false);
  const [majority, setMajority] = useState<Majority>('simple');
  const [base, setBase] = useState<VoteBase>('present');
  const [quorum, setQuorum] = useState<number | string>(50);
  const [minutes, setMinutes] = useState<number | string>(0);
  const lines = choices
    .split('\n')
    .map((c) => c.trim())
    .filter(Boolean);
  const made: VoteNew = {
    question: question.trim(),
    choices: lines,
    secret,
    majority,
    base,
    quorum_percent: Number(quorum),
    ...(Number(minutes) > 0 ? { seconds: Number(minutes) * 60 } : {}),
  };
  const fault = voteFault(made);
  return (
    <form
      className="control-two control-scroll"
      onSubmit={(e) => {
        e.preventDefault();
        if (!fault) void desk.run({ type: 'vote.open', ...made });
      }}
    >
      <div className="control-form">
        <Textarea
          label={t('control.vote.question')}
          value={question}
          onChange={(e) => setQuestion(e.currentTarget.value)}
          maxLength={QUESTION_MAX}
          autosize
          minRows={2}
          maxRows={4}
          required
        />
        <Textarea
          label={t('control.vote.choices')}
          description={t('control.vote.choicesHelp', { n: CHOICES_MAX })}
          value={choices}
          onChange={(e) => setChoices(e.currentTarget.value)}
          error={fault === 'choices' ? t('control.vote.choicesBad') : undefined}
          autosize
          minRows={3}
          maxRows={6}
        />
      </div>
      <div className="control-form">
        <Checkbox label={t('control.vote.secret')} checked={secret} onChange={(e) => setSecret(e.currentTarget.checked)} />
        <Select
          label={t('control.vote.majority')}
          data={MAJORITIES.map((m) => ({ value: m, label: t(`control.vote.majorities.${m}`) }))}
          value={majority}
          onChange={(v) => setMajority((v ?? 'simple') as Majority)}
          allowDeselect={false}
        />
        <Select
          label={t('control.vote.base')}
          data={BASES.map((b) => ({ value: b, label: t(`control.vote.bases.${b}`) }))}
          value={base}
          onChange={(v) => setBase((v ?? 'present') as VoteBase)}
          allowDeselect={false}
        />
        <div className="control-pair">
          <NumberInput label={t('control.vote.quorum')} value={quorum} onChange={setQuorum} min={0} max={100} suffix=" %" />
          <NumberInput label={t('control.vote.minutes')} value={minutes} onChange={setMinutes} min={0} max={60} />
        </div>
        <Button type="submit" loading={pending} disabled={fault !== null} data-act="vote-open">
          {t('control.vote.open')}
        </Button>
      </div>
    </form>
  );
}

function VoteView({ vote, onAgain }: { vote: Vote; onAgain: () => void }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const voted = useRoomState((s) => s.census?.voted);
  const closing = usePending('vote.close');
  const cancelling = usePending('vote.cancel');
  const open = vote.state === 'open';
  const cast = open ? (voted ?? vote.cast) : vote.cast;
  return (
    <div className="control-col control-scroll" data-vote={vote.id} data-vote-state={vote.state}>
      <strong>{vote.question}</strong>
      <span>
        {t(vote.secret ? 'control.vote.isSecret' : 'control.vote.isOpen')} · {t(`control.vote.majorities.${vote.majority}`)} ·{' '}
        {t('control.vote.cast', { n: cast, of: vote.eligible })}
        {open && vote.closes_at !== null && <Closes at={vote.closes_at} />}
      </span>
      <Results vote={vote} />
      {!open && <Outcome vote={vote} />}
      {may.run && (
        <div className="control-buttons">
          {open ? (
            <>
              <Button loading={closing} onClick={() => void desk.run({ type: 'vote.close', vote: vote.id })} data-act="vote-close">
                {t('control.vote.close')}
              </Button>
              <Button variant="outline" color="var(--bad)" loading={cancelling} onClick={() => desk.ask(cancelQuestion())}>
                {t('control.vote.cancel')}
              </Button>
            </>
          ) : (
            <Button onClick={onAgain}>{t('control.vote.another')}</Button>
          )}
        </div>
      )}
    </div>
  );

  function cancelQuestion() {
    return {
      ask: t('control.vote.cancelAsk'),
      yes: t('control.vote.cancel'),
      danger: true,
      act: async () => void (await desk.run({ type: 'vote.cancel', vote: vote.id })),
    };
  }
}

function Closes({ at }: { at: number }): ReactNode {
  const { t } = useTranslation();
  const offset = useRoomState((s) => s.clockOffset);
  const now = useNow() + offset;
  return <> · {t('control.vote.closesIn', { time: formatSpan(at - now) })}</>;
}

function Results({ vote }: { vote: Vote }): ReactNode {
  const { t } = useTranslation();
  return (
    <ul className="control-plain control-results">
      {resultsOf(vote).map((r) => (
        <li key={r.text}>
          <span>{r.text}</span>
          <span className="control-bar" aria-hidden="true">
            <span style={{ width: `${r.percent ?? 0}%` }} />
          </span>
          <span className="control-bar-figure">
            {r.count === null ? t('control.vote.hidden') : r.percent === null ? r.count : `${r.count} (${r.percent} %)`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Outcome({ vote }: { vote: Vote }): ReactNode {
  const { t } = useTranslation();
  if (vote.state === 'cancelled') return <strong>{t('control.vote.cancelled')}</strong>;
  const key = vote.quorum_met === false ? 'noQuorum' : vote.passed ? 'passed' : 'failed';
  return (
    <strong className={key === 'passed' ? 'light-good' : 'light-bad'} data-outcome={key}>
      {t(`control.vote.${key}`)}
    </strong>
  );
}
