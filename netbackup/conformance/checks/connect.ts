import { connectRequest, createMessage, isTokenAccepted } from '../../wire/create-message.ts';
import type { Check } from '../check.ts';
import { describeReply, type EndpointUnderTest } from '../endpoint-under-test.ts';
import { ClauseFailed } from '../errors.ts';
import { job, jobs } from '../notifications.ts';

/** Whether a connection is possible with the token, and only with it. */
export const openingChecks: readonly Check[] = [
  {
    clause: 'CON-1',
    run: async (endpoint) => {
      const peer = await endpoint.open();
      await peer.waitForClose(endpoint.limits.silenceMs);
      if (peer.closed) throw new ClauseFailed(`closed with ${peer.closed.code} before CONNECT REQUEST`);
      await peer.close();
      return 'the upgrade needs no credentials, and no message arrives before CONNECT REQUEST';
    },
  },
  {
    clause: 'CON-2',
    needs: ['CON-1'],
    run: async (endpoint) => {
      const peer = await endpoint.connect();
      await peer.waitForClose(endpoint.limits.silenceMs);
      // NetBackup itself closes the connection on a too large packet.
      if (peer.closed && !peer.receivedTooLargePacket)
        throw new ClauseFailed(`valid: true, and then closed with ${peer.closed.code}`);
      await peer.close();
      return 'the token is accepted';
    },
  },
  { clause: 'CON-3', needs: ['CON-1'], run: refusesOthers },
  {
    clause: 'CON-7',
    needs: ['CON-2'],
    run: async (endpoint) => {
      const peer = await endpoint.session();
      const times: number[] = [];
      for (let count = 0; count < 3; count++) {
        const ms = await peer.ping(endpoint.limits.answerMs);
        if (ms === undefined) throw new ClauseFailed('a ping was not answered');
        times.push(ms);
      }
      return `three pings, answered within ${Math.max(...times)} ms`;
    },
  },
];

/** The effect of a second connection on the first. */
export const reconnectingChecks: readonly Check[] = [
  { clause: 'CON-4', needs: ['CON-2', 'NOT-3'], run: keepsOne },
  { clause: 'CON-6', needs: ['CON-2'], run: reconnects },
];

async function refusesOthers(endpoint: EndpointUnderTest): Promise<string> {
  const { token } = endpoint.details;
  const last = token.at(-1) === 'A' ? 'B' : 'A';
  const payloads: readonly [what: string, payload: unknown][] = [
    ['an invented token', { token: 'nbwss-conformance' }],
    ['the token with another last character', { token: token.slice(0, -1) + last }],
    ['an empty token', { token: '' }],
    ['no token', {}],
    ['a number for a token', { token: 1 }],
  ];
  for (const [what, payload] of payloads) {
    const peer = await endpoint.open();
    const reply = await peer.request(connectRequest('', { payload }), endpoint.limits.answerMs);
    if (reply.kind !== 'response')
      throw new ClauseFailed(`${what}: ${describeReply(reply)}, instead of valid: false`);
    if (isTokenAccepted(reply.message)) throw new ClauseFailed(`${what} was accepted`);
    // Messages after a refusal are checked with all messages of the run.
    await peer.waitForClose(endpoint.limits.silenceMs / payloads.length);
    await peer.close();
  }
  return payloads.map(([what]) => what).join(', ');
}

/** A newer connection replaces the older one, or is refused; both must not be open. */
async function keepsOne(endpoint: EndpointUnderTest): Promise<string> {
  await endpoint.closeSession();
  const older = await endpoint.connect();
  const newer = await endpoint.open();
  const reply = await newer.request(connectRequest(endpoint.details.token), endpoint.limits.answerMs);
  const isAccepted = reply.kind === 'response' && isTokenAccepted(reply.message);
  if (!isAccepted) {
    await Promise.all([older.close(), newer.close()]);
    return 'a second connection is refused while the first is open';
  }
  const end = await older.waitForClose(endpoint.limits.answerMs);
  if (!end) {
    await Promise.all([older.close(), newer.close()]);
    throw new ClauseFailed('two connections of one group are open at the same time');
  }
  const request = createMessage('NOTIFICATION', 'REQUEST', [jobs(job())]);
  await endpoint.requireAcknowledged(
    'on the newer connection',
    await endpoint.send(request, undefined, newer),
  );
  await newer.close();
  return `the older connection is closed with ${end.code}, the newer one stays open`;
}

/** CON-6: after a close, after a cut, and while the endpoint still considers the old connection open. */
async function reconnects(endpoint: EndpointUnderTest): Promise<string> {
  await endpoint.closeSession();
  const ways: readonly [
    when: string,
    leave: (peer: Awaited<ReturnType<EndpointUnderTest['connect']>>) => unknown,
  ][] = [
    ['after a close', (peer) => peer.close()],
    ['after a network failure', (peer) => peer.cut()],
    ['while the old connection is half-open', (peer) => peer.mute()],
  ];
  for (const [when, leave] of ways) {
    const first = await endpoint.connect();
    await leave(first);
    try {
      const second = await endpoint.connect();
      await second.close();
    } catch (error) {
      throw error instanceof ClauseFailed ? new ClauseFailed(`${when}: ${error.message}`) : error;
    } finally {
      await first.cut();
    }
  }
  return ways.map(([when]) => when).join(', ');
}
