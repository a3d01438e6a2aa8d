/** The data of the first screen, from problems, domains and summaries. Pure. */
import type { Schemas } from '../../../../client/paths.ts';
import { DAY_MS } from '../../format/milliseconds.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { type CauseOfFailures, failuresByCause, type Problem } from '../problems/problem-facts.ts';

type Group = Pick<Schemas['Group'], 'groupId' | 'session' | 'utcOffset' | 'lastNotificationAt'>;
type Summary = Pick<Schemas['SummaryOfGroup'], 'groupId' | 'asOf' | 'complete' | 'lastNotificationAt'>;

export interface ProblemGroups {
  /** Domains and the deployment itself, the most severe first. */
  readonly domains: readonly Problem[];
  /** Clients beyond their target, the oldest backup first. */
  readonly overdue: readonly Problem[];
  /** The backups that failed in the last 24 hours. */
  readonly failures: readonly CauseOfFailures[];
  /** The backups that failed, with the last failure longer ago. */
  readonly olderFailures: readonly Problem[];
  /** Clients under a policy whose backups failed several times in a row. */
  readonly series: readonly Problem[];
  readonly stuck: readonly Problem[];
  /** The acknowledged and muted problems, which are in none of the above. */
  readonly silenced: readonly Problem[];
}

const RANK = { critical: 0, warning: 1 } as const;

const measuredOf = ({ measures }: Problem): number => measures[0]?.value ?? 0;

/** @param now epoch ms */
export const problemGroupsOf = (problems: readonly Problem[], now: number): ProblemGroups => {
  const open = problems.filter(({ state }) => state === 'open');
  const ofKind = (wanted: Problem['kind']) => open.filter(({ kind }) => kind === wanted);
  const failed = ofKind('backup-failed');
  const isRecent = ({ last }: Problem): boolean => Date.parse(last) >= now - DAY_MS;
  const shownByKind: readonly Problem['kind'][] = [
    'backup-failed',
    'no-good-backup',
    'consecutive-failures',
    'job-stuck',
    'quarantined',
  ];
  return {
    domains: open
      .filter(({ kind }) => !shownByKind.includes(kind))
      .sort((one, other) => RANK[one.severity] - RANK[other.severity]),
    overdue: ofKind('no-good-backup').sort((one, other) => measuredOf(other) - measuredOf(one)),
    failures: failuresByCause(failed.filter(isRecent)),
    olderFailures: failed.filter((problem) => !isRecent(problem)),
    series: ofKind('consecutive-failures'),
    stuck: ofKind('job-stuck'),
    silenced: problems.filter(({ state }) => state === 'acknowledged' || state === 'muted'),
  };
};

export interface DataQuality {
  readonly groupId: string;
  readonly state: Group['session']['state'];
  readonly lastNotificationAt?: string;
  /** When its numbers were computed. */
  readonly asOf?: string;
  /** Whether its numbers are too small. */
  readonly isIncomplete: boolean;
  /** Whether its times can be wrong. */
  readonly isClockDoubtful: boolean;
  readonly quarantined: number;
}

const isDoubtful = ({ isIncomplete, isClockDoubtful, quarantined, state }: DataQuality): boolean =>
  isIncomplete || isClockDoubtful || quarantined > 0 || state === 'disconnected';

/** Each domain with the doubts about its numbers: doubtful ones first, then those that have been silent longest. */
export const dataQualityOf = (
  groups: readonly Group[],
  summaries: readonly Summary[],
  problems: readonly Problem[],
): readonly DataQuality[] => {
  const summaryOf = new Map(summaries.map((summary) => [summary.groupId, summary]));
  const quarantined = new Map(
    problems.flatMap((problem) =>
      problem.kind === 'quarantined' && problem.groupId !== undefined
        ? [[problem.groupId, measuredOf(problem)] as const]
        : [],
    ),
  );
  const rows = groups.map(({ groupId, session, utcOffset, lastNotificationAt }): DataQuality => {
    const summary = summaryOf.get(groupId);
    const last = lastNotificationAt ?? summary?.lastNotificationAt;
    return {
      groupId,
      state: session.state,
      ...omitUndefined({ lastNotificationAt: last }),
      ...(summary ? { asOf: summary.asOf } : {}),
      isIncomplete: summary?.complete === false,
      isClockDoubtful:
        utcOffset.warning !== undefined || (last !== undefined && utcOffset.source === 'unknown'),
      quarantined: quarantined.get(groupId) ?? 0,
    };
  });
  const age = ({ lastNotificationAt }: DataQuality): number =>
    lastNotificationAt === undefined ? 0 : Date.parse(lastNotificationAt);
  return rows.sort(
    (one, other) => Number(isDoubtful(other)) - Number(isDoubtful(one)) || age(one) - age(other),
  );
};

/** The jobs of all domains in the last day. */
export const totalsOf = (summaries: readonly Pick<Schemas['SummaryOfGroup'], 'outcomes' | 'recovered'>[]) => {
  const sum = (count: (summary: (typeof summaries)[number]) => number): number =>
    summaries.reduce((total, summary) => total + count(summary), 0);
  return {
    failed: sum(({ outcomes }) => outcomes.failed),
    recovered: sum(({ recovered }) => recovered),
    warning: sum(({ outcomes }) => outcomes.warning),
    running: sum(({ outcomes }) => outcomes.running),
    succeeded: sum(({ outcomes }) => outcomes.succeeded),
  };
};
