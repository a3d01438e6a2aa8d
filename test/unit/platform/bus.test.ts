import { EventBridgeClient, type PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { fullJitter } from '../../../lambdas/platform/backoff.ts';
import { batches, eventBridge } from '../../../lambdas/platform/bus/bus.ts';

const entry = (detail: string) => ({ Source: 'nbwss', EventBusName: 'bus', DetailType: 'T', Detail: detail });
const sizes = (details: string[]) => batches(details.map(entry)).map((batch) => batch.length);

describe('batches', () => {
  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('PutEvents accepts ten entries: %i become %j', (count, expected) => {
    expect(sizes(Array.from({ length: count }, () => '{}'))).toEqual(expected);
  });

  it('limits the size of a call in bytes, not characters', () => {
    const third = 70 * 1024;
    expect(sizes(['a'.repeat(third), 'a'.repeat(third), 'a'.repeat(third)])).toEqual([2, 1]);
    expect(sizes(['夜'.repeat(third), '夜'.repeat(third)])).toEqual([1, 1]);
  });

  it('fills the next batch', () => {
    expect(sizes(['a'.repeat(190 * 1024), 'a'.repeat(20 * 1024), '{}'])).toEqual([1, 2]);
  });

  it('sends an entry that is too large in its own call', () => {
    expect(sizes(['{}', 'a'.repeat(300 * 1024), '{}'])).toEqual([1, 1, 1]);
  });
});

describe('publish', () => {
  const events = ['one', 'two', 'three'].map((name) => ({ detailType: 'T', detail: { name } }));
  /** PutEvents that refuses the entries with these names, call by call. */
  const refusing = (...refusals: string[][]) => {
    const calls: string[][] = [];
    jest.spyOn(EventBridgeClient.prototype, 'send').mockImplementation((async ({
      input,
    }: PutEventsCommand) => {
      const names = (input.Entries ?? []).map(
        ({ Detail }) => (JSON.parse(Detail ?? '') as { name: string }).name,
      );
      const refused = refusals[calls.length] ?? [];
      calls.push(names);
      return {
        FailedEntryCount: refused.length,
        Entries: names.map((name) =>
          refused.includes(name) ? { ErrorCode: 'InternalFailure' } : { EventId: name },
        ),
      };
    }) as never);
    return calls;
  };
  const waits: number[] = [];
  const backoff = fullJitter(200, { wait: async (ms) => void waits.push(ms), random: () => 1 });
  const bus = eventBridge('bus', backoff);
  afterEach(() => {
    waits.length = 0;
    jest.restoreAllMocks();
  });

  it('sends the refused entries again, after a wait', async () => {
    const calls = refusing(['two', 'three'], ['three']);
    await bus.publish(events);
    expect(calls).toEqual([['one', 'two', 'three'], ['two', 'three'], ['three']]);
    expect(waits).toEqual([200, 400]);
  });

  it('I-3 fails after five attempts within 3 s, so that the record is not counted as processed', async () => {
    const calls = refusing(['two'], ['two'], ['two'], ['two'], ['two']);
    await expect(bus.publish(events)).rejects.toThrow('refused 1 of 3');
    expect(calls).toHaveLength(5);
    expect(waits).toEqual([200, 400, 800, 1600]);
  });

  it('makes no call without events', async () => {
    const calls = refusing();
    await bus.publish([]);
    expect(calls).toEqual([]);
  });
});
