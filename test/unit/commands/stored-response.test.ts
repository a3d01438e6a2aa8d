import { randomBytes } from 'node:crypto';
import { commandWorld, GET } from '../../support/commands.ts';

const answered = async (body: string) => {
  const world = commandWorld();
  const { commandId } = await world.submit(GET);
  await world.respond(commandId, { status: 200, headers: { etag: 'a' }, body });
  const [stored] = world.dynamodb.items<Record<string, unknown>>('commands');
  return { world, commandId, stored: stored ?? {} };
};

it('a long body is stored compressed, and read as NetBackup sent it', async () => {
  const body = JSON.stringify({ data: Array(200).fill({ type: 'job', id: 'é' }) });
  const { world, commandId, stored } = await answered(body);
  expect(stored).toMatchObject({
    answer: { status: 200, headers: { etag: 'a' } },
    compressedBody: expect.any(Uint8Array),
  });
  expect(JSON.stringify(stored['answer'])).not.toContain('body');
  const response = { status: 200, headers: { etag: 'a' }, body };
  const { commands } = world.context;
  for (const one of [
    await commands.get(commandId),
    await commands.getEventually(commandId),
    (await commands.list('demo', 10)).items[0],
  ]) {
    expect(one).toMatchObject({ commandId, response });
    expect(one).not.toHaveProperty('compressedBody');
  }
});

it.each([
  ['short', 'x'.repeat(100)],
  ['hardly smaller when compressed', randomBytes(900).toString('base64url')],
])('a body that is %s is stored as it is, as earlier versions stored all', async (_, body) => {
  const { world, commandId, stored } = await answered(body);
  expect(stored).toMatchObject({ answer: { status: 200, body } });
  expect(stored).not.toHaveProperty('compressedBody');
  expect(await world.context.commands.get(commandId)).toMatchObject({ response: { body } });
});

it('an empty body and a response without one stay different', async () => {
  const { world, commandId } = await answered('');
  expect((await world.context.commands.get(commandId))?.response).toHaveProperty('body', '');
  const other = commandWorld();
  const { commandId: sealed } = await other.submit(GET);
  await other.respond(sealed);
  expect((await other.context.commands.get(sealed))?.response).not.toHaveProperty('body');
});
