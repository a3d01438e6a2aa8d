/** The function that plays a NetBackup domain every few minutes, to notice faults that no domain is there to notice. */
import { renewIdentity } from '../canary/identity.ts';
import { CANARY_JOB, playRound, prepareTls, type RoundOptions } from '../canary/round.ts';
import { CANARY_GROUP } from '../platform/canary-group.ts';
import { createDurationMetrics } from '../platform/duration-metrics.ts';
import { optional, required } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { clock, endpointsStore, groupsStore, jobsStore, keysStore } from './dependencies.ts';

/** Of all rounds: less than the function's time-out. */
const TIMEOUT_MS = 45_000;
const METRIC = 'CanaryMilliseconds';

const log = createLog('canary');
const metrics = createDurationMetrics('canary');
const jobs = jobsStore();
const context = { groups: groupsStore(), endpoints: endpointsStore(), keys: keysStore(), clock };
const apiUrl = required('API_URL');
/** With two gateways the token is used at both, one after the other. Metrics are those of the first. */
const webSocketUrls = [required('WEBSOCKET_URL'), optional('RELAY_WEBSOCKET_URL')].filter(
  (url) => url !== undefined,
);
prepareTls();

type Secrets = Pick<RoundOptions, 'token' | 'apiKey'>;

/** Plays one round. */
const play = async (webSocketUrl: string, secrets: Secrets, isMeasured: boolean): Promise<void> => {
  // So that the round sees its own job, and the states of one job do not become more and more.
  await jobs.delete(CANARY_GROUP, CANARY_JOB);
  const options = { groupId: CANARY_GROUP, webSocketUrl, apiUrl, trusted: [], ...secrets };
  const timeoutMs = TIMEOUT_MS / webSocketUrls.length;
  const { steps, failure } = await playRound({ ...options, timeoutMs });
  const { host } = new URL(webSocketUrl);
  if (isMeasured) for (const { step, ms } of steps) metrics.duration(METRIC, ['step', step], ms);
  if (failure) return log.error('canary-failed', failure.reason, { step: failure.step, host });
  const total = steps.reduce((sum, { ms }) => sum + ms, 0);
  if (isMeasured) metrics.duration(METRIC, ['step', 'total'], total);
  log.info('canary-succeeded', { host, ...Object.fromEntries(steps.map(({ step, ms }) => [step, ms])) });
};

/** A round that fails is logged as `canary-failed` with its step. The step `total` is measured only if all steps succeed. */
export const handler = async (): Promise<void> => {
  const startedAt = clock();
  const [first = ''] = webSocketUrls;
  try {
    const secrets = await renewIdentity(context, first);
    for (const url of webSocketUrls) await play(url, secrets, url === first);
  } catch (error) {
    log.error('canary-failed', error, { step: 'prepare', afterMs: clock() - startedAt });
  }
};
