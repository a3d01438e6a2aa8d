import { ASSUMPTION_CHOICES } from '../../../netbackup/index.ts';
import { Random } from '../../../netbackup/simulator/random.ts';
import { FakeWorld } from '../../unit/netbackup/simulator/fake-world.ts';

const HOST = 'a.example.com';

describe('NOT-5 whatever is assumed, everything arrives', () => {
  it.each(ASSUMPTION_CHOICES.map((choice) => [JSON.stringify(choice), choice] as const))(
    'with %s, at an endpoint that forgets, lags and goes away',
    async (_name, assumptions) => {
      // At night, when virtual machines are backed up.
      const world = new FakeWorld(Date.UTC(2026, 0, 15, 21));
      const endpoint = world.endpoint(HOST);
      const random = new Random(11);
      for (const repeatedIds of [true, false]) {
        const details = world.details(HOST, { hostName: `${repeatedIds}.${HOST}` });
        const primary = world.primary([details], { assumptions, quirks: { repeatedIds } });
        const from = endpoint.connections.length - 1;
        const start = world.clock.now() / 1000;
        primary.live(60);
        for (let minute = 0; minute < 180; minute++) {
          endpoint.acknowledges = random.chance(0.6);
          if (random.chance(0.05)) endpoint.current.end();
          const waiting = endpoint.current.notifications().at(-1);
          if (waiting && random.chance(0.3)) endpoint.current.respond(waiting, []);
          world.seconds(60);
        }
        endpoint.acknowledges = true;
        let isIdle = false;
        void primary.idle().then(() => {
          isIdle = true;
        });
        for (let minute = 0; !isIdle && minute < 60; minute++) {
          world.seconds(7);
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
          .filter(({ endTime }) => endTime && endTime < world.clock.now() / 1000 - 60);
        expect(done.length).toBeGreaterThan(100);
        expect(done.filter(({ jobId }) => states.get(jobId) !== 'DONE')).toEqual([]);
        const written = primary.catalog.images().filter(({ backupTime }) => backupTime > start);
        expect(written.length).toBeGreaterThan(50);
        expect(written.filter(({ backupId }) => !images.has(backupId))).toEqual([]);
        expect(primary.violations).toEqual([]);
        const stopped = primary.stop();
        world.settle();
        await stopped;
      }
    },
  );
});
