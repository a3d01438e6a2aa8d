import { z } from 'zod';
import { omitUndefined } from '../omit-undefined.ts';
import type { NotificationKind } from '../wire/codec.ts';
import { skew } from './domain/time-zone.ts';
import type { ExactMessage } from './nbwss/outbox.ts';

const kindSchema = z.object({
  notificationType: z.string(),
  object: z.string(),
  data: z.array(z.record(z.string(), z.unknown())),
});

const stepSchema = z
  .strictObject({
    /** Seconds after the start at which the step happens. */
    at: z.number().min(0),
    note: z.string().optional(),
    /** A NOTIFICATION REQUEST's payload, sent exactly so. */
    payload: z.array(kindSchema).optional(),
    /** The message id; by default a new one. */
    id: z.string().min(1).optional(),
    /** Has the id of the previous message (TRAP-1). */
    sharesId: z.boolean().optional(),
    /** Any text, sent instead of a message. */
    text: z.string().optional(),
  })
  .refine((step) => (step.payload === undefined) !== (step.text === undefined), {
    error: 'a step has either payload or text',
  });

const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  /**
   * The epoch second of the scenario's start. With it, `startTime`, `createdTime`, `backupTime` and the time in `backupId`
   * move to the current time, and TRAP-2's shift is applied. Without it all times are sent unchanged.
   */
  base: z.number().int().optional(),
  steps: z.array(stepSchema).min(1),
});

/** A sequence of exact messages (JSON files have this form). */
export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioStep = Scenario['steps'][number];

/** Reads a scenario from a parsed value. Throws an Error that names each invalid field. */
export function toScenario(value: unknown): Scenario {
  const result = scenarioSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'scenario'}: ${message}`,
  );
  throw new Error(`invalid scenario: ${issues.join('; ')}`);
}

/** A step as the message that is sent; `start` is the start of the scenario in epoch seconds. */
export function toMessage(
  { id, sharesId, text, payload = [] }: ScenarioStep,
  base: number | undefined,
  start: number,
  timeZone: string,
): ExactMessage {
  return {
    payload: rebase(payload, base, start, timeZone),
    ...omitUndefined({ id, sharesId, text }),
  };
}

/** A step's payload with its times moved from `base` to `start` (epoch seconds) and TRAP-2's shift applied. */
function rebase(
  payload: readonly NotificationKind[],
  base: number | undefined,
  start: number,
  timeZone: string,
): NotificationKind[] {
  if (base === undefined) return [...payload];
  const move = (time: number): number => time - base + start;
  const moveItem = (item: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const moved = { ...item };
    const { backupTime, backupId } = item;
    for (const field of ['startTime', 'createdTime']) {
      const time = item[field];
      if (typeof time === 'number') moved[field] = move(time) + skew(timeZone, move(time));
    }
    if (typeof backupTime === 'number') moved['backupTime'] = move(backupTime);
    if (typeof backupTime === 'number' && typeof backupId === 'string') {
      moved['backupId'] = backupId.replace(String(backupTime), String(move(backupTime)));
    }
    return moved;
  };
  return payload.map((kind) => ({ ...kind, data: kind.data.map(moveItem) }));
}
