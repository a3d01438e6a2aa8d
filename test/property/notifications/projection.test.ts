/** I-3 on the shipped bundles: in any order, and with any crash of the function, the views are the same. */
import * as fc from 'fast-check';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import type { Frame, RawClient } from '../../support/raw-client.ts';
import { settled } from '../../support/reporting.ts';
import { day, HAZARDS } from './day.ts';

/** A fault at some AWS call of the function. */
const trouble = fc.record({
  action: fc.constantFrom('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem', 'PutEvents'),
  nth: fc.integer({ min: 1, max: 12 }),
  when: fc.constantFrom('before', 'after'),
  do: fc.constantFrom('kill', 'lose', 'fail', 'throttle'),
});

describe.each(['serial', 'shuffled'] as const)('projection, messages %s', (order) => {
  let deployment: Deployment;
  let serial = 0;
  beforeAll(async () => {
    deployment = await startDeployment({ order });
  });
  afterAll(() => deployment.stop());

  /** Sends everything at once and waits for as many acknowledgements. */
  const sendAll = async (client: RawClient, messages: readonly Frame[]): Promise<void> => {
    for (const one of messages) client.send(one);
    for (const _ of messages) await client.next(({ type }) => type === 'NOTIFICATION');
  };
  const get = async (path: string) => (await deployment.http('GET', path)).json;

  /** The views, without what depends on the group's name, on arrival, on resends, or on which offset was learned when. */
  const views = async (groupId: string): Promise<unknown> => {
    const read = async (list: string, id: string) => {
      const { items } = await get(`/v1/groups/${groupId}/${list}?limit=1000&order=asc`);
      return Promise.all(
        items.map(async (item: Frame) => {
          const shown = await get(`/v1/groups/${groupId}/${list}/${encodeURIComponent(String(item[id]))}`);
          const {
            groupId: _,
            startedAt: _s,
            job: _j,
            runs = [],
            lastReportedAt: _l,
            timeline,
            ...view
          } = shown;
          return {
            view,
            runs: runs.length,
            timeline: timeline.map(
              ({ eventId: _e, receivedAt: _r, lastReportedAt: _a, occurredAt: _o, ...entry }: Frame) => entry,
            ),
          };
        }),
      );
    };
    return { jobs: await read('jobs', 'jobId'), images: await read('images', 'backupId') };
  };
  const published = (groupId: string, mark: number): Set<unknown> =>
    new Set(
      deployment.cloud.events
        .since(mark)
        .map(({ event }) => event.detail as Frame)
        .filter((detail) => detail['groupId'] === groupId)
        .map(({ eventId }) => eventId),
    );

  test('any order, duplication, re-stamping, re-batching and crash gives the views of the ordered run; every event is published', async () => {
    const hits = new Map<string, number>();
    const died = { faults: 0 };
    await fc.assert(
      fc.asyncProperty(day, fc.array(trouble, { maxLength: 3 }), async (sent, troubles) => {
        for (const hazard of HAZARDS) hits.set(hazard, (hits.get(hazard) ?? 0) + sent.hits[hazard]);
        const [calm, rough] = [`calm-${++serial}`, `rough-${serial}`];
        const quiet = await deployment.connect(await deployment.createGroup(calm));
        await sendAll(quiet, sent.ordered);
        await settled(deployment);

        const client = await deployment.connect(await deployment.createGroup(rough));
        const mark = deployment.cloud.events.mark();
        const faults = troubles.map((one) =>
          deployment.cloud.faults.add({ ...one, function: 'Project' } as never),
        );
        await sendAll(client, sent.scrambled);
        await settled(deployment);
        died.faults += faults.filter((fault) => fault.hits() > 0).length;
        deployment.cloud.faults.clear();

        expect(await views(rough)).toEqual(await views(calm));
        deployment.clock.advance(6_000);
        const { items } = await get(`/v1/groups/${rough}/events?limit=1000`);
        const ids = new Set(items.map(({ eventId }: Frame) => eventId));
        expect(ids.size).toBe(sent.reports.length);
        expect([...ids].filter((id) => !published(rough, mark).has(id))).toEqual([]);
        quiet.socket.terminate();
        client.socket.terminate();
      }),
      { numRuns: 3, seed: order === 'serial' ? 1 : 2, endOnFailure: true },
    );
    // Without these cases the test proves nothing.
    for (const hazard of HAZARDS) expect(hits.get(hazard)).toBeGreaterThan(1);
    expect(died.faults).toBeGreaterThan(0);
  }, 120_000);
});
