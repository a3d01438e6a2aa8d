/** The measured values, as options of the local cloud's gateway: `npm start -- --measured FILE` uses them. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { WebSocketLimits } from '../../../gateway/limits.ts';
import { MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import type { Finding } from './fact.ts';

const bytesIn = (text: string): number | undefined => {
  const [, count] = /^(\d+) bytes$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count);
};
const closedAfter = (text: string): number | undefined => {
  const [, minutes] = /^closed .* after (\d+) minutes$/.exec(text) ?? [];
  return minutes === undefined ? undefined : Number(minutes) * MINUTE_MS;
};

const whether =
  (yes: string, no: string) =>
  (text: string): boolean | undefined =>
    text.startsWith(yes) ? true : text.startsWith(no) ? false : undefined;

type Measured = { readonly [Name in keyof WebSocketLimits]?: WebSocketLimits[Name] | undefined };

/** The facts that have an option; a fact whose measured value is not understood has none. */
export function limitsOf(facts: readonly Finding[]): Measured {
  const of = <T>(id: string, read: (text: string) => T | undefined): T | undefined => {
    const measured = facts.find(({ fact }) => fact === id)?.measured;
    return measured === undefined ? undefined : read(measured);
  };
  return {
    frameBytes: of('largest-frame', bytesIn),
    messageBytes: of('largest-message', bytesIn),
    idleMs: of('idle-close', closedAfter),
    lifeMs: of('life', closedAfter),
    pingCountsAsTraffic: of('ping-is-traffic', whether('open', 'closed')),
    emptyTwoWayBodySent: of('empty-body', whether('an empty message', 'nothing')),
  };
}

const count = z.int().positive().optional();
const fileSchema = z.object({
  limits: z.strictObject({
    frameBytes: count,
    messageBytes: count,
    idleMs: count,
    lifeMs: count,
    pingCountsAsTraffic: z.boolean().optional(),
    emptyTwoWayBodySent: z.boolean().optional(),
  }),
});

/** Reads the facts from a file of `nbwss verify --json FILE`. @throws Error that names the file */
export async function readLimits(file: string): Promise<Partial<WebSocketLimits>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw new Error(`${file} was not written by "nbwss verify --json".`);
  const given = Object.entries(parsed.data.limits).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<WebSocketLimits>;
}
