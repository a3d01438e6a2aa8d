/** The life of a command (I-4). One table; everything that changes a state goes through it. */

export type CommandState =
  | 'queued'
  | 'sent'
  | 'completed'
  | 'failed'
  | 'expired'
  | 'cancelled'
  | 'timed_out'
  | 'lost';

/**
 * Where a state may lead. A command begins as `queued`, or as `sent` where its domain is connected. `sent → queued`: the
 * gateway refused it clearly, it may be run again and its connection went away, or it was held back before it was posted. `queued → completed`: it had been sent
 * before, and that answer came after all. `lost` and `timed_out` are ends that a late answer may still turn into
 * `completed`.
 */
export const TRANSITIONS: Readonly<Record<CommandState, readonly CommandState[]>> = {
  queued: ['sent', 'completed', 'failed', 'expired', 'cancelled'],
  sent: ['queued', 'completed', 'failed', 'timed_out', 'lost'],
  timed_out: ['completed', 'failed'],
  lost: ['completed', 'failed'],
  completed: [],
  failed: [],
  expired: [],
  cancelled: [],
};

/** The states from which a state may be reached. */
export const sourcesOf = (target: CommandState): CommandState[] =>
  (Object.keys(TRANSITIONS) as CommandState[]).filter((state) => TRANSITIONS[state].includes(target));

/** Open: it waits for something. Everything else is an end that its caller can read. */
export const isOpen = (state: string): boolean => state === 'queued' || state === 'sent';
