import { Alert, Button, Group, Select, Text } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { canChooseSpeaker, playTestSound, type DeviceProblem } from '../room/devices';
import type { LocalDevices } from '../room/local-devices';
import type { CheckResult } from '../lib/commune';
import { LevelBar } from './level-meter';
import { LightMark } from './light';
import { VideoView } from './video-view';
import './device-panel.css';

interface DevicePanelProps {
  devices: LocalDevices;
  /** What was found to work, as it is found. */
  onFound?: (found: Partial<CheckResult>) => void;
  /** Below the picture. */
  more?: ReactNode;
}

/** One's own picture, level, and the choice of camera, microphone and speaker. */
export function DevicePanel({ devices, onFound, more }: DevicePanelProps): ReactNode {
  const { t } = useTranslation();
  const state = useStore(devices.store);
  const seen = state.camera !== null;
  useEffect(() => {
    onFound?.({ picture: seen });
  }, [seen]);
  const stream = useMemo(() => (state.camera ? new MediaStream([state.camera]) : null), [state.camera]);
  return (
    <div className="device-panel">
      <div>
        <div className="device-picture">
          {stream ? (
            <VideoView stream={stream} label={t('check.picture')} mirrored watch={false} />
          ) : (
            <span>{state.opening ? t('check.opening') : t('check.noCamera')}</span>
          )}
        </div>
        <Problem problem={state.cameraProblem} device={t('check.theCamera')} />
        {state.dark && <Alert color="yellow" variant="light" mt="sm" role="alert" data-dark title={t('room.darkPicture')} />}
        {more}
      </div>
      <div className="device-choices">
        <DeviceSelect devices={devices} kind="videoinput" field="camera" label={t('check.camera')} />
        <DeviceSelect devices={devices} kind="audioinput" field="microphone" label={t('check.microphone')} />
        <MicrophoneTest track={state.microphone} onHeard={() => onFound?.({ microphone: true })} />
        <Problem problem={state.microphoneProblem} device={t('check.theMicrophone')} />
        {canChooseSpeaker() ? (
          <DeviceSelect devices={devices} kind="audiooutput" field="speaker" label={t('check.speaker')} />
        ) : (
          <Text className="quiet">{t('check.speakerFirefox')}</Text>
        )}
        <SpeakerTest speaker={state.choice.speaker} onAnswer={(speaker) => onFound?.({ speaker })} />
        <Select
          label={t('check.quality')}
          size="md"
          allowDeselect={false}
          value={String(state.choice.height)}
          onChange={(value) => void devices.choose({ height: value === '360' ? 360 : 720 })}
          data={[
            { value: '720', label: t('check.q720') },
            { value: '360', label: t('check.q360') },
          ]}
        />
      </div>
    </div>
  );
}

export function Problem({ problem, device }: { problem: DeviceProblem | null; device: string }): ReactNode {
  const { t } = useTranslation();
  if (!problem) return null;
  const text = t(`check.problem.${problem}`, { device });
  return <Alert color="red" variant="light" mt="sm" role="alert" title={text.charAt(0).toUpperCase() + text.slice(1)} />;
}

interface DeviceSelectProps {
  devices: LocalDevices;
  kind: MediaDeviceKind;
  field: 'camera' | 'microphone' | 'speaker';
  label: string;
}

export function DeviceSelect({ devices, kind, field, label }: DeviceSelectProps): ReactNode {
  const { t } = useTranslation();
  const all = useStore(devices.store, (s) => s.devices);
  const chosen = useStore(devices.store, (s) => s.choice[field]);
  const track = useStore(devices.store, (s) => (field === 'camera' ? s.camera : field === 'microphone' ? s.microphone : null));
  const data = useMemo(() => {
    const seen = new Set<string>();
    const options: { value: string; label: string }[] = [];
    for (const d of all) {
      if (d.kind !== kind || seen.has(d.deviceId)) continue;
      seen.add(d.deviceId);
      options.push({ value: d.deviceId, label: d.label || `${label} ${seen.size}` });
    }
    if (kind === 'audiooutput' && !seen.has('default')) options.unshift({ value: 'default', label: t('check.speakerAuto') });
    return options;
  }, [all, kind, label, t]);
  const inUse = track?.getSettings().deviceId ?? null;
  const known = (id: string | null): boolean => id !== null && data.some((o) => o.value === id);
  const value = known(inUse) ? inUse : known(chosen) ? chosen : (data[0]?.value ?? null);
  if (data.length === 0) return null;
  return (
    <Select
      label={label}
      size="md"
      data={data}
      value={value}
      allowDeselect={false}
      onChange={(id) => void devices.choose({ [field]: id })}
    />
  );
}

function MicrophoneTest({ track, onHeard }: { track: MediaStreamTrack | null; onHeard: () => void }): ReactNode {
  const { t } = useTranslation();
  const [heard, setHeard] = useState(false);
  if (!track) return null;
  const hear = (): void => {
    if (heard) return;
    setHeard(true);
    onHeard();
  };
  return (
    <div>
      <Text mb={4}>{t('check.sayIt')}</Text>
      <LevelBar track={track} label={t('check.level')} onHeard={hear} />
      <div aria-live="polite">
        <LightMark light={heard ? 'good' : 'fair'}>{t(heard ? 'check.heardYou' : 'check.silent')}</LightMark>
      </div>
    </div>
  );
}

function SpeakerTest({ speaker, onAnswer }: { speaker: string | null; onAnswer: (heard: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const [state, setState] = useState<'idle' | 'playing' | 'asking' | 'heard' | 'unheard'>('idle');
  const play = async (): Promise<void> => {
    setState('playing');
    await playTestSound(speaker).catch(() => {});
    setState('asking');
  };
  const answer = (heard: boolean): void => {
    setState(heard ? 'heard' : 'unheard');
    onAnswer(heard);
  };
  return (
    <div>
      <Group gap="sm">
        <Button variant="default" size="md" loading={state === 'playing'} onClick={() => void play()}>
          {t('check.playTest')}
        </Button>
        {state === 'asking' && (
          <>
            <Text>{t('check.doYouHear')}</Text>
            <Button variant="light" size="md" onClick={() => answer(true)}>
              {t('check.yes')}
            </Button>
            <Button variant="light" size="md" onClick={() => answer(false)}>
              {t('check.no')}
            </Button>
          </>
        )}
        {state === 'heard' && <LightMark light="good">{t('check.heard')}</LightMark>}
      </Group>
      {state === 'unheard' && (
        <Text mt={6} className="light-fair">
          ▲ {t('check.notHeard')}
        </Text>
      )}
    </div>
  );
}
