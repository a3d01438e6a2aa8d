import { X509Certificate } from 'node:crypto';
import { encode } from '../../../../netbackup/wire/codec.ts';
import { restImage } from '../../../support/netbackup-data.ts';
import { type Json, restHarness } from './rest-harness.ts';

const HOUR_S = 3600;

/** 30 images, one an hour. */
function withImages() {
  const harness = restHarness();
  for (let hour = 1; hour <= 30; hour++) {
    harness.primary.catalog.putImage(restImage(hour * HOUR_S, harness.clock.now()));
  }
  return harness;
}

describe('GET /catalog/images', () => {
  it('lists the last 24 hours by offset, newest first', async () => {
    const { body } = await withImages().json('GET', '/catalog/images?page[limit]=20');
    expect(body.meta.pagination).toMatchObject({ count: 24, limit: 20, offset: 0, next: 20 });
    const times = body.data.map((item: Json) => item.attributes.backupTime);
    expect(times).toEqual([...times].sort().reverse());
    expect(body.data[0].links.self.href).toBe(`/catalog/images/${body.data[0].id}`);
  });

  it('lists older images with a filter on backupTime', async () => {
    const path = '/catalog/images?filter=backupTime gt 2000-01-01T00:00:00.000Z';
    expect((await withImages().json('GET', path)).body.meta.pagination.count).toBe(30);
  });

  it('has realistic sizes: an item is 2 700 to 3 500 bytes in a COMMAND RESPONSE', async () => {
    const { body } = await withImages().call('GET', '/catalog/images?page[limit]=20');
    const payload = { headers: {}, responseCode: 200, body };
    const envelope = { version: '1.0', id: 'A', type: 'COMMAND', subType: 'RESPONSE', timeStamp: 1 } as const;
    const bytes = encode({ ...envelope, payload }).length / 20;
    expect(bytes).toBeGreaterThan(2700);
    expect(bytes).toBeLessThan(3500);
  });

  it('shows one image', async () => {
    const { json, primary } = withImages();
    const [image] = primary.catalog.images();
    const { body } = await json('GET', `/catalog/images/${image?.backupId}`);
    expect(body.data.attributes.clientName).toBe(image?.clientName);
    expect((await json('GET', '/catalog/images/unknown_1')).status).toBe(404);
  });
});

it('GET /security/cacert: a certificate, without authentication', async () => {
  const { body } = await restHarness().json('GET', '/security/cacert', { authorization: null });
  expect(new X509Certificate(body.cacert[0]).subject).toContain('CN=nbatd');
});
