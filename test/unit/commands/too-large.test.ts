import type { Command } from '../../../lambdas/commands/command.ts';
import { afterTooLarge, connectionLost } from '../../../lambdas/commands/connection-lost.ts';
import { flush, resume } from '../../../lambdas/commands/flush.ts';
import { fittingPage } from '../../../lambdas/commands/paging/known-lists.ts';
import { PageSizes } from '../../../lambdas/commands/paging/page-sizes.ts';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { commandWorld, GET, POST } from '../../support/commands.ts';
import { fakeClock } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

const command = (change: Partial<Command>): Command => ({
  commandId: 'A',
  groupId: 'demo',
  state: 'sent',
  createdAt: '2023-11-14T22:13:20.000Z',
  method: 'GET',
  uri: '/netbackup/admin/jobs?page[limit]=50&filter=a+b',
  sealedRequest: { key: '', iv: '', tag: '', data: '' },
  requestedBy: 'key',
  retry: 'safe',
  deliverBy: 10_000,
  executeWithin: 60_000,
  attempts: 1,
  revision: 2,
  expiresAt: 1e9,
  ...change,
});

describe('a GET that was under way when a message was too large', () => {
  it('goes out again alone, in half the page', () => {
    expect(afterTooLarge(command({ page: 50 }), true, 0)).toEqual({
      to: 'queued',
      reason: expect.any(String),
      alone: { uri: '/netbackup/admin/jobs?page[limit]=25&filter=a+b', page: 25 },
    });
  });

  it('that cannot be halved goes out again as it is', () => {
    const { uri } = command({});
    expect(afterTooLarge(command({}), true, 0).alone).toEqual({ uri });
    expect(afterTooLarge(command({ page: 1 }), true, 0).alone).toEqual({ uri });
  });

  it.each<[string, Partial<Command>, boolean, number, string]>([
    ['was alone then: it was its answer', { alone: true }, true, 0, 'failed'],
    ['was not alone after all', { alone: true }, false, 0, 'queued'],
    ['has been sent three times', { attempts: 3 }, true, 0, 'lost'],
    ['may not be delivered any more', {}, true, 10_000, 'lost'],
  ])('and %s', (_, change, isOnly, now, to) => {
    expect(afterTooLarge(command(change), isOnly, now).to).toBe(to);
  });
});

describe('connectionLost with 1009', () => {
  const remembered: unknown[] = [];
  const pageSizes = { remember: async (...what: unknown[]) => void remembered.push(what) };

  it('suspects the GETs of this connection, and leaves POSTs their grace', async () => {
    const world = commandWorld();
    const get = await world.submit({ ...GET, page: 50, call: { ...GET.call, uri: command({}).uri } });
    const post = await world.submit(POST);
    await connectionLost({ ...world.context, pageSizes }, 'demo', 'c1', 1009);
    expect(world.command(get.commandId)).toMatchObject({ state: 'queued', alone: true, page: 25 });
    expect(world.command(post.commandId)).toMatchObject({ state: 'sent', connectionLostAt: world.clock() });
    expect(remembered).toEqual([['demo', '/netbackup/admin/jobs', 25]]);
  });

  it('with any other code suspects nobody', async () => {
    const world = commandWorld();
    await world.submit(GET);
    await connectionLost({ ...world.context, pageSizes }, 'demo', 'c1', 1001);
    expect(world.command()).toMatchObject({ state: 'sent', connectionLostAt: world.clock() });
  });
});

describe('a suspect', () => {
  /** A GET that was suspected, and another command queued behind it. */
  const suspected = async () => {
    const world = commandWorld();
    const suspect = await world.submit(GET);
    await connectionLost({ ...world.context, pageSizes: { remember: async () => {} } }, 'demo', 'c1', 1009);
    world.connect(undefined);
    world.clock.advance(1);
    const other = await world.submit(POST);
    world.connect('c2');
    const sent = () => world.gateway.posted.slice(1).map(({ message }) => message.id);
    return { ...world, suspect, other, sent };
  };

  it('has the connection to itself, whoever flushes, until it is answered', async () => {
    const { context, suspect, other, sent, command: show, submit } = await suspected();
    await Promise.all([1, 2, 3].map(() => flush(context, 'demo')));
    await flush(context, 'demo');
    expect(sent()).toEqual([suspect.commandId]);
    expect((await submit(POST)).state).toBe('queued');
    await resume(context, show(suspect.commandId));
    expect(sent()).toContain(other.commandId);
  });

  it('waits while the connection carries something else', async () => {
    const { context, suspect, sent, submit } = await suspected();
    const running = await submit(POST);
    await flush(context, 'demo');
    expect(sent()[0]).toBe(running.commandId);
    expect(sent()).not.toContain(suspect.commandId);
  });

  it('keeps it for a minute at most', async () => {
    const { context, suspect, other, sent, clock } = await suspected();
    await flush(context, 'demo');
    clock.advance(60_000);
    await flush(context, 'demo');
    expect(sent()).toEqual([suspect.commandId, other.commandId]);
  });
});

describe('the size of a page', () => {
  it.each([
    ['/netbackup/admin/jobs', 100, 50],
    ['/netbackup/admin/jobs/', 100, 50],
    ['/netbackup/admin/jobs', 20, 20],
    ['/netbackup/admin/jobs', 101, 101],
    ['/netbackup/admin/jobs/5/x', 100, 100],
    ['/netbackup/catalog/images', 100, 20],
    ['/netbackup/asset-service/workloads/vmware/assets', 100, 25],
    ['/netbackup/config/policies/', 500, 50],
    ['/netbackup/unknown', 100, 100],
  ])('of %s, wanted %i, is %i', (path, wanted, size) => {
    expect(fittingPage(path, wanted)).toBe(size);
  });

  it('is remembered for a group and a path, the smallest for a week', async () => {
    const dynamodb = new MemoryDynamodb({ commands: { key: ['commandId'] } });
    const clock = fakeClock();
    const sizes = new PageSizes(dynamodb.client, 'commands', clock);
    expect(await sizes.of('g', '/l')).toBeUndefined();
    await sizes.remember('g', '/l', 25);
    await sizes.remember('g', '/l', 50);
    expect(await sizes.of('g', '/l')).toBe(25);
    expect(await sizes.of('h', '/l')).toBeUndefined();
    expect(await sizes.of('g', '/m')).toBeUndefined();
    clock.advance(7 * DAY_MS);
    expect(await sizes.of('g', '/l')).toBeUndefined();
    await sizes.remember('g', '/l', 50);
    expect(await sizes.of('g', '/l')).toBe(50);
  });
});
