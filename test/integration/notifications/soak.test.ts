/** 3 000 notifications with random failures of storage and projector; many more by `npm run soak`. */
import { soak } from '../../soak/run.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

test('I-2 I-3 everything that was sent can be queried, despite failures', async () => {
  const result = await soak(deployment, { notifications: 3_000, size: 450, chance: 0.003 });
  expect(result.sent.notifications).toBeGreaterThanOrEqual(3_000);
  expect(result.queried).toEqual(result.sent);
  expect(result.faults).toBeGreaterThan(5);
  // Lost notifications are missing above; this shows the reason.
  expect(deployment.output.filter((line) => line.includes('notification-quarantined'))).toEqual([]);
}, 300_000);
