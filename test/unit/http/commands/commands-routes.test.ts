import { readResponseOnce } from '../../../../lambdas/commands/read-response-once.ts';
import { sealBody } from '../../../../lambdas/commands/seal.ts';
import { waitOf } from '../../../../lambdas/commands/waiting/waiting.ts';
import { listOperation } from '../../../../lambdas/http/commands/command-operations.ts';
import { commandRequestSchema, toCommandRequest } from '../../../../lambdas/http/commands/command-request.ts';
import { commandLine, commandSchema, commandView } from '../../../../lambdas/http/commands/command-view.ts';
import type { Scope } from '../../../../lambdas/http/rights.ts';
import { commandWorld, POST } from '../../../support/commands.ts';
import { fakeVault } from '../../../support/fakes.ts';

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

it('a body that cannot be serialised is refused with 400', () => {
  // Older releases of Node fail at some depth of nesting; a cycle fails in all of them.
  const body: unknown[] = [];
  body.push(body);
  const wanted = commandRequestSchema.parse({ method: 'POST', uri: '/netbackup/x', body });
  expect(() => toCommandRequest(wanted, 'key', undefined)).toThrow(expect.objectContaining({ status: 400 }));
});

it.each<[string, number | undefined]>([
  ['{"jobId": 12345678901234567890}', 400],
  ['[{"size": 1e400}]', 400],
  ['{"jobId": 9007199254740991, "share": 0.5}', undefined],
])('a number of the body is not changed on its way to NetBackup: %s', (text, status) => {
  const wanted = commandRequestSchema.parse({ method: 'POST', uri: '/netbackup/x', body: JSON.parse(text) });
  const parameters = () => toCommandRequest(wanted, 'key', undefined).call.parameters;
  if (status === undefined) expect(parameters()).toBe(text.replaceAll(' ', ''));
  else expect(parameters).toThrow(expect.objectContaining({ status }));
});

it('a misspelt filter of the list is refused', () => {
  expect(listOperation.request.query.safeParse({ state: 'queued' }).success).toBe(true);
  expect(listOperation.request.query.safeParse({ stat: 'queued' }).success).toBe(false);
});

const OWNER = { keyId: POST.requestedBy, scopes: ['command'] as const };

it('I-6 a command is shown without its request’s headers and body', async () => {
  const world = commandWorld();
  const command = await world.submit(POST);
  const view = commandView({ ...command, response: { status: 200, headers: {}, body: 'text' } }, OWNER);
  expect(view).toMatchObject({
    state: 'sent',
    request: { method: 'POST', uri: '/netbackup/admin/jobs' },
    response: { status: 200, headers: {}, body: 'text' },
    attempts: 1,
  });
  const text = JSON.stringify(view);
  for (const hidden of ['planted-secret', 'sealed', 'sender', 'openGroupId', 'revision'])
    expect(text).not.toContain(hidden);
});

it('I-6 an encrypted body is shown when it is delivered, and in no list', async () => {
  const world = commandWorld();
  const command = await world.submit(POST);
  const completed = { ...command, response: { status: 201, headers: {} } };
  expect(commandView(completed, OWNER).response).toEqual({ status: 201, headers: {} });
  const delivered = { ...completed, response: { status: 201, headers: {}, body: 'token' } };
  expect(commandView(delivered, OWNER).response).toEqual({ status: 201, headers: {}, body: 'token' });
  expect(commandLine(delivered, OWNER).response).toEqual({ status: 201, headers: {} });
});

it('the location of a body is shown to those who may see the response', async () => {
  const command = await commandWorld().submit(POST);
  const location = { url: 'https://bucket.example/x', bytes: 7_000_000, expiresAt: 1_700_000_900_000 };
  const completed = { ...command, response: { status: 200, headers: {}, location } };
  const shown = commandView(completed, OWNER);
  expect(shown.response?.location).toEqual({ ...location, expiresAt: '2023-11-14T22:28:20.000Z' });
  expect(commandSchema.parse(shown)).toEqual(shown);
  expect(commandView(completed, { keyId: 'another', scopes: ['command'] })).not.toHaveProperty('response');
});

describe('a key that did not request the command', () => {
  const uri = '/netbackup/admin/jobs?filter=x';
  const shown = async (scopes: Scope[], change: { uri?: string } = {}) => {
    const command = await commandWorld().submit(POST);
    const response = { status: 200, headers: { etag: '1' }, body: 'text' };
    return commandView({ ...command, uri, ...change, response }, { keyId: 'another', scopes });
  };

  it.each<[Scope[]]>([[['command']], [['inject']], [['read', 'command']]])(
    'with the scopes %j sees path and state',
    async (scopes) => {
      const view = await shown(scopes);
      expect(view).toMatchObject({
        state: 'sent',
        request: { method: 'POST', uri: '/netbackup/admin/jobs' },
      });
      expect(view).not.toHaveProperty('response');
    },
  );

  it('with the scope admin sees query and response, but not those of a login', async () => {
    expect(await shown(['admin'])).toMatchObject({ request: { uri }, response: { body: 'text' } });
    const login = await shown(['admin'], { uri: '/netbackup/login?x' });
    expect(login).toMatchObject({ request: { uri: '/netbackup/login?x' } });
    expect(login.response).toEqual({ status: 200, headers: {} });
  });

  it('does not use up an encrypted response', async () => {
    const removeSealedBody = jest.fn(async () => true);
    const context = { commands: { removeSealedBody, removeStoredBody: async () => false }, vault: fakeVault };
    const command = await commandWorld().submit(POST);
    const sealedBody = await sealBody(fakeVault, command, 'token');
    const completed = { ...command, response: { status: 201, headers: {} }, sealedBody };
    expect(await readResponseOnce(context, completed, 'another')).toBe(completed);
    expect(removeSealedBody).not.toHaveBeenCalled();
    expect(await readResponseOnce(context, completed, command.requestedBy)).toMatchObject({
      response: { body: 'token' },
    });
    expect(removeSealedBody).toHaveBeenCalledTimes(1);
  });
});
