import type { Peer } from '../wire/peer.ts';
import type { Verdict } from './check.ts';
import { type Broken, judgeExchange, judgeMessage } from './judge-message.ts';

/** What one clause comes to. */
export interface Outcome {
  readonly clause: string;
  readonly verdict: Verdict;
  readonly evidence: string;
}

const TOO_LARGE: Broken = { clause: 'CMD-5', evidence: 'a packet above 2 MB came' };

/** What the whole traffic of a run says, whatever it was sent for. Pure. */
export function observe(peers: readonly Peer[]): Outcome[] {
  const received = peers.flatMap((peer) => peer.received);
  const broken = [
    ...received.flatMap(judgeMessage),
    ...peers.flatMap(({ exchanges }) => exchanges.flatMap(judgeExchange)),
    ...peers.filter(({ isOverrun }) => isOverrun).map(() => TOO_LARGE),
  ];
  const commands = received.filter(({ message }) => message?.type === 'COMMAND').length;
  const seen: Readonly<Record<string, string | undefined>> = {
    ...(received.length > 0 && {
      'ENV-1': `${received.length} messages came`,
      'ENV-2': `in all of ${received.length} messages`,
      'ENV-3': `in all of ${received.length} messages`,
    }),
    ...(commands > 0 && { 'CMD-2': `in ${commands} commands`, 'CMD-3': `in ${commands} commands` }),
  };
  const clauses = new Set([...Object.keys(seen), ...broken.map(({ clause }) => clause)]);
  return [...clauses].map((clause) => outcomeOf(clause, broken, seen[clause] ?? ''));
}

function outcomeOf(clause: string, broken: readonly Broken[], seen: string): Outcome {
  const against = broken.filter((one) => one.clause === clause);
  const [first] = against;
  if (!first) return { clause, verdict: 'pass', evidence: seen };
  const more = against.length > 1 ? ` (and ${against.length - 1} more like it)` : '';
  return { clause, verdict: 'fail', evidence: `${first.evidence}${more}` };
}
