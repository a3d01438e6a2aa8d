/** Public clients and a primary with large lists: they get its responses, and the connection stays open. */
import type { RestRequest } from '../../../netbackup/simulator/rest/types.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { ProxiedClient } from '../../support/heavy-primary/client.ts';
import { DRIVER_NAMES, DRIVERS } from '../../support/heavy-primary/clients/drivers.ts';
import { byCursor, byLinks, byOffset } from '../../support/heavy-primary/clients/paging.ts';
import { type HeavyDomain, heavyDomain } from '../../support/heavy-primary/domain.ts';
import { Held, Rounds } from '../../support/heavy-primary/gates.ts';
import { LIST_NAMES, type ListModel, type ListName } from '../../support/heavy-primary/lists.ts';
import type { HeavyOptions } from '../../support/heavy-primary/primary.ts';
import { all, between, KB, mixed, type Size } from '../../support/heavy-primary/sizes.ts';

let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const domainWith = (options: HeavyOptions = {}): Promise<HeavyDomain> =>
  heavyDomain(deployment, `clients-${++serial}`, options);
const isCommand = ({ uri }: RestRequest) => uri !== '/netbackup/ping';
const verdict = (domain: HeavyDomain, ...clients: ProxiedClient[]) => ({
  wrong: clients.flatMap(({ wrong }) => wrong).slice(0, 8),
  tooBig: domain.tooBig(),
  ended: domain.ended(),
});
const GOOD = { wrong: [], tooBig: 0, ended: 0 };

/** Waits until a GET has closed its connection, or is deferred while a POST is under way. */
const settledOrWaiting = async (domain: HeavyDomain, uri: string): Promise<void> => {
  for (let look = 0; look < 40 && domain.tooBig() === 0; look++) {
    const { json } = await deployment.http('GET', `/v1/groups/${domain.groupId}/commands`);
    const command = json.items.find(({ request }: { request: { uri: string } }) => request.uri === uri);
    if (command?.state === 'queued') return;
  }
};

/** The same change for every list. */
const everyList = (change: Partial<ListModel>): Partial<Record<ListName, Partial<ListModel>>> =>
  Object.fromEntries(LIST_NAMES.map((name) => [name, change]));

describe('lists that were not measured yet', () => {
  const sizes: readonly [string, Size][] = [
    ['of 0.2 KB', all(0.2 * KB)],
    ['of 30 KB', all(30 * KB)],
    ['of 0.5 KB, a fifth of them 30 KB', mixed(all(0.5 * KB), 0.2, all(30 * KB))],
  ];
  test.each(sizes)('items %s', async (_, size) => {
    const domain = await domainWith({ lists: everyList({ items: 60, size }) });
    const client = new ProxiedClient(deployment, domain);
    expect(await byCursor(client, { path: '/admin/jobs' })).toBe(60);
    expect(await byOffset(client, { path: '/catalog/images', limit: 50 }, 'short')).toBe(60);
    expect(await byLinks(client, { path: '/config/hosts', limit: 40 })).toBe(60);
    expect(
      await byOffset(client, { path: '/asset-service/workloads/vmware/assets', limit: 50 }, 'hasNext'),
    ).toBe(60);
    // Unchanged, and with the default of ten items.
    await client.get('/config/slps?page[limit]=5');
    await client.get('/storage/disk-pools');
    expect(verdict(domain, client)).toEqual(GOOD);
  });
});

describe('one client with its first requests', () => {
  test.each(DRIVER_NAMES)('%s', async (name) => {
    const domain = await domainWith();
    const client = new ProxiedClient(deployment, domain);
    await DRIVERS[name](client, 2, name);
    expect(verdict(domain, client)).toEqual(GOOD);
  });
});

test('ten clients with their first requests; each POST runs once', async () => {
  const domain = await domainWith({ seed: 2 });
  const clients = Array.from({ length: 10 }, () => new ProxiedClient(deployment, domain));
  // Those with few requests: together they show what one client does to another, and the tests above what each one needs.
  const names = ['restore', 'older', 'playbook', 'samples', 'exporter'] as const;
  await Promise.all(
    clients.map((client, index) => {
      const name = index < 7 ? names[index % names.length] : 'restore';
      return DRIVERS[name ?? 'restore'](client, 1, `client-${index}`);
    }),
  );
  expect(verdict(domain, ...clients)).toEqual(GOOD);
  const recovered = domain.heavy.requests
    .filter(({ uri }) => uri.endsWith('/recover'))
    .map(({ body }) => body);
  expect([recovered.length, new Set(recovered).size]).toEqual([5, 5]);
});

