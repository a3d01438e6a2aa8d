/** What is wrong where: read from the API, and drawn on one screen. */
import type { Schemas } from '../../client/paths.ts';
import { omitUndefined } from '../../lambdas/platform/omit-undefined.ts';
import { printLine, printSpans, terminalHeight } from '../../netbackup/terminal.ts';
import type { ApiClient } from './api-client.ts';
import { STATUS_COLUMNS } from './commands/problems.ts';
import { count, OUTCOMES, outcomesText } from './commands/summary.ts';
import { checkLabels } from './lists.ts';
import { allOf } from './paging.ts';
import { type Column, printTable } from './table.ts';
import { age } from './times.ts';

type Overview = Schemas['SummaryOfGroup'];

export interface Domain {
  readonly groupId: string;
  readonly state: string;
  readonly since?: string | undefined;
  readonly closeReason?: string | undefined;
  readonly lastReportAt?: string | undefined;
  /** Failed jobs that no later run has mended. */
  readonly failed: number;
  readonly withoutGoodBackup: number;
  readonly stuck: number;
}

export interface Status {
  readonly hours: number;
  readonly asOf: string;
  readonly groups: number;
  readonly connected: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly recovered: number;
  /** All that are not recovered. */
  readonly problems: readonly Schemas['Problem'][];
  /** Those with something wrong. */
  readonly domains: readonly Domain[];
}

export interface StatusQuery {
  readonly label?: string[] | undefined;
  readonly hours: number;
}

const domainOf = (group: Schemas['Group'], overview: Overview | undefined): Domain => {
  const { groupId, session, lastNotificationAt } = group;
  return {
    groupId,
    state: session.state,
    since: session.since,
    closeReason: session.state === 'connected' ? undefined : session.closeReason,
    lastReportAt: lastNotificationAt,
    failed: overview === undefined ? 0 : Math.max(0, overview.outcomes.failed - overview.recovered),
    withoutGoodBackup: overview?.withoutGoodBackup ?? 0,
    stuck: (overview?.queuedLong ?? 0) + (overview?.runningLong ?? 0),
  };
};

/** A group that has never been connected may still be set up. */
const isWrongIn = ({ state, failed, withoutGoodBackup, stuck }: Domain): boolean =>
  state === 'disconnected' || failed > 0 || withoutGoodBackup > 0 || stuck > 0;

const weight = ({ state, failed, withoutGoodBackup }: Domain): number =>
  (state === 'disconnected' ? 1_000_000 : 0) + withoutGoodBackup * 1_000 + failed;

/** @throws Error when no group has the labels */
export const readStatus = async (api: ApiClient, { label, hours }: StatusQuery): Promise<Status> => {
  const query = omitUndefined({ label });
  const [groups, overviews, problems] = await Promise.all([
    allOf((page) => api.GET('/v1/groups', { params: { query: { ...query, ...page } } })),
    allOf((page) => api.GET('/v1/summary', { params: { query: { ...query, hours, ...page } } })),
    allOf((page) => api.GET('/v1/problems', { params: { query: { ...query, ...page } } })),
  ]);
  if (groups.length === 0) await checkLabels(api, label);
  const byId = new Map(overviews.map((overview) => [overview.groupId, overview]));
  const sum = (name: (typeof OUTCOMES)[number]): number =>
    overviews.reduce((total, { outcomes }) => total + outcomes[name], 0);
  return {
    hours,
    asOf: new Date().toISOString(),
    groups: groups.length,
    connected: groups.filter(({ session }) => session.state === 'connected').length,
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, sum(name)])),
    recovered: overviews.reduce((total, { recovered }) => total + recovered, 0),
    problems,
    domains: groups
      .map((group) => domainOf(group, byId.get(group.groupId)))
      .filter(isWrongIn)
      .sort((a, b) => weight(b) - weight(a)),
  };
};

const openOf = ({ problems }: Status): Schemas['Problem'][] =>
  problems.filter(({ state }) => state === 'open');

/**
 * What somebody looks after, or has muted, is not wrong again. A domain that has just been disconnected usually comes back:
 * its problem says when it does not.
 */
export const isWrong = (status: Status): boolean =>
  openOf(status).length > 0 ||
  status.domains.some(
    ({ groupId, failed, withoutGoodBackup, stuck }) =>
      failed + withoutGoodBackup + stuck > 0 &&
      !status.problems.some((problem) => problem.groupId === groupId),
  );

const DOMAINS: readonly Column<Domain>[] = [
  { title: 'GROUP', value: ({ groupId }) => groupId, min: 8 },
  {
    title: 'STATE',
    value: ({ state }) => ({ text: state, style: state === 'connected' ? undefined : 'red' }),
  },
  { title: 'SINCE', value: ({ since }) => age(since) },
  { title: 'FAILED', value: ({ failed }) => count(failed) },
  { title: 'NO GOOD BACKUP', value: ({ withoutGoodBackup }) => count(withoutGoodBackup) },
  { title: 'STUCK', value: ({ stuck }) => count(stuck, 'yellow') },
  { title: 'LAST REPORT', value: ({ lastReportAt }) => age(lastReportAt) },
  { title: 'WHY', value: ({ closeReason }) => closeReason, min: 12 },
];

/** Prints as many rows as have a place. */
const printSection = <T>(
  title: string,
  columns: readonly Column<T>[],
  items: readonly T[],
  most: number,
): void => {
  if (items.length === 0) return;
  printLine('');
  printSpans([{ text: `${title} (${items.length})`, style: 'bold' }]);
  printTable(columns, items.slice(0, most));
  if (items.length > most) printSpans([{ text: `… and ${items.length - most} more`, style: 'gray' }]);
};

/** Header, titles, blank lines, and the prompt. */
const FIXED_LINES = 12;
const MIN_ROWS = 3;

const acknowledgedOrMuted = ({ problems }: Status): string => {
  const texts = ['acknowledged', 'muted'].flatMap((state) => {
    const number = problems.filter((problem) => problem.state === state).length;
    return number === 0 ? [] : [`${number} ${state}`];
  });
  return texts.length === 0 ? '' : ` Beside it: ${texts.join(', ')}.`;
};

/** @param height lines of the screen; all is shown if undefined */
export const printStatus = (status: Status, height = terminalHeight()): void => {
  const { groups, connected, hours, outcomes, recovered, domains } = status;
  const open = openOf(status);
  const rows = height === undefined ? Number.POSITIVE_INFINITY : Math.max(MIN_ROWS, height - FIXED_LINES);
  printSpans([
    { text: `${connected} of ${groups} domains connected`, style: connected === groups ? 'green' : 'red' },
    { text: `, last ${hours} h: ${outcomesText(outcomes, recovered)}` },
  ]);
  const forProblems = domains.length === 0 ? rows : Math.max(MIN_ROWS, Math.ceil(rows / 2));
  printSection('What is wrong', STATUS_COLUMNS, open, forProblems);
  const shown = Math.min(open.length, forProblems);
  printSection('Domains to look at', DOMAINS, domains, Math.max(MIN_ROWS, rows - shown));
  if (!isWrong(status) && domains.length === 0)
    printSpans([{ text: `Nothing is wrong.${acknowledgedOrMuted(status)}`, style: 'green' }]);
  else if (acknowledgedOrMuted(status) !== '') printLine(acknowledgedOrMuted(status).trim());
};
