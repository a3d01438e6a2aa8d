import type { Message } from '../../wire/codec.ts';
import type { Peer } from '../../wire/peer.ts';
import type { Check } from '../check.ts';
import type { EndpointUnderTest } from '../endpoint-under-test.ts';
import { ClauseFailed, NotCheckable } from '../errors.ts';
import { type Call, OperatorError } from '../operator.ts';

const needs = ['CON-2'];
const MEDIA_TYPE = 'application/vnd.netbackup+json;version=12.0';
const BODY = JSON.stringify({ name: 'a "quoted" \\ name', text: 'ünïcödé 日本', lines: 'one\ntwo' });
/** `+` and `%2B` differ: an endpoint that decodes and encodes again changes them. */
const QUERY = 'filter=jobType+eq+%27BACKUP%27&page%5Blimit%5D=10&x=a%2Bb';

export const commandChecks: readonly Check[] = [
  {
    clause: 'CMD-1',
    needs,
    run: async (endpoint) => {
      const peer = await endpoint.session();
      await command(endpoint, peer, { method: 'GET', uri: '/netbackup/ping' });
      return 'GET /netbackup/ping: sent, answered, and its response is visible to the operator';
    },
  },
  { clause: 'CMD-2', needs: ['CON-2', 'CMD-1'], run: sendsExactly },
  { clause: 'CMD-4', needs: ['CON-2', 'CMD-1'], run: passesResponses },
  { clause: 'CMD-5', needs: ['CON-2', 'CMD-1'], run: neverTooLarge },
  {
    clause: 'CON-2',
    needs: ['CMD-1'],
    // Messages before CONNECT RESPONSE are checked on every connection of the run; this provokes one.
    run: async (endpoint) => {
      const { operator } = endpoint;
      await endpoint.closeSession();
      const id = await operator.submit({ method: 'GET', uri: '/netbackup/ping' });
      const peer = await endpoint.session();
      const found = await peer.waitFor(() => commandIn(peer, id), endpoint.limits.answerMs);
      if (!found) throw new NotCheckable('a command from before the connection was not sent');
      await operator.result(id, endpoint.limits.answerMs);
      return 'a waiting command is sent after CONNECT RESPONSE';
    },
  },
  {
    clause: 'GRP-2',
    needs,
    run: async (endpoint) => {
      const { operator } = endpoint;
      const peer = await endpoint.session();
      await operator.disconnect();
      const end = await peer.waitForClose(endpoint.limits.answerMs);
      if (!end) throw new ClauseFailed('the connection stayed open');
      return `closed with ${end.code}`;
    },
  },
];

async function sendsExactly(endpoint: EndpointUnderTest): Promise<string> {
  const peer = await endpoint.session();
  const uri = `/netbackup/admin/jobs?${QUERY}`;
  const headers = { 'Content-Type': MEDIA_TYPE, Authorization: 'a.b.c' };
  const sent = await command(endpoint, peer, { method: 'POST', uri, headers, parameters: BODY });
  const { uri: received, parameters } = sent.payload as { uri: string; parameters?: string };
  if (received !== uri) throw new ClauseFailed(`uri was changed: ${received}`);
  if (parameters !== BODY) throw new ClauseFailed(`parameters was changed: ${parameters}`);
  return 'query and body arrive byte for byte';
}

async function passesResponses(endpoint: EndpointUnderTest): Promise<string> {
  const { operator } = endpoint;
  const peer = await endpoint.session();
  const responses = [
    { status: 404, body: '{"errorCode":227,"errorMessage":"no entity was found"}' },
    { status: 200, body: '{"links":{"self":{"href":"https://primary:8443/admin/jobs/1"}},"name":"日本"}' },
    { status: 202, body: '' },
    { status: 200, body: JSON.stringify({ data: 'x'.repeat(50_000) }) },
  ];
  const original = endpoint.answer;
  try {
    for (const { status, body } of responses) {
      endpoint.answer = () => ({ status, headers: { 'content-type': MEDIA_TYPE }, body });
      const id = await operator.submit({ method: 'GET', uri: '/netbackup/admin/jobs/1' });
      await peer.waitFor(() => commandIn(peer, id), endpoint.limits.answerMs);
      const result = await operator.result(id, endpoint.limits.answerMs);
      if (result.status !== status)
        throw new ClauseFailed(`the status was ${status}, the operator sees ${result.status}`);
      if ((result.body ?? '') !== body)
        throw new ClauseFailed(`the body of ${body.length} characters was changed`);
    }
  } finally {
    endpoint.answer = original;
  }
  return `${responses.length} responses, of 0 to 50 000 characters, are unchanged`;
}

async function neverTooLarge(endpoint: EndpointUnderTest): Promise<string> {
  const { operator } = endpoint;
  const peer = await endpoint.session();
  try {
    await operator.submit({
      method: 'POST',
      uri: '/netbackup/admin/manual-backup',
      parameters: JSON.stringify({ text: 'x'.repeat(2_200_000) }),
    });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return `a command of 2.2 MB is refused with ${error.status}`;
  }
  await peer.waitForClose(endpoint.limits.answerMs);
  if (peer.closed)
    throw new ClauseFailed(`the connection ended with ${peer.closed.code} on a command of 2.2 MB`);
  return 'a command of 2.2 MB is not sent';
}

/** Submits a call as the operator, answers it, and waits until the operator sees the response. */
async function command(endpoint: EndpointUnderTest, peer: Peer, call: Call): Promise<Message> {
  const { operator } = endpoint;
  const id = await operator.submit(call);
  const sent = await peer.waitFor(() => commandIn(peer, id), endpoint.limits.answerMs);
  if (!sent) throw new ClauseFailed(`no COMMAND received for ${call.method} ${call.uri}`);
  const { state, status } = await operator.result(id, endpoint.limits.answerMs);
  if (status !== 200) throw new ClauseFailed(`the status was 200, the operator sees "${state}"`);
  return sent;
}

function commandIn(peer: Peer, id: string): Message | undefined {
  return peer.received.find(({ message }) => message?.type === 'COMMAND' && message.id === id)?.message;
}
