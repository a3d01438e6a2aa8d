import { randomBytes } from 'node:crypto';
import { omitUndefined } from '../omit-undefined.ts';
import { encode } from '../wire/codec.ts';
import { connectRequest, isTokenAccepted } from '../wire/create-message.ts';
import { LARGE_KB, USUAL_KB } from '../wire/message-sizes.ts';
import { Peer, type Reply } from '../wire/peer.ts';
import { type Finding, finding, type Unanswered } from './finding.ts';

export interface ConnectionOptions {
  readonly trusted: readonly string[];
  readonly timeoutMs: number;
}

/**
 * Checks the upgrade, a ping, an invented token, and fragmented and large messages. The real token is not sent, so that
 * a live session is not affected.
 */
export async function checkWebSocket(url: string, options: ConnectionOptions): Promise<Finding[]> {
  const { timeoutMs } = options;
  const startedAt = performance.now();
  return withPeer(url, options, async (peer) => {
    const ms = Math.round(performance.now() - startedAt);
    const findings = [finding('upgrade-accepted', { ms })];
    const pongMs = await peer.ping(timeoutMs);
    findings.push(
      pongMs === undefined
        ? finding('ping-unanswered', { seconds: secondsOf(timeoutMs) })
        : finding('ping-answered', { ms: pongMs }),
    );
    const reply = await peer.request(connectRequest(inventedToken()), timeoutMs);
    findings.push(...undecodableIn(peer), ...checkInventedTokenReply(reply, timeoutMs));
    // If small messages are not answered, large ones prove nothing.
    if (reply.kind === 'response') findings.push(...(await checkMessageSizes(url, options)));
    return findings;
  });
}

/** CONNECT with the token of the details: replaces a live session, and consumes an invitation. */
export function checkToken(url: string, token: string, options: ConnectionOptions): Promise<Finding[]> {
  return withPeer(url, options, async (peer) => {
    const reply = await peer.request(connectRequest(token), options.timeoutMs);
    const undecodable = undecodableIn(peer);
    if (reply.kind !== 'response') {
      return [...undecodable, finding('token-unanswered', unanswered(reply, options.timeoutMs))];
    }
    const result = isTokenAccepted(reply.message)
      ? finding('token-accepted', { ms: reply.ms })
      : finding('token-refused', {});
    return [...undecodable, result];
  });
}

async function withPeer(
  url: string,
  options: ConnectionOptions,
  check: (peer: Peer) => Promise<Finding[]>,
): Promise<Finding[]> {
  let peer: Peer;
  try {
    peer = await Peer.open(url, options);
  } catch (error) {
    return [finding('upgrade-refused', { reason: (error as Error).message })];
  }
  try {
    return await check(peer);
  } finally {
    await peer.close();
  }
}

function checkInventedTokenReply(reply: Reply, timeoutMs: number): Finding[] {
  if (reply.kind !== 'response') return [finding('connect-unanswered', unanswered(reply, timeoutMs))];
  return [finding(isTokenAccepted(reply.message) ? 'made-up-token-accepted' : 'made-up-token-refused', {})];
}

/** Uses a new connection for each size, because an endpoint may close after a refusal. */
async function checkMessageSizes(url: string, options: ConnectionOptions): Promise<Finding[]> {
  const { timeoutMs } = options;
  const sizes = [
    [USUAL_KB, 'fragments-pass', 'fragments-blocked'],
    [USUAL_KB, 'single-frame-passes', 'single-frame-blocked', Number.POSITIVE_INFINITY],
    [LARGE_KB, 'large-message-passes', 'large-message-blocked'],
  ] as const;
  const findings: Finding[] = [];
  for (const [kilobytes, passes, blocked, frameBytes] of sizes) {
    let reply: Reply;
    try {
      reply = await sendPadded(url, kilobytes, options, frameBytes);
    } catch (error) {
      return [finding('upgrade-refused', { reason: (error as Error).message })];
    }
    findings.push(
      reply.kind === 'response'
        ? finding(passes, { kilobytes })
        : finding(blocked, { kilobytes, ...unanswered(reply, timeoutMs) }),
    );
  }
  return findings;
}

/** A CONNECT REQUEST with an invented token and a large unknown field (ENV-6): a refusal proves that it arrived. */
async function sendPadded(
  url: string,
  kilobytes: number,
  options: ConnectionOptions,
  frameBytes?: number,
): Promise<Reply> {
  const peer = await Peer.open(url, options);
  try {
    const request = connectRequest(inventedToken());
    const payload = { token: inventedToken(), padding: 'x'.repeat(kilobytes * 1024) };
    const text = encode({ ...request, payload });
    return await peer.request(request, options.timeoutMs, {
      text,
      ...omitUndefined({ frameBytes }),
    });
  } finally {
    await peer.close();
  }
}

/** NBWSS closes the connection when it cannot decode a message (ENV-5). */
function undecodableIn(peer: Peer): Finding[] {
  const found = peer.received.find(({ error }) => error !== undefined);
  if (!found) return [];
  return [finding('foreign-message', { reason: found.error ?? '', text: found.text.slice(0, 200) })];
}

function unanswered(reply: Exclude<Reply, { kind: 'response' }>, timeoutMs: number): Unanswered {
  return {
    closeCode: reply.kind === 'closed' ? reply.code : undefined,
    seconds: secondsOf(timeoutMs),
  };
}

const inventedToken = (): string => `doctor-${randomBytes(16).toString('hex')}`;
const secondsOf = (ms: number): number => Math.round(ms / 1000);
