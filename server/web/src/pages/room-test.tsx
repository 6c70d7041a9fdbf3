import { FocusTrap } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useSession } from '../api/session';
import { LightMark, LightShape } from '../components/light';
import { useNow } from '../components/use-now';
import { currentLanguage } from '../i18n';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import { STEPS, type Mark, type StepId } from '../room/room-test';
import type { RoomTest, TestState } from '../room/room-test-run';
import { LineTable, StepBody } from './room-test-steps';
import './room-test.css';

interface LayerProps {
  client: RoomClient;
  devices: LocalDevices;
  test: RoomTest;
}

/** Over the room's page: what the centre sends to try, and the test while it runs. */
export function RoomTestLayer({ client, devices, test }: LayerProps): ReactNode {
  const { t } = useTranslation();
  const card = useStore(client.store, (s) => s.test.card);
  const state = useStore(test.store);
  // The centre's picture is to be seen: what waits for a press waits behind it.
  const isBehind = card && state.stage !== 'running' && state.stage !== 'sending';
  return (
    <>
      {card && (
        <p className="test-card" role="status" data-test-card>
          {t('roomTest.card')}
        </p>
      )}
      {state.stage !== 'closed' && !isBehind && (
        <FocusTrap active>
          <section className="test" role="dialog" aria-modal="true" aria-labelledby="test-title" data-test={state.stage} data-step={state.step} data-part={state.part}>
            <h1 id="test-title">{t(state.whole ? 'roomTest.title' : 'roomTest.playbackTitle')}</h1>
            <Body client={client} devices={devices} test={test} state={state} />
          </section>
        </FocusTrap>
      )}
    </>
  );
}

function Body({ client, devices, test, state }: LayerProps & { state: TestState }): ReactNode {
  switch (state.stage) {
    case 'asked':
      return <Asked test={test} state={state} />;
    case 'running':
      return <Running client={client} devices={devices} test={test} state={state} />;
    case 'sending':
      return <Sending test={test} state={state} />;
    case 'failed':
      return <Failed test={test} state={state} />;
    default:
      return <Result test={test} state={state} />;
  }
}

interface PartProps {
  test: RoomTest;
  state: TestState;
}

/** Focus goes where the next press is most likely. */
function Primary({ children, onClick, name }: { children: ReactNode; onClick: () => void; name: string }): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus({ preventScroll: true }), [name]);
  return (
    <button type="button" ref={button} className="test-button test-primary" data-press={name} data-autofocus onClick={onClick}>
      {children}
    </button>
  );
}

function Plain({ children, onClick, name }: { children: ReactNode; onClick: () => void; name: string }): ReactNode {
  return (
    <button type="button" className="test-button" data-press={name} onClick={onClick}>
      {children}
    </button>
  );
}

/** Seconds until it goes on by itself; null: it waits. */
function useLeft(state: TestState): number | null {
  const now = useNow(250);
  return state.wait ? Math.max(0, Math.ceil((state.wait.to - Math.max(now, state.wait.from)) / 1000)) : null;
}

function Asked({ test, state }: PartProps): ReactNode {
  const { t } = useTranslation();
  const left = useLeft(state);
  return (
    <>
      <div className="test-body">
        <p className="test-say">{t('roomTest.asked')}</p>
        <p>{t('roomTest.askedText')}</p>
        <p className="test-left">{left !== null && t('roomTest.startsIn', { n: left })}</p>
      </div>
      <footer className="test-foot">
        <Primary name="next" onClick={() => test.press('next')}>
          {t('roomTest.startNow')}
        </Primary>
        <Plain name="no" onClick={() => test.press('no')}>
          {t('roomTest.later')}
        </Plain>
      </footer>
    </>
  );
}

const SHAPE = { good: 'good', fair: 'fair', bad: 'bad', skipped: 'absent' } as const;

