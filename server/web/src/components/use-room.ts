import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n';
import { RoomClient, type RoomOptions } from '../room/client';

/** A room connection for as long as the component is shown; `round` opens a new one. */
export function useRoom(options: RoomOptions, round = 0): RoomClient | null {
  const { meeting, endpoint, operator, tileSlots, devices, media } = options;
  const [client, setClient] = useState<RoomClient | null>(null);
  useEffect(() => {
    const made = new RoomClient({ meeting, endpoint, operator, tileSlots, devices, ...(media === undefined ? {} : { media }) });
    made.start();
    setClient(made);
    return () => {
      made.close();
      setClient(null);
    };
  }, [meeting, endpoint, operator, tileSlots, devices, media, round]);
  return client;
}

/** Shows the server's notices and refusals as they come. */
export function useRoomNotices(client: RoomClient | null): void {
  const { t } = useTranslation();
  useEffect(() => {
    if (!client) return;
    let serial = client.store.getState().notice?.serial ?? 0;
    const stopNotices = client.store.subscribe((state) => {
      if (!state.notice || state.notice.serial === serial) return;
      serial = state.notice.serial;
      notifications.show({ message: state.notice.text[currentLanguage()], autoClose: 10_000 });
    });
    const stopProblems = client.problem.subscribe((problem) => {
      if (!problem) return;
      const offline = problem.code === 'offline' || problem.code === 'timeout';
      const message = problem.text?.[currentLanguage()] ?? t(offline ? 'app.unreachable' : 'app.unknownError');
      notifications.show({ message, color: 'red', autoClose: 8_000 });
    });
    return () => {
      stopNotices();
      stopProblems();
    };
  }, [client, t]);
}
