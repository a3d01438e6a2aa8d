/** All domains of a task of the relay connect again at the same time, because it was replaced as by a deployment. */
import type { LocalCloud } from '../local/cloud.ts';
import { type Connected, connect, type Fleet, WORKERS } from './fleet.ts';
import { ms, percentile, table } from './report.ts';

const RESTART = 1012;

interface Return {
  readonly code: number;
  readonly connected: Connected | undefined;
  /** Time of the monotonic clock, ms. */
  readonly closedAt: number;
  readonly connectedAt: number;
}

const come = async ({ domain, details }: Connected, ca: string): Promise<Return> => {
  const code = await domain.closed;
  const closedAt = performance.now();
  const connected = await connect(details, ca);
  return { code, closedAt, connected, connectedAt: performance.now() };
};

const row = (name: string, all: readonly Connected[], seconds: string, lost: number): string[] => {
  const times = all.map((one) => one.ms);
  const attempts = all.reduce((sum, one) => sum + one.attempts, 0);
  return [
    name,
    seconds,
    String(attempts),
    ms(percentile(times, 0.5)),
    ms(percentile(times, 0.99)),
    `${lost}`,
  ];
};

/** @throws Error when a domain is lost */
export const benchReconnects = async (
  cloud: LocalCloud,
  fleet: Fleet,
  before: readonly Connected[],
  ca: string,
): Promise<void> => {
  const [task] = cloud.tasks.list();
  if (!task) throw new Error('The relay has no task.');
  const returning = Promise.all(before.map((one) => come(one, ca)));
  await cloud.tasks.stop(task.id);
  const returns = await returning;
  await cloud.drained();
  const after = returns.flatMap(({ connected }) => connected ?? []);
  const details = before.map((one) => one.details);
  const sessions = await fleet.sessions(details);
  const open = after.filter(({ domain }) => domain.isOpen).length;
  const lost = before.length - Math.min(sessions, open);
  const start = Math.min(...returns.map(({ closedAt }) => closedAt));
  const at = returns.map(({ connectedAt }) => (connectedAt - start) / 1000);
  const restarted = returns.filter(({ code }) => code === RESTART).length;
  table(
    `${before.length} domains reconnect at once: the task of the relay was replaced, and closed ${restarted} connections with ${RESTART}`,
    ['', 'half', 'all', 'attempts', 'CONNECT p50', 'p99', 'lost'],
    [
      [`${WORKERS} at a time`, '', '', ...row('', before, '', 0).slice(2)],
      [
        'all at once',
        `${percentile(at, 0.5).toFixed(1)} s`,
        ...row('', after, `${Math.max(...at).toFixed(1)} s`, lost).slice(1),
      ],
    ],
  );
  for (const { domain } of after) domain.close();
  if (lost > 0) throw new Error(`${lost} domains are no sessions.`);
};
