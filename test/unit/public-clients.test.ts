/** The paging methods of public clients, tested directly on the simulated primary. */
import type { HttpAnswer } from '../support/deployment.ts';
import type { Client } from '../support/heavy-primary/client.ts';
import { DRIVER_NAMES, DRIVERS } from '../support/heavy-primary/clients/drivers.ts';
import { byCursor, byLinks, byOffset } from '../support/heavy-primary/clients/paging.ts';
import { LISTS } from '../support/heavy-primary/lists.ts';
import { ORIGIN } from '../support/heavy-primary/pages.ts';
import { HeavyPrimary } from '../support/heavy-primary/primary.ts';

/** Calls the primary directly, and records each status. */
class DirectClient implements Client {
  readonly statuses: number[] = [];
  readonly heavy = new HeavyPrimary({ lists: { jobs: { items: 1_000 } } });

  async #call(method: string, path: string, version: string): Promise<HttpAnswer> {
    const headers = { accept: `application/vnd.netbackup+json;version=${version}` };
    const { status, body } = this.heavy.own({ method, uri: `/netbackup${path}`, headers });
    this.statuses.push(status);
    return { status, headers: new Headers(), text: body, json: JSON.parse(body) };
  }

  get(path: string, version = '14.0'): Promise<HttpAnswer> {
    return this.#call('GET', path, version);
  }

  post(path: string): Promise<HttpAnswer> {
    return this.#call('POST', path, '14.0');
  }

  follow(href: string): Promise<HttpAnswer> {
    return this.get(href.slice(`${ORIGIN}/netbackup`.length));
  }
}

test('every paging method finds every item', async () => {
  const client = new DirectClient();
  expect(await byCursor(client, { path: '/admin/jobs' })).toBe(client.heavy.lists.jobs.items);
  expect(await byLinks(client, { path: '/admin/jobs' })).toBe(client.heavy.lists.jobs.items);
  for (const until of ['short', 'empty', 'next'] as const)
    expect(await byOffset(client, { path: '/storage/tape-media', limit: 100 }, until)).toBe(
      LISTS.tapeMedia.items,
    );
  const assets = '/asset-service/workloads/vmware/assets';
  expect(await byOffset(client, { path: assets }, 'hasNext')).toBe(LISTS.assets.items);
  expect(await byLinks(client, { path: assets })).toBe(LISTS.assets.items);
});

test.each(DRIVER_NAMES)('%s succeeds, except for a path that does not exist', async (name) => {
  const client = new DirectClient();
  await DRIVERS[name](client, 3, name);
  expect(client.statuses.length).toBeGreaterThan(2);
  expect(client.statuses.filter((status) => status >= 300)).toEqual(name === 'dashboard' ? [404] : []);
});
