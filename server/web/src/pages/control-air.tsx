import { Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PaperView } from '../components/paper-view';
import { useNow } from '../components/use-now';
import { VideoView } from '../components/video-view';
import { formatSpan } from '../lib/time';
import { floorLeft, nameOf, shownSlots } from '../room/state';
import { useDesk, useMay, usePending, useRoomState } from './control-desk';
import { LayoutMenu } from './control-layout';
import { ScanMenu } from './control-scan';

/** What all rooms see now, who has the floor, and what sets the picture. */
export function OnAir(): ReactNode {
  const { t } = useTranslation();
  return (
    <section className="panel control-air" aria-label={t('control.onAirWhat')}>
      <div className="control-air-head">
        <h2>{t('control.onAir')}</h2>
        <Shown />
      </div>
      <div className="control-pictures">
        <Main />
        <Content />
      </div>
      <FloorBar />
      <div className="control-buttons">
        <LayoutMenu />
        <ScanMenu />
        <BackToChair />
      </div>
    </section>
  );
}

function Shown(): ReactNode {
  const { t } = useTranslation();
  const spotlight = useRoomState((s) => s.meeting?.spotlight ?? null);
  const name = useRoomState((s) => (s.meeting?.spotlight ? nameOf(s, s.meeting.spotlight) : ''));
  return (
    <span className="clip control-air-name" data-spotlight={spotlight ?? ''} title={name}>
      {spotlight === null ? t('control.chairShown') : name}
    </span>
  );
}

function BackToChair(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const spotlight = useRoomState((s) => s.meeting?.spotlight ?? null);
  const pending = usePending('spotlight');
  if (!may.run || spotlight === null) return null;
  return (
    <Button size="compact-md" variant="light" ml="auto" loading={pending} onClick={() => desk.onScreen(null)}>
      {t('control.offScreen')}
    </Button>
  );
}

function Main(): ReactNode {
  const { t } = useTranslation();
  const { client } = useDesk();
  const mid = useRoomState((s) => shownSlots(s, 'main')[0]?.mid ?? null);
  const endpoint = useRoomState((s) => shownSlots(s, 'main')[0]?.endpoint ?? '');
  const name = useRoomState((s) => nameOf(s, endpoint));
  const media = useRoomState((s) => s.media);
  const epoch = useRoomState((s) => s.mediaEpoch);
  return (
    <figure className="control-picture" data-slot="main" data-endpoint={endpoint}>
      {mid !== null ? (
        <VideoView key={epoch} stream={client.stream(mid)} label={name} />
      ) : (
        <span>{t(media === 'connected' ? 'room.waiting' : 'room.mediaConnecting')}</span>
      )}
      {mid !== null && <figcaption>{name}</figcaption>}
    </figure>
  );
}

/** The slides, the screen or the paper beside the camera, while there is one. */
function Content(): ReactNode {
  const { t } = useTranslation();
  const { client } = useDesk();
  const mid = useRoomState((s) => shownSlots(s, 'content')[0]?.mid ?? null);
  const endpoint = useRoomState((s) => shownSlots(s, 'content')[0]?.endpoint ?? '');
  const name = useRoomState((s) => nameOf(s, endpoint));
  const epoch = useRoomState((s) => s.mediaEpoch);
  if (mid === null) return <ShownPaper />;
  return (
    <figure className="control-picture" data-slot="content" data-endpoint={endpoint}>
      <VideoView key={epoch} stream={client.stream(mid)} label={t('control.content')} />
      <figcaption>{t('room.content', { name })}</figcaption>
    </figure>
  );
}

function ShownPaper(): ReactNode {
  const { t } = useTranslation();
  const { meeting } = useDesk();
  const shown = useRoomState((s) => s.meeting?.paper ?? null);
  const paper = useRoomState((s) => s.papers.find((p) => p.id === s.meeting?.paper?.paper) ?? null);
  if (!shown || !paper) return null;
  return (
    <figure className="control-picture" data-slot="paper">
      <PaperView meeting={meeting} paper={paper} page={shown.page} bare />
      <figcaption>{t('control.paperShown', { name: paper.name, page: shown.page })}</figcaption>
    </figure>
  );
}

/** Who speaks, for how long, and how long still. */
function FloorBar(): ReactNode {
  const { t } = useTranslation();
  const floor = useRoomState((s) => s.meeting?.floor ?? null);
  if (!floor) return <p className="control-floor control-floor-none quiet">{t('control.floorNone')}</p>;
  return <FloorTimer key={`${floor.endpoint}.${floor.since}`} />;
}

function FloorTimer(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const floor = useRoomState((s) => s.meeting?.floor ?? null);
  const name = useRoomState((s) => (s.meeting?.floor ? nameOf(s, s.meeting.floor.endpoint) : ''));
  const offset = useRoomState((s) => s.clockOffset);
  const extending = usePending('floor.extend');
  const now = useNow() + offset;
  const left = useRoomState((s) => floorLeft(s.meeting, now));
  const said = useWarning();
  if (!floor) return null;
  const tone = left === null || left > 30 ? '' : left > 0 ? ' control-floor-near' : ' control-floor-over';
  return (
    <div className={`control-floor${tone}`} data-floor={floor.endpoint} data-floor-state={floor.state}>
      <strong className="clip" title={name}>
        <span className="control-onair" aria-hidden="true">
          ●{' '}
        </span>
        <span className="visually-hidden">{t(floor.remark ? 'control.floorRemark' : 'control.floorSpeaks')} </span>
        {name}
      </strong>
      {floor.state === 'asked' ? (
        <span className="control-asked">{t('control.floorAsked', { s: Math.max(0, Math.round((now - floor.since) / 1000)) })}</span>
      ) : (
        <>
          {floor.lost_at && <span className="control-timer light-bad">{t('control.floorLost', { time: formatSpan(now - floor.lost_at) })}</span>}
          {floor.remark && <span className="control-timer">{t('control.soundOnly')}</span>}
          <span className="control-timer">{formatSpan(now - floor.since)}</span>
          {left !== null && (
            <span className="control-timer">
              {left >= 0 ? t('control.floorLeft', { time: formatSpan(left * 1000) }) : t('control.floorOver', { time: formatSpan(-left * 1000) })}
              {floor.cut && ` · ${t('control.floorCut')}`}
            </span>
          )}
          {may.run && (
            <Button
              size="compact-md"
              variant="default"
              loading={extending}
              title="+"
              onClick={() => void desk.run({ type: 'floor.extend', seconds: 60 })}
            >
              {t('control.extendFloor')}
            </Button>
          )}
        </>
      )}
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}

/** The server's warning in words, for who does not look at the timer. */
function useWarning(): string {
  const { t } = useTranslation();
  const warning = useRoomState((s) => s.floorWarning);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (!warning || Date.now() - warning.at > 5_000) return;
    setSaid(warning.secondsLeft > 0 ? t('control.warnNear', { n: warning.secondsLeft }) : t('control.warnOver'));
  }, [warning, t]);
  return said;
}
