/** The function that plays a NetBackup domain every few minutes, to notice faults that no domain is there to notice. */
import { renewIdentity } from '../canary/identity.ts';
import { CANARY_JOB, playRound, prepareTls } from '../canary/round.ts';
import { CANARY_GROUP } from '../platform/canary-group.ts';
import { Table } from '../platform/dynamodb/table.ts';
import { required } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { createMeter } from '../platform/meter.ts';
import { clock, dynamodb, endpointsStore, groupsStore, keysStore } from './dependencies.ts';

/** Less than the function's time-out. */
const TIMEOUT_MS = 45_000;
const METRIC = 'CanaryMilliseconds';

const log = createLog('canary');
const meter = createMeter('canary');
const jobs = new Table(dynamodb, required('JOBS_TABLE'));
const context = { groups: groupsStore(), endpoints: endpointsStore(), keys: keysStore(), clock };
const [webSocketUrl, apiUrl] = [required('WEBSOCKET_URL'), required('API_URL')];
prepareTls();

/** A round that fails is logged as `canary-failed` with its step. The step `total` is measured only if all steps succeed. */
export const handler = async (): Promise<void> => {
  const startedAt = clock();
  try {
    const { token, apiKey } = await renewIdentity(context, webSocketUrl);
    // So that the round sees its own job, and the states of one job do not become more and more.
    await jobs.delete({ groupId: CANARY_GROUP, jobId: CANARY_JOB });
    const options = { groupId: CANARY_GROUP, webSocketUrl, token, apiUrl, apiKey, trusted: [] };
    const { steps, failure } = await playRound({ ...options, timeoutMs: TIMEOUT_MS });
    for (const { step, ms } of steps) meter.duration(METRIC, ['step', step], ms);
    if (failure) return log.error('canary-failed', failure.reason, { step: failure.step });
    meter.duration(
      METRIC,
      ['step', 'total'],
      steps.reduce((sum, { ms }) => sum + ms, 0),
    );
    log.info('canary-succeeded', Object.fromEntries(steps.map(({ step, ms }) => [step, ms])));
  } catch (error) {
    log.error('canary-failed', error, { step: 'prepare', afterMs: clock() - startedAt });
  }
};
