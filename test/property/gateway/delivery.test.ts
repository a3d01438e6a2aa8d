import fc from 'fast-check';
import { createBatchDelivery } from '../../../gateway/parts/delivery.ts';
import { scanNow } from '../../../gateway/parts/scan.ts';
import { splitNotification } from '../../../gateway/parts/split.ts';
import { ManualClock } from '../../support/clocks.ts';
import { imagesText, jobsText, requestText } from '../../support/large-notifications.ts';

/** One to five parts. */
const PAYLOADS = [
  jobsText(900),
  jobsText(1_000),
  `${jobsText(900)},${imagesText(1_200)}`,
  `${imagesText(1_200)},${jobsText(900)}`,
];
const messageOf = (payload: number, id: number) => {
  const text = requestText(PAYLOADS[payload] ?? '', String(id), 1_700_000_000 + id);
  const scanned = scanNow(Buffer.from(text));
  if (!scanned) throw new Error('The message is not JSON.');
  return scanned;
};
/** Content without what differs in a resend. */
const contentOf = (part: Buffer): string => part.toString().replace(/"id":\d+|"timeStamp":\d+/g, '');
const CONTENTS = PAYLOADS.map((_, payload) =>
  splitNotification(messageOf(payload, 1)).map((part) => contentOf(part.text())),
);

/** NetBackup sends the latest message again, or another one; the function answers; time passes; something else is acknowledged. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'again' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('send' as const), payload: fc.nat(PAYLOADS.length - 1) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      which: fc.nat(7),
      how: fc.constantFrom('stored', 'stored', 'stored', 'ping', 'none'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(50, 500, 2_000, 5_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'forget' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
const BODIES: Readonly<Record<string, string>> = {
  stored: '{"id":"x","type":"NOTIFICATION","subType":"RESPONSE","payload":[]}',
  ping: '{"id":"x","type":"COMMAND","subType":"REQUEST","payload":{}}',
};

class World {
  readonly clock = new ManualClock(0);
  readonly calls: { readonly content: string; readonly answer: (body: string | undefined) => void }[] = [];
  /** What is stored since the last acknowledgement. */
  stored: string[] = [];
  /** Ids of messages without a decision. */
  readonly open = new Set<number>();
  readonly checks: Promise<void>[] = [];
  readonly delivery;
  acknowledged = 0;
  #id = 0;
  #payload = 0;

  constructor(concurrency: number) {
    this.delivery = createBatchDelivery({
      clock: this.clock,
      concurrency,
      draw: () => 0.5,
      invoke: (part) => new Promise((answer) => this.calls.push({ content: contentOf(part), answer })),
    });
  }

  send(payload = this.#payload): void {
    const id = ++this.#id;
    this.#payload = payload;
    this.open.add(id);
    const answer = this.delivery.deliver(messageOf(payload, id), this.clock.now() + 2_000);
    this.checks.push(answer.then((body) => this.#check(id, payload, body)));
  }

  #check(id: number, payload: number, body: string | undefined): void {
    expect(this.open.delete(id)).toBe(true);
    if (body === undefined) return;
    this.acknowledged++;
    expect(JSON.parse(body)).toMatchObject({ id: this.#id, type: 'NOTIFICATION' });
    expect(id).toBe(this.#id);
    expect(new Set(this.stored)).toEqual(new Set([...this.stored, ...(CONTENTS[payload] ?? [])]));
    this.stored = [];
  }

  answer(which: number, how: string): void {
    const [call] = this.calls.splice(which, 1);
    if (call && how === 'stored') this.stored.push(call.content);
    call?.answer(BODIES[how]);
  }

  run(one: Step): void {
    if (one.do === 'send') this.send(one.payload);
    else if (one.do === 'again') this.send();
    else if (one.do === 'answer') this.answer(one.which % Math.max(1, this.calls.length), one.how);
    else if (one.do === 'wait') this.clock.advance(one.ms);
    else {
      this.delivery.forget();
      this.stored = [];
    }
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test('I-2 acknowledged is what is stored since the last acknowledgement, under the latest id, with any failures and repetitions', async () => {
  let acknowledged = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, concurrency) => {
        const world = new World(concurrency);
        for (const one of steps) {
          world.run(one);
          await turns();
          expect(world.calls.length).toBeLessThanOrEqual(concurrency);
          expect(world.open.size).toBeLessThanOrEqual(1);
        }
        acknowledged += world.acknowledged;
        // It is acknowledged at last, when NetBackup sends again and nothing fails.
        const before = world.acknowledged;
        world.send();
        await turns();
        for (let round = 0; round < 20; round++) {
          while (world.calls.length > 0) world.answer(0, 'stored');
          await turns();
        }
        await world.delivery.idle();
        await Promise.all(world.checks);
        expect(world.acknowledged).toBe(before + 1);
      },
    ),
    { numRuns: 150 },
  );
  expect(acknowledged).toBeGreaterThan(50);
});
