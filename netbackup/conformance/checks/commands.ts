import type { Message } from '../../wire/codec.ts';
import type { Peer } from '../../wire/peer.ts';
import { Breach, NotCheckable } from '../breach.ts';
import type { Check } from '../check.ts';
import { type Call, Refused } from '../operator.ts';
import type { World } from '../world.ts';

const needs = ['CON-2'];
const MEDIA_TYPE = 'application/vnd.netbackup+json;version=12.0';
const BODY = JSON.stringify({ name: 'a "quoted" \\ name', text: 'ünïcödé 日本', lines: 'one\ntwo' });
/** `+` and `%2B` mean different things; an endpoint that decodes and encodes again mixes them up. */
const QUERY = 'filter=jobType+eq+%27BACKUP%27&page%5Blimit%5D=10&x=a%2Bb';

export const commandChecks: readonly Check[] = [
  {
    clause: 'CMD-1',
    needs,
    run: async (world) => {
      const peer = await world.session();
      await command(world, peer, { method: 'GET', uri: '/netbackup/ping' });
      return 'GET /netbackup/ping: sent, answered, and told to the operator';
    },
  },
  { clause: 'CMD-2', needs: ['CON-2', 'CMD-1'], run: sendsExactly },
  { clause: 'CMD-4', needs: ['CON-2', 'CMD-1'], run: passesAnswers },
  { clause: 'CMD-5', needs: ['CON-2', 'CMD-1'], run: neverTooLarge },
  {
    clause: 'CON-2',
    needs: ['CMD-1'],
    // What comes before CONNECT RESPONSE is seen on every connection of the run; this makes it likely.
    run: async (world) => {
      const { operator } = world;
      await world.drop();
      const id = await operator.submit({ method: 'GET', uri: '/netbackup/ping' });
      const peer = await world.session();
      const found = await peer.until(() => commandIn(peer, id), world.limits.answerMs);
      if (!found) throw new NotCheckable('a command from before the connection was not sent');
      await operator.result(id, world.limits.answerMs);
      return 'a command that waited comes after CONNECT RESPONSE';
    },
  },
  {
    clause: 'GRP-2',
    needs,
    run: async (world) => {
      const { operator } = world;
      const peer = await world.session();
      await operator.disconnect();
      const end = await peer.ended(world.limits.answerMs);
      if (!end) throw new Breach('the connection stayed open');
      return `closed with ${end.code}`;
    },
  },
];

async function sendsExactly(world: World): Promise<string> {
  const peer = await world.session();
  const uri = `/netbackup/admin/jobs?${QUERY}`;
  const headers = { 'Content-Type': MEDIA_TYPE, Authorization: 'a.b.c' };
  const sent = await command(world, peer, { method: 'POST', uri, headers, parameters: BODY });
  const { uri: came, parameters } = sent.payload as { uri: string; parameters?: string };
  if (came !== uri) throw new Breach(`uri was changed: ${came}`);
  if (parameters !== BODY) throw new Breach(`parameters was changed: ${parameters}`);
  return 'query and body arrive byte for byte';
}

async function passesAnswers(world: World): Promise<string> {
  const { operator } = world;
  const peer = await world.session();
  const answers = [
    { status: 404, body: '{"errorCode":227,"errorMessage":"no entity was found"}' },
    { status: 200, body: '{"links":{"self":{"href":"https://primary:8443/admin/jobs/1"}},"name":"日本"}' },
    { status: 202, body: '' },
    { status: 200, body: JSON.stringify({ data: 'x'.repeat(50_000) }) },
  ];
  const standard = world.answer;
  try {
    for (const { status, body } of answers) {
      world.answer = () => ({ status, headers: { 'content-type': MEDIA_TYPE }, body });
      const id = await operator.submit({ method: 'GET', uri: '/netbackup/admin/jobs/1' });
      await peer.until(() => commandIn(peer, id), world.limits.answerMs);
      const told = await operator.result(id, world.limits.answerMs);
      if (told.status !== status) throw new Breach(`${status} was answered, ${told.status} is told`);
      if ((told.body ?? '') !== body)
        throw new Breach(`the body of ${body.length} characters came out changed`);
    }
  } finally {
    world.answer = standard;
  }
  return `${answers.length} answers, of 0 to 50 000 characters, come out as they were sent`;
}

async function neverTooLarge(world: World): Promise<string> {
  const { operator } = world;
  const peer = await world.session();
  try {
    await operator.submit({
      method: 'POST',
      uri: '/netbackup/admin/manual-backup',
      parameters: JSON.stringify({ text: 'x'.repeat(2_200_000) }),
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return `a command of 2.2 MB is refused with ${error.status}`;
  }
  await peer.ended(world.limits.answerMs);
  if (peer.end) throw new Breach(`the connection ended with ${peer.end.code} on a command of 2.2 MB`);
  return 'a command of 2.2 MB is not sent';
}

/** Has the operator submit a call, answers it, and waits until the operator knows. */
async function command(world: World, peer: Peer, call: Call): Promise<Message> {
  const { operator } = world;
  const id = await operator.submit(call);
  const sent = await peer.until(() => commandIn(peer, id), world.limits.answerMs);
  if (!sent) throw new Breach(`${call.method} ${call.uri} was submitted, and no COMMAND came`);
  const { state, status } = await operator.result(id, world.limits.answerMs);
  if (status !== 200) throw new Breach(`it was answered with 200, and the operator is told "${state}"`);
  return sent;
}

function commandIn(peer: Peer, id: string): Message | undefined {
  return peer.received.find(({ message }) => message?.type === 'COMMAND' && message.id === id)?.message;
}
