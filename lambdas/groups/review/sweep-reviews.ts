/** Reviews groups: those with something wrong every minute, each of the others once in 15 minutes. */
import { type Clock, MINUTE_MS } from '../../platform/clock.ts';
import { forEachInParallel } from '../../platform/collections.ts';
import { allPages } from '../../platform/dynamodb/pages.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import type { Page } from '../../platform/dynamodb/table.ts';
import type { Group } from '../group.ts';
import type { GroupsStore } from '../groups-store.ts';
import { type ReviewContext, reviewGroup } from './review-group.ts';

export interface ReviewSweepContext extends ReviewContext {
  readonly groups: Pick<GroupsStore, 'getMany' | 'list' | 'listMarked' | 'recordReview'>;
  readonly clock: Clock;
}

/** The period in minutes. */
export const REVIEW_PERIOD = 15;
/** How many ids of groups are read at a time. */
const PAGE = 1_000;
/** Groups that are read together, shortly before they are reviewed. */
const BATCH = 100;
const PARALLEL = 10;

/** The minute of the period in which a group has its turn; it depends on the id alone. */
export const turnOf = (groupId: string): number =>
  [...groupId].reduce((total, character) => total + character.charCodeAt(0), 0) % REVIEW_PERIOD;

type List = (limit: number, startAfter?: Key) => Promise<Page<Pick<Group, 'groupId'>>>;

const allIds = async (list: List): Promise<string[]> => {
  const ids: string[] = [];
  for await (const page of allPages((startAfter) => list(PAGE, startAfter)))
    ids.push(...page.map(({ groupId }) => groupId));
  return ids;
};

/** Runs until done or `until` (epoch ms). @param down ids of groups that have been disconnected for long */
export const sweepReviews = async (
  context: ReviewSweepContext,
  down: readonly string[],
  until: number,
): Promise<void> => {
  const { groups, clock, log } = context;
  const minute = Math.floor(clock() / MINUTE_MS) % REVIEW_PERIOD;
  const [marked, all] = await Promise.all([
    allIds((limit, startAfter) => groups.listMarked(limit, startAfter)),
    allIds((limit, startAfter) => groups.list(limit, startAfter)),
  ]);
  const inTurn = new Set(all.filter((groupId) => turnOf(groupId) === minute));
  const ids = [...new Set([...marked, ...down, ...inTurn])];
  for (let start = 0; start < ids.length; start += BATCH) {
    const found = await groups.getMany(ids.slice(start, start + BATCH));
    await forEachInParallel(
      found,
      async (group) => {
        if (clock() > until) return;
        await reviewGroup(context, group, inTurn.has(group.groupId) ? 'all' : 'quick');
      },
      PARALLEL,
    );
    if (clock() > until) return log.warn('sweep-out-of-time', { part: 'reviews' });
  }
};
