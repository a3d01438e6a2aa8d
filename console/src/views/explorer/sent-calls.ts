/** The calls that were sent in this tab: in memory only, without credentials. */
import { effect, signal } from '@preact/signals';
import { session } from '../../api/session.ts';
import type { Command } from '../commands/outcome.ts';
import type { CallForm } from './request.ts';

export interface SentCall {
  readonly id: string;
  readonly groupId: string;
  readonly form: CallForm;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly command: Command;
}

const MAX_SENT = 50;

/** The latest first. */
export const sentCalls = signal<readonly SentCall[]>([]);
effect(() => {
  if (session.value === null) sentCalls.value = [];
});

export const remember = (call: Omit<SentCall, 'id'>): void => {
  sentCalls.value = [{ ...call, id: crypto.randomUUID() }, ...sentCalls.value].slice(0, MAX_SENT);
};
