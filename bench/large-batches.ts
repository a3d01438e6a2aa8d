/**
 * `npm run bench:batches`: 200 000 jobs in one NOTIFICATION, stored in parts by the deployed function on this machine. NetBackup waits
 * 2 s, and sends the message again after 5 s.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { synthesize } from '../bin/nbwss/assembly.ts';
import { scanMessage } from '../gateway/parts/scan.ts';
import { splitNotification } from '../gateway/parts/split.ts';
import { type Deployment, startDeployment } from '../test/support/deployment.ts';
import { requestText, variedJobs } from '../test/support/large-notifications.ts';
import { batchDelivery } from '../test/support/part-sender.ts';

const NOTIFICATIONS = Number(process.argv[2] ?? 200_000);
const root = resolve(import.meta.dirname, '..');
const assembly = join(root, '.local/bench/cdk.out');
const batch = join(root, '.local/bench/batch.json');
const MB = 1_000_000;

interface Writes {
  parts: number;
  units: number;
  others: number;
}

/** Counts what the functions write from now on. */
function countWrites({ cloud }: Deployment): Writes {
  const writes = { parts: 0, units: 0, others: 0 };
  cloud.calls.subscribe(({ functionName = '', writeUnits }) => {
    if (writeUnits === 0) return;
    if (!/notify/i.test(functionName)) writes.others += writeUnits;
    else {
      writes.parts += 1;
      writes.units += writeUnits;
    }
  });
  return writes;
}

async function measure(concurrency: number): Promise<void> {
  const deployment = await startDeployment({ assembly });
  await deployment.connect(await deployment.createGroup('demo'));
  const delivery = await batchDelivery(deployment.cloud, 'demo', { concurrency });
  const writes = countWrites(deployment);
  const start = performance.now();
  const seconds = (since = start): string => ((performance.now() - since) / 1000).toFixed(2);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const before = process.memoryUsage().rss;
  for (let attempt = 1, answer: string | undefined; !answer; attempt++) {
    const text = await readFile(batch);
    const sentAt = performance.now();
    const message = await scanMessage(text);
    if (!message) throw new Error('The message is not JSON.');
    const size = `${(text.length / MB).toFixed(1)} MB, ${splitNotification(message).length} parts`;
    if (attempt === 1) console.log(`${size}, read in ${seconds(sentAt)} s, ${concurrency} at the same time`);
    answer = await delivery.deliver(message, Date.now() + 2_000);
    const result = answer ? 'acknowledged' : 'no answer';
    console.log(`  attempt ${attempt}: ${writes.parts} parts stored after ${seconds()} s, ${result}`);
    if (!answer) await pause(5_000);
  }
  clearInterval(watch);
  const memory = `memory ${Math.round(before / MB)} MB before, ${Math.round(peak / MB)} MB at most`;
  console.log(`  ${writes.parts} writes with ${writes.units} write units; ${memory}`);
  if (process.argv.includes('--drained')) {
    await deployment.cloud.drained();
    console.log(`  applied after ${seconds()} s, with ${writes.others} further write units`);
  }
  await deployment.stop();
}

await synthesize(root, assembly);
await writeFile(batch, requestText(variedJobs(NOTIFICATIONS)));
for (const concurrency of [8, 10]) await measure(concurrency);
process.exit(0);
