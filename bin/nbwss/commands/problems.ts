/** `nbwss problems`: what is wrong, and who looks after it. */
import { type Command, Option } from 'commander';
import { KINDS, PROBLEM_STATES, SEVERITIES } from '../../../lambdas/problems/kinds.ts';
import { printLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { apiClient, segment } from '../api-client.ts';
import { type ListOptions, listPath, printJson, printList, withLabels, withList } from '../lists.ts';
import type { Column } from '../table.ts';
import { age, futureTime, shortTime } from '../times.ts';

export interface ProblemRow {
  readonly problemId: string;
  readonly kind: string;
  readonly severity: string;
  readonly groupId?: string;
  readonly state: string;
  readonly since: string;
  readonly count: number;
  readonly text: string;
}

const severityColumn: Column<ProblemRow> = {
  title: 'SEVERITY',
  value: ({ severity }) => ({ text: severity, style: severity === 'critical' ? 'red' : 'yellow' }),
};
const textColumn: Column<ProblemRow> = { title: 'WHAT', value: ({ text }) => text, min: 16 };
const sinceColumn: Column<ProblemRow> = { title: 'SINCE', value: ({ since }) => age(since) };
const groupColumn: Column<ProblemRow> = { title: 'GROUP', value: ({ groupId }) => groupId, min: 6 };
const kindColumn: Column<ProblemRow> = { title: 'PROBLEM', value: ({ kind }) => kind, min: 8 };

/** On the screen of `nbwss status`. */
export const STATUS_COLUMNS = [severityColumn, groupColumn, textColumn, sinceColumn, kindColumn];

/** The id begins with the group and ends with the kind. It comes early: the other commands need it. */
const COLUMNS: readonly Column<ProblemRow>[] = [
  severityColumn,
  { title: 'ID', value: ({ problemId }) => problemId },
  { ...textColumn, min: 14 },
  sinceColumn,
  { title: 'STATE', value: ({ state }) => (state === 'open' ? undefined : state) },
  { title: 'TIMES', value: ({ count }) => (count > 1 ? count : undefined) },
];

interface ProblemsOptions extends ListOptions {
  readonly label?: string[];
  readonly state?: string;
  readonly kind?: string;
  readonly severity?: string;
}

const list = async (groupId: string | undefined, options: ProblemsOptions): Promise<void> => {
  const { label, state, kind, severity } = options;
  const query = { label, state, kind, severity };
  const path = listPath(groupId, 'problems');
  const empty = 'There are no such problems.';
  await printList(await apiClient(options), { path, query, columns: COLUMNS, empty }, options);
};

const pathOf = (problemId: string): string => `/v1/problems/${segment(problemId)}`;

const show = async (problemId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  printJson(await api.call('GET', pathOf(problemId)));
};

interface LookAfterOptions extends ApiOptions {
  readonly reason?: string;
  readonly until?: string;
}

const change =
  (action: 'acknowledge' | 'mute' | 'reopen', done: string) =>
  async (problemIds: string[], { reason, until, ...options }: LookAfterOptions): Promise<void> => {
    const api = await apiClient(options);
    const body = action === 'reopen' ? undefined : { reason, until };
    for (const problemId of problemIds) await api.call('POST', `${pathOf(problemId)}/${action}`, body);
    const named = problemIds.length === 1 ? '' : ` (${problemIds.length} problems)`;
    printLine(`${done}${until === undefined ? '' : ` until ${shortTime(until)}`}${named}.`);
  };

/** Adds `nbwss problems`. */
export const registerProblems = (program: Command): void => {
  const problems = program.command('problems').description('what is wrong, and who looks after it');
  withLabels(
    withList(
      problems
        .command('list [group]', { isDefault: true })
        .description('list problems; without a group those of all groups'),
    ),
  )
    .addOption(new Option('--state <state>', 'default: all but recovered').choices(PROBLEM_STATES))
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(KINDS))
    .addOption(new Option('--severity <severity>', 'only of this severity').choices(SEVERITIES))
    .action(list);
  withAccount(
    problems.command('show <problem>').description('show a problem with its evidence as JSON'),
  ).action(show);
  withAccount(
    problems
      .command('acknowledge <problems...>')
      .description('say that somebody looks after it: no reminders'),
  )
    .requiredOption('--until <time>', 'when it is open again; 8h: in eight hours', futureTime)
    .requiredOption('--reason <text>', 'what is being done')
    .action(change('acknowledge', 'Acknowledged'));
  withAccount(problems.command('mute <problems...>').description('tell nobody about it for a while'))
    .requiredOption('--until <time>', 'the end; 8h: in eight hours', futureTime)
    .requiredOption('--reason <text>', 'why')
    .action(change('mute', 'Muted'));
  withAccount(
    problems.command('reopen <problems...>').description('end what acknowledge and mute have said'),
  ).action(change('reopen', 'Open again'));
};
