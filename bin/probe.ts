/** The CDK app of the probe: `npx cdk deploy --app "node --import tsx bin/probe.ts"` (docs/verify.md). */
import { createProbe } from '../lib/app.ts';

(await createProbe()).synth();
