/** An update from the last release (`released/data.template.json`) is one that CloudFormation accepts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from './synthesize.ts';
import { type Template, templates } from './templates.ts';
import { updateProblems } from './update.ts';

const released: Template = JSON.parse(
  readFileSync(join(import.meta.dirname, 'released/data.template.json'), 'utf8'),
);

test('the data stack of the last release can be updated', () => {
  expect(updateProblems(released, templates.data)).toEqual([]);
});

test('also while its tables and its key are replaced by existing ones', () => {
  const key = 'arn:aws:kms:eu-central-1:000000000000:key/1234abcd';
  const stream =
    'arn:aws:dynamodb:eu-central-1:000000000000:table/old-journal/stream/2026-01-01T00:00:00.000';
  const { data, service } = synthesize({
    existingTables: { jobs: 'old-jobs', journal: 'old-journal', journalStream: stream },
    existingKeyArn: key,
  });
  expect(updateProblems(released, data)).toEqual([]);
  const text = JSON.stringify(service);
  expect(text).toContain('"JOBS_TABLE":"old-jobs"');
  expect(text).toContain(`"COMMAND_KEY":"${key}"`);
  expect(text).toContain(`"EventSourceArn":"${stream}"`);
  expect(text).toContain(':table/old-jobs/index/by-client"');
  expect(text).not.toMatch(/ImportValue":"NbwssData:[^"]*(Jobs|Journal|CommandKey)/);
});

type Change = (template: { Resources: Record<string, unknown>; Outputs: Record<string, unknown> }) => void;
const journal = Object.keys(released.Resources).find((id) => id.startsWith('Journal')) ?? '';
const jobs = Object.keys(released.Resources).find((id) => id.startsWith('Jobs')) ?? '';
// biome-ignore lint/suspicious/noExplicitAny: template JSON
const properties = (template: any, id: string) => template.Resources[id].Properties;

test.each<[string, Change, readonly unknown[]]>([
  ['nothing', () => {}, []],
  ['one more index', (next) => properties(next, jobs).GlobalSecondaryIndexes.push({ IndexName: 'new' }), []],
  ['one index less', (next) => properties(next, jobs).GlobalSecondaryIndexes.pop(), []],
  [
    'two more indexes',
    (next) => properties(next, jobs).GlobalSecondaryIndexes.push({ IndexName: 'a' }, { IndexName: 'b' }),
    [expect.stringContaining('needs 2 changes')],
  ],
  [
    'another projection of an index',
    (next) => {
      properties(next, jobs).GlobalSecondaryIndexes[0].Projection = { ProjectionType: 'ALL' };
    },
    [expect.stringContaining('needs 2 changes')],
  ],
  [
    'another key',
    (next) => properties(next, journal).KeySchema.pop(),
    [expect.stringContaining('another key')],
  ],
  [
    'a table less',
    (next) => {
      delete next.Resources[jobs];
    },
    [expect.stringContaining('no longer in the stack')],
  ],
  [
    'an export less',
    (next) => {
      const name = Object.keys(next.Outputs).find((id) => id.startsWith('ExportsOutputRefJobs')) ?? '';
      delete next.Outputs[name];
    },
    [expect.stringContaining('export NbwssData:ExportsOutputRefJobs')],
  ],
])('what an update changes: %s', (_, change, problems) => {
  const next = structuredClone(released) as never;
  change(next);
  expect(updateProblems(released, next)).toEqual(problems);
});