describe('while a POST is under way', () => {
  /** A POST that NetBackup delays; a command, since a waiting request would time out on a slow machine. */
  const heldPost = async (options: HeavyOptions) => {
    const held = new Held(({ method }) => method === 'POST');
    const domain = await domainWith({ ...options, before: held.before });
    const submitted = await deployment.http('POST', `/v1/groups/${domain.groupId}/commands`, {
      body: { method: 'POST', uri: '/netbackup/admin/manual-backup', body: {}, executeWithin: 600 },
    });
    await held.firstCall;
    const show = async () =>
      (await deployment.http('GET', `/v1/groups/${domain.groupId}/commands/${submitted.json.commandId}`))
        .json;
    const finish = async () => {
      const answered = domain.primary.when('answered', ({ method }) => method === 'POST');
      held.release();
      await answered;
      await deployment.cloud.drained();
      return show();
    };
    return { domain, finish };
  };
  const posts = ({ heavy }: HeavyDomain) => heavy.requests.filter(({ method }) => method === 'POST').length;

  test('lists that were not measured yet: the POST is never lost', async () => {
    const { domain, finish } = await heldPost({ lists: everyList({ items: 40, size: all(30 * KB) }) });
    const client = new ProxiedClient(deployment, domain);
    for (const path of ['/admin/jobs', '/config/hosts', '/malware/latest-scan-results', '/config/policies/'])
      await client.get(`${path}?page[limit]=40`);
    await client.get('/storage/drives');
    expect(await finish()).toMatchObject({ state: 'completed', response: { status: 202 } });
    expect(posts(domain)).toBe(1);
    expect(verdict(domain, client)).toEqual(GOOD);
  });

  test('a large response without pages: the POST is not lost', async () => {
    const { domain, finish } = await heldPost({ details: all(200 * KB) });
    const large = deployment.http('GET', `/v1/groups/${domain.groupId}/netbackup/config/policies/huge`);
    await settledOrWaiting(domain, '/netbackup/config/policies/huge');
    expect(await finish()).toMatchObject({ state: 'completed', response: { status: 202 } });
    expect(posts(domain)).toBe(1);
    expect((await large).json).toMatchObject({ status: 502, code: 'answer-too-large' });
    expect(domain.tooBig()).toBeLessThanOrEqual(2);
  });
});

describe('a primary that is slow for each page', () => {
  /** A round ends after this time without a call, in ms: many times the duration of a call. */
  const patience = async (client: ProxiedClient): Promise<number> => {
    const start = performance.now();
    for (let call = 0; call < 5; call++) await client.get('/config/slps/any');
    return 300 + 2 * (performance.now() - start);
  };

  test.each([
    ['30 KB', all(30 * KB)],
    ['between 0.2 and 30 KB', between(0.2 * KB, 30 * KB)],
  ])('a page of 100 items of %s is read in four rounds at most', async (_, size) => {
    let rounds: Rounds | undefined;
    const lists = everyList({ items: 110, size });
    const domain = await domainWith({ lists, before: (request) => rounds?.before(request) });
    const client = new ProxiedClient(deployment, domain);
    rounds = new Rounds(await patience(client));
    await client.get('/catalog/images?page[limit]=100');
    const first = rounds.sizes.splice(0);
    await client.get('/catalog/images?page[limit]=100');
    process.stdout.write(`rounds: ${first.join('+')} at first, then ${rounds.sizes.join('+')}\n`);
    expect(first.length).toBeLessThanOrEqual(4);
    expect(rounds.sizes.length).toBeLessThanOrEqual(4);
    expect(Math.max(...first, ...rounds.sizes)).toBeLessThanOrEqual(12);
    expect(verdict(domain, client)).toEqual(GOOD);
  });
});

describe('page[disable]=true', () => {
  const WHOLE = '/asset-service/workloads/vmware/assets?page[disable]=true';
  test('returns more than one message can hold', async () => {
    const domain = await domainWith({ lists: { assets: { items: 300, size: all(4 * KB) } } });
    const client = new ProxiedClient(deployment, domain);
    const { json } = await client.get(WHOLE);
    expect([json.data.length, json.included.length]).toEqual([300, 9]);
    expect(verdict(domain, client)).toEqual(GOOD);
  });

  test('larger lists are refused with the reason', async () => {
    const domain = await domainWith({ lists: { assets: { items: 700, size: all(12 * KB) } } });
    const answer = await deployment.http('GET', `/v1/groups/${domain.groupId}/netbackup${WHOLE}`);
    expect([answer.status, answer.json.code]).toEqual([502, 'answer-too-large']);
    expect([domain.tooBig(), domain.ended()]).toEqual([0, 0]);
    expect(domain.heavy.requests.filter(isCommand).length).toBeLessThanOrEqual(100);
  });
});

test('no internal error was logged', () => {
  expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
});
