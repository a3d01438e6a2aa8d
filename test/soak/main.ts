/** `npm run soak`: 200 000 notifications with random failures, and a count afterwards. Another number as argument. */
import { isDeepStrictEqual } from 'node:util';
import { startDeployment } from '../support/deployment.ts';
import setUp from '../support/global-setup.ts';
import { soak } from './run.ts';

const notifications = Number(process.argv[2] ?? 200_000);
if (!Number.isInteger(notifications) || notifications < 1) throw new Error('Give a number of notifications.');

await setUp();
const deployment = await startDeployment();
try {
  const begun = performance.now();
  const { sent, queried, resends, faults } = await soak(deployment, {
    notifications,
    size: 450,
    chance: 0.002,
  });
  const { states: _, ...counts } = sent;
  const { states: __, ...found } = queried;
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stdout.write(`${JSON.stringify({ sent: counts, queried: found, resends, faults, seconds })}\n`);
  if (!isDeepStrictEqual(sent, queried)) {
    const wrong = Object.keys(sent.states).filter((id) => sent.states[id] !== queried.states[id]);
    process.stderr.write(`Not what was sent: ${wrong.slice(0, 20).join(', ')}\n`);
    process.exitCode = 1;
  }
} finally {
  await deployment.stop();
}
