import { startLocalCloud } from '../../../local/cloud.ts';

/** A local cloud as a separate process, which a test kills: prints its addresses, then serves. */
const [assembly = '', dataDir = '', cert = '', key = '', caFile = ''] = process.argv.slice(2);
const { readFileSync } = await import('node:fs');
const cloud = await startLocalCloud({
  assembly,
  dataDir,
  tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), caFile },
  schedules: 'on-demand',
});
const { endpointUrl, credentials, resources } = cloud;
// Of the assembly with functions.
if (resources['Consumer'])
  cloud.faults.add({ function: 'Consumer', do: 'pause', count: Number.POSITIVE_INFINITY });
const addresses = cloud.tasks.list().map(({ address }) => address);
process.stdout.write(`${JSON.stringify({ endpointUrl, credentials, resources, addresses })}\n`);
