/** Waiting slots of requests that end early. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';

let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
}, 120_000);
afterAll(() => deployment.stop());

const SHARE = 3;
const BODY = { method: 'POST', uri: '/netbackup/x', body: {} };

const connected = () => PlayedDomain.connect(deployment, `left-${++serial}`);
const pathOf = ({ groupId }: PlayedDomain) => `/v1/groups/${groupId}/commands`;
const submit = (domain: PlayedDomain, wait: number) =>
  deployment.http('POST', pathOf(domain), { body: BODY, headers: { prefer: `wait=${wait}` } });
const show = (domain: PlayedDomain, commandId: string, wait: number) =>
  deployment.http('GET', `${pathOf(domain)}/${commandId}`, { headers: { prefer: `wait=${wait}` } });

test('cancelling a queued command ends the waiting request, and another caller gets its slot', async () => {
  const domain = await connected();
  await domain.disconnect();
  let ended = 0;
  const pending = Array.from({ length: SHARE }, async () => {
    const answer = await submit(domain, 25);
    ended++;
    return answer;
  });
  let queued: { commandId: string }[] = [];
  while (queued.length < SHARE) queued = (await deployment.http('GET', pathOf(domain))).json.items;
  expect((await submit(domain, 1)).status).toBe(429);
  const commandId = queued[0]?.commandId ?? '';
  const cancelled = await deployment.http('DELETE', `${pathOf(domain)}/${commandId}`);
  expect(cancelled.json.state).toBe('cancelled');
  const first = await Promise.race(pending);
  expect(first).toMatchObject({ status: 200, json: { commandId, state: 'cancelled' } });
  // The other concurrent requests still wait.
  expect(ended).toBe(1);
  const next = await submit(domain, 1);
  expect(next).toMatchObject({ status: 202, json: { state: 'queued' } });
  for (const one of queued.slice(1)) await deployment.http('DELETE', `${pathOf(domain)}/${one.commandId}`);
  for (const answer of await Promise.all(pending)) expect(answer.json.state).toBe('cancelled');
}, 120_000);

test('several short waits: each needs a slot for its own time, and the last one gets the response', async () => {
  const domain = await connected();
  const { json, status } = await submit(domain, 1);
  expect([status, json.state]).toEqual([202, 'sent']);
  const { id } = await domain.next();
  expect((await show(domain, json.commandId, 1)).json.state).toBe('sent');
  const last = show(domain, json.commandId, 25);
  await domain.answer(id, { body: 'here' });
  expect((await last).json).toMatchObject({ state: 'completed', response: { body: 'here' } });
  // A command that has ended needs no slot.
  const mark = deployment.cloud.calls.mark();
  expect((await show(domain, json.commandId, 25)).json.state).toBe('completed');
  const places = deployment.cloud.calls
    .since(mark)
    .filter(({ resource }) => resource.includes('WaitingPlaces'));
  expect(places).toEqual([]);
}, 120_000);

test('a short wait counts as a waiting request', async () => {
  const domain = await connected();
  const { commandId } = (await submit(domain, 1)).json;
  const { id } = await domain.next();
  const pending = Array.from({ length: SHARE }, () => submit(domain, 25));
  const frames = [await domain.next(), await domain.next(), await domain.next()];
  expect((await show(domain, commandId, 25)).status).toBe(429);
  expect((await show(domain, commandId, 0)).json.state).toBe('sent');
  for (const one of [...frames.map((frame) => frame.id), id]) domain.reply(one);
  for (const answer of await Promise.all(pending)) expect(answer.json.state).toBe('completed');
}, 120_000);
