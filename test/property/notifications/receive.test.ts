/** I-2 on the shipped bundles: what was acknowledged is durable, what is durable gets acknowledged, despite crashes. */
import * as fc from 'fast-check';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type Frame, job, notification, type RawClient } from '../../support/raw-client.ts';
import { image, settled } from '../../support/reporting.ts';

const trouble = fc.record({
  action: fc.constantFrom('GetItem', 'PutItem'),
  nth: fc.integer({ min: 1, max: 4 }),
  // The SDK tries three times.
  count: fc.constantFrom(1, 3, 4),
  when: fc.constantFrom('before', 'after'),
  do: fc.constantFrom('kill', 'kill', 'lose', 'fail', 'throttle'),
});
/** Notifications that cannot be interpreted too. */
const request = fc.oneof(
  fc.nat({ max: 50 }).map((jobId) => notification('JOB', job(jobId, 'DONE'), { jobId: 'unreadable' })),
  fc.nat({ max: 50 }).map((n) => notification('IMAGE', image(`c_${n}`, 'UPDATE'))),
  fc.nat({ max: 50 }).map((slot) => notification('TAPE', { slot })),
);

describe('receive, messages in any order', () => {
  let deployment: Deployment;
  let serial = 0;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  /** As NBWSS does: again and again until it is acknowledged. @returns how often it had to be sent */
  const deliver = async (client: RawClient, request: Frame): Promise<number> => {
    for (let times = 1; ; times++) {
      client.send(request);
      // The acknowledgement, the ping, or the gateway's error frame after a crash.
      const answer = await client.next();
      if (answer['type'] === 'NOTIFICATION' && answer['id'] === request['id']) return times;
      if (times === 10) throw new Error(`Never acknowledged; last: ${JSON.stringify(answer)}`);
    }
  };

  test('what was acknowledged is exactly what can be read', async () => {
    let resent = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 2, maxLength: 6 }),
        fc.array(trouble, { minLength: 1, maxLength: 3 }),
        async (requests, troubles) => {
          const groupId = `i2-${++serial}`;
          const client = await deployment.connect(await deployment.createGroup(groupId));
          const faults = deployment.cloud.faults;
          for (const one of troubles) faults.add({ ...one, function: 'Notify' } as never);
          for (const request of requests) resent += (await deliver(client, request)) - 1;
          faults.clear();
          await settled(deployment);
          deployment.clock.advance(6_000);
          const { items } = (await deployment.http('GET', `/v1/groups/${groupId}/events?limit=1000`)).json;
          const shown = items.map(
            (event: Frame) => event['notification'] ?? JSON.parse(String(event['text'])),
          );
          const sent = requests.flatMap((request) =>
            (request['payload'] as { data: unknown[] }[]).flatMap(({ data }) => data),
          );
          expect(shown).toEqual(expect.arrayContaining(sent));
          expect(shown).toHaveLength(sent.length);
          client.socket.terminate();
        },
      ),
      { numRuns: 5, seed: 4, endOnFailure: true },
    );
    expect(resent).toBeGreaterThan(0);
  }, 120_000);
});
