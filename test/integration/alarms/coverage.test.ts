import { readdirSync, readFileSync } from 'node:fs';
import { MAXIMAL, RELAY_ONLY } from '../../infra/configurations.ts';
import { synthesize } from '../../infra/synthesize.ts';
import { resources } from '../../infra/templates.ts';

/** The tables whose alarms one test makes from their names. */
const TABLES = ['Journal', 'Jobs', 'Images', 'Backups', 'Groups', 'Connections', 'Commands'];

const { monitoring } = synthesize({
  ...RELAY_ONLY,
  gateway: 'both',
  canaryMinutes: 1,
  digests: MAXIMAL['digests'],
  alerts: [{ name: 'mail', email: 'ops@example.com' }],
});

test('a test of this folder makes the fault of every alarm', () => {
  const texts = readdirSync(import.meta.dirname).map((file) =>
    readFileSync(`${import.meta.dirname}/${file}`, 'utf8'),
  );
  const raised = texts
    .flatMap((text) => [...text.matchAll(/^ *raises\(\s*\[([^\]]+)\]/gm)])
    .flatMap(([, list = '']) => [...list.matchAll(/'(\w+)'/g)].map(([, id = '']) => id));
  const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    Object.keys(resources(monitoring, type)),
  );
  const known = [...raised, ...TABLES.map((table) => `${table}Throttled`)];
  expect([...new Set(known)].sort()).toEqual(alarms.sort());
});
