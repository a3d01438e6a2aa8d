import { randomBytes } from 'node:crypto';
import { encode } from '../wire/codec.ts';
import { connectRequest, isValid } from '../wire/compose.ts';
import { Peer, type Reply } from '../wire/peer.ts';
import { type Finding, finding, type Unanswered } from './finding.ts';

export interface ProbeOptions {
  readonly trusted: readonly string[];
  readonly timeoutMs: number;
}

/** Sizes tried, in KB: what a night's notifications come to, and what they come to after an outage. */
const USUAL_KB = 100;
const LARGE_KB = 1024;

/**
 * The upgrade, pings, a made-up token, and whether fragmented and large messages pass: all without the real token, so
 * that no live session notices.
 */
export async function probe(url: string, options: ProbeOptions): Promise<Finding[]> {
  const begun = performance.now();
  let peer: Peer;
  try {
    peer = await Peer.open(url, options);
  } catch (error) {
    return [finding('upgrade-refused', { reason: (error as Error).message })];
  }
  const findings = [finding('upgrade-accepted', { ms: Math.round(performance.now() - begun) })];
  try {
    const { timeoutMs } = options;
    const pong = await peer.ping(timeoutMs);
    findings.push(
      pong === undefined
        ? finding('ping-unanswered', { seconds: secondsOf(timeoutMs) })
        : finding('ping-answered', { ms: pong }),
    );
    const reply = await peer.ask(connectRequest(madeUpToken()), timeoutMs);
    findings.push(...foreignIn(peer), ...judgeMadeUp(reply, timeoutMs));
    // What does not answer a small message tells nothing by not answering a large one.
    if (reply.kind === 'answer') findings.push(...(await probeSizes(url, options)));
  } finally {
    await peer.close();
  }
  return findings;
}

/** CONNECT with the token of the details: takes over a live session, and uses up an invitation. */
export async function probeToken(url: string, token: string, options: ProbeOptions): Promise<Finding[]> {
  let peer: Peer;
  try {
    peer = await Peer.open(url, options);
  } catch (error) {
    return [finding('upgrade-refused', { reason: (error as Error).message })];
  }
  try {
    const reply = await peer.ask(connectRequest(token), options.timeoutMs);
    const foreign = foreignIn(peer);
    if (reply.kind !== 'answer') {
      return [...foreign, finding('token-unanswered', unanswered(reply, options.timeoutMs))];
    }
    const said = isValid(reply.message)
      ? finding('token-accepted', { ms: reply.ms })
      : finding('token-refused', {});
    return [...foreign, said];
  } finally {
    await peer.close();
  }
}

function judgeMadeUp(reply: Reply, timeoutMs: number): Finding[] {
  if (reply.kind !== 'answer') return [finding('connect-unanswered', unanswered(reply, timeoutMs))];
  return [finding(isValid(reply.message) ? 'made-up-token-accepted' : 'made-up-token-refused', {})];
}

/** Each on a connection of its own, since an endpoint may close after a refusal. */
async function probeSizes(url: string, options: ProbeOptions): Promise<Finding[]> {
  const { timeoutMs } = options;
  let usual: Reply;
  let single: Reply;
  let large: Reply;
  try {
    usual = await sendPadded(url, USUAL_KB, options);
    single = await sendPadded(url, USUAL_KB, options, Number.POSITIVE_INFINITY);
    large = await sendPadded(url, LARGE_KB, options);
  } catch (error) {
    return [finding('upgrade-refused', { reason: (error as Error).message })];
  }
  return [
    usual.kind === 'answer'
      ? finding('fragments-pass', { kilobytes: USUAL_KB })
      : finding('fragments-blocked', { kilobytes: USUAL_KB, ...unanswered(usual, timeoutMs) }),
    single.kind === 'answer'
      ? finding('single-frame-passes', { kilobytes: USUAL_KB })
      : finding('single-frame-blocked', { kilobytes: USUAL_KB, ...unanswered(single, timeoutMs) }),
    large.kind === 'answer'
      ? finding('large-message-passes', { kilobytes: LARGE_KB })
      : finding('large-message-blocked', { kilobytes: LARGE_KB, ...unanswered(large, timeoutMs) }),
  ];
}

/** A CONNECT REQUEST with a made-up token and a field that makes it large (ENV-6): a refusal proves that it arrived. */
async function sendPadded(
  url: string,
  kilobytes: number,
  options: ProbeOptions,
  frameBytes?: number,
): Promise<Reply> {
  const peer = await Peer.open(url, options);
  try {
    const request = connectRequest(madeUpToken());
    const text = encode({
      ...request,
      payload: { token: madeUpToken(), padding: 'x'.repeat(kilobytes * 1024) },
    });
    const frame = frameBytes === undefined ? {} : { frameBytes };
    return await peer.ask(request, options.timeoutMs, { text, ...frame });
  } finally {
    await peer.close();
  }
}

/** Anything that NBWSS could not decode makes it close (ENV-5). */
function foreignIn(peer: Peer): Finding[] {
  const foreign = peer.received.find(({ trouble }) => trouble !== undefined);
  if (!foreign) return [];
  return [finding('foreign-message', { reason: foreign.trouble ?? '', text: foreign.text.slice(0, 200) })];
}

function unanswered(reply: Exclude<Reply, { kind: 'answer' }>, timeoutMs: number): Unanswered {
  return {
    closeCode: reply.kind === 'closed' ? reply.code : undefined,
    seconds: secondsOf(timeoutMs),
  };
}

const madeUpToken = (): string => `doctor-${randomBytes(16).toString('hex')}`;
const secondsOf = (ms: number): number => Math.round(ms / 1000);
