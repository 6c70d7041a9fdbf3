import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DeviceSelect, Problem } from '../components/device-panel';
import { LevelBar } from '../components/level-meter';
import { LightMark } from '../components/light';
import { useNow } from '../components/use-now';
import { VideoView } from '../components/video-view';
import { showLoss, showRate } from '../lib/rehearsal';
import { canChooseSpeaker } from '../room/devices';
import { currentLanguage } from '../i18n';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import type { TestLine } from '../room/protocol';
import type { RoomTest, Span, TestState } from '../room/room-test-run';
import { shownSlots } from '../room/state';
import { useClone } from './room-waiting';

interface StepProps {
  client: RoomClient;
  devices: LocalDevices;
  test: RoomTest;
  state: TestState;
}

/** What a step asks of the room, and shows it. */
export function StepBody(props: StepProps): ReactNode {
  switch (props.state.step) {
    case 'devices':
      return <DevicesStep {...props} />;
    case 'microphone':
      return <MicrophoneStep {...props} />;
    case 'camera':
      return <CameraStep {...props} />;
    case 'speaker':
      return <SpeakerStep {...props} />;
    case 'loop':
      return <LoopStep {...props} />;
    case 'line':
      return <LineStep {...props} />;
  }
}

function DevicesStep({ devices, test }: StepProps): ReactNode {
  const { t } = useTranslation();
  const local = useStore(devices.store);
  return (
    // Who chooses is not hurried on.
    <div className="test-devices" onPointerDownCapture={() => test.press('hold')} onKeyDownCapture={(e) => e.key !== 'Tab' && test.press('hold')}>
      <p className="test-say">{t('roomTest.devices')}</p>
      {local.opening && <p>{t('check.opening')}</p>}
      <DeviceSelect devices={devices} kind="videoinput" field="camera" label={t('check.camera')} />
      <Problem problem={local.cameraProblem} device={t('check.theCamera')} />
      <DeviceSelect devices={devices} kind="audioinput" field="microphone" label={t('check.microphone')} />
      <Problem problem={local.microphoneProblem} device={t('check.theMicrophone')} />
      {canChooseSpeaker() ? (
        <DeviceSelect devices={devices} kind="audiooutput" field="speaker" label={t('check.speaker')} />
      ) : (
        <p className="quiet">{t('check.speakerFirefox')}</p>
      )}
    </div>
  );
}

function MicrophoneStep({ devices }: StepProps): ReactNode {
  const { t } = useTranslation();
  const microphone = useStore(devices.store, (s) => s.microphone);
  const heard = useClone(microphone);
  return (
    <>
      <p className="test-say">{t('roomTest.sayIt')}</p>
      <div className="test-level">
        <LevelBar track={heard} label={t('check.level')} />
      </div>
      <p>{t('roomTest.sayItHelp')}</p>
    </>
  );
}

function CameraStep({ devices }: StepProps): ReactNode {
  const { t } = useTranslation();
  const camera = useStore(devices.store, (s) => s.camera);
  const dark = useStore(devices.store, (s) => s.dark);
  const problem = useStore(devices.store, (s) => s.cameraProblem);
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  return (
    <>
      <p className="test-say">{t('roomTest.camera')}</p>
      <div className="test-picture">{stream ? <VideoView stream={stream} label={t('check.picture')} mirrored watch={false} /> : <span>{t('check.noCamera')}</span>}</div>
      {dark && <LightMark light="bad">{t('room.darkPicture')}</LightMark>}
      <Problem problem={problem} device={t('check.theCamera')} />
    </>
  );
}

function SpeakerStep({ state }: StepProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <p className="test-say">{t('roomTest.speaker')}</p>
      <p role="status">{t(state.part === 'playing' ? 'roomTest.tune' : 'roomTest.tuneOver')}</p>
      <p className="quiet">{t('roomTest.speakerHelp')}</p>
    </>
  );
}

/** How much of a span is over. */
function Progress({ span, label }: { span: Span; label: string }): ReactNode {
  const now = useNow(200);
  const part = Math.min(1, Math.max(0, (now - span.from) / Math.max(1, span.to - span.from)));
  return (
    <div className="test-progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(part * 100)}>
      <span style={{ transform: `scaleX(${part.toFixed(3)})` }} />
    </div>
  );
}

function LoopStep({ client, devices, state }: StepProps): ReactNode {
  const { t } = useTranslation();
  const mid = useStore(client.store, (s) => shownSlots(s, 'main').find((shown) => shown.endpoint === s.self)?.mid ?? null);
  const heard = useClone(useStore(devices.store, (s) => s.microphone));
  const stream = mid === null || state.part === 'waiting' ? null : client.stream(mid);
  const { part, wait } = state;
  return (
    <div className="test-loop">
      <div className="test-picture">{stream ? <VideoView stream={stream} label={t('roomTest.loopPicture')} /> : <span>{t('roomTest.loopWaits')}</span>}</div>
      <div>
        <p className="test-say" role="status">
          {t(part === 'playing' ? 'roomTest.loopPlays' : part === 'recording' ? 'roomTest.loopRecords' : 'roomTest.loopOpens')}
        </p>
        {part === 'recording' && (
          <>
            {wait && <Progress span={wait} label={t('roomTest.loopRecords')} />}
            <div className="test-level">
              <LevelBar track={heard} label={t('check.level')} />
            </div>
          </>
        )}
        <p className="quiet">{t(part === 'playing' ? 'roomTest.loopPlaysHelp' : 'roomTest.loopHelp')}</p>
      </div>
    </div>
  );
}

function LineStep({ state }: StepProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <p className="test-say">{t('roomTest.line')}</p>
      {state.loopProblem && <p className="light-fair">▲ {state.loopProblem[currentLanguage()]}</p>}
      {state.measure && <Progress span={state.measure} label={t('roomTest.step.line')} />}
      {state.found.line ? <LineTable line={state.found.line} /> : <p>{t('roomTest.lineWaits')}</p>}
    </>
  );
}

/** Both directions of a line, in the figures that technicians know. */
export function LineTable({ line }: { line: TestLine }): ReactNode {
  const { t } = useTranslation();
  const language = currentLanguage();
  const ms = (n: number | undefined): string => (n === undefined ? '–' : `${n} ms`);
  return (
    <table className="test-line" data-line-table>
      <thead>
        <tr>
          <td />
          <th scope="col">{t('roomTest.up')}</th>
          <th scope="col">{t('roomTest.down')}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{t('roomTest.rate')}</th>
          <td>{showRate(line.up_kbps, language)}</td>
          <td>{showRate(line.down_kbps, language)}</td>
        </tr>
        <tr>
          <th scope="row">{t('roomTest.loss')}</th>
          <td>{showLoss(line.up_loss, language)}</td>
          <td>{showLoss(line.down_loss, language)}</td>
        </tr>
        <tr>
          <th scope="row">{t('roomTest.jitter')}</th>
          <td>{ms(line.up_jitter_ms)}</td>
          <td>{ms(line.down_jitter_ms)}</td>
        </tr>
        <tr>
          <th scope="row">{t('roomTest.rtt')}</th>
          <td colSpan={2}>{ms(line.rtt_ms)}</td>
        </tr>
      </tbody>
    </table>
  );
}
