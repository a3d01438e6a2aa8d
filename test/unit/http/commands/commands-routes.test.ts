import { waitOf } from '../../../../lambdas/commands/waiting/waiting.ts';
import { listOperation } from '../../../../lambdas/http/commands/command-operations.ts';
import { commandRequestSchema, wishOf } from '../../../../lambdas/http/commands/command-request.ts';
import { commandLine, commandView } from '../../../../lambdas/http/commands/command-view.ts';
import { commandWorld, POST } from '../../../support/commands.ts';

it.each([
  [undefined, undefined],
  ['', undefined],
  ['wait=10', 10],
  ['WAIT = 10', 10],
  ['wait="10"', 10],
  ['respond-async, wait=10', 10],
  ['respond-async; wait=3', 3],
  ['wait=0', 0],
  ['wait=25', 25],
  ['wait=26', 25],
  ['wait=999999999999999999999', 25],
  ['wait=-5', undefined],
  ['wait', undefined],
  ['wait=x', undefined],
  ['await=10', undefined],
  ['x-wait=10', undefined],
])('Prefer: %s waits %s s', (prefer, seconds) => {
  expect(waitOf(prefer)).toBe(seconds);
});

it('a body that cannot be written is the caller’s to give otherwise, not a failure of ours', () => {
  // Older releases of Node fail so at some depth of nesting; this fails on all of them.
  const body: unknown[] = [];
  body.push(body);
  const wanted = commandRequestSchema.parse({ method: 'POST', uri: '/netbackup/x', body });
  expect(() => wishOf(wanted, 'key', undefined)).toThrow(expect.objectContaining({ status: 400 }));
});

it('a misspelt filter of the list is refused', () => {
  expect(listOperation.request.query.safeParse({ state: 'queued' }).success).toBe(true);
  expect(listOperation.request.query.safeParse({ stat: 'queued' }).success).toBe(false);
});

it('I-6 a command is shown without its request’s headers and body', async () => {
  const world = commandWorld();
  const command = await world.submit(POST);
  const view = commandView({ ...command, answer: { status: 200, headers: {}, body: 'answer' } });
  expect(view).toMatchObject({
    state: 'sent',
    request: { method: 'POST', uri: '/netbackup/admin/jobs' },
    response: { status: 200, headers: {}, body: 'answer' },
    attempts: 1,
  });
  const text = JSON.stringify(view);
  for (const hidden of ['planted-secret', 'sealed', 'sender', 'openGroupId', 'revision'])
    expect(text).not.toContain(hidden);
});

it('I-6 an answer under seal is shown when it is handed over, and in no list', async () => {
  const world = commandWorld();
  const command = await world.submit(POST);
  const answered = { ...command, answer: { status: 201, headers: {} } };
  expect(commandView(answered).response).toEqual({ status: 201, headers: {} });
  const delivered = { ...answered, answer: { status: 201, headers: {}, body: 'token' } };
  expect(commandView(delivered).response).toEqual({ status: 201, headers: {}, body: 'token' });
  expect(commandLine(delivered).response).toEqual({ status: 201, headers: {} });
});
