import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { importsOf, violationsOf } from '../support/layers.ts';

const files = ['client', 'gateway', 'lambdas', 'lib', 'local', 'netbackup', 'relay']
  .filter((top) => existsSync(top))
  .flatMap((top) =>
    readdirSync(top, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${top}/${name}`),
  );

describe('the layout in CONTRIBUTING.md', () => {
  it('is looked for in every part of the code', () => {
    for (const part of [
      'client/',
      'lambdas/protocol/',
      'lambdas/platform/',
      'lambdas/functions/',
      'lib/',
      'local/',
      'netbackup/',
    ]) {
      expect(files.some((file) => file.startsWith(part))).toBe(true);
    }
    const imports = files.flatMap((file) => importsOf(readFileSync(file, 'utf8')));
    expect(imports.length).toBeGreaterThan(files.length);
  });

  it('is kept by all imports', () => {
    expect(files.flatMap((file) => violationsOf(file, readFileSync(file, 'utf8')))).toEqual([]);
  });
});

describe('the check', () => {
  it.each<[string, string]>([
    ['lambdas/commands/a.ts', "import { x } from '../../local/cloud.ts';"],
    ['lambdas/commands/a.ts', "import { x } from '../../netbackup/simulator/primary.ts';"],
    ['lambdas/commands/a.ts', "import type { Config } from '../../lib/config.ts';"],
    ['lambdas/commands/a.ts', "import { x } from '../http/app.ts';"],
    ['lambdas/platform/a.ts', "import { x } from '../groups/group.ts';"],
    ['lambdas/groups/a.ts', "import { x } from '../connections/close.ts';"],
    ['lambdas/connections/a.ts', "import type { X } from '../commands/seal.ts';"],
    ['lambdas/notifications/a.ts', "import { x } from '../reports/views/timeline.ts';"],
    ['lambdas/protocol/a.ts', "import { x } from '../platform/clock.ts';"],
    ['lambdas/protocol/a.ts', "export * from '../platform/clock.ts';"],
    ['lambdas/new-part/a.ts', "import { x } from '../platform/clock.ts';"],
    ['lambdas/canary/a.ts', "import { x } from '../../netbackup/simulator/primary.ts';"],
    ['lambdas/http/a.ts', "import { x } from '../../netbackup/wire/peer.ts';"],
    ['lambdas/proxy/a.ts', "import { x } from '../canary/round.ts';"],
    ['lib/a.ts', "import { x } from '../lambdas/platform/clock.ts';"],
    ['lib/constructs/a.ts', "const x = await import('../../lambdas/platform/clock.ts');"],
    ['client/a.ts', "import type { Job } from '../lambdas/reports/jobs/job.ts';"],
    ['local/a.ts', "import '../lambdas/platform/clock.ts';"],
    ['gateway/a.ts', "import { x } from '../local/types.ts';"],
    ['relay/a.ts', "import { x } from '../lambdas/protocol/codec.ts';"],
    ['local/lambda/a.ts', "import { x } from '../../lib/config.ts';"],
    ['netbackup/a.ts', "import {\n  x,\n  y,\n} from '../lambdas/protocol/codec.ts';"],
    ['netbackup/a.ts', "export { x } from '../local/types.ts';"],
    ['lambdas/commands/a.ts', "import { GetItemCommand } from '@aws-sdk/client-dynamodb';"],
    ['lambdas/commands/a.ts', "import { unmarshall } from '@aws-sdk/util-dynamodb';"],
    ['lambdas/commands/a.ts', "import { Logger } from '@aws-lambda-powertools/logger';"],
    ['lambdas/commands/a-store.ts', "import { KMSClient } from '@aws-sdk/client-kms';"],
    ['lambdas/commands/a-store.ts', "import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';"],
    ['lambdas/platform/a.ts', "import { x } from '@aws-sdk/client-apigatewaymanagementapi';"],
  ])('finds in %s: %s', (file, text) => {
    expect(violationsOf(file, text)).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['lambdas/commands/a.ts', "import { x } from '../groups/group.ts';"],
    ['lambdas/http/a.ts', "import { x } from '../commands/submit.ts';"],
    ['lambdas/platform/a.ts', "import { x } from '../protocol/limits.ts';"],
    ['lambdas/canary/a.ts', "import { x } from '../../netbackup/wire/peer.ts';"],
    ['lambdas/platform/dynamodb/a.ts', "import { x } from '@aws-sdk/client-dynamodb';"],
    ['lambdas/commands/a.ts', "// import { x } from '../http/app.ts';"],
    ['lambdas/commands/a.ts', "/** import { x } from '../http/app.ts' */"],
    ['local/a.ts', "import { x } from '../gateway/gateway.ts';"],
    ['relay/a.ts', "import { x } from '../gateway/gateway.ts';"],
    ['lib/a.ts', "import { Stack } from 'aws-cdk-lib';"],
    ['lib/a.ts', "const entry = 'lambdas/functions/session.ts';"],
    ['test/unit/a.test.ts', "import { x } from '../../lambdas/http/app.ts';"],
  ])('allows in %s: %s', (file, text) => {
    expect(violationsOf(file, text)).toEqual([]);
  });
});
