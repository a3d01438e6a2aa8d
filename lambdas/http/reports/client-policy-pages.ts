/** Lists of a group's clients under policies. Everything of the group is read, since parents can be under other clients: a few MB at most. */
import { z } from '@hono/zod-openapi';
import type { Group } from '../../groups/group.ts';
import { type ClientPolicy, clientPolicyKey } from '../../reports/backups/backup.ts';
import { allParents } from '../../reports/backups/backups-store.ts';
import { judge } from '../../reports/backups/judge.ts';
import { primaryTime } from '../../reports/primary-time/primary-time.ts';
import {
  readClientPolicies,
  readRunning,
  type SummaryContext,
} from '../../reports/summary/summary-reader.ts';
import { rulesOf } from '../../reports/verdicts/rules.ts';
import { cursors } from '../cursors.ts';

export const judgedClientPolicies = async (context: SummaryContext, group: Group) => {
  const time = primaryTime(group);
  const rules = rulesOf(context, group);
  const [{ items: pages }, running] = await Promise.all([
    readClientPolicies(context, group.groupId),
    readRunning(context, group.groupId, time),
  ]);
  const clientPolicies = pages.flatMap((page) => page.clientPolicies);
  const jobs = running.items.map(({ job }) => job);
  return { judged: judge({ clientPolicies, parents: allParents(pages), running: jobs, rules }), time, rules };
};

/** The order of a page: it does not change while backups arrive. */
const placeOf = (one: ClientPolicy): string => clientPolicyKey(one.clientName, one.policyName);

/** @param list the list's name and its filters @param take the first items of the rest, as many as a page has */
export const clientPolicyPage = async <T extends ClientPolicy>(
  list: readonly string[],
  cursor: string | undefined,
  read: () => Promise<readonly T[]>,
  take: (rest: readonly T[]) => readonly T[],
): Promise<{ items: T[]; cursor?: string }> => {
  const { decode, page } = cursors(list, {}, { at: z.string() });
  const after = decode(cursor)?.['at'] as string | undefined;
  const rest = (await read())
    .filter((one) => after === undefined || placeOf(one) > after)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const items = take(rest);
  const last = items.at(-1);
  return page(items, last && rest.length > items.length ? { at: placeOf(last) } : undefined);
};
