/** The states of a command (I-4). Each change of state is checked against this table. */
import type { ENDED_STATES } from '../platform/bus/enumerations.ts';

export type CommandState = 'queued' | 'sent' | (typeof ENDED_STATES)[number] | 'lost';

/**
 * A command begins as `queued`, or as `sent` if its domain is connected. `sent → queued`: the gateway refused it, it may run
 * twice and its connection closed, or it was deferred before it was posted. `queued → completed`: the response to an earlier
 * attempt arrived. `lost` and `timed_out` are ends that a late response may still turn into `completed`.
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

export const STATES = Object.keys(TRANSITIONS) as CommandState[];

/** The states from which a state can be reached. */
export const sourcesOf = (target: CommandState): CommandState[] =>
  STATES.filter((state) => TRANSITIONS[state].includes(target));

/** Whether a command has not ended yet. */
export const isOpen = (state: string): boolean => state === 'queued' || state === 'sent';
