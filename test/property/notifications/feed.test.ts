/** The feed on the shipped bundles: a polling reader gets exactly what was acknowledged. */
import * as fc from 'fast-check';
import type { FaultHandle } from '../../../local/faults.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type Frame, job, notification, type RawClient } from '../../support/raw-client.ts';
import { batch, settled } from '../../support/reporting.ts';

type Step =
  /** This number of notifications in one message. */
  | { readonly do: 'write'; readonly count: number }
  /** The same, and storing it takes until some later step. */
  | { readonly do: 'write slowly'; readonly count: number }
  /** The same, and the index shows it so much later. */
  | { readonly do: 'write behind'; readonly count: number; readonly ms: number }
  | { readonly do: 'read'; readonly limit: number }
  | { readonly do: 'wait'; readonly ms: number };
const count = fc.integer({ min: 1, max: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), count }),
  fc.record({ do: fc.constant('write slowly' as const), count }),
  fc.record({ do: fc.constant('write behind' as const), count, ms: fc.constantFrom(500, 8_000, 60_000) }),
  fc.record({ do: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10, 1_000, 3_000, 6_000) }),
);

// Messages of one connection are reordered only in shuffled mode.
describe('feed', () => {
  let deployment: Deployment;
  let serial = 0;
  beforeAll(async () => {
    deployment = await startDeployment({ order: 'shuffled' });
  });
  afterAll(() => deployment.stop());

  /** As NBWSS does: again, if the response is not an acknowledgement. */
  const deliver = async (client: RawClient, request: Frame): Promise<void> => {
    client.send(request);
    const answer = await client.next(({ id, type }) => id === request['id'] || type === 'COMMAND');
    if (answer['type'] === 'COMMAND') await deliver(client, request);
  };

  /** A reader with a cursor, which fails on repeated events. */
  const reader = (groupId: string) => {
    const seen: number[] = [];
    const ids = new Set<string>();
    let cursor = '';
    const read = async (limit: number): Promise<boolean> => {
      const query = `limit=${limit}${cursor && `&after=${cursor}`}`;
      const { json } = await deployment.http('GET', `/v1/groups/${groupId}/events?${query}`);
      for (const { eventId, notification } of json.items) {
        expect(ids.has(eventId)).toBe(false);
        ids.add(eventId);
        seen.push(notification.jobId);
      }
      ({ cursor } = json);
      return json.more;
    };
    return { seen, read };
  };

  /** A slow write: at most as long as the function may run. */
  class SlowWrite {
    #fault: FaultHandle | undefined;
    #ack: Promise<unknown> | undefined;
    #left = 0;
    async begin(client: RawClient, request: Frame): Promise<void> {
      await this.end();
      this.#left = 4_500;
      this.#fault = deployment.cloud.faults.add({ function: 'Notify', action: 'PutItem', do: 'pause' });
      this.#ack = deliver(client, request);
      await this.#fault.reached;
    }
    async wait(ms: number): Promise<void> {
      this.#left -= ms;
      if (this.#left <= 0) await this.end();
    }
    async end(): Promise<void> {
      this.#fault?.remove();
      this.#fault = undefined;
      await this.#ack;
    }
  }

  test('nothing is missed or repeated while others write', async () => {
    const hits = { slow: 0, behind: 0, early: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const groupId = `feed-${++serial}`;
        const client = await deployment.connect(await deployment.createGroup(groupId));
        const { seen, read } = reader(groupId);
        const slow = new SlowWrite();
        let written = 0;
        const next = (many: number): Frame =>
          batch([notification('JOB', ...Array.from({ length: many }, () => job(written++)))]);
        for (const one of steps) {
          if (one.do === 'write') {
            await deliver(client, next(one.count));
          } else if (one.do === 'write slowly') {
            await slow.begin(client, next(one.count));
            hits.slow += 1;
          } else if (one.do === 'write behind') {
            const rule = { function: 'Notify', action: 'PutItem', do: 'lag', ms: one.ms } as const;
            const behind = deployment.cloud.faults.add(rule);
            await deliver(client, next(one.count));
            hits.behind += behind.hits();
            behind.remove();
          } else if (one.do === 'read') {
            await read(one.limit);
            if (seen.length < written) hits.early += 1;
          } else {
            await slow.wait(one.ms);
            deployment.clock.advance(one.ms);
          }
        }
        await slow.end();
        await settled(deployment);
        deployment.clock.advance(60_000);
        await deployment.cloud.drained();
        while (await read(3));
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: written }, (_, id) => id));
        client.socket.terminate();
      }),
      { numRuns: 10, seed: 6, endOnFailure: true },
    );
    expect(hits.slow).toBeGreaterThan(5);
    expect(hits.behind).toBeGreaterThan(5);
    expect(hits.early).toBeGreaterThan(5);
  }, 120_000);
});
