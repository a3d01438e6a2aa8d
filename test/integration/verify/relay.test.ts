/** `nbwss verify` against a deployment with the relay. */
import { ShiftableClock } from '../../support/clocks.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { verify } from './support.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ gateway: 'both' });
});
afterAll(() => deployment?.stop());

test.each([
  ['relay', 'relay-fragments', 'largest-frame'],
  ['api-gateway', 'largest-frame', 'relay-fragments'],
])('--gateway %s measures the facts of that gateway', async (gateway, shown, absent) => {
  const { facts, out } = await verify(deployment, new ShiftableClock(), [
    '--no-conformance',
    '--skip-slow',
    '--gateway',
    gateway,
  ]);
  expect(facts.filter(({ verdict }) => verdict === 'DIFFERENT')).toEqual([]);
  const measured = facts.filter(({ verdict }) => verdict === 'as assumed').map(({ fact }) => fact);
  expect(measured).toEqual(expect.arrayContaining(['ping-answered', 'closed-by-client', shown]));
  expect(facts.map(({ fact }) => fact)).not.toContain(absent);
  expect(out).toContain('0 different');
});
