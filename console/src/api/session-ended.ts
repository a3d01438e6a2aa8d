import { signal } from '@preact/signals';

/** Counts the times that the API has refused the session of this page. */
export const endedSessions = signal(0);

export const endSession = (): void => {
  endedSessions.value += 1;
};
