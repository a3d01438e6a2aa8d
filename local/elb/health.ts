import { get } from 'node:http';
import { connect } from 'node:net';
import type { TargetGroupSpec } from '../assembly/balancers.ts';

type HealthCheck = TargetGroupSpec['healthCheck'];

/** The time between two checks of a target. AWS waits 5 to 300 s, according to the target group. */
const INTERVAL_MS = 200;

/** Whether one check succeeds. Never rejects. */
function isHealthy(check: HealthCheck, host: string, targetPort: number): Promise<boolean> {
  const { protocol, port = targetPort, path, matcher, timeoutSeconds } = check;
  const timeout = timeoutSeconds * 1000;
  return new Promise((resolve) => {
    if (protocol === 'TCP') {
      const socket = connect({ host, port, timeout }, () => resolve(true));
      socket.once('timeout', () => socket.destroy()).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy()).once('close', () => resolve(false));
      return;
    }
    const headers = { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const request = get({ host, port, path, timeout, headers, agent: false }, (response) => {
      response.resume();
      resolve(matches(matcher, response.statusCode ?? 0));
    });
    request.once('timeout', () => request.destroy()).once('error', () => resolve(false));
  });
}

/** `200`, `200,202` or `200-399`. */
export const matches = (matcher: string, status: number): boolean =>
  matcher.split(',').some((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return status >= Number(from) && status <= Number(to);
  });

/**
 * Checks a target until it is stopped, and reports when it becomes healthy or unhealthy by the counts of the target group. At first a
 * target is neither.
 */
export function watchHealth(
  check: HealthCheck,
  host: string,
  port: number,
  onChange: (healthy: boolean) => void,
): () => void {
  let stopped = false;
  let healthy: boolean | undefined;
  let inRow = 0;
  let last: boolean | undefined;
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    const result = await isHealthy(check, host, port);
    if (stopped) return;
    inRow = result === last ? inRow + 1 : 1;
    last = result;
    if (result !== healthy && inRow >= (result ? check.healthyCount : check.unhealthyCount)) {
      healthy = result;
      onChange(result);
    }
    timer = setTimeout(() => void run(), INTERVAL_MS);
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
