/** `domain-silent`: a connected domain has reported nothing for longer than usual. */
import { type Check, isUpToDate } from '../groups/review/check.ts';
import { type Clock, DAY_MS, HOUR_MS, hoursOf, timeKey } from '../platform/clock.ts';
import { type JournalStore, timeOfArrival } from './journal-store.ts';

export interface SilenceContext {
  readonly journal: Pick<JournalStore, 'feed' | 'lastArrival'>;
  readonly clock: Clock;
}

const WEEK_MS = 7 * DAY_MS;
/** The weeks before this one that a silence is compared with. Both must differ, so that one holiday does not count as a habit. */
const WEEKS = [1, 2];
/** How much earlier or later than in other weeks the same jobs may run. */
const TOLERANCE_MS = 2 * HOUR_MS;

/** When something first arrived in the same hours some weeks ago, moved to this week (epoch ms). */
const expectedAt = async (
  { journal }: SilenceContext,
  groupId: string,
  weeks: number,
  from: number,
  to: number,
): Promise<number | undefined> => {
  const shift = weeks * WEEK_MS;
  const range = { low: timeKey(from - shift), high: timeKey(to - shift), order: 'asc' as const };
  const [first] = (await journal.feed(groupId, range, 1)).items;
  return first && Date.parse(timeOfArrival(first.at)) + shift;
};

/**
 * Compares with the same hours of earlier weeks. A domain is silent when in each of the two weeks before something arrived in the
 * hours in which nothing has arrived now, with two hours of tolerance at both ends. So a domain that reports at night is not
 * silent at noon, nor on a weekend without jobs, nor before it has reported for two weeks. It is over when something arrives.
 */
export const silenceCheck = (context: SilenceContext): Check => ({
  kind: 'domain-silent',
  quick: 'while-wrong',
  async find(group) {
    const { groupId, wrong = [] } = group;
    const now = context.clock();
    const last = await context.journal.lastArrival(groupId);
    const isKnown = wrong.includes('domain-silent');
    // After the retention of the journal its latest notification has expired.
    if (last === undefined) return isKnown ? undefined : [];
    const [from, to] = [last + TOLERANCE_MS, now - TOLERANCE_MS];
    if (from >= to) return [];
    if (isKnown || !isUpToDate(group, now)) return undefined;
    const expected = await Promise.all(WEEKS.map((weeks) => expectedAt(context, groupId, weeks, from, to)));
    const latest = Math.max(...expected.map((at) => at ?? Number.POSITIVE_INFINITY));
    if (!Number.isFinite(latest)) return [];
    return [
      {
        subject: {},
        finding: {
          kind: 'domain-silent',
          since: last,
          last,
          count: 1,
          measures: [
            {
              name: 'silentHours',
              ageOf: last,
              value: hoursOf(now - last),
              threshold: hoursOf(latest + TOLERANCE_MS - last),
              from: 'learned',
            },
          ],
          text: 'The domain is connected and has reported nothing in hours in which it reported in the last two weeks: check in NetBackup whether jobs run, and whether notifications are sent.',
        },
      },
    ];
  },
});
