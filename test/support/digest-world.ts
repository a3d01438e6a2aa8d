/** A digest over tables in memory, with domains whose summaries are given. */
import { DigestsStore } from '../../lambdas/digest/digests-store.ts';
import type { DigestContext } from '../../lambdas/digest/send-digest.ts';
import type { DigestEvent } from '../../lambdas/digest/settings.ts';
import type { Group } from '../../lambdas/groups/group.ts';
import type { Mail } from '../../lambdas/platform/mailer.ts';
import type { Problem } from '../../lambdas/problems/problem.ts';
import { summarize } from '../../lambdas/reports/summary/summary.ts';
import type { SummaryJob } from '../../lambdas/reports/summary/summary-job.ts';
import { fakeClock, fakeLog, noAnswer } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';

export const EVENT: DigestEvent = {
  name: 'daily',
  timeZone: 'Europe/Berlin',
  labels: [],
  language: 'en',
  from: 'backup@example.com',
  to: ['ops@example.com', 'boss@example.com'],
  whenAllIsWell: false,
  scheduledTime: '2026-11-28T06:30:00Z',
};

export interface Domain {
  readonly succeeded?: number;
  readonly failed?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly downSince?: number;
}
interface World {
  readonly domains: Record<string, Domain>;
  readonly problems?: readonly Problem[];
}

const jobs = (count: number, verdict: 'ok' | 'failed', first: number): SummaryJob[] =>
  Array.from({ length: count }, (_, index) => ({
    jobId: first + index,
    parentJobId: first + index,
    clientName: `client-${index}`,
    policyName: 'daily',
    jobType: 'BACKUP',
    verdict,
    listedAt: 0,
  }));

/** The summary of such a domain. */
const summaryOf = (groupId: string, { succeeded = 0, failed = 0 }: Domain, now: number) =>
  summarize({
    groupId,
    jobs: [...jobs(succeeded, 'ok', 1), ...jobs(failed, 'failed', 10_001)],
    parents: new Set(),
    running: [],
    clientPolicies: [],
    time: { utcSeconds: (seconds: number) => seconds } as never,
    lastNotificationAt: undefined,
    complete: true,
    hours: 24,
    now,
  });

export const digestWorld = ({ domains, problems = [] }: World) => {
  const dynamodb = new MemoryDynamodb({ overviews: { key: ['groupId', 'hours'] } });
  const clock = fakeClock(Date.parse(EVENT.scheduledTime));
  const log = fakeLog();
  const mails: Mail[] = [];
  let refusals = 0;
  const groupIds = () => Object.keys(domains).sort();
  const groupOf = (groupId: string) => ({ groupId, kind: 'group', ...domains[groupId] }) as unknown as Group;
  const context: DigestContext = {
    groups: {
      list: async (limit, startAfter) => {
        const rest = groupIds().filter((groupId) => groupId > String(startAfter?.['groupId'] ?? ''));
        const items = rest.slice(0, limit).map((groupId) => ({ groupId }));
        const lastKey = { kind: 'group', groupId: items.at(-1)?.groupId ?? '' };
        return { items, ...(rest.length > limit ? { lastKey } : {}) };
      },
      getMany: async (ids) => ids.map(groupOf),
    },
    problems: {
      list: async () => ({ items: problems.map((problem) => ({ problem, place: problem.problem })) }),
    },
    muteRules: { list: async () => [] },
    digests: new DigestsStore(dynamodb.client, 'overviews', clock),
    readSummary: async ({ groupId }) => summaryOf(groupId, domains[groupId] ?? {}, clock()),
    mailer: {
      send: async (mail) => {
        if (refusals-- > 0) throw noAnswer();
        mails.push(mail);
      },
    },
    disconnectedMinutes: 15,
    clock,
    log,
  };
  const refuse = (count: number) => {
    refusals = count;
  };
  return { context, mails, log, clock, dynamodb, domains, refuse };
};
