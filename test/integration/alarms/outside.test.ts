/** What is seen from outside: the certificate, the canary, and strangers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { createCertificate } from '../../fixtures/certificates.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { alarmsAfter, alarmsOn, endMinute, MINUTE, raises } from './support.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
let folder: string;
let deployment: Deployment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-outside-'));
  const assembly = join(folder, 'cdk.out');
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, { canaryMinutes: 1 });
  deployment = await startDeployment({ assembly });
  // Starts the functions, so that a round of the canary has its time for itself.
  await deployment.createGroup('berlin');
  await deployment.cloud.runSchedules();
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs sweep and canary in each of so many minutes. */
const run = (minutes: number, faults: Parameters<typeof alarmsAfter>[3] = []) =>
  alarmsAfter(deployment, minutes, () => deployment.cloud.runSchedules(), faults);

raises(['AuditNotStored'], 'the audit table refuses an event', () =>
  alarmsAfter(deployment, 1, () => deployment.http('PATCH', '/v1/groups/berlin', { body: {} }), [
    { function: 'Api', resource: '-Audit', do: 'fail', count: ALWAYS },
  ]),
);

raises(['RequestsRejected'], 'a stranger sends 420 requests in each minute', () =>
  alarmsAfter(deployment, 3, async () => {
    for (let count = 0; count < 420; count += 1)
      expect((await deployment.http('GET', '/v1/groups', { key: 'nbk_x' })).status).toBe(401);
  }),
);

raises(['CanaryFailing', 'ServiceDown'], 'the canary cannot prepare its round', () =>
  run(3, [{ function: 'Canary', resource: '-Keys', do: 'fail', count: ALWAYS }]),
);

raises(['CanarySlow'], 'the journal takes 1.3 s', () =>
  run(3, [{ function: 'Notify', resource: '-Journal', do: 'delay', ms: 1_300 }]),
);

raises(['CanaryMissing'], 'the canary does not run', async () => {
  for (let minute = 0; minute < 3; minute += 1) await endMinute(deployment);
  return alarmsOn(deployment);
});

raises(['CertificateNotWatched'], 'the table refuses what is known of the certificate', async () => {
  for (let check = 0; check < 2; check += 1) {
    deployment.clock.advance(60 * MINUTE);
    await run(1, [{ function: 'Sweep', resource: '-Endpoints', do: 'fail', count: ALWAYS }]);
  }
  return alarmsOn(deployment);
});

raises(['CertificateExpiring', 'CertificateChanged'], 'another certificate expires in ten days', async () => {
  deployment.clock.advance(60 * MINUTE);
  await run(1);
  deployment.cloud.renewCertificate(await createCertificate({ names: ['localhost'], to: 10 }));
  deployment.clock.advance(60 * MINUTE);
  return run(1);
});
