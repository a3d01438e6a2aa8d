import type { Peer } from '../wire/peer.ts';
import type { Verdict } from './check.ts';
import { type ClauseViolation, checkExchange, checkMessage } from './check-message.ts';

/** The result of one clause. */
export interface Outcome {
  readonly clause: string;
  readonly verdict: Verdict;
  readonly evidence: string;
}

const TOO_LARGE: ClauseViolation = { clause: 'CMD-5', evidence: 'received a packet larger than 2 MB' };

/** Checks all messages of a run, independent of the check that caused them. Pure. */
export function checkTraffic(peers: readonly Peer[]): Outcome[] {
  const received = peers.flatMap((peer) => peer.received);
  const violations = [
    ...received.flatMap(checkMessage),
    ...peers.flatMap(({ exchanges }) => exchanges.flatMap(checkExchange)),
    ...peers.filter(({ receivedTooLargePacket }) => receivedTooLargePacket).map(() => TOO_LARGE),
  ];
  const commands = received.filter(({ message }) => message?.type === 'COMMAND').length;
  const seen: Readonly<Record<string, string | undefined>> = {
    ...(received.length > 0 && {
      'ENV-1': `${received.length} messages received`,
      'ENV-2': `in all of ${received.length} messages`,
      'ENV-3': `in all of ${received.length} messages`,
    }),
    ...(commands > 0 && { 'CMD-2': `in ${commands} commands`, 'CMD-3': `in ${commands} commands` }),
  };
  const clauses = new Set([...Object.keys(seen), ...violations.map(({ clause }) => clause)]);
  return [...clauses].map((clause) => outcomeOf(clause, violations, seen[clause] ?? ''));
}

function outcomeOf(clause: string, violations: readonly ClauseViolation[], seen: string): Outcome {
  const found = violations.filter((one) => one.clause === clause);
  const [first] = found;
  if (!first) return { clause, verdict: 'pass', evidence: seen };
  const more = found.length > 1 ? ` (and ${found.length - 1} more like it)` : '';
  return { clause, verdict: 'fail', evidence: `${first.evidence}${more}` };
}
