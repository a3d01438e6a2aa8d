/** Jobs whose states are repeated, whose ids are reused, and jobs of several streams (NOT-6). */
import type { Scenario, ScenarioStep } from '../scenario.ts';
import { DAY, type Item, image, job, ofKind, PRIMARY, T0 } from './items.ts';

const CLIENT = ['linux01.example.com', 'STANDARD'] as const;
const FILES: Item = { policyName: 'files-daily', policyType: 'STANDARD' };

/** A backup of files: a root without children. */
const backup = (jobId: number, startTime: number, state: string, status = 0): Item =>
  job(jobId, jobId, CLIENT[0], startTime, state, { ...FILES, status });

/** One message with these jobs, `at` seconds after the start. */
const jobs = (at: number, ...items: Item[]): ScenarioStep => ({ at, payload: [ofKind('JOB', ...items)] });

/** One message with an end of a backup and the image that it created. */
const good = (at: number, jobId: number, startTime: number): ScenarioStep => ({
  at,
  payload: [
    ofKind('JOB', backup(jobId, startTime, 'DONE')),
    ofKind('IMAGE', image(CLIENT, startTime, at - 1, 'CREATE')),
  ],
});

const requeue: Scenario = {
  name: 'requeue',
  description: 'a job is queued again: ACTIVE, QUEUED, and the same ACTIVE, then DONE',
  base: T0,
  steps: [
    jobs(1, backup(201, 0, 'ACTIVE')),
    jobs(4, backup(201, 0, 'QUEUED')),
    jobs(7, backup(201, 0, 'ACTIVE')),
    good(10, 201, 0),
  ],
};

const suspendResume: Scenario = {
  name: 'suspend-resume',
  description:
    'two jobs are suspended and resumed: one is shown as QUEUED, one as SUSPENDED, as the REST API calls it',
  base: T0,
  steps: [
    jobs(1, backup(211, 0, 'ACTIVE'), backup(212, 1, 'ACTIVE')),
    jobs(4, backup(211, 0, 'QUEUED'), backup(212, 1, 'SUSPENDED')),
    jobs(7, backup(211, 0, 'ACTIVE'), backup(212, 1, 'ACTIVE')),
    good(10, 211, 0),
    good(10, 212, 1),
  ],
};

const retry: Scenario = {
  name: 'retry',
  description: 'a job fails with 58, and is taken up again: another startTime, then DONE with 0',
  base: T0,
  steps: [
    jobs(1, backup(221, 0, 'ACTIVE')),
    jobs(3, backup(221, 0, 'DONE', 58)),
    jobs(6, backup(221, 5, 'ACTIVE')),
    good(9, 221, 5),
  ],
};

/** A stream of linux02, or the streams' parent. */
const stream = (jobId: number, parentJobId: number, state: string, status = 0): Item => {
  const clientName = jobId === parentJobId ? PRIMARY : 'linux02.example.com';
  return job(jobId, parentJobId, clientName, jobId - 231, state, { ...FILES, status });
};

const streams: Scenario = {
  name: 'streams',
  description:
    'two jobs of two streams: streams with 0 and 13 under a parent with 1, streams with 0 under a parent with 156',
  base: T0,
  steps: [
    jobs(1, stream(231, 231, 'ACTIVE'), stream(241, 241, 'ACTIVE')),
    jobs(13, stream(232, 231, 'ACTIVE'), stream(233, 231, 'QUEUED')),
    jobs(13, stream(242, 241, 'ACTIVE'), stream(243, 241, 'ACTIVE')),
    {
      at: 15,
      payload: [
        ofKind('JOB', ...[232, 242, 243].map((id) => stream(id, id === 232 ? 231 : 241, 'DONE'))),
        ofKind(
          'IMAGE',
          ...[1, 11, 12].map((at) => image(['linux02.example.com', 'STANDARD'], at, 14, 'CREATE')),
        ),
      ],
    },
    jobs(17, stream(233, 231, 'DONE', 13)),
    jobs(19, stream(231, 231, 'DONE', 1), stream(241, 241, 'DONE', 156)),
  ],
};

const jobIdReused: Scenario = {
  name: 'job-id-reused',
  description: 'two ids come back: one 40 days later, one for another policy and client',
  base: T0,
  steps: [
    jobs(1, backup(251, -40 * DAY, 'DONE'), backup(252, -3600, 'DONE', 6)),
    jobs(4, backup(251, 3, 'ACTIVE'), job(252, 252, 'vm02', 3, 'ACTIVE')),
    good(7, 251, 3),
    jobs(8, job(252, 252, 'vm02', 3, 'DONE')),
  ],
};

export const stateScenarios: readonly Scenario[] = [requeue, suspendResume, retry, streams, jobIdReused];
