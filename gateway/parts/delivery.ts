/** Delivers the large NOTIFICATIONs of one connection in parts, and acknowledges them when all parts are stored. */
import { setImmediate as turn } from 'node:timers/promises';
import { Activity } from '../activity.ts';
import { backoffMs } from '../backoff.ts';
import { partAnswer, withId } from './answers.ts';
import { BatchTransmission } from './batch-transmission.ts';
import { idOf } from './envelope.ts';
import { ATTEMPTS, createPauses, WAITS_MS } from './retries.ts';
import { splitNotification } from './split.ts';
import type { BatchDelivery, BatchDeliveryOptions, NotificationPart, ScannedMessage } from './types.ts';

const CONCURRENCY = 8;
/** How long parts are stored in the background after NetBackup has stopped waiting. It sends again every 5 s (PRP-3). */
export const BACKGROUND_MS = 60_000;
/** After how many parts other connections are served, while the digests of all parts are computed. */
const PARTS_PER_TURN = 16;

interface Waiting {
  readonly digest: string;
  readonly part: NotificationPart;
}

/**
 * The parts of the latest message are stored once each, whichever of its transmissions they came with, and it is acknowledged with
 * the id of its latest transmission. What is known of stored parts is their digests, until the acknowledgement: a message that
 * NetBackup sends before that contains nothing newer than its other transmissions (NOT-4), so that a part counts as stored with
 * their `timeStamp` (I-3).
 */
export function createBatchDelivery(options: BatchDeliveryOptions): BatchDelivery {
  const { invoke, clock, concurrency = CONCURRENCY, draw = Math.random, retried = () => {} } = options;
  const activity = new Activity();
  const pauses = createPauses(clock);
  /** Digests of the latest transmission's parts that are stored. */
  const stored = new Set<string>();
  /** Of those that are being stored, each with its flight: what was forgotten meanwhile does not count when it is stored. */
  const underWay = new Map<string, object>();
  /** Parts of the latest transmission. Only they keep its text in memory. */
  let queue: Waiting[] = [];
  let latest: BatchTransmission | undefined;
  /** The function's response to a part that it stored. */
  let acknowledgement = '';
  let workers = 0;
  /** Whether a part of this transmission was stored. Until then one is sent at a time: the connection may not be authenticated. */
  let isProven = false;
  let isOver = false;

  async function enqueue(transmission: BatchTransmission, message: ScannedMessage): Promise<void> {
    for (const [index, part] of splitNotification(message).entries()) {
      if (index % PARTS_PER_TURN === PARTS_PER_TURN - 1) await turn();
      if (latest !== transmission) return;
      const digest = part.digest();
      if (transmission.digests.has(digest)) continue;
      transmission.digests.add(digest);
      if (stored.has(digest)) continue;
      transmission.missing.add(digest);
      if (!underWay.has(digest)) queue.push({ digest, part });
      startWorkers();
    }
    transmission.isComplete = true;
    for (const known of [stored, underWay])
      for (const digest of known.keys()) if (!transmission.digests.has(digest)) known.delete(digest);
    acknowledge(transmission);
  }

  function startWorkers(): void {
    while (workers < (isProven ? concurrency : 1) && queue.length > 0) {
      workers += 1;
      activity.during(work());
    }
  }

  async function work(): Promise<void> {
    for (let next = take(); next; next = take()) await store(next.digest, next.text);
    workers -= 1;
  }

  /** With a text of its own, so that the message is free when the queue is empty. */
  function take(): { readonly digest: string; readonly text: Buffer } | undefined {
    if (latest && clock.now() >= latest.answerBefore + BACKGROUND_MS) queue = [];
    const next = queue.shift();
    return next && { digest: next.digest, text: next.part.text() };
  }

  async function store(digest: string, text: Buffer): Promise<void> {
    const flight = {};
    underWay.set(digest, flight);
    const isWanted = () => underWay.get(digest) === flight && isMissing(digest);
    let transmission = latest;
    for (let attempt = 1; ; attempt += 1) {
      const body = await invoke(text).catch(() => undefined);
      const answer = partAnswer(body);
      if (answer === 'not-connected') end(body);
      if (answer === 'stored') isStored(digest, body ?? '', underWay.get(digest) === flight);
      // Sent again meanwhile: all attempts are available again.
      if (latest !== transmission) attempt = 1;
      transmission = latest;
      if (!isWanted() || attempt === ATTEMPTS) break;
      if (clock.now() >= (latest?.answerBefore ?? 0) + BACKGROUND_MS) break;
      retried();
      await pauses.pause(backoffMs(WAITS_MS, attempt - 1, draw));
      if (!isWanted()) break;
    }
    if (underWay.get(digest) === flight) underWay.delete(digest);
  }

  const isMissing = (digest: string): boolean =>
    latest !== undefined && (latest.missing.has(digest) || !(latest.isComplete || stored.has(digest)));

  /** @param counts whether it belongs to what NetBackup sends now */
  function isStored(digest: string, body: string, counts: boolean): void {
    isProven = true;
    startWorkers();
    if (!latest || !counts) return;
    acknowledgement = body;
    if (latest.missing.delete(digest) || !latest.isComplete) stored.add(digest);
    acknowledge(latest);
  }

  /** When all is stored, and NetBackup still waits. Otherwise it is acknowledged when it is sent again. */
  function acknowledge(transmission: BatchTransmission): void {
    if (transmission !== latest || !transmission.isComplete || transmission.missing.size > 0) return;
    const isAnswered = transmission.digests.size > 0 && clock.now() < transmission.answerBefore;
    if (!isAnswered) transmission.settle();
    else if (transmission.settle(withId(acknowledgement, transmission.id))) forget();
  }

  function forget(body?: string): void {
    latest?.settle(body && withId(body, latest.id));
    latest = undefined;
    queue = [];
    stored.clear();
    underWay.clear();
    acknowledgement = '';
    pauses.endAll();
  }

  function end(body?: string): void {
    isOver = true;
    forget(body);
  }

  return {
    deliver(message, answerBefore) {
      if (isOver) return Promise.resolve(undefined);
      latest?.settle();
      const transmission = new BatchTransmission(answerBefore, idOf(message));
      latest = transmission;
      queue = [];
      if (workers === 0) isProven = false;
      activity.during(enqueue(transmission, message));
      pauses.endAll();
      const timer = clock.setTimeout(() => transmission.settle(), answerBefore - clock.now());
      return transmission.answer.finally(() => clock.clearTimeout(timer));
    },
    forget: () => forget(),
    close: () => end(),
    isBusy: () => workers > 0,
    idle: () => activity.idle(),
  };
}
