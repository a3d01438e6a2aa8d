/** `npm run soak:clients -- --minutes 10`: ten concurrent public clients, and a line with the errors. */
import { parseArgs } from 'node:util';
import { startDeployment } from '../support/deployment.ts';
import setUp from '../support/global-setup.ts';
import { soakClients } from './clients-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const [minutes, clients, seed] = [values.minutes, values.clients, values.seed].map(Number) as [
  number,
  number,
  number,
];
if (!(minutes > 0) || !(clients >= 1) || !Number.isInteger(seed))
  throw new Error('Give --minutes, --clients and --seed as numbers.');

await setUp();
const deployment = await startDeployment({ schedules: 'clock' });
try {
  const { violations, violationCount, ...counts } = await soakClients(deployment, { minutes, clients, seed });
  process.stdout.write(
    `${JSON.stringify({ minutes, clients, seed, ...counts, violations: violationCount })}\n`,
  );
  for (const violation of violations) process.stderr.write(`${violation}\n`);
  if (violationCount > 0) process.exitCode = 1;
} finally {
  await deployment.stop();
}
