import { ASSUMPTION_CHOICES } from '../../../netbackup/index.ts';
import { Random } from '../../../netbackup/simulator/random.ts';
import { FakeNetwork } from '../../unit/netbackup/simulator/fake-network.ts';

const HOST = 'a.example.com';

describe('NOT-5: every notification arrives under every assumption', () => {
  it.each(ASSUMPTION_CHOICES.map((choice) => [JSON.stringify(choice), choice] as const))(
    'with %s, at an endpoint with lost and late acknowledgements and closed connections',
    async (_name, assumptions) => {
      const network = new FakeNetwork();
      const endpoint = network.endpoint(HOST);
      const random = new Random(11);
      for (const repeatedIds of [true, false]) {
        const details = network.details(HOST, { hostName: `${repeatedIds}.${HOST}` });
        const primary = network.primary([details], { assumptions, quirks: { repeatedIds } });
        const from = endpoint.connections.length - 1;
        const start = network.clock.now() / 1000;
        primary.startWorkload(60);
        for (let minute = 0; minute < 180; minute++) {
          endpoint.acknowledges = random.chance(0.6);
          if (random.chance(0.05)) endpoint.current.end();
          const waiting = endpoint.current.notifications().at(-1);
          if (waiting && random.chance(0.3)) endpoint.current.respond(waiting, []);
          network.seconds(60);
        }
        endpoint.acknowledges = true;
        let isIdle = false;
        void primary.idle().then(() => {
          isIdle = true;
        });
        for (let minute = 0; !isIdle && minute < 60; minute++) {
          network.seconds(7);
          await Promise.resolve();
        }
        const states = new Map<unknown, unknown>();
        const images = new Set<unknown>();
        for (const connection of endpoint.connections.slice(from)) {
          for (const message of connection.notifications()) {
            for (const { data } of message['payload'] as { data: Record<string, unknown>[] }[]) {
              for (const { jobId, state, backupId, operationId } of data) {
                if (jobId !== undefined && states.get(jobId) !== 'DONE') states.set(jobId, state);
                if (operationId !== undefined) images.add(backupId);
              }
            }
          }
        }
        const done = primary.catalog
          .jobs()
          .filter(({ endTime }) => endTime && endTime < network.clock.now() / 1000 - 60);
        expect(done.length).toBeGreaterThan(100);
        expect(done.filter(({ jobId }) => states.get(jobId) !== 'DONE')).toEqual([]);
        const written = primary.catalog.images().filter(({ backupTime }) => backupTime > start);
        expect(written.length).toBeGreaterThan(50);
        expect(written.filter(({ backupId }) => !images.has(backupId))).toEqual([]);
        expect(primary.violations).toEqual([]);
        const stopped = primary.stop();
        network.settle();
        await stopped;
      }
    },
  );
});
