/** What the domains of a fleet report. Pure, and without chance: the same clock gives the same jobs. */
import { skew } from '../../../netbackup/simulator/domain/time-zone.ts';
import type { Frame } from '../raw-client.ts';
import type { FleetClient, FleetDomain } from './domains.ts';

const HOUR = 3600;
/** A job's place in the night, in seconds. */
const APART = 17 * 60;
const NIGHT_ENDED_HOURS_AGO = 4;

/** Cannot connect on socket; disk volume is down; snapshot error; disk storage unit is full. */
const CAUSES = [58, 2074, 156, 129];

interface Run {
  readonly night: number;
  readonly domain: number;
  readonly client: number;
}

/** Now and then one fails; at one client of every tenth domain, all have for four nights. */
const statusOf = ({ night, domain, client }: Run): number => {
  if (domain % 10 === 3 && client === 1 && night < 4) return 2074;
  const throwOfDice = (domain * 31 + client * 17 + night * 7) % 29;
  if (throwOfDice === 0) return CAUSES[domain % CAUSES.length] ?? 0;
  return throwOfDice === 1 ? 1 : 0;
};

const jobOf = (
  { timeZone }: FleetDomain,
  client: FleetClient,
  jobId: number,
  started: number,
  more: Frame,
): Frame => ({
  jobId,
  parentJobId: jobId,
  jobType: 'BACKUP',
  policyName: client.policy,
  policyType: client.policyType,
  scheduleType: 'ST_FULL',
  clientName: client.name,
  startTime: started + skew(timeZone, started),
  ...more,
});

/** Jobs begin with a number of their own for each night. */
const jobIdOf = ({ nights }: FleetDomain, { night, client }: Run): number =>
  40_000 + (nights - night) * 100 + client;

export interface Night {
  readonly jobs: readonly Frame[];
  readonly images: readonly Frame[];
  /** Epoch seconds. */
  readonly endedAt: number;
}

/**
 * The finished jobs of one night and their images.
 * @param night 0 is the last one
 * @param now epoch seconds
 */
export const nightOf = (domain: FleetDomain, index: number, night: number, now: number): Night => {
  const runs = domain.clients.map((client, place) => {
    const run = { night, domain: index, client: place };
    const started = now - (NIGHT_ENDED_HOURS_AGO + 24 * night) * HOUR - (place + 1) * APART;
    return { client, status: statusOf(run), started, jobId: jobIdOf(domain, run) };
  });
  return {
    endedAt: now - (NIGHT_ENDED_HOURS_AGO + 24 * night) * HOUR + APART,
    jobs: runs.map(({ client, status, started, jobId }) =>
      jobOf(domain, client, jobId, started, { state: 'DONE', status }),
    ),
    images: runs
      .filter(({ status }) => status <= 1)
      .map(({ client, started }) => ({
        backupId: `${client.name}_${started}`,
        operationId: 'CREATE',
        clientName: client.name,
        clientType: client.policyType,
        backupTime: started,
        createdTime: started + APART + skew(domain.timeZone, started),
      })),
  };
};

/** What is not finished: here and there a job runs, one for far too long, and one waits. */
export const unfinishedOf = (domain: FleetDomain, index: number, now: number): readonly Frame[] => {
  const [first, second] = domain.clients;
  if (!first || !second) return [];
  const job = (client: FleetClient, offset: number, secondsAgo: number, state: string): Frame =>
    jobOf(domain, client, 50_000 + offset, now - secondsAgo, { state, status: 0 });
  return [
    ...(index % 4 === 0 ? [job(first, 1, 20 * 60, 'ACTIVE')] : []),
    ...(index === 2 ? [job(second, 2, 11 * HOUR, 'ACTIVE')] : []),
    ...(index === 5 ? [job(second, 3, 2 * HOUR, 'QUEUED')] : []),
  ];
};
