import { Button, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { useDeskConnection } from '../api/desk-socket';
import { useCheck } from '../components/check-result';
import { DevicePanel } from '../components/device-panel';
import { LightMark } from '../components/light';
import { Ringing } from '../components/ringing';
import { useDevices } from '../components/use-devices';
import { checkPassed, lineWord, type CheckResult, type LineFigures, type LineWord } from '../lib/commune';
import type { Light } from '../room/state';
import { measureLine } from '../room/line-test';
import './check.css';

/** The check of a room's devices and line, without a meeting: four steps. */
export default function Check(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const devices = useDevices();
  const [result, find] = useCheck();
  useDeskConnection(true);
  const finish = (): void => {
    void devices.choose({ checked: true });
    void navigate('/');
  };
  return (
    <>
      <Ringing />
      <div className="check-head">
        <div>
          <Title order={1} size="h2">
            {t('check.title')}
          </Title>
          <Text className="quiet">{t('check.intro')}</Text>
        </div>
        <div className="check-end" role="status">
          {checkPassed(result) && result.line !== null && <LightMark light="good">{t('check.allWell')}</LightMark>}
        </div>
        <Button className="check-done" onClick={finish}>
          {t('check.done')}
        </Button>
      </div>
      <Steps result={result} />
      <DevicePanel devices={devices} onFound={find} more={<LineTest onWord={(line) => find({ line })} />} />
    </>
  );
}

function Steps({ result }: { result: CheckResult }): ReactNode {
  const { t } = useTranslation();
  const steps = [
    ['picture', result.picture],
    ['microphone', result.microphone],
    ['speaker', result.speaker === true],
    ['line', result.line === 'good' || result.line === 'fair'],
  ] as const;
  return (
    <ol className="check-steps">
      {steps.map(([step, done]) => (
        <li key={step} className={done ? 'check-step-done' : ''} data-step={step} data-done={done}>
          <span aria-hidden="true">{done ? '✓ ' : ''}</span>
          {t(`check.step.${step}`)}
          <span className="visually-hidden"> – {t(done ? 'check.stepDone' : 'check.stepTodo')}</span>
        </li>
      ))}
    </ol>
  );
}

const LIGHT: Record<LineWord, Light> = { good: 'good', fair: 'fair', bad: 'bad', offline: 'bad' };
const WORDS = { good: 'check.lineGood', fair: 'check.lineFair', bad: 'check.lineBad', offline: 'check.lineOffline' } as const;

/** The line in one sentence. */
function LineTest({ onWord }: { onWord: (word: LineWord) => void }): ReactNode {
  const { t } = useTranslation();
  const [figures, setFigures] = useState<LineFigures | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    const found = await measureLine();
    setFigures(found);
    setBusy(false);
    onWord(lineWord(found));
  };
  const word = figures ? lineWord(figures) : null;
  return (
    <div className="check-line" data-line={word ?? ''}>
      <Button variant="default" size="md" loading={busy} onClick={() => void run()} data-button="line">
        {t(figures ? 'check.lineAgain' : 'check.lineTest')}
      </Button>
      <div role="status">
        {busy && t('check.lineTesting')}
        {!busy && word && figures && (
          <LightMark light={LIGHT[word]}>
            {t(WORDS[word], { mbps: ((figures.downKbps ?? 0) / 1000).toFixed(1), rtt: Math.round(figures.rttMs ?? 0) })}
          </LightMark>
        )}
      </div>
    </div>
  );
}
