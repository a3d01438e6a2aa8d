/** I-3: one random day of a NetBackup domain, sent in order, and delivered in every way that NOT-4 allows. */
import fc from 'fast-check';
import { runsOf } from '../../lambdas/reports/jobs/runs.ts';
import { reportedStatesOf } from '../../lambdas/reports/views/timeline.ts';
import { images, jobs, notificationText, projection, RECEIVED_AT } from '../support/notifications.ts';

interface Report {
  readonly object: 'JOB' | 'IMAGE';
  readonly item: Record<string, unknown>;
  readonly timeStamp: number;
}

const JOB_STATES = ['QUEUED', 'ACTIVE', 'REQUEUED', 'DONE'];
const OPERATIONS = ['CREATE', 'UPDATE', 'NO_LOCAL_COPY_AVAILABLE', 'DELETE', 'EXPIRE'];
const BEGUN = 1_700_000_000;

/** Time stamps that mostly repeat, sometimes advance, and sometimes go back; starts of a few runs; states that come back. */
const reports: fc.Arbitrary<Report[]> = fc
  .array(
    fc.record({
      isJob: fc.boolean(),
      id: fc.nat(3),
      step: fc.nat(4),
      status: fc.constantFrom(0, 0, 1, 150),
      start: fc.constantFrom(0, 0, 0, BEGUN, BEGUN + 60),
      tick: fc.constantFrom(0, 0, 0, 1, 60, 700, -5),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((steps) => {
    let timeStamp = BEGUN;
    return steps.map(({ isJob, id, step, status, start, tick }) => {
      timeStamp += tick;
      const item = isJob
        ? { jobId: id, state: JOB_STATES[step % 4], status, startTime: start, policyName: '' }
        : { backupId: `vm_${id}`, operationId: OPERATIONS[step] };
      return { object: isJob ? ('JOB' as const) : ('IMAGE' as const), timeStamp, item };
    });
  });

const message = (all: readonly Report[], timeStamp: number, id: string): string => {
  const of = (object: string) => all.filter((one) => one.object === object).map(({ item }) => item);
  const groups = [
    ...(of('JOB').length > 0 ? [jobs(...of('JOB'))] : []),
    ...(of('IMAGE').length > 0 ? [images(...of('IMAGE'))] : []),
  ];
  return notificationText(groups, timeStamp, id);
};
const inOrder = (day: readonly Report[]): string[] => day.map((one) => message([one], one.timeStamp, 'A'));

type Seen = Record<'ties' | 'repeated' | 'batches' | 'backwards' | 'resends', number>;

/** Messages of neighbours of the same second. */
const batches = (day: readonly Report[], random: () => number): Report[][] => {
  const all: Report[][] = [];
  for (const report of day) {
    const last = all.at(-1);
    if (last?.[0]?.timeStamp === report.timeStamp && random() % 2) last.push(report);
    else all.push([report]);
  }
  return all;
};

/** The same reports in other messages, in another order, some of them twice. */
const rearranged = (day: readonly Report[], random: () => number, seen: Seen): string[] => {
  const texts = batches(day, random).flatMap((batch, index, all) => {
    const before = all[index - 1]?.[0]?.timeStamp ?? 0;
    const stamp = batch[0]?.timeStamp ?? 0;
    if (batch.length > 1) seen.batches++;
    if (before === stamp) seen.ties++;
    if (before > stamp) seen.backwards++;
    const again = random() % 3 === 0;
    if (again) seen.repeated++;
    const sent = again ? [batch, batch] : [batch];
    return sent.map((one) => ({ at: random(), text: message(one, stamp, `B${random() % 3}`) }));
  });
  return texts.sort((a, b) => a.at - b.at).map(({ text }) => text);
};

const outcomeOf = async (...deliveries: (readonly string[])[]) => {
  const world = projection();
  for (const [index, texts] of deliveries.entries()) await world.play(texts, RECEIVED_AT + index * 60_000);
  const published = new Set(world.published.map(({ detail }) => detail['eventId']));
  const items = [...(await world.stored('jobs')), ...(await world.stored('images'))];
  const states = items.map(({ events }) => reportedStatesOf(events));
  // A state after DONE that came back without beginning a run is no event.
  const late = states.flatMap((all) =>
    runsOf(all).flatMap((run) => run.states.slice(run.states.indexOf(run.latest) + 1)),
  );
  const unpublished = states
    .flat()
    .filter((one) => !published.has(one.eventId) && !(one.ordinal > 1 && late.includes(one)));
  const views = { jobs: await world.jobViews(), images: await world.imageViews() };
  return { views, published, unpublished, states: states.flat().length };
};

const seen: Seen = { ties: 0, repeated: 0, batches: 0, backwards: 0, resends: 0 };
const numbers = fc.infiniteStream(fc.nat(1_000_000));

it('any order, batching and repetition gives the same jobs, images and events', async () => {
  await fc.assert(
    fc.asyncProperty(reports, numbers, async (day, stream) => {
      const texts = rearranged(day, () => stream.next().value ?? 0, seen);
      const [any, ordered] = [await outcomeOf(texts, texts.slice(0, 2)), await outcomeOf(inOrder(day))];
      expect(any.views).toEqual(ordered.views);
      expect([any.unpublished, ordered.unpublished]).toEqual([[], []]);
    }),
    { numRuns: 150 },
  );
  // Without these cases the test proves nothing.
  for (const count of [seen.ties, seen.repeated, seen.batches, seen.backwards])
    expect(count).toBeGreaterThan(30);
});

it('NOT-4 a message that is sent again under another stamp before anything newer gives no event more', async () => {
  await fc.assert(
    fc.asyncProperty(reports, numbers, async (day, stream) => {
      const random = () => stream.next().value ?? 0;
      const sorted = [...day].sort((a, b) => a.timeStamp - b.timeStamp);
      // Each message has a second of its own, so that a resend lies before the next one.
      const sent = batches(sorted, random).map((batch, index) => ({ batch, stamp: BEGUN + index * 100 }));
      const first = sent.map(({ batch, stamp }) => message(batch, stamp, 'A'));
      const again = sent.flatMap(({ batch, stamp }) => {
        if (random() % 2) return [];
        seen.resends++;
        return [message(batch, stamp + 1 + (random() % 99), 'B')];
      });
      const [once, twice] = [await outcomeOf(first), await outcomeOf(first, again)];
      expect(twice.published).toEqual(once.published);
      expect(twice.states).toBe(once.states);
      const summary = ({ views }: typeof once) => [
        Object.values(views.jobs).map(({ outcome, state, run }) => [outcome, state, run]),
        Object.values(views.images).map(({ imageState }) => imageState),
      ];
      expect(summary(twice)).toEqual(summary(once));
    }),
    { numRuns: 100 },
  );
  expect(seen.resends).toBeGreaterThan(30);
});
