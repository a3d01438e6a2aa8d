/** The outcome of a command. Pure. */
import type { Schemas } from '../../../../client/paths.ts';
import { indentedJson } from '../../../../lambdas/platform/json-text.ts';

export type Command = Schemas['Command'];
type Result = Pick<Command, 'state' | 'response'>;

/** `unknown`: it may have run. */
export type Outcome = 'open' | 'done' | 'refused' | 'failed' | 'unknown';

/** NetBackup answered with an error: `refused`. It never ran, or its answer cannot be used: `failed`. */
export const outcomeOf = ({ state, response }: Result): Outcome => {
  if (state === 'queued' || state === 'sent') return 'open';
  if (state === 'lost' || state === 'timed_out') return 'unknown';
  if (state !== 'completed') return 'failed';
  return (response?.status ?? 200) < 400 ? 'done' : 'refused';
};

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** JSON with indentation; other text as it is. */
export const pretty = (body: string): string => indentedJson(body) ?? body;

/** The `errorMessage` of NetBackup's error, if the body has one. */
export const netBackupMessage = (body: string | undefined): string | undefined => {
  try {
    const { errorMessage } = record(JSON.parse(body ?? ''));
    return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : undefined;
  } catch {
    return undefined;
  }
};
