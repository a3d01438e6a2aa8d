import { readdirSync, readFileSync } from 'node:fs';
import {
  EXCEPTIONS,
  importsOf,
  MAY_SEE,
  opensTable,
  STORES,
  TOWER,
  violationsOf,
} from '../support/layers.ts';
import { tableBelow } from '../support/markdown-tables.ts';
import { filesIn } from '../support/source-files.ts';

const files = filesIn(Object.keys(MAY_SEE));
const textOf = (file: string): string => readFileSync(file, 'utf8');
const ARCHITECTURE = textOf('docs/architecture.md');

/** What is in backticks: a folder, or a path below it. */
const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

describe('the layout in CONTRIBUTING.md', () => {
  it('is looked for in every part of the code', () => {
    for (const part of [
      'bin/',
      'client/',
      'console/src/',
      'gateway/',
      'relay/',
      'lambdas/protocol/',
      'lambdas/platform/',
      'lambdas/functions/',
      'lib/',
      'local/',
      'netbackup/',
    ]) {
      expect(files.some((file) => file.startsWith(part))).toBe(true);
    }
    expect(files.some((file) => file.endsWith('.tsx'))).toBe(true);
    const imports = files.flatMap((file) => importsOf(textOf(file)));
    expect(imports.length).toBeGreaterThan(files.length);
  });

  it('is kept by all files', () => {
    expect([...files, ...filesIn(['bench'])].flatMap((file) => violationsOf(file, textOf(file)))).toEqual([]);
  });

  it('has no exception that nothing needs', () => {
    const needed = (from: string, to: string) =>
      files.some(
        (file) => file.startsWith(from) && importsOf(textOf(file)).some((one) => one.from.includes(to)),
      );
    expect(EXCEPTIONS.filter(([from, to]) => !needed(from, to))).toEqual([]);
  });

  it('is that of the check', () => {
    const rows = tableBelow(textOf('CONTRIBUTING.md'), '## Where things go');
    const documented = rows.flatMap(([folder = '', , imports = '']) =>
      namesIn(folder).map(
        (top) => [top, new Set(namesIn(imports).map((name) => name.split('/')[0]))] as const,
      ),
    );
    const checked = Object.entries(MAY_SEE).map(([top, others]) => {
      const exceptions = EXCEPTIONS.filter(([from]) => from.startsWith(`${top}/`));
      return [top, new Set([...others, ...exceptions.map(([, target]) => target.split('/')[0])])] as const;
    });
    const everything = ['test', 'bench'].map((top) => [top, new Set()] as const);
    expect(new Map(documented)).toEqual(new Map([...checked, ...everything]));
  });
});

describe('the capabilities', () => {
  it('have the order of docs/architecture.md', () => {
    const rows = tableBelow(ARCHITECTURE, '## Capabilities');
    expect(rows.flatMap(([folder = '']) => namesIn(folder))).toEqual(TOWER);
  });

  it('are the folders of lambdas', () => {
    expect(readdirSync('lambdas').sort()).toEqual([...TOWER].sort());
  });
});

describe('the tables', () => {
  it('and their stores are those of docs/architecture.md', () => {
    const rows = tableBelow(ARCHITECTURE, '## Tables');
    expect(rows.map(([name, , , , , stores = '']) => [name, namesIn(stores)])).toEqual(
      Object.entries(STORES),
    );
  });

  it('have stores, and every store is one of them', () => {
    const stores = new Set(Object.values(STORES).flat());
    const named = filesIn(['lambdas']).filter((file) => file.endsWith('-store.ts'));
    expect(named.sort()).toEqual([...stores].map((name) => `lambdas/${name}`).sort());
    expect(named.filter((file) => !opensTable(file, textOf(file)))).toEqual([]);
  });

  it('are given to their stores', () => {
    const classOf = (name: string) =>
      [...textOf(`lambdas/${name}`).matchAll(/^export class (\w+)/gm)].map(([, one]) => one);
    const declared = Object.entries(STORES).flatMap(([table, stores]) =>
      stores.flatMap(classOf).map((store) => `${store}: ${table}`),
    );
    const given = filesIn(['lambdas/functions']).flatMap((file) =>
      [...textOf(file).matchAll(/new (\w+)\(\s*dynamodb,\s*required\('(\w+)_TABLE'\)/g)].map(
        ([, store, variable = '']) =>
          `${store}: ${variable.replace(/_?([A-Z])([A-Z]*)/g, (_, first, rest) => first + rest.toLowerCase())}`,
      ),
    );
    expect(given.sort()).toEqual(declared.sort());
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
    ['bin/nbwss/a.ts', "import { x } from '../../relay/main.ts';"],
    ['bin/nbwss/a.ts', "import { x } from '../../test/support/api.ts';"],
    ['lambdas/http/a.ts', "import { x } from '../../bin/nbwss/stacks.ts';"],
    ['lib/a.ts', "import { buildConsole } from '../console/build.ts';"],
    ['lib/constructs/console-files.ts', "import { x } from '../../console/src/places.ts';"],
    ['console/build.ts', "import { x } from '../lib/config.ts';"],
    ['console/src/app.tsx', "import { hasScope } from '../../lambdas/http/keys-store.ts';"],
    ['console/src/app.tsx', "import { x } from '../../bin/nbwss/times.ts';"],
    ['local/a.ts', "import type { x } from '../console/src/places.ts';"],
    ['lambdas/http/a.ts', 'const jobs = new Table(client, name);'],
    ['lambdas/http/a-store.ts', 'this.#table = new Table<Stored>(client, name);'],
    ['bin/nbwss/a.ts', 'await new Table(client, name).put(item);'],
    ['bench/a.ts', 'await new Table(client, name).put(item);'],
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
    ['lib/constructs/console-files.ts', "import { buildConsole } from '../../console/build.ts';"],
    ['lib/a.ts', "new Table(this, 'Groups');"],
    ['console/src/app.tsx', "import { hasScope } from '../../lambdas/http/rights.ts';"],
    ['console/src/app.tsx', "import type { Paths } from '../../client/paths.ts';"],
    ['bin/nbwss/a.ts', "import { x } from '../../lambdas/groups/groups-store.ts';"],
    ['lambdas/groups/groups-store.ts', 'this.#table = new Table(client, name);'],
    ['lambdas/groups/a.ts', '// new Table(client, name)'],
    ['test/unit/a.test.ts', "import { x } from '../../lambdas/http/app.ts';"],
  ])('allows in %s: %s', (file, text) => {
    expect(violationsOf(file, text)).toEqual([]);
  });
});
