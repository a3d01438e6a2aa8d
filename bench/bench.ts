/** `npm run bench`: ratios within one run, because the machine's load differs between runs. */
import { join, resolve } from 'node:path';
import { gatewaySettings, ON_THIS_MACHINE, synthesize } from '../bin/nbwss/assembly.ts';
import { benchAcknowledgements } from './acknowledgements.ts';
import { benchBundles } from './bundles.ts';
import { benchRoundTrips } from './round-trips.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const root = resolve(import.meta.dirname, '..');
const dir = join(root, '.local/bench');
const assembly = join(dir, 'cdk.out');
const bothGateways = join(dir, 'both.out');

await synthesize(root, assembly);
await synthesize(root, bothGateways, { ...ON_THIS_MACHINE, ...gatewaySettings('both') });
await benchBundles(root, join(dir, 'bundles'));
await benchAcknowledgements(bothGateways, dir);
await benchRoundTrips(assembly, dir);
