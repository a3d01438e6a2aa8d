import { EventBridgeClient, type PutEventsCommand } from '@aws-sdk/client-eventbridge';
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
  ])('PutEvents takes ten entries: %i become %j', (count, expected) => {
    expect(sizes(Array.from({ length: count }, () => '{}'))).toEqual(expected);
  });

  it('cuts before a call becomes too large, counting bytes and not characters', () => {
    const third = 70 * 1024;
    expect(sizes(['a'.repeat(third), 'a'.repeat(third), 'a'.repeat(third)])).toEqual([2, 1]);
    expect(sizes(['夜'.repeat(third), '夜'.repeat(third)])).toEqual([1, 1]);
  });

  it('starts anew after a cut', () => {
    expect(sizes(['a'.repeat(190 * 1024), 'a'.repeat(20 * 1024), '{}'])).toEqual([1, 2]);
  });

  it('sends what is too large alone, rather than losing it', () => {
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
  afterEach(() => jest.restoreAllMocks());

  it('sends again what the bus refused, and only that', async () => {
    const calls = refusing(['two', 'three'], ['three']);
    await eventBridge('bus').publish(events);
    expect(calls).toEqual([['one', 'two', 'three'], ['two', 'three'], ['three']]);
  });

  it('I-3 fails when the bus goes on refusing, so that the record does not count as processed', async () => {
    const calls = refusing(['two'], ['two'], ['two']);
    await expect(eventBridge('bus').publish(events)).rejects.toThrow('refused 1 of 3');
    expect(calls).toHaveLength(3);
  });

  it('calls nobody for no events', async () => {
    const calls = refusing();
    await eventBridge('bus').publish([]);
    expect(calls).toEqual([]);
  });
});
