/** The certificate that NetBackup is shown: read by the sweep, shown to operators, reported when it changes or expires. */
import { X509Certificate } from 'node:crypto';
import type { KeyPair } from '../../../bin/nbwss/certificate.ts';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { type DomainDeployment, startWithDomains, WEBSOCKET_NAME } from '../../support/domains.ts';
import { checkEvent } from '../../support/fakes.ts';

const HOUR_MS = 3_600_000;

let domains: DomainDeployment;
let path: string;
beforeAll(async () => {
  domains = await startWithDomains();
  await domains.deployment.createGroup('berlin');
  const [endpoint] = (await domains.deployment.http('GET', '/v1/groups/berlin/endpoints')).json.items;
  path = `/v1/groups/berlin/endpoints/${endpoint.endpointId}`;
});
afterAll(() => domains?.stop());

const fingerprintOf = ({ cert }: KeyPair) => new X509Certificate(cert).fingerprint256;
const shown = async () => (await domains.deployment.http('GET', path)).json.certificate?.fingerprint;
const sweepLater = async (ms: number) => {
  domains.deployment.clock.advance(ms);
  await domains.deployment.sweep();
};
/** The certificate events so far; each must conform to its schema. */
const events = () =>
  domains.deployment.cloud.events.all.flatMap(({ event }) => {
    const detailType = String(event['detail-type']);
    const detail = event.detail as Record<string, unknown>;
    if (!detailType.startsWith('Certificate')) return [];
    checkEvent({ detailType, detail });
    return [{ detailType, detail }];
  });
/** Codes of the sweep's log lines about the certificate, since the last call. */
let seen = 0;
const codes = () => {
  const { output } = domains.deployment;
  const fresh = output.slice(seen).flatMap((line) => /"code":"(certificate-[a-z-]+)"/.exec(line)?.[1] ?? []);
  seen = output.length;
  return [...new Set(fresh)];
};

test('the first sweep reads the certificate, and the API shows it', async () => {
  const { deployment, issue } = domains;
  expect(await shown()).toBeUndefined();
  const first = await issue(198);
  deployment.cloud.renewCertificate(first);
  await deployment.sweep();
  expect(await shown()).toBe(fingerprintOf(first));
  const invitation = await deployment.http('POST', `${path}/invitations`, { body: {} });
  expect(invitation.json.certificate).toMatchObject({
    fingerprint: fingerprintOf(first),
    issuer: 'CN=Authority',
  });
  expect([events(), codes()]).toEqual([[], []]);
});

test('a certificate with another key is reported once, within an hour', async () => {
  const { deployment, issue } = domains;
  const before = await shown();
  const renewed = await issue(198);
  deployment.cloud.renewCertificate(renewed);
  await sweepLater(60_000);
  expect(await shown()).toBe(before);
  await sweepLater(HOUR_MS);
  await sweepLater(HOUR_MS);
  expect(await shown()).toBe(fingerprintOf(renewed));
  expect(codes()).toEqual(['certificate-changed']);
  expect(events()).toEqual([
    {
      detailType: 'Certificate Changed',
      detail: expect.objectContaining({
        host: WEBSOCKET_NAME,
        fingerprint: fingerprintOf(renewed),
        previous: expect.objectContaining({ fingerprint: before }),
        isKeyNew: true,
      }),
    },
  ]);
});

test('a certificate that expires is reported from 30 days before, until it is replaced', async () => {
  const { deployment, issue } = domains;
  const reported = events().length;
  await sweepLater(160 * DAY_MS);
  expect(codes()).toEqual([]);
  await sweepLater(9 * DAY_MS);
  await sweepLater(HOUR_MS);
  await sweepLater(DAY_MS);
  expect(codes()).toEqual(['certificate-expiring']);
  expect(
    events()
      .slice(reported)
      .map(({ detailType }) => detailType),
  ).toEqual(['Certificate Expiring', 'Certificate Expiring']);
  deployment.cloud.renewCertificate(await issue(500));
  await sweepLater(HOUR_MS);
  await sweepLater(DAY_MS);
  expect(codes()).toEqual(['certificate-changed']);
});
