import { Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { LightMark } from '../components/light';
import { VideoView } from '../components/video-view';
import { cameraSlotOf, lightOf, seatName } from '../room/state';
import { useDesk, useMay, usePending, useRoomState, type Desk } from './control-desk';
import { useNext } from './control-view';

/** How long a microphone may take to be heard in its test. */
const TEST_MS = 6_000;
/** RFC 6464: louder than this counts as heard. */
const HEARD_BELOW = 60;

/** The preview of who comes next: picture, line, and whether the microphone is heard. Nobody but this page sees it. */
export function Next(): ReactNode {
  const { t } = useTranslation();
  const next = useNext();
  const [test, setTest] = useState<{ of: string; test: Test } | null>(null);
  return (
    <section className="panel control-next" aria-label={t('control.nextUp')} data-next={next?.endpoint ?? ''}>
      <div className="control-air-head">
        <h2>{t('control.nextUp')}</h2>
        {next && <span className="quiet clip control-grow">{t(`control.nextWhy.${next.why}`)}</span>}
        {next && <MicTest key={next.endpoint} endpoint={next.endpoint} tell={setTest} />}
      </div>
      {next ? <Preview key={next.endpoint} endpoint={next.endpoint} test={test?.of === next.endpoint ? test.test : 'idle'} /> : <p className="quiet control-none">{t('control.nextNone')}</p>}
    </section>
  );
}

function Preview({ endpoint, test }: { endpoint: string; test: Test }): ReactNode {
  const { t } = useTranslation();
  const { client } = useDesk();
  const seat = useRoomState((s) => s.seats.get(endpoint));
  const mid = useRoomState((s) => cameraSlotOf(s, endpoint));
  const epoch = useRoomState((s) => s.mediaEpoch);
  if (!seat) return null;
  const shows = mid !== null && seat.camera_on && seat.state === 'connected';
  return (
    <div className="control-next-body">
      <figure className="control-picture" data-slot="next" data-endpoint={endpoint}>
        {shows ? (
          <VideoView key={`${epoch}.${mid}`} stream={client.stream(mid)} label={seatName(seat)} />
        ) : (
          <span>{t(seat.state !== 'connected' ? `control.seat.${seat.state}` : seat.camera_on ? 'room.noPicture' : 'room.cameraOffTile')}</span>
        )}
      </figure>
      <div className="control-next-facts">
        <strong className="clip" title={seatName(seat)}>
          {seatName(seat)}
        </strong>
        <LightMark light={lightOf(seat)}>
          {seat.state === 'connected' ? t(`light.${lightOf(seat)}`) : t(`control.seat.${seat.state}`)}
        </LightMark>
        <span>{t(seat.consent ? 'control.consentYes' : 'control.consentNo')}</span>
        <Heard endpoint={endpoint} test={test} />
        <NextActs endpoint={endpoint} />
      </div>
    </div>
  );
}

function NextActs({ endpoint }: { endpoint: string }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const granting = usePending(`floor.grant:${endpoint}`);
  const showing = usePending(`spotlight:${endpoint}`);
  const here = useRoomState((s) => s.seats.get(endpoint)?.state === 'connected');
  if (!may.run) return null;
  return (
    <div className="control-buttons">
      <Button size="compact-md" loading={granting} disabled={!here} onClick={() => desk.giveFloor(endpoint)}>
        {t('control.giveFloor')}
      </Button>
      <Button size="compact-md" variant="default" loading={showing} disabled={!here} onClick={() => desk.onScreen(endpoint)}>
        {t('control.onScreen')}
      </Button>
    </div>
  );
}

type Test = 'idle' | 'asking' | 'listening' | 'heard' | 'silent' | 'refused';

/** Shuts a microphone; it stays locked only where it was locked before. */
async function shut(desk: Desk, endpoint: string, locked: boolean): Promise<void> {
  await desk.client.perform({ type: 'seat.mute', endpoint, locked: true });
  if (!locked) await desk.client.perform({ type: 'seat.mute', endpoint, locked: false });
}

/** Opens the microphone, listens for a voice, and shuts it again. All rooms hear it, so never while somebody speaks. */
async function testMic(desk: Desk, endpoint: string, tell: (test: Test) => void, over: AbortSignal): Promise<void> {
  const { client } = desk;
  const locked = desk.state.seats.get(endpoint)?.mic_locked === true;
  tell('asking');
  if (!(await client.perform({ type: 'mic.ask', endpoint }))) return tell('refused');
  tell('listening');
  const end = Date.now() + TEST_MS;
  let heard = false;
  while (!heard && Date.now() < end && !over.aborted) {
    await new Promise((done) => setTimeout(done, 200));
    heard = (client.levels.getState().get(endpoint) ?? 127) < HEARD_BELOW;
  }
  // Whoever was given the floor meanwhile speaks on.
  if (desk.state.meeting?.floor?.endpoint !== endpoint) await shut(desk, endpoint, locked);
  tell(heard ? 'heard' : 'silent');
}

/** What is known of its microphone: what the test found, else whether it is open and heard. */
function Heard({ endpoint, test }: { endpoint: string; test: Test }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const open = useRoomState((s) => s.seats.get(endpoint)?.mic_open === true);
  const sound = useRoomState((s) => s.seats.get(endpoint)?.sound === true);
  const speaks = useStore(desk.client.levels, (levels) => (levels.get(endpoint) ?? 127) < HEARD_BELOW);
  const now = open ? (speaks || sound ? 'heard' : 'openSilent') : 'shut';
  return (
    <span data-mic-test={test} role="status">
      {t(`control.test.${test === 'idle' ? now : test}`)}
    </span>
  );
}

function MicTest({ endpoint, tell }: { endpoint: string; tell: (test: { of: string; test: Test }) => void }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const [running, setRunning] = useState(false);
  const [over] = useState(() => new AbortController());
  const busy = useRoomState((s) => Boolean(s.meeting?.floor));
  const here = useRoomState((s) => s.seats.get(endpoint)?.state === 'connected');
  useEffect(() => () => over.abort(), [over]);
  if (!may.run) return null;
  const start = async (): Promise<void> => {
    setRunning(true);
    await testMic(desk, endpoint, (test) => tell({ of: endpoint, test }), over.signal);
    setRunning(false);
  };
  return (
    <Button
      size="compact-md"
      variant="default"
      loading={running}
      disabled={busy || !here}
      title={t(busy ? 'control.test.busy' : 'control.test.help')}
      onClick={() => void start()}
    >
      {t('control.test.start')}
    </Button>
  );
}
