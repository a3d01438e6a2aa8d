/** `nbwss problems`: what is wrong, and whether it is acknowledged. */
import { type Command, Option } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { SEVERITIES } from '../../../lambdas/platform/bus/enumerations.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { KINDS, PROBLEM_STATES } from '../../../lambdas/problems/kinds.ts';
import { printLine } from '../../../netbackup/terminal.ts';
import { type ApiOptions, withAccount } from '../account.ts';
import { answerOf, apiClient } from '../api-client.ts';
import { type ListOptions, printJson, printList, withLabels, withList } from '../lists.ts';
import type { PageQuery } from '../paging.ts';
import type { Column } from '../table.ts';
import { age, futureTime, shortTime } from '../times.ts';

const severityColumn: Column<Schemas['Problem']> = {
  title: 'SEVERITY',
  value: ({ severity }) => ({ text: severity, style: severity === 'critical' ? 'red' : 'yellow' }),
};
const textColumn: Column<Schemas['Problem']> = { title: 'WHAT', value: ({ text }) => text, min: 16 };
const sinceColumn: Column<Schemas['Problem']> = { title: 'SINCE', value: ({ since }) => age(since) };
const groupColumn: Column<Schemas['Problem']> = { title: 'GROUP', value: ({ groupId }) => groupId, min: 6 };
const kindColumn: Column<Schemas['Problem']> = { title: 'PROBLEM', value: ({ kind }) => kind, min: 8 };

/** The columns on the screen of `nbwss status`. */
export const STATUS_COLUMNS = [severityColumn, groupColumn, textColumn, sinceColumn, kindColumn];

/** The id begins with the group and ends with the kind. It is an early column, because the other commands need it. */
const COLUMNS: readonly Column<Schemas['Problem']>[] = [
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
  readonly severity?: Schemas['Problem']['severity'];
}

const list = async (groupId: string | undefined, options: ProblemsOptions): Promise<void> => {
  const { label, state, kind, severity } = options;
  const query = omitUndefined({ label, state, kind, severity });
  const api = await apiClient(options);
  const read = (page: PageQuery) => {
    const params = { query: { ...query, ...page } };
    return groupId === undefined
      ? api.GET('/v1/problems', { params })
      : api.GET('/v1/groups/{groupId}/problems', { params: { ...params, path: { groupId } } });
  };
  await printList(api, { read, columns: COLUMNS, empty: 'There are no such problems.' }, options);
};

const PATH = '/v1/problems/{problemId}';

const show = async (problemId: string, options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  printJson(await answerOf(api.GET(PATH, { params: { path: { problemId } } })));
};

const howMany = ({ length }: readonly string[]): string => (length === 1 ? '' : ` (${length} problems)`);

const acknowledgeOrMute =
  (action: 'acknowledge' | 'mute', done: string) =>
  async (problemIds: string[], given: ApiOptions & Schemas['UntilAndReason']): Promise<void> => {
    const { reason, until, ...options } = given;
    const api = await apiClient(options);
    const body = { reason, until };
    for (const problemId of problemIds)
      await answerOf(api.POST(`${PATH}/${action}`, { params: { path: { problemId } }, body }));
    printLine(`${done} until ${shortTime(until)}${howMany(problemIds)}.`);
  };

const reopen = async (problemIds: string[], options: ApiOptions): Promise<void> => {
  const api = await apiClient(options);
  for (const problemId of problemIds)
    await answerOf(api.POST(`${PATH}/reopen`, { params: { path: { problemId } } }));
  printLine(`Open again${howMany(problemIds)}.`);
};

/** Adds `nbwss problems`. */
export const registerProblems = (program: Command): void => {
  const problems = program
    .command('problems')
    .description('what is wrong: list, acknowledge and mute problems');
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
      .description('mark problems as being worked on: no reminders until a time'),
  )
    .requiredOption('--until <time>', 'when the acknowledgement ends; 8h: in eight hours', futureTime)
    .requiredOption('--reason <text>', 'what is being done')
    .action(acknowledgeOrMute('acknowledge', 'Acknowledged'));
  withAccount(
    problems.command('mute <problems...>').description('suppress events and reminders until a time'),
  )
    .requiredOption('--until <time>', 'when the mute ends; 8h: in eight hours', futureTime)
    .requiredOption('--reason <text>', 'why')
    .action(acknowledgeOrMute('mute', 'Muted'));
  withAccount(
    problems.command('reopen <problems...>').description('remove the acknowledgement or mute'),
  ).action(reopen);
};
