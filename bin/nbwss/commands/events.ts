/** `nbwss events`: the notifications of a group as they arrived, and as they arrive. */
import { type Command, Option } from 'commander';
import type { Schemas } from '../../../client/paths.ts';
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import { secondsFrom } from '../../../netbackup/command-line.ts';
import { printLine, warnLine } from '../../../netbackup/terminal.ts';
import { type ApiClient, answerOf, apiClient, isTransient } from '../api-client.ts';
import { pause, untilInterrupted } from '../interrupt.ts';
import { type ListOptions, printJsonLine, withList } from '../lists.ts';
import { pastTime } from '../times.ts';

type ReadEvents = (
  after: string | undefined,
) => Promise<{ items: Schemas['Event'][]; cursor: string; more: boolean }>;

interface EventsOptions extends ListOptions {
  readonly follow?: boolean;
  readonly every: number;
  readonly object?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What says most about a job or an image. */
const FIELDS = ['jobId', 'jobType', 'state', 'status', 'backupId', 'operationId', 'policyName', 'clientName'];

/** An event in one line. */
export const eventLine = ({
  receivedAt,
  object,
  notification,
  reason,
  eventId,
}: Schemas['Event']): string => {
  const sent: Readonly<Record<string, unknown>> = Object(notification);
  const fields = FIELDS.flatMap((name) => (sent[name] === undefined ? [] : [`${sent[name]}`]));
  const what = fields.length > 0 ? fields.join('  ') : eventId;
  return [receivedAt, object ?? '?', what, reason && `not interpreted: ${reason}`].filter(Boolean).join('  ');
};

const print = (event: Schemas['Event'], json = false): void => {
  if (json) printJsonLine(event);
  else printLine(eventLine(event));
};

/** Prints what arrives until the signal. An outage is bridged: the cursor says where to go on. */
const follow = async (
  read: ReadEvents,
  { json, every }: EventsOptions,
  signal: AbortSignal,
): Promise<void> => {
  let cursor: string | undefined;
  let failing = false;
  while (!signal.aborted) {
    let more = false;
    try {
      const page = await read(cursor);
      for (const event of page.items) print(event, json);
      ({ cursor, more } = page);
      failing = false;
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      // Once for each outage.
      if (!failing) warnLine(`${(error as Error).message} Trying again every ${every} seconds.`);
      failing = true;
    }
    if (!more) await pause(every * 1000, signal);
  }
};

const listAll = async (read: ReadEvents, { limit, all, json }: EventsOptions): Promise<void> => {
  const maxItems = all ? Number.POSITIVE_INFINITY : limit;
  let count = 0;
  let cursor: string | undefined;
  let more = true;
  while (more && count < maxItems) {
    const page = await read(cursor);
    for (const event of page.items.slice(0, maxItems - count)) print(event, json);
    if (page.items.length > maxItems - count || (page.more && count + page.items.length === maxItems))
      warnLine('There are more. Use --limit, --all or --from.');
    count += page.items.length;
    ({ cursor, more } = page);
  }
  if (count === 0 && !json) warnLine('There are no such events.');
};

const reader =
  (
    api: ApiClient,
    groupId: string,
    filter: { readonly [name in 'object' | 'from' | 'to']?: string | undefined },
  ): ReadEvents =>
  (after) => {
    const query = omitUndefined({ ...filter, limit: 100, after });
    return answerOf(api.GET('/v1/groups/{groupId}/events', { params: { path: { groupId }, query } }));
  };

const events = async (groupId: string, options: EventsOptions): Promise<void> => {
  const { object, to } = options;
  if (!options.follow) {
    const api = await apiClient(options);
    return listAll(reader(api, groupId, { object, from: options.from, to }), options);
  }
  // The cursor is bound to it, so it stays the same.
  const from = options.from ?? new Date().toISOString();
  await untilInterrupted(async (signal) => {
    const api = await apiClient(options, signal);
    await follow(reader(api, groupId, { object, from }), options, signal);
  });
};

/** Adds `nbwss events`. */
export const registerEvents = (program: Command): void => {
  withList(
    program.command('events <group>').description('notifications of a group, one per line, by arrival'),
  )
    .addOption(
      new Option(
        '--follow',
        'print what arrives from now on, until Ctrl-C; a notification appears after some seconds',
      ).conflicts(['to', 'limit', 'all']),
    )
    .option('--every <seconds>', 'how often to ask, with --follow', secondsFrom(0.1), 5)
    .option('--object <name>', 'JOB or IMAGE')
    .option('--from <time>', 'arrived at this time or later; 24h: in the last 24 hours', pastTime)
    .option('--to <time>', 'arrived before this time', pastTime)
    .action(events);
};
