import { Button, Group, Title } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { Failed, Loading } from '../components/states';
import { TimeChart } from '../components/time-chart';
import { useTitle } from '../components/use-now';
import { duration } from '../lib/health';
import './board.css';

interface Shard {
  shard: number;
  transports: number;
  tracks: number;
  slots: number;
}

interface RelayHealth {
  connected: boolean;
  at: number;
  shards: Shard[];
  cpu_percent: number;
  rx_pps: number;
  tx_pps: number;
  rx_bps: number;
  tx_bps: number;
  dropped_pps: number;
  worst_round_us: number;
  batch_mean: number;
  rss_bytes: number;
  uptime_s: number;
  crypto: string;
}

const KEPT = 300;
const EVERY_MS = 2_000;

/** The relay itself: how busy it is, and what it drops. */
export default function BoardServer(): ReactNode {
  const { t } = useTranslation();
  const relay = useQuery<RelayHealth>('/health/relay', EVERY_MS);
  const [columns, setColumns] = useState<number[][]>([[], [], []]);
  const last = useRef(0);
  useTitle(t('board.relay.title'));

  useEffect(() => {
    const now = relay.data;
    if (!now?.connected || now.at === last.current) return;
    last.current = now.at;
    setColumns((old) => [now.at / 1000, now.cpu_percent, now.tx_pps].map((value, i) => [...(old[i] ?? []), value].slice(-KEPT)));
  }, [relay.data]);

  if (relay.error && !relay.data) return <Failed error={relay.error} onRetry={relay.reload} />;
  if (!relay.data) return <Loading />;
  const now = relay.data;
  const facts: [string, string][] = now.connected
    ? [
        [t('board.relay.cpu'), `${now.cpu_percent.toFixed(0)} %`],
        [t('board.relay.packets'), `${t('board.relay.in', { n: Math.round(now.rx_pps) })} · ${t('board.relay.out', { n: Math.round(now.tx_pps) })}`],
        [t('board.relay.rate'), `${t('board.relay.in', { n: `${(now.rx_bps / 1e6).toFixed(1)} Mbit/s` })} · ${t('board.relay.out', { n: `${(now.tx_bps / 1e6).toFixed(1)} Mbit/s` })}`],
        [t('board.relay.drops'), String(Math.round(now.dropped_pps))],
        [t('board.relay.worst'), `${(now.worst_round_us / 1000).toFixed(1)} ms`],
        [t('board.relay.batch'), now.batch_mean.toFixed(1)],
        [t('board.relay.memory'), `${(now.rss_bytes / 1048576).toFixed(0)} MiB`],
        [t('board.relay.uptime'), duration(now.uptime_s * 1000)],
        [t('board.relay.crypto'), now.crypto],
      ]
    : [];
  return (
    <>
      <Group gap="md" align="center">
        <Title order={1} size="h2">
          {t('board.relay.title')}
        </Title>
        <LightMark light={now.connected ? 'good' : 'bad'}>{t(now.connected ? 'board.relay.up' : 'board.relay.down')}</LightMark>
        <Button component={Link} to="/board" variant="default" ml="auto">
          {t('board.back')}
        </Button>
      </Group>
      <dl className="board-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="board-charts">
        <TimeChart title={t('board.relay.cpu')} columns={[columns[0] ?? [], columns[1] ?? []]} names={['%']} group="relay" />
        <TimeChart title={t('board.relay.packets')} columns={[columns[0] ?? [], columns[2] ?? []]} names={[t('board.site.up')]} group="relay" />
      </div>
      <div className="board-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('board.relay.shard')}</th>
              <th scope="col">{t('board.relay.transports')}</th>
              <th scope="col">{t('board.relay.tracks')}</th>
              <th scope="col">{t('board.relay.slots')}</th>
            </tr>
          </thead>
          <tbody>
            {now.shards.map((s) => (
              <tr key={s.shard}>
                <th scope="row">{s.shard}</th>
                <td>{s.transports}</td>
                <td>{s.tracks}</td>
                <td>{s.slots}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
