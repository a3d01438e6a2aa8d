/** A random day of a NetBackup domain, sent in order, and sent in the worst ways that NBWSS allows. */
import * as fc from 'fast-check';
import { type Frame, job, message } from '../../support/raw-client.ts';
import { image } from '../../support/reporting.ts';

/** One notification, sent at this second. */
export interface Report {
  readonly object: 'JOB' | 'IMAGE';
  readonly content: Frame;
  readonly timeStamp: number;
}
export interface Day {
  /** Every notification once. */
  readonly reports: readonly Report[];
  /** The messages of the ordered run: one for each notification, by time. */
  readonly ordered: readonly Frame[];
  /** The same again: any order, any batches, ids that repeat (TRAP-1), resends with later stamps (NOT-4). */
  readonly scrambled: readonly Frame[];
  readonly hits: Readonly<Record<Hazard, number>>;
}
/** What the generator must produce, and counts. */
export const HAZARDS = [
  'same-second ties',
  're-stamped resends',
  're-batching',
  'backward clocks',
  'repeated ids',
] as const;
export type Hazard = (typeof HAZARDS)[number];

const START = 1_700_000_000;
/** Few different seconds, so that many share one; in no order, so that clocks go back. */
const second = fc.integer({ min: 0, max: 12 }).map((step) => START + step * 30);

const jobReports = fc.record({
  states: fc.subarray(['QUEUED', 'ACTIVE', 'SUSPENDED', 'DONE', 'LATER_KIND'], { minLength: 1 }),
  seconds: fc.array(second, { minLength: 5, maxLength: 5 }),
  status: fc.constantFrom(0, 1, 58),
});
const imageReports = fc.record({
  operations: fc.subarray(['CREATE', 'UPDATE', 'NO_LOCAL_COPY_AVAILABLE', 'DELETE'], { minLength: 1 }),
  seconds: fc.array(second, { minLength: 4, maxLength: 4 }),
});

const reportsOf = (
  jobs: readonly { states: string[]; seconds: number[]; status: number }[],
  images: readonly { operations: string[]; seconds: number[] }[],
): Report[][] => [
  ...jobs.map(({ states, seconds, status }, index) =>
    states.map((state, step): Report => {
      const jobId = 100 + index;
      // Some jobs form trees, and all share a few clients.
      const more = { parentJobId: 100 + (index >> 1), clientName: `c${index % 3}` };
      const content = job(jobId, state, { ...more, status: state === 'DONE' ? status : 0 });
      return { object: 'JOB', content, timeStamp: seconds[step] ?? START };
    }),
  ),
  ...images.map(({ operations, seconds }, index) =>
    operations.map((operation, step): Report => {
      const content = image(`c${index % 3}_${START + index}`, operation);
      return { object: 'IMAGE', content, timeStamp: seconds[step] ?? START };
    }),
  ),
];

const messageOf = (reports: readonly Report[], extra: Frame = {}): Frame => {
  const payload = (['JOB', 'IMAGE'] as const).flatMap((object) => {
    const data = reports.filter((one) => one.object === object).map(({ content }) => content);
    return data.length === 0 ? [] : [{ notificationType: 'INFO', object, data }];
  });
  return message('NOTIFICATION', 'REQUEST', payload, { timeStamp: reports[0]?.timeStamp, ...extra });
};

/** How one notification is delivered: copies, some with later stamps but before anything newer (NOT-4), and its places among all. */
const fate = fc.record({
  copies: fc.array(fc.constantFrom(0, 5, 20), { maxLength: 2 }),
  places: fc.array(fc.integer(), { minLength: 3, maxLength: 3 }),
  joins: fc.boolean(),
  sameId: fc.boolean(),
});
type Fate = { copies: number[]; places: number[]; joins: boolean; sameId: boolean };

const scramble = (reports: readonly Report[], fates: readonly Fate[]): Report[][] => {
  const nameOf = ({ content, timeStamp }: Report) =>
    `${content['jobId'] ?? content['backupId']} ${timeStamp}`;
  const deliveries = reports.flatMap((one, index) => {
    const { copies: wanted = [], places = [] } = fates[index % fates.length] ?? {};
    // Of two reports of one second neither is sent again alone: that would be a state that came back.
    const isAlone = reports.filter((other) => nameOf(other) === nameOf(one)).length === 1;
    const copies = wanted.map((later) => (isAlone ? later : 0));
    return [0, ...copies].map((later, copy) => ({
      one: { ...one, timeStamp: one.timeStamp + later },
      place: places[copy] ?? 0,
    }));
  });
  const messages: Report[][] = [];
  for (const [index, { one }] of deliveries.sort((a, b) => a.place - b.place).entries()) {
    // A message has one stamp: only notifications of the same second can share one.
    const host = messages.find(([first]) => first?.timeStamp === one.timeStamp);
    if (host && fates[index % fates.length]?.joins) host.push(one);
    else messages.push([one]);
  }
  return messages;
};

export const day: fc.Arbitrary<Day> = fc
  .tuple(
    fc.array(jobReports, { minLength: 1, maxLength: 6 }),
    fc.array(imageReports, { minLength: 1, maxLength: 4 }),
    fc.array(fate, { minLength: 4, maxLength: 12 }),
  )
  .map(([jobs, images, fates]) => {
    const stories = reportsOf(jobs, images);
    const reports = stories.flat();
    const messages = scramble(reports, fates);
    const stamps = reports.map(({ timeStamp }) => timeStamp);
    const backward = stories.flatMap((story) =>
      story.filter((one, index) => one.timeStamp < (story[index - 1]?.timeStamp ?? 0)),
    );
    const repeated = fates.filter(({ sameId }) => sameId).length;
    return {
      reports,
      ordered: [...reports].sort((a, b) => a.timeStamp - b.timeStamp).map((one) => messageOf([one])),
      scrambled: messages.map((one, index) =>
        messageOf(one, fates[index % fates.length]?.sameId ? { id: 'ONE-ID-FOR-MANY' } : {}),
      ),
      hits: {
        'same-second ties': stamps.length - new Set(stamps).size,
        're-stamped resends': fates.flatMap(({ copies }) => copies).filter((later) => later > 0).length,
        're-batching': messages.filter(({ length }) => length > 1).length,
        'backward clocks': backward.length,
        'repeated ids': repeated > 1 ? repeated : 0,
      },
    };
  });
