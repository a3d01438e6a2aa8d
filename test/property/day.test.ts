/** I-3: one random day of a NetBackup domain, sent in order, and sent again in every way that NOT-4 allows. */
import fc from 'fast-check';
import { images, jobs, notificationText, projection, RECEIVED_AT } from '../support/notifications.ts';

interface Report {
  readonly object: 'JOB' | 'IMAGE';
  readonly item: Record<string, unknown>;
  readonly timeStamp: number;
}

const JOB_STATES = ['QUEUED', 'ACTIVE', 'REQUEUED', 'DONE'];
const OPERATIONS = ['CREATE', 'UPDATE', 'NO_LOCAL_COPY_AVAILABLE', 'DELETE'];

/** Time stamps that mostly repeat, sometimes advance, and sometimes go back. */
const reports: fc.Arbitrary<Report[]> = fc
  .array(
    fc.record({
      isJob: fc.boolean(),
      id: fc.nat(3),
      step: fc.nat(3),
      status: fc.constantFrom(0, 0, 1, 150),
      tick: fc.constantFrom(0, 0, 0, 1, 60, -5),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((steps) => {
    let timeStamp = 1_700_000_000;
    return steps.map(({ isJob, id, step, status, tick }) => {
      timeStamp += tick;
      return isJob
        ? {
            object: 'JOB' as const,
            timeStamp,
            item: { jobId: id, state: JOB_STATES[step], status, policyName: '' },
          }
        : {
            object: 'IMAGE' as const,
            timeStamp,
            item: { backupId: `vm_${id}`, operationId: OPERATIONS[step] },
          };
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

/** The same day in other messages: first sends keep their second; resends have other stamps, batches and places. */
const rearranged = (
  day: readonly Report[],
  random: () => number,
): { texts: string[]; seen: Record<string, number> } => {
  const seen = { ties: 0, resends: 0, batches: 0, backwards: 0 };
  const texts: { at: number; text: string }[] = [];
  for (let start = 0; start < day.length; ) {
    const first = day[start] as Report;
    // Only notifications of the same second can share a message.
    let end = start + 1;
    while (end < day.length && day[end]?.timeStamp === first.timeStamp && random() % 2) end++;
    const batch = day.slice(start, end);
    if (batch.length > 1) seen.batches++;
    if (start > 0 && day[start - 1]?.timeStamp === first.timeStamp) seen.ties++;
    if (start > 0 && (day[start - 1]?.timeStamp ?? 0) > first.timeStamp) seen.backwards++;
    texts.push({ at: random(), text: message(batch, first.timeStamp, `B${random() % 3}`) });
    if (random() % 2) {
      seen.resends++;
      const from = Math.max(0, start - (random() % 3));
      const late = Math.max(...day.slice(from, end).map(({ timeStamp }) => timeStamp)) + (random() % 100);
      texts.push({ at: random(), text: message(day.slice(from, end), late, `C${random() % 3}`) });
    }
    start = end;
  }
  return { texts: texts.sort((a, b) => a.at - b.at).map(({ text }) => text), seen };
};

it('gives the same jobs, images and events', async () => {
  const total = { ties: 0, resends: 0, batches: 0, backwards: 0 };
  await fc.assert(
    fc.asyncProperty(reports, fc.infiniteStream(fc.nat(1_000_000)), async (day, numbers) => {
      const random = () => numbers.next().value ?? 0;
      const { texts, seen } = rearranged(day, random);
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += seen[name] ?? 0;
      const [once, again] = [projection(), projection()];
      await once.play(inOrder(day));
      await again.play(texts, RECEIVED_AT + 60_000);
      await again.play(texts.slice(0, 2));
      expect(await again.jobViews()).toEqual(await once.jobViews());
      expect(await again.imageViews()).toEqual(await once.imageViews());
      const ids = ({ published }: typeof once) => new Set(published.map(({ detail }) => detail['eventId']));
      expect(ids(again)).toEqual(ids(once));
    }),
    { numRuns: 150 },
  );
  // Without these cases the test proves nothing.
  for (const count of Object.values(total)) expect(count).toBeGreaterThan(30);
});