function StepList({ state }: { state: TestState }): ReactNode {
  const { t } = useTranslation();
  const running = state.stage === 'running';
  const place = STEPS.indexOf(state.step) + 1;
  const word = (step: StepId, mark: Mark): string => (running && step === state.step ? t('roomTest.mark.now') : t(`roomTest.mark.${mark}`));
  return (
    <>
      {running && <p className="test-place">{t('roomTest.place', { n: place, of: STEPS.length })}</p>}
      <ol className="test-steps" aria-label={t('roomTest.steps')}>
        {STEPS.map((step) => {
          const mark = state.marks[step];
          const now = running && step === state.step;
          return (
            <li key={step} data-step={step} data-mark={mark} className={now ? 'test-step-now' : ''} {...(now ? { 'aria-current': 'step' as const } : {})}>
              <span className={mark === 'todo' ? '' : `light-${SHAPE[mark]}`}>{mark !== 'todo' && <LightShape light={SHAPE[mark]} size={18} />}</span>
              {t(`roomTest.step.${step}`)}
              <span className="visually-hidden"> – {word(step, mark)}</span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

function Running({ client, devices, test, state }: LayerProps & { state: TestState }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {state.whole && <StepList state={state} />}
      <div className="test-body">
        <StepBody client={client} devices={devices} test={test} state={state} />
      </div>
      <RunningFoot test={test} state={state} />
      <p className="test-stop">
        <button type="button" data-press="stop" onClick={() => test.stop()}>
          {t('roomTest.stop')}
        </button>
      </p>
    </>
  );
}

/** What can be pressed in a step: on, yes or no, again, past it. */
function RunningFoot({ test, state }: PartProps): ReactNode {
  const { t } = useTranslation();
  const left = useLeft(state);
  const { step, part } = state;
  const counts = left !== null && step !== 'line' && part !== 'playing' && part !== 'waiting' && part !== 'recording';
  return (
    <>
      <p className="test-left" aria-live="off">
        {counts && t('roomTest.goesOn', { n: left })}
      </p>
      <footer className="test-foot">
        {(step === 'devices' || step === 'camera') && (
          <Primary name="next" key={step} onClick={() => test.press('next')}>
            {t('roomTest.next')}
          </Primary>
        )}
        {step === 'speaker' && (
          <>
            <Primary name="yes" onClick={() => test.press('yes')}>
              {t('roomTest.heardYes')}
            </Primary>
            <Plain name="no" onClick={() => test.press('no')}>
              {t('roomTest.heardNo')}
            </Plain>
            {part === 'asking' && (
              <Plain name="again" onClick={() => test.press('again')}>
                {t('roomTest.playAgain')}
              </Plain>
            )}
          </>
        )}
        {step === 'loop' && part === 'playing' && (
          <Primary name="next" onClick={() => test.press('next')}>
            {t('roomTest.heardEnough')}
          </Primary>
        )}
        {!(step === 'loop' && part === 'playing') && (
          <Plain name="skip" onClick={() => test.press('skip')}>
            {t('roomTest.skip')}
          </Plain>
        )}
      </footer>
    </>
  );
}

function Sending({ test, state }: PartProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <StepList state={state} />
      <div className="test-body">
        <p className="test-say" role="status">
          {t('roomTest.sending')}
        </p>
      </div>
      <footer className="test-foot">
        <Plain name="stop" onClick={() => test.stop()}>
          {t('roomTest.stop')}
        </Plain>
      </footer>
    </>
  );
}

function Failed({ test, state }: PartProps): ReactNode {
  const { t } = useTranslation();
  const { problem, whole } = state;
  const offline = problem?.code === 'offline' || problem?.code === 'timeout';
  const words = problem?.text?.[currentLanguage()] ?? t(offline ? 'roomTest.offline' : whole ? 'roomTest.broken' : 'roomTest.noLoop');
  return (
    <>
      <div className="test-body">
        <p className="test-say" role="alert">
          <LightMark light="bad">{words}</LightMark>
        </p>
      </div>
      <footer className="test-foot">
        <Primary name="again" onClick={() => void test.start(whole)}>
          {t('roomTest.again')}
        </Primary>
        <Plain name="close" onClick={() => test.stop()}>
          {t('app.close')}
        </Plain>
      </footer>
    </>
  );
}

/** The server's verdict in words, what to do about it, and the figures it stands on. */
function Result({ test, state }: PartProps): ReactNode {
  const { t } = useTranslation();
  const phone = useSession((s) => s.helpPhone);
  const { verdict, found } = state;
  if (!verdict) return null;
  const language = currentLanguage();
  return (
    <>
      <StepList state={state} />
      <div className="test-body" role="status">
        <p className={`test-say test-verdict light-${verdict.light}`} data-verdict={verdict.light}>
          <LightShape light={verdict.light} size={40} /> {t(`roomTest.verdict.${verdict.light}`)}
        </p>
        {verdict.advice.length > 0 && (
          <ul className="test-advice">
            {verdict.advice.map((a) => (
              <li key={a.id} data-advice={a.id}>
                {a.text[language]}
              </li>
            ))}
          </ul>
        )}
        {found.line && <LineTable line={found.line} />}
        {verdict.light === 'bad' && <p>{phone ? t('roomTest.callPhone', { phone }) : t('roomTest.call')}</p>}
      </div>
      <footer className="test-foot">
        <Primary name="close" onClick={() => test.stop()}>
          {t('roomTest.done')}
        </Primary>
        <Plain name="again" onClick={() => void test.start()}>
          {t('roomTest.again')}
        </Plain>
      </footer>
    </>
  );
}
