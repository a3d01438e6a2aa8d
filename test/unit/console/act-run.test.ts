/** What became of each call of a run, and what is tried again. */
import { planJobs } from '../../../console/src/views/act/plan.ts';
import {
  type Command,
  countsOf,
  type Item,
  idempotencyKeyOf,
  isRetryable,
  openItems,
  type Run,
  retried,
  stateOf,
  stored,
  withItem,
} from '../../../console/src/views/act/run.ts';
import { netBackupMessage, pretty } from '../../../console/src/views/commands/outcome.ts';

const { targets } = planJobs(
  'restart',
  [1, 2, 3, 4, 5, 6].map((jobId) => ({ groupId: 'berlin', jobId, outcome: 'failed' })),
);
const run: Run = {
  runId: 'run-1',
  action: 'restart',
  startedAt: '2026-11-26T07:00:00.000Z',
  credential: 'group',
  items: targets.map((target) => ({ target, attempt: 0 })),
};

const command = (state: Command['state'], status?: number): Command => ({
  commandId: 'A',
  groupId: 'berlin',
  state,
  request: { method: 'POST', uri: '/netbackup/admin/jobs/1/restart' },
  requestedBy: 'key',
  createdAt: run.startedAt,
  deliverBy: run.startedAt,
  attempts: 1,
  ...(status !== undefined && {
    response: { status, headers: { 'content-type': 'application/json' }, body: '{"errorMessage":"No."}' },
  }),
});

/** One item in each state, in this order. */
const mixed: Run = [
  { command: command('sent') },
  { command: command('completed', 202) },
  { command: command('completed', 409) },
  { refusal: { code: 'too-many-commands', message: 'Too many.' } },
  { command: command('lost') },
].reduce((before, change, index) => withItem(before, targets[index]?.key ?? '', change), run);

it('an answer of NetBackup with an error is not a success', () => {
  expect(mixed.items.map(stateOf)).toEqual(['open', 'done', 'refused', 'failed', 'unknown', 'waiting']);
  expect(countsOf(mixed)).toEqual({ waiting: 1, open: 1, done: 1, refused: 1, failed: 1, unknown: 1 });
  expect(openItems(mixed).map(({ target }) => target.jobId)).toEqual([1]);
});

it.each(['expired', 'cancelled', 'failed'] as const)('a command that is %s did not run', (state) => {
  expect(stateOf({ ...(run.items[0] as Item), command: command(state) })).toBe('failed');
});

it('what failed is tried again as a new command; what may have run, is under way or is done is not', () => {
  expect(mixed.items.map(isRetryable)).toEqual([false, false, true, true, false, false]);
  const again = retried(mixed);
  expect(again.items.map(({ attempt }) => attempt)).toEqual([0, 0, 1, 1, 0, 0]);
  expect(again.items.map(stateOf)).toEqual(['open', 'done', 'waiting', 'waiting', 'unknown', 'waiting']);
});

it('each attempt at each target has a key of its own, the same whenever it is submitted', () => {
  const keys = [...run.items, ...retried(mixed).items].map((item) => idempotencyKeyOf(run, item));
  expect(new Set(keys).size).toBe(run.items.length + 2);
  const [first] = run.items;
  expect(idempotencyKeyOf(JSON.parse(JSON.stringify(run)), first as Item)).toBe(keys[0]);
});

it('what is kept over a reload has no answers of NetBackup', () => {
  const kept = stored(mixed);
  expect(JSON.stringify(kept)).not.toMatch(/errorMessage|content-type/);
  expect(kept.items.map(stateOf)).toEqual(mixed.items.map(stateOf));
});

it('NetBackup’s reason is taken from its error', () => {
  expect(netBackupMessage('{"errorMessage":"The job is ACTIVE."}')).toBe('The job is ACTIVE.');
  for (const body of [undefined, '', 'text', 'null', '[]', '{"errorMessage":7}', '{"errorMessage":""}'])
    expect(netBackupMessage(body)).toBeUndefined();
});

it('JSON is shown with indentation, other text as it is', () => {
  expect(pretty('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(pretty('<b>text</b>')).toBe('<b>text</b>');
  expect(pretty('[9007199254740993]')).toBe('[\n  9007199254740993\n]');
});
