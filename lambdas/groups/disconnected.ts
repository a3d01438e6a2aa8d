/** `domain-disconnected`: a domain that should be connected is not. */
import { type Clock, HOUR_MS, MINUTE_MS } from '../platform/clock.ts';
import { explainClose } from './close-reasons.ts';
import type { Check } from './review/check.ts';

export interface DisconnectedContext {
  readonly clock: Clock;
  readonly disconnectedMinutes: number;
}

/**
 * `downSince` is set only while NetBackup should reconnect: not for a group that has never connected, or whose endpoint was
 * disabled or deleted.
 */
export const disconnectedCheck = ({ clock, disconnectedMinutes }: DisconnectedContext): Check => ({
  kind: 'domain-disconnected',
  quick: 'always',
  async find({ session, downSince, lastSession }) {
    const downMs = clock() - (downSince ?? 0);
    if (session || downSince === undefined || downMs < disconnectedMinutes * MINUTE_MS) return [];
    const reason = lastSession ? ` (${explainClose(lastSession)})` : '';
    return [
      {
        subject: {},
        finding: {
          kind: 'domain-disconnected',
          since: downSince,
          last: downSince,
          count: 1,
          measures: [
            {
              name: 'downHours',
              ageOf: downSince,
              value: downMs / HOUR_MS,
              threshold: disconnectedMinutes / 60,
              from: 'deployment',
            },
          ],
          text: `The domain lost its connection${reason} and has not connected again, so its jobs and images are not reported: check that NetBackup's web service runs, that the endpoint is activated there, and the network.`,
        },
      },
    ];
  },
});
