/** A connection with a function that a test answers part by part. */
import { createBatchDelivery } from '../../../../gateway/parts/delivery.ts';
import { scanNow } from '../../../../gateway/parts/scan.ts';
import { ManualClock } from '../../../support/clocks.ts';
import { jobsText, requestText } from '../../../support/large-notifications.ts';

export const stored = (id = '"part"'): string =>
  `{"version":"1.0","id":${id},"type":"NOTIFICATION","subType":"RESPONSE","timeStamp":1,"payload":[]}`;
export const REFUSED =
  '{"version":"1.0","id":"part","type":"CONNECT","subType":"RESPONSE","timeStamp":1,"payload":{"valid":false}}';
export const PING =
  '{"version":"1.0","id":"X","type":"COMMAND","subType":"REQUEST","timeStamp":1,"payload":{"uri":"/netbackup/ping","method":"GET","headers":{}}}';

interface Call {
  readonly text: string;
  answer(body: string | undefined): void;
}

/** 1 000 jobs: three parts. */
export const JOBS = jobsText(1_000);
export const message = (id = '"A"', timeStamp = 1_700_000_000, payload = JOBS) => {
  const scanned = scanNow(Buffer.from(requestText(payload, id, timeStamp)));
  if (!scanned) throw new Error('not JSON');
  return scanned;
};

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export const rig = (concurrency = 8) => {
  const clock = new ManualClock(0);
  /** Calls without an answer, in their order. */
  const calls: Call[] = [];
  /** The texts of all calls. */
  const sent: string[] = [];
  let retries = 0;
  const delivery = createBatchDelivery({
    clock,
    concurrency,
    draw: () => 0,
    retried: () => {
      retries++;
    },
    invoke: (part) =>
      new Promise((resolve) => {
        const text = part.toString();
        sent.push(text);
        calls.push({ text, answer: resolve });
      }),
  });
  const answers: (string | undefined)[] = [];
  return {
    clock,
    calls,
    sent,
    answers,
    delivery,
    retries: () => retries,
    turns,
    /** NetBackup sends a message, and waits 2 s. */
    async send(one = message()): Promise<void> {
      delivery.deliver(one, clock.now() + 2_000).then((answer) => answers.push(answer));
      await turns();
    },
    /** Answers the calls that wait now. `null`: the function failed. */
    async answer(body: string | null = stored(), count = calls.length): Promise<void> {
      for (const call of calls.splice(0, count)) call.answer(body ?? undefined);
      await turns();
    },
    async passed(ms: number): Promise<void> {
      clock.advance(ms);
      await turns();
    },
  };
};
