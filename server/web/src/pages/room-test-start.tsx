import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { LightMark } from '../components/light';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import { mayTest } from '../room/room-test';
import { RoomTest } from '../room/room-test-run';
import './room-test.css';

/** The test of this room for as long as it is in the meeting; listens to what the centre asks. */
export function useRoomTest(client: RoomClient, devices: LocalDevices): RoomTest {
  const [test] = useState(() => new RoomTest(client, devices, () => location.reload()));
  useEffect(() => test.watch(), [test]);
  return test;
}

/** One big button, while there is time for a test; beside it how the last one went. */
export function RoomTestStart({ client, test }: { client: RoomClient; test: RoomTest }): ReactNode {
  const { t } = useTranslation();
  const may = useStore(client.store, mayTest);
  const ready = useStore(client.store, (s) => s.phase === 'in');
  const verdict = useStore(test.store, (s) => s.verdict);
  const closed = useStore(test.store, (s) => s.stage === 'closed');
  if (!may) return null;
  return (
    <div className="test-start">
      <button type="button" data-button="test" disabled={!ready || !closed} onClick={() => void test.start()}>
        {t(verdict ? 'roomTest.again' : 'roomTest.title')}
      </button>
      {verdict && (
        <span className="test-start-last" data-last={verdict.light}>
          <LightMark light={verdict.light}>{t(`roomTest.last.${verdict.light}`)}</LightMark>
        </span>
      )}
    </div>
  );
}
