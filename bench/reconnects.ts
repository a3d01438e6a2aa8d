/** All domains of a task of the relay reconnect at the same time, because a deployment replaced the task. */
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

const attemptsAndTimes = (all: readonly Connected[]): string[] => {
  const times = all.map((one) => one.ms);
  const attempts = all.reduce((sum, one) => sum + one.attempts, 0);
  return [String(attempts), ms(percentile(times, 0.5)), ms(percentile(times, 0.99))];
};

/** @throws Error when a domain is lost: it was accepted, and is not its group's session */
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
  const sessions = await fleet.sessions(after.map(({ details }) => details));
  const open = after.filter(({ domain }) => domain.isOpen).length;
  const lost = after.length - Math.min(sessions, open);
  const start = Math.min(...returns.map(({ closedAt }) => closedAt));
  const seconds = returns
    .filter(({ connected }) => connected)
    .map(({ connectedAt }) => (connectedAt - start) / 1000);
  const time = (share: number) => `${percentile(seconds, share).toFixed(1)} s`;
  const restarted = returns.filter(({ code }) => code === RESTART).length;
  table(
    `${before.length} domains reconnect at the same time: the task of the relay was replaced, and closed ${restarted} connections with ${RESTART}`,
    ['', 'back', 'half', 'all', 'attempts', 'CONNECT p50', 'p99', 'lost'],
    [
      [`${WORKERS} at a time`, `${before.length}`, '', '', ...attemptsAndTimes(before), ''],
      ['all at the same time', `${after.length}`, time(0.5), time(1), ...attemptsAndTimes(after), `${lost}`],
    ],
  );
  for (const { domain } of after) domain.close();
  if (lost > 0) throw new Error(`${lost} domains have no session.`);
};
