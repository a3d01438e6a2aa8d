/** `nbwss start --alerts FILE`: alerts that are sent from this machine, with their secrets. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Settings } from './assembly.ts';

const file = z.strictObject({
  /** The alerts as in the configuration of a deployment (`lib/alert-settings.ts`), which checks them. */
  alerts: z.array(z.record(z.string(), z.unknown())),
  /** The secrets, in place of AWS Secrets Manager, by name. */
  secrets: z.record(z.string(), z.string()).default({}),
});

export interface LocalAlerts {
  readonly settings: Settings;
  readonly secrets: Readonly<Record<string, string>>;
}

/** @throws Error with one sentence for a file that cannot be used */
export const readAlerts = async (path: string): Promise<LocalAlerts> => {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(`The alerts cannot be read: ${error.message}.`);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON.`);
  }
  const parsed = file.safeParse(content);
  if (!parsed.success)
    throw new Error(`${path} must be {"alerts": […], "secrets": {"NAME": "TEXT"}} (docs/alerts.md).`);
  const { alerts, secrets } = parsed.data;
  return { settings: { alerts }, secrets };
};
