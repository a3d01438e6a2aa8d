import { X509Certificate } from 'node:crypto';
import { encode } from '../../../../netbackup/index.ts';
import { type Json, restHarness } from './rest-harness.ts';

/** A primary that has lived for some hours. */
function lived(hours = 12) {
  const harness = restHarness({ seed: 5 });
  harness.primary.start();
  harness.primary.live(60);
  harness.clock.advance(hours * 3_600_000);
  return harness;
}

function escapedBytes(body: string): number {
  const payload = { headers: {}, responseCode: 200, body };
  return encode({ version: '1.0', id: 'A', type: 'COMMAND', subType: 'RESPONSE', timeStamp: 1, payload })
    .length;
}

describe('GET /catalog/images', () => {
  it('shows the last 24 hours, by offset, newest first', async () => {
    const { json, primary, clock } = lived();
    const recent = primary.catalog
      .images()
      .filter(({ backupTime }) => backupTime >= clock.now() / 1000 - 86_400);
    expect(recent.length).toBeGreaterThan(50);
    const { body } = await json('GET', '/catalog/images?page[limit]=20');
    expect(body.meta.pagination).toMatchObject({ count: recent.length, limit: 20, offset: 0, next: 20 });
    const times = body.data.map((item: Json) => item.attributes.backupTime);
    expect(times).toEqual([...times].sort().reverse());
    expect(body.data[0].links.self.href).toBe(`/catalog/images/${body.data[0].id}`);
  });

  it('a filter on backupTime opens the window', async () => {
    const { json, primary } = lived();
    const { body } = await json('GET', '/catalog/images?filter=backupTime gt 2000-01-01T00:00:00.000Z');
    expect(body.meta.pagination.count).toBe(primary.catalog.images().length);
  });

  it('has realistic sizes: an item takes 2 700 to 3 500 bytes, escaped', async () => {
    const { call, json } = lived();
    const { body } = await call('GET', '/catalog/images?filter=numCopies eq 1&page[limit]=100');
    const count = (await json('GET', '/catalog/images?filter=numCopies eq 1&page[limit]=100')).body.data
      .length;
    expect(escapedBytes(body) / count).toBeGreaterThan(2700);
    expect(escapedBytes(body) / count).toBeLessThan(3500);
  });

  it('one image, and a new expiration date for it', async () => {
    const { json, primary } = lived(2);
    const [image] = primary.catalog.images();
    const path = `/catalog/images/${image?.backupId}`;
    expect((await json('GET', path)).body.data.attributes.clientName).toBe(image?.clientName);
    const update = { backupId: image?.backupId, date: '2030-01-01T00:00:00.000Z' };
    expect((await json('POST', '/catalog/images/update-expiration-date', { body: update })).status).toBe(200);
    expect((await json('GET', path)).body.data.attributes.expiration).toBe('2030-01-01T00:00:00.000Z');
    const wrong = { ...update, date: 'tomorrow' };
    expect((await json('POST', '/catalog/images/update-expiration-date', { body: wrong })).status).toBe(400);
    expect((await json('GET', '/catalog/images/nobody_1')).status).toBe(404);
  });
});

describe('the rest of the API', () => {
  it('policies: list with the trailing slash, one with its clients', async () => {
    const { json } = restHarness();
    const { body } = await json('GET', '/config/policies/?page[limit]=50');
    expect(body.data.map(({ id }: Json) => id)).toContain('vm-daily');
    expect(body.data[0].links.self.href).toMatch(
      /^https:\/\/primary\.example\.com\/netbackup\/config\/policies\//,
    );
    const one = await json('GET', '/config/policies/vm-daily');
    expect(one.body.data.attributes.policy.clients[0].hostName).toBe('vm01');
    expect((await json('GET', '/config/policies/none')).status).toBe(404);
  });

  it('storage units', async () => {
    const { call, json } = restHarness();
    const { body } = await call('GET', '/storage/storage-units');
    expect(escapedBytes(body) / 3).toBeGreaterThan(1300);
    const found = await json('GET', "/storage/storage-units?filter=name eq 'stu_msdp_2'");
    expect(found.body.data).toHaveLength(1);
  });

  it('alerts: one for each job that failed', async () => {
    const { json, call, primary } = lived();
    const failed = primary.catalog.jobs().filter(({ state, status }) => state === 'DONE' && status > 1);
    const { body } = await json('GET', '/manage/alerts?page[limit]=100');
    expect(body.data.map(({ id }: Json) => Number(id)).sort()).toEqual(
      failed.map(({ jobId }) => jobId).sort(),
    );
    const text = (await call('GET', '/manage/alerts?page[limit]=100')).body;
    expect(escapedBytes(text) / failed.length).toBeGreaterThan(600);
  });

  it('cacert: a certificate, for everybody', async () => {
    const { json } = restHarness();
    const { body } = await json('GET', '/security/cacert', { authorization: null });
    expect(new X509Certificate(body.cacert[0]).subject).toContain('CN=nbatd');
  });
});
